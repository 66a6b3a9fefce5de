"""What an import found and did, per file and per order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.core.outcome import DONE, PROBLEMS, REFUSED
from app.sources import RejectedRow


class RowState(StrEnum):
    """What a row meant for the data."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order that is new or changed: {field: (old, new)}, fields as in `db.models.Order`."""

    number: str
    buyer: str
    state: RowState
    changes: Mapping[str, tuple[Any, Any]]


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
class ImportReport:
    """What an import, or its dry run, found and did."""

    dry_run: bool
    files: list[FileReport] = field(default_factory=list)
    orders: dict[str, RowState] = field(default_factory=dict)
    changes: list[OrderChange] = field(default_factory=list)
    cancelled: bool = False
    batch: int | None = None
    """The import's number in the history, if it changed anything: it can be undone."""

    def note_order(self, number: str, state: RowState) -> None:
        """Count an order once over all files: new stays new, changed stays changed."""
        known = self.orders.get(number)
        if known is None or (known is RowState.SAME and state is not RowState.SAME):
            self.orders[number] = RowState.CHANGED if known is RowState.SAME else state

    def counted(self, state: RowState) -> int:
        """How many orders are new, changed or the same."""
        return sum(found is state for found in self.orders.values())

    @property
    def taken(self) -> int:
        """Rows that were understood, over all files."""
        return sum(file.taken for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows that were not taken, over all files."""
        return sum(len(file.rejected) for file in self.files)

    @property
    def exit_code(self) -> int:
        """0 done, 1 taken with problems, 2 nothing could be taken (DESIGN §8)."""
        if not self.taken:
            return REFUSED
        troubled = any(file.problem or file.rejected for file in self.files)
        return PROBLEMS if troubled or self.cancelled else DONE

    def document(self) -> dict[str, Any]:
        """The JSON answer (DESIGN §8)."""
        return {
            "files": [file.document() for file in self.files],
            "orders": {str(state): self.counted(state) for state in RowState},
            "dry_run": self.dry_run,
        }


def _rejected(row: RejectedRow) -> dict[str, Any]:
    shape: dict[str, Any] = {"row": row.row, "column": row.column, "reason": row.reason}
    return shape | ({"sheet": row.sheet} if row.sheet else {})
