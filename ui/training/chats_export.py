"""In a real shop: writes masked chats to a file, to be answered again in the practice shop."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import _, ngettext
from app.training import ChatsTold
from ui.theme import role
from ui.widgets import NumberBox, stack_horizontally, stack_vertically
from ui.widgets.file_dialogs import ask_save

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_USUAL: Final = 50
_MOST: Final = 1_000


class ChatsExport(QWidget):
    """How many of the newest closed chats, with which word, and the button."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        title = role(QLabel(_("Real chats for practice")), "heading")
        text = _(
            "Names, phones, addresses and numbers are masked on the way. Look through the file "
            "before you hand it on: no machine finds everything."
        )
        self.last = NumberBox(1, _MOST)
        self.last.setValue(_USUAL)
        self.last.setAccessibleName(_("How many chats"))
        self.word = QLineEdit()
        self.word.setPlaceholderText(_("only with this word (optional)"))
        self.word.setAccessibleName(_("Only chats with this word"))
        self.button = QPushButton(_("Write masked chats…"))
        self.button.clicked.connect(self.ask)
        newest = QLabel(_("Newest closed chats"))
        row = stack_horizontally(None, newest, self.last, self.word, spacing=8)
        row.setStretch(2, 1)
        write = stack_horizontally(None, self.button, None)
        about = role(QLabel(text, wordWrap=True), "muted")
        stack_vertically(self, title, about, row, write, spacing=8)

    def ask(self) -> None:
        """Ask where to write."""
        ask_save(self, _("Write masked chats"), _("masked-chats.json"), self.write, "*.json")

    def write(self, name: str) -> None:
        """Write the file."""
        work = partial(
            self._context.services.replays.export,
            Path(name),
            last=self.last.value(),
            find=self.word.text(),
        )
        self.button.setEnabled(False)
        self._context.jobs.run(self, work, self._written, failed=self._failed)

    def _written(self, told: ChatsTold) -> None:
        self.button.setEnabled(True)
        masked = sum(count for _secret, count in told.masked)
        text = ngettext(
            "{n} chat written, {masked} pieces of personal data masked.",
            "{n} chats written, {masked} pieces of personal data masked.",
            told.chats,
        )
        self._context.notices.success(text.format(n=told.chats, masked=masked))

    def _failed(self, error: BaseException) -> None:
        self.button.setEnabled(True)
        if not isinstance(error, UserError):
            raise error
        self._context.notices.failure(error)
