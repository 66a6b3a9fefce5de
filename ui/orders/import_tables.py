"""What an import found, in tables: the files, the rows not taken, the orders that change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QTabWidget, QWidget

from app.core.i18n import N_, _
from app.orders import FileReport, ImportReport, OrderChange
from app.sources import RejectedRow
from ui.jobs import Jobs
from ui.orders.field_words import STATE_KINDS, STATE_NAMES, change_words, format_name
from ui.widgets import Column, stack_vertically
from ui.widgets.list_table import ListTable

_FILES_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, and its file."""

    file: str
    row: RejectedRow


def _name(file: FileReport) -> str:
    return Path(file.file).name


def _format(file: FileReport) -> str:
    return format_name(file.format)


def _encoding(file: FileReport) -> str:
    return file.encoding.upper().replace("-SIG", " BOM") if file.encoding else "—"


def _bad(file: FileReport) -> str:
    return str(len(file.rejected))


def _bad_color(file: FileReport) -> str | None:
    return "danger" if file.rejected else "text_muted"


def _saying(file: FileReport) -> str:
    return " ".join(filter(None, (file.problem, file.hint, file.note)))


def _saying_color(file: FileReport) -> str | None:
    return "danger" if file.problem else "warning"


def _path(file: FileReport) -> str:
    return file.file


FILE_COLUMNS: Final = (
    Column("file", N_("File"), 230, role="strong", text=_name, tip=_path),
    Column("format", N_("Kind"), 150, text=_format),
    Column("encoding", N_("Encoding"), 90, role="muted", text=_encoding),
    Column("rows", N_("Rows"), 70, align="right", role="mono", text=lambda f: str(f.rows)),
    Column("new", N_("New"), 70, align="right", role="mono", text=lambda f: str(f.new)),
    Column("changed", N_("Changed"), 76, align="right", role="mono", text=lambda f: str(f.changed)),
    Column("same", N_("The same"), 76, align="right", role="mono", text=lambda f: str(f.same)),
    Column("bad", N_("Rejected"), 76, align="right", role="mono", text=_bad, color=_bad_color),
    Column("saying", N_("Remarks"), 220, text=_saying, tip=_saying, color=_saying_color, stretch=True),
)  # fmt: skip
REJECTED_COLUMNS: Final = (
    Column("file", N_("File"), 230, role="muted", text=lambda r: Path(r.file).name),
    Column("row", N_("Row"), 70, align="right", role="mono", text=lambda r: str(r.row.row)),
    Column("column", N_("Column"), 150, text=lambda r: r.row.column or "—"),
    Column(
        "reason", N_("Reason"), 400, text=lambda r: r.row.reason, tip=lambda r: r.row.reason,
        stretch=True,
    ),
)  # fmt: skip


def _state(change: OrderChange) -> str:
    return _(STATE_NAMES[change.state])


def _state_kind(change: OrderChange) -> str | None:
    return STATE_KINDS[change.state]


CHANGE_COLUMNS: Final = (
    Column("number", N_("Order number"), 180, role="mono", text=lambda c: c.number),
    Column("buyer", N_("Buyer"), 130, text=lambda c: c.buyer),
    Column("state", N_("State"), 84, role="badge", text=_state, color=_state_kind),
    Column("what", N_("Old → new"), 400, text=change_words, tip=change_words, stretch=True),
)


class ImportTables(QWidget):
    """The three tables of an import."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.files = ListTable(FILE_COLUMNS, jobs, _("Files"), lambda f: f.file)
        self.rejected = ListTable(
            REJECTED_COLUMNS, jobs, _("Rejected rows"), lambda r: (r.file, r.row.sheet, r.row.row)
        )
        self.rejected.set_empty("check-circle", _("Every row can be taken"))
        self.changes = ListTable(CHANGE_COLUMNS, jobs, _("New and changed orders"), id)
        self.changes.set_empty("check-circle", _("Nothing changes"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.changes, "")
        self.tabs.addTab(self.rejected, "")
        layout = stack_vertically(self, self.files, self.tabs, spacing=12)
        layout.setStretchFactor(self.tabs, 1)
        self._name_tabs(0, 0)

    def show_report(self, report: ImportReport) -> None:
        """Show what an import or its dry run found."""
        rejected = [Rejected(file.file, row) for file in report.files for row in file.rejected]
        self.files.show_rows(report.files)
        self.files.setFixedHeight(34 + 32 * min(_FILES_SHOWN, max(2, len(report.files))))
        self.rejected.show_rows(rejected)
        self.changes.show_rows(report.changes)
        self._name_tabs(len(report.changes), len(rejected))
        self.tabs.setCurrentWidget(
            self.rejected if rejected and not report.changes else self.changes
        )

    def _name_tabs(self, changes: int, rejected: int) -> None:
        self.tabs.setTabText(0, _("New and changed ({n})").format(n=f"{changes:,}"))
        self.tabs.setTabText(1, _("Rejected rows ({n})").format(n=f"{rejected:,}"))
