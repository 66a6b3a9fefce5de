"""What an import of chats found: the tables' columns and words."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_, _
from app.records import FORMATS, RecordChange
from app.sources import FileReport, RowState
from ui.jobs import Jobs
from ui.widgets import Column
from ui.widgets.format import moment
from ui.widgets.import_tables import ImportTables, ImportWords, file_columns

_WORDS: Final = ImportWords(
    rows=N_("Messages"),
    column=N_("Field"),
    changes=N_("New and changed conversations"),
    changes_tab=N_("Conversations ({n})"),
    all_taken=N_("Every message can be taken"),
)
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


def _format(file: FileReport) -> str:
    return _(FORMATS[file.format]) if file.format in FORMATS else "—"


def _channel(change: RecordChange) -> str:
    return _(_CHANNELS.get(change.channel, change.channel))


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


def record_tables(jobs: Jobs) -> ImportTables:
    """The three tables of an import of chats; a message is never changed by one."""
    files = [column for column in file_columns(_WORDS, _format) if column.key != "changed"]
    return ImportTables(jobs, _WORDS, files, CHANGE_COLUMNS)
