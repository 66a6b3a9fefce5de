"""The import of chats: look first, see what comes and what is wrong, then bring them along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.core.i18n import N_, _, listing
from app.records import FORMATS, RecordReport
from app.sources import RowState
from ui.records.tables import record_tables
from ui.widgets.file_field import FileWords
from ui.widgets.import_page import ImportPage
from ui.widgets.import_tables import ImportTables

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_NAMED: Final = 5


class RecordImportPage(ImportPage):
    """Choose files, look, import."""

    title = N_("Import conversations")
    back_name = N_("Back to the customers")
    picture = "chat"

    def __init__(self, context: UiContext) -> None:
        self._import = context.services.record_import
        super().__init__(context.jobs, context.notices)
        self.format.activated.connect(self.look_again)
        self.agents.editingFinished.connect(self._on_agents)

    def file_words(self) -> FileWords:
        return FileWords(
            _("Drop chat records here"),
            _("JSON Lines, text copied from Qianniu, JD sessions, Chatwoot, Rocket.Chat"),
            _("Path of a chat record"),
            _("Choose chat records"),
            (_("Chat records (*.jsonl *.json *.txt *.tsv)"),),
        )

    def make_tables(self) -> ImportTables:
        return record_tables(self._jobs)

    def make_options(self) -> Sequence[QWidget]:
        self.format = QComboBox()
        self.format.setAccessibleName(_("Kind of the files"))
        self.format.addItem(_("Find out the kind"), "auto")
        for key, title in FORMATS.items():
            self.format.addItem(_(title), key)
        self.agents = QLineEdit()
        self.agents.setAccessibleName(_("Agents in copied text"))
        self.agents.setPlaceholderText(_("Agents in copied text, if not clear"))
        self.agents.setToolTip(_("Names as the text writes them, separated by commas"))
        self.agents.setMinimumWidth(250)
        return self.agents, self.format

    def _on_agents(self) -> None:
        if self.agents.isModified():
            self.agents.setModified(False)
            self.look_again()

    def work(self, *, take: bool) -> Callable[..., RecordReport]:
        names = self.agents.text().replace("，", ",").replace("、", ",").split(",")
        return partial(
            self._import.run if take else self._import.preview,
            self.paths,
            format=self.format.currentData(),
            agents=[name.strip() for name in names if name.strip()],
        )

    def show_found(self, report: RecordReport) -> None:
        count = report.counted(RowState.NEW) + report.counted(RowState.CHANGED)
        self.tables.show_found(report.files, list(report.changes.values()), count)

    def counts(self, report: RecordReport) -> str:
        counts = {str(state): f"{report.counted(state):,}" for state in RowState}
        words = _("Conversations: {new} new, {changed} with new messages, {same} the same")
        return words.format(**counts)

    def remark(self, report: RecordReport) -> str:
        names: Sequence[Any] = report.former_staff
        if not names:
            return ""
        more = "…" if len(names) > _NAMED else ""
        words = _(
            "Not on the staff list: {names}. They are kept as former staff who can't sign in."
        )
        return words.format(names=listing(names[:_NAMED]) + more)
