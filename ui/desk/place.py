"""Where one was: the open conversation is open again after a restart, even after a crash."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from app.conversations import ConversationStatus, UnknownConversation
from app.core.settings import Setting

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

LAST_OPEN: Final = Setting("desk.last_open", str, "", scope="station")
"""Who had which conversation open, as two hex ids and a colon between."""
_SETTLED_MS: Final = 1_500


class Place(QObject):
    """Remembers the conversation one has stayed at; walking through many writes nothing."""

    def __init__(
        self, context: UiContext, open_: Callable[[bytes], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context, self._open = context, open_
        self._here = self._kept = ""
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self.keep)

    def note(self, conversation_id: bytes) -> None:
        """A conversation was opened."""
        member = self._context.services.staff.current
        self._here = f"{member.id.hex()}:{conversation_id.hex()}" if member else ""
        self._settled.start()

    def keep(self) -> None:
        """Write it down."""
        self._settled.stop()
        if self._here != self._kept:
            self._kept = self._here
            keep = partial(self._context.services.settings.set, LAST_OPEN, self._here)
            self._context.jobs.run(self, keep, lane="write")

    def come_back(self) -> None:
        """Open what this person had open, unless it was closed or is gone."""
        services = self._context.services
        who, _colon, which = services.settings.get(LAST_OPEN).partition(":")
        member = services.staff.current
        if member is None or member.id.hex() != who:
            return
        try:
            conversation_id = bytes.fromhex(which)
            status = services.conversations.context(conversation_id).status
        except (ValueError, UnknownConversation):
            return
        if status is not ConversationStatus.CLOSED:
            self._open(conversation_id)
