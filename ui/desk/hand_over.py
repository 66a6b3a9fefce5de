"""Handing a conversation to a colleague with a note, and hearing of one that was handed over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from app.conversations import MAX_TEXT, HandOver
from app.conversations.settings import HANDED_SEEN
from app.core.i18n import _, ngettext
from ui.desk.texts import customer_name
from ui.theme import role
from ui.widgets import NoteEdit, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_WIDTH: Final = 400
_NOTE_HEIGHT: Final = 84
_SHOWN: Final = 120
_MOST: Final = 3


class HandOverDialog(QDialog):
    """`handed` carries the note, which may be empty."""

    handed = Signal(str)

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Hand over to {name}").format(name=name))
        self.setModal(True)
        self.setFixedWidth(_WIDTH)
        label = QLabel(_("Note for {name} (optional)").format(name=name))
        self.note = NoteEdit()
        self.note.setAccessibleName(label.text())
        self.note.setPlaceholderText(_("What the customer wants, what is agreed, what is open"))
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(_NOTE_HEIGHT)
        self.note.done.connect(self._hand)
        label.setBuddy(self.note)
        hint = role(QLabel(_("Only colleagues see it, in the thread.")), "hint")
        self.hand = role(QPushButton(_("Hand over")), "primary")
        self.hand.clicked.connect(self._hand)
        cancel = QPushButton(_("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = stack_horizontally(None, None, cancel, self.hand, spacing=8)
        column = stack_vertically(self, label, self.note, hint, buttons, spacing=8)
        column.setContentsMargins(16, 16, 16, 16)
        self.note.setFocus()

    def _hand(self) -> None:
        self.handed.emit(self.note.toPlainText()[:MAX_TEXT])
        self.accept()


class HandedOver(QObject):
    """Tells in a notice when a colleague, here or at another station, hands one a conversation."""

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._service = context, context.services.conversations
        self._since: int | None = None
        me = context.services.staff.current
        self._me = me.id.hex() if me is not None else ""
        context.store.changed.connect(self._on_changed)
        context.jobs.run(self, self._look_back, self._tell, key="handed")

    def _look_back(self) -> tuple[int, list[HandOver]]:
        """What came while one was signed out."""
        seen = self._context.services.settings.get(HANDED_SEEN)
        return self._service.handed_while_away(seen.get(self._me, 0))

    def _on_changed(self, changes: Changes) -> None:
        if self._since is not None and changes.touches("messages"):
            look = partial(self._service.handed_over, self._since)
            self._context.jobs.run(self, look, self._tell, key="handed")

    def _tell(self, found: tuple[int, list[HandOver]]) -> None:
        since, handed = found
        if self._since is None or handed:
            note = partial(self._note_seen, since)
            self._context.jobs.run(self, note, lane="write", key="handed seen")
        self._since = since
        more = len(handed) - _MOST
        if more > 0:
            text = ngettext(
                "{n} more conversation was handed to you",
                "{n} more conversations were handed to you",
                more,
            )
            self._context.notices.info(text.format(n=more))
        for one in handed[-_MOST:]:
            name = customer_name(one.customer)
            text = _("{who} handed {customer} to you").format(who=one.by, customer=name)
            words = one.note if len(one.note) <= _SHOWN else one.note[:_SHOWN] + "…"
            open_it = partial(self._context.go, "desk", one.conversation_id)
            self._context.notices.warning(text, words, (_("Open"), open_it))

    def _note_seen(self, since: int) -> None:
        settings = self._context.services.settings
        seen = settings.get(HANDED_SEEN)
        settings.set(HANDED_SEEN, {**seen, self._me: since})
