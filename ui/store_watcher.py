"""Brings word of other threads to the GUI thread: the database's change notes, and other news."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
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


class NewsWatcher(QObject):
    """`changed` fires on the GUI thread when a service calls back on another."""

    changed = Signal()

    _came = Signal()

    def __init__(
        self,
        subscribe: Callable[[Callable[[], None]], Callable[[], None]],
        parent: QObject | None = None,
    ) -> None:
        """`subscribe` takes what is to be called back and returns how to end that."""
        super().__init__(parent)
        self._came.connect(self.changed, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(subscribe(self._pass_on))

    def _pass_on(self) -> None:
        # News may come just while the window goes.
        if shiboken6.isValid(self):
            self._came.emit()
