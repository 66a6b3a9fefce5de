"""What an import of files found, in tables: the files, what changes, the rows not taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QTabWidget, QWidget

from app.core.i18n import N_, _
from app.sources import FileReport, RejectedRow
from ui.jobs import Jobs
from ui.widgets.columns import Column
from ui.widgets.layout import stack_vertically
from ui.widgets.list_table import ListTable

_FILES_SHOWN: Final = 4
_HEAD_PX: Final = 34
_ROW_PX: Final = 32


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, and its file."""

    file: str
    row: RejectedRow


@dataclass(frozen=True, slots=True)
class ImportWords:
    """What the tables call things: msgids, translated where they are shown."""

    rows: str
    """Heading of a file's count of rows."""
    column: str
    """Heading of what is wrong in a rejected row: a column, a field."""
    changes: str
    """Name of the table of changes."""
    changes_tab: str
    """With {n}."""
    all_taken: str
    """Where no row was rejected."""


def rejected_columns(words: ImportWords) -> tuple[Column, ...]:
    """The columns of rows that were not taken."""
    return (
        Column("file", N_("File"), 230, role="muted", text=lambda r: Path(r.file).name),
        Column("row", N_("Row"), 70, align="right", role="mono", text=lambda r: str(r.row.row)),
        Column("column", words.column, 150, text=lambda r: r.row.column or "—"),
        Column(
            "reason", N_("Reason"), 400, text=lambda r: r.row.reason, tip=lambda r: r.row.reason,
            stretch=True,
        ),
    )  # fmt: skip


def file_columns(words: ImportWords, kind: Callable[[FileReport], str]) -> tuple[Column, ...]:
    """The columns of files; `kind` names a file's format."""
    return (
        Column(
            "file", N_("File"), 230, role="strong", text=lambda f: Path(f.file).name,
            tip=lambda f: f.file,
        ),
        Column("format", N_("Kind"), 150, text=kind),
        Column("encoding", N_("Encoding"), 90, role="muted", text=_encoding),
        _count("rows", words.rows),
        _count("new", N_("New")),
        _count("changed", N_("Changed")),
        _count("same", N_("The same")),
        Column(
            "bad", N_("Rejected"), 84, align="right", role="mono", color=_bad_color,
            text=lambda f: f"{len(f.rejected):,}",
        ),
        Column(
            "saying", N_("Remarks"), 220, text=_saying, tip=_saying, color=_saying_color,
            stretch=True,
        ),
    )  # fmt: skip


def _count(key: str, title: str) -> Column:
    return Column(
        key, title, 84, align="right", role="mono", text=lambda file: f"{getattr(file, key):,}"
    )


def _encoding(file: FileReport) -> str:
    return file.encoding.upper().replace("-SIG", " BOM") or "—"


def _bad_color(file: FileReport) -> str | None:
    return "danger" if file.rejected else "text_muted"


def _saying(file: FileReport) -> str:
    return " ".join(filter(None, (file.problem, file.hint, file.note)))


def _saying_color(file: FileReport) -> str | None:
    return "danger" if file.problem else "text_muted"


class ImportTables(QWidget):
    """The three tables of an import."""

    def __init__(
        self,
        jobs: Jobs,
        words: ImportWords,
        files: Sequence[Column],
        changes: Sequence[Column],
    ) -> None:
        super().__init__()
        self._words = words
        self.files = ListTable(tuple(files), jobs, _("Files"), lambda f: f.file)
        self.changes = ListTable(tuple(changes), jobs, _(words.changes), id)
        self._explain_empty(())
        self.rejected = ListTable(rejected_columns(words), jobs, _("Rejected rows"), id)
        self.rejected.set_empty("check-circle", _(words.all_taken))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.changes, "")
        self.tabs.addTab(self.rejected, "")
        layout = stack_vertically(self, self.files, self.tabs, spacing=12)
        layout.setStretchFactor(self.tabs, 1)
        self._name_tabs(0, 0)

    def show_found(self, files: Sequence[FileReport], changes: Sequence[Any], count: int) -> None:
        """Show what an import or its dry run found; `count` things change in all."""
        rejected = [Rejected(file.file, row) for file in files for row in file.rejected]
        self._explain_empty(files)
        self.files.show_rows(files)
        self.files.view.scrollToBottom()
        self.files.setFixedHeight(_HEAD_PX + _ROW_PX * min(_FILES_SHOWN, max(2, len(files))))
        self.changes.show_rows(changes)
        self.rejected.show_rows(rejected)
        self._name_tabs(count, len(rejected))
        self.tabs.setCurrentWidget(self.rejected if rejected and not count else self.changes)

    def _explain_empty(self, files: Sequence[FileReport]) -> None:
        """Nothing to do is fine, unless no file could be read: then the last one's reason."""
        if files and all(file.problem and not file.rows for file in files):
            last = files[-1]
            title = f"{Path(last.file).name}: {last.problem}"
            self.changes.set_empty("warning", title, last.hint)
        else:
            self.changes.set_empty("check-circle", _("Nothing changes"))

    def _name_tabs(self, changes: int, rejected: int) -> None:
        self.tabs.setTabText(0, _(self._words.changes_tab).format(n=f"{changes:,}"))
        self.tabs.setTabText(1, _("Rejected rows ({n})").format(n=f"{rejected:,}"))
