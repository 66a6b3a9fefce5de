"""What an import of chats found, in tables: the files, the conversations, the rows not taken."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QTabWidget, QWidget

from app.core.i18n import N_, _
from app.orders import FileReport, RowState
from app.records import FORMATS, RecordChange, RecordReport
from app.sources import RejectedRow
from ui.jobs import Jobs
from ui.widgets import Column, stack_vertically
from ui.widgets.format import moment
from ui.widgets.list_table import ListTable

_FILES_SHOWN: Final = 4
_STATES: Final = {
    RowState.NEW: (N_("New"), "success"),
    RowState.CHANGED: (N_("New messages"), "info"),
    RowState.SAME: (N_("The same"), "neutral"),
}
_CHANNELS: Final = {
    "taobao": N_("Taobao/Tmall"),
    "jd": N_("JD"),
    "pdd": N_("Pinduoduo"),
    "douyin": N_("Douyin"),
    "webchat": N_("Web chat"),
    "import": N_("Not said"),
    "chatwoot": N_("Chatwoot"),
    "rocketchat": N_("Rocket.Chat"),
}


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, and its file."""

    file: str
    row: RejectedRow


def _name(file: FileReport) -> str:
    return Path(file.file).name


def _format(file: FileReport) -> str:
    return _(FORMATS[file.format]) if file.format in FORMATS else "—"


def _encoding(file: FileReport) -> str:
    return file.encoding.upper().replace("-SIG", " BOM") or "—"


def _bad_color(file: FileReport) -> str | None:
    return "danger" if file.rejected else "text_muted"


def _saying(file: FileReport) -> str:
    return " ".join(filter(None, (file.problem, file.hint, file.note)))


def _saying_color(file: FileReport) -> str | None:
    return "danger" if file.problem else "text_muted"


def _channel(change: RecordChange) -> str:
    return _(_CHANNELS.get(change.channel, change.channel))


def _reason(rejected: Rejected) -> str:
    return rejected.row.reason


FILE_COLUMNS: Final = (
    Column("file", N_("File"), 230, role="strong", text=_name, tip=lambda f: f.file),
    Column("format", N_("Kind"), 150, text=_format),
    Column("encoding", N_("Encoding"), 90, role="muted", text=_encoding),
    Column("rows", N_("Messages"), 84, align="right", role="mono", text=lambda f: f"{f.rows:,}"),
    Column("new", N_("New"), 84, align="right", role="mono", text=lambda f: f"{f.new:,}"),
    Column("same", N_("The same"), 84, align="right", role="mono", text=lambda f: f"{f.same:,}"),
    Column(
        "bad", N_("Rejected"), 84, align="right", role="mono", color=_bad_color,
        text=lambda f: f"{len(f.rejected):,}",
    ),
    Column("saying", N_("Remarks"), 220, text=_saying, tip=_saying, color=_saying_color, stretch=True),
)  # fmt: skip
CHANGE_COLUMNS: Final = (
    Column("customer", N_("Customer"), 200, role="strong", text=lambda c: c.customer or "—"),
    Column("channel", N_("Channel"), 120, text=_channel),
    Column(
        "state", N_("State"), 110, role="badge", text=lambda c: _(_STATES[c.state][0]),
        color=lambda c: _STATES[c.state][1],
    ),
    Column("messages", N_("Messages"), 84, align="right", role="mono", text=lambda c: str(c.messages)),
    Column("first", N_("First"), 120, role="muted", text=lambda c: moment(c.first_at)),
    Column("last", N_("Last"), 120, role="muted", text=lambda c: moment(c.last_at)),
    Column("key", N_("Number in the file"), 200, role="mono", text=lambda c: c.key, stretch=True),
)  # fmt: skip
REJECTED_COLUMNS: Final = (
    Column("file", N_("File"), 230, role="muted", text=lambda r: Path(r.file).name),
    Column("row", N_("Row"), 70, align="right", role="mono", text=lambda r: str(r.row.row)),
    Column("column", N_("Field"), 150, text=lambda r: r.row.column or "—"),
    Column("reason", N_("Reason"), 400, text=_reason, tip=_reason, stretch=True),
)


class RecordTables(QWidget):
    """The three tables of an import of chats."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.files = ListTable(FILE_COLUMNS, jobs, _("Files"), lambda f: f.file)
        self.changes = ListTable(CHANGE_COLUMNS, jobs, _("New and changed conversations"), id)
        self.changes.set_empty("check-circle", _("Nothing changes"))
        self.rejected = ListTable(REJECTED_COLUMNS, jobs, _("Rejected rows"), id)
        self.rejected.set_empty("check-circle", _("Every message can be taken"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.changes, "")
        self.tabs.addTab(self.rejected, "")
        layout = stack_vertically(self, self.files, self.tabs, spacing=12)
        layout.setStretchFactor(self.tabs, 1)
        self._name_tabs(0, 0)

    def show_report(self, report: RecordReport) -> None:
        """Show what an import or its dry run found."""
        rejected = [Rejected(file.file, row) for file in report.files for row in file.rejected]
        self.files.show_rows(report.files)
        self.files.setFixedHeight(34 + 32 * min(_FILES_SHOWN, max(2, len(report.files))))
        self.changes.show_rows(list(report.changes.values()))
        self.rejected.show_rows(rejected)
        changed = report.counted(RowState.NEW) + report.counted(RowState.CHANGED)
        self._name_tabs(changed, len(rejected))
        self.tabs.setCurrentWidget(self.rejected if rejected and not changed else self.changes)

    def _name_tabs(self, changes: int, rejected: int) -> None:
        self.tabs.setTabText(0, _("Conversations ({n})").format(n=f"{changes:,}"))
        self.tabs.setTabText(1, _("Rejected rows ({n})").format(n=f"{rejected:,}"))
