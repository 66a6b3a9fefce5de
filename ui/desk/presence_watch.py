"""Brings news of presence to the GUI thread and lets typing marks go out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from app.channels import Presence

_LOOK_MS: Final = 2_000


class PresenceWatch(QObject):
    """`changed` tells whether the customer of the watched conversation is online and types."""

    changed = Signal(bool, bool)
    _came = Signal(bytes)

    def __init__(self, presence: Presence, parent: QObject) -> None:
        super().__init__(parent)
        self._presence = presence
        self._watched: bytes | None = None
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._tell)
        self._came.connect(self._on_came, Qt.ConnectionType.QueuedConnection)
        forget = presence.subscribe(self._pass_on)
        self.destroyed.connect(forget)

    def watch(self, conversation_id: bytes | None) -> None:
        """Watch another conversation, or none."""
        self._watched = conversation_id
        self._tell()

    def agent_types(self, on: bool) -> None:
        """Let the customer see that somebody is writing."""
        if self._watched is not None:
            self._presence.set_agent_typing(self._watched, on)

    def _pass_on(self, conversation_id: bytes) -> None:
        # News may come on another thread just while the window goes.
        if shiboken6.isValid(self):
            self._came.emit(conversation_id)

    def _on_came(self, conversation_id: bytes) -> None:
        if conversation_id == self._watched:
            self._tell()

    def _tell(self) -> None:
        here = self._watched
        online = here is not None and self._presence.online(here)
        typing = here is not None and self._presence.customer_typing(here)
        # Nobody announces that a typing mark has run out, so look again while one is up.
        self._timer.start() if typing else self._timer.stop()
        self.changed.emit(online, typing)
