"""What an import of files found and did: the part that imports of all kinds share."""

from __future__ import annotations

import csv
from collections.abc import Hashable, MutableMapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from app.core.errors import UserError
from app.core.i18n import _, ngettext
from app.core.outcome import DONE, PROBLEMS, REFUSED
from app.sources.protocol import RejectedRow

_F = TypeVar("_F", bound="FileReport")
_K = TypeVar("_K", bound=Hashable)


class RowState(StrEnum):
    """What a row meant for the data."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(slots=True)
class FileReport:
    """What one file held. A `problem` means that nothing of it could be read, or not all."""

    file: str
    format: str = ""
    encoding: str = ""
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    problem: str = ""
    hint: str = ""
    code: str = ""
    note: str = ""

    @property
    def taken(self) -> int:
        """Rows that were understood."""
        return self.new + self.changed + self.same

    def fail(self, error: UserError) -> None:
        """Say why it could not be read, or not all of it."""
        self.problem, self.hint, self.code = error.message, error.hint, error.code

    def count(self, state: RowState) -> None:
        """Count a row that was understood."""
        setattr(self, state, getattr(self, state) + 1)

    def document(self) -> dict[str, Any]:
        """The file's part of the JSON answer (DESIGN §8)."""
        shape: dict[str, Any] = {
            "file": self.file,
            "format": self.format,
            "encoding": self.encoding,
            "rows": self.rows,
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
            "rejected": [_rejected(row) for row in self.rejected],
        }
        optional = {"problem": self.problem, "hint": self.hint, "note": self.note}
        return shape | {key: text for key, text in optional.items() if text}


@dataclass(slots=True)
class ReportOf(Generic[_F]):
    """What an import, or its dry run, found and did, over all its files of one kind of report."""

    dry_run: bool
    files: list[_F] = field(default_factory=list)
    cancelled: bool = field(default=False, kw_only=True)

    @property
    def taken(self) -> int:
        """Rows that were understood, over all files."""
        return sum(file.taken for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows that were not taken, over all files."""
        return sum(len(file.rejected) for file in self.files)

    @property
    def untaken(self) -> int:
        """Rows that were not taken and files that could not be read at all."""
        return self.rejected + sum(bool(file.problem) and not file.rows for file in self.files)

    @property
    def exit_code(self) -> int:
        """0 done, 1 taken with problems, 2 nothing could be taken (DESIGN §8)."""
        if not self.taken:
            return REFUSED
        troubled = any(file.problem or file.rejected for file in self.files)
        return PROBLEMS if troubled or self.cancelled else DONE

    def document(self) -> dict[str, Any]:
        """The JSON answer (DESIGN §8); a kind of import adds what came of its things."""
        return {"files": [file.document() for file in self.files], "dry_run": self.dry_run}


@dataclass(slots=True)
class FilesReport(ReportOf[FileReport]):
    """The report of an import that says no more of a file than what became of its rows."""


def note_state(known: MutableMapping[_K, RowState], key: _K, state: RowState) -> None:
    """Count a thing once over all files: new stays new, changed stays changed."""
    former = known.get(key)
    if former is None:
        known[key] = state
    elif former is RowState.SAME and state is not RowState.SAME:
        known[key] = RowState.CHANGED


def conclude(lines: FileReport) -> None:
    """Say at the end of a file why nothing of it was taken, if so."""
    if not lines.rows:
        lines.problem = _("The file has a header but no rows.")
        lines.code = "no_rows"
    elif not lines.taken:
        lines.problem = ngettext(
            "The only row can't be taken: {reason}",
            "None of the {n} rows can be taken. The first: {reason}",
            lines.rows,
        ).format(n=lines.rows, reason=lines.rejected[0].reason)
        lines.code = "nothing_taken"


def write_rejected(files: Sequence[FileReport], path: Path) -> int:
    """Write rows, columns and reasons as .csv that spreadsheets open as it is; returns how many."""
    rows = [
        (Path(file.file).name, row.sheet, str(row.row), row.column, row.reason)
        for file in files
        for row in file.rejected
    ]
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow((_("File"), _("Sheet"), _("Row"), _("Column"), _("Reason")))
            writer.writerows([_harmless(cell) for cell in row] for row in rows)
    except OSError as error:
        raise UserError(
            _("The file can't be written."), hint=error.strerror or "", code="not_written"
        ) from error
    return len(rows)


def _harmless(cell: str) -> str:
    # A spreadsheet would run a cell that begins as a formula.
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell


def _rejected(row: RejectedRow) -> dict[str, Any]:
    shape: dict[str, Any] = {"row": row.row, "column": row.column, "reason": row.reason}
    return shape | ({"sheet": row.sheet} if row.sheet else {})
