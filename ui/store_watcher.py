"""Brings the database's change notes to the GUI thread as one signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from db.changes import Changes


class StoreWatcher(QObject):
    """`changed` fires on the GUI thread after every commit, here or in another process."""

    changed = Signal(object)
    """A `db.changes.Changes`."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def announce(self, changes: Changes) -> None:
        """Hand in what a commit touched; callable from any thread."""
        self._arrived.emit(changes)

    def _pass_on(self, changes: Changes) -> None:
        self.changed.emit(changes)
