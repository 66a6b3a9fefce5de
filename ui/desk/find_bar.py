"""Find in the open conversation: all of it, not only what is loaded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from app.conversations import FoundMessage
from app.core.i18n import _
from ui.theme import icon, role, theme_signals
from ui.widgets import SearchBox, stack_horizontally

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class FindBar(QFrame):
    """`found` carries all hits and the current one (or None); `closed` when one is done."""

    found = Signal(object, object)
    closed = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._service, self._jobs = context.services.conversations, context.jobs
        self._conversation: bytes | None = None
        self._hits: list[FoundMessage] = []
        self._at = 0
        role(self, "bar")
        self.box = SearchBox(_("Find in this conversation"))
        self._count = role(QLabel(), "muted")
        self._count.setMinimumWidth(64)
        self._older = _button(_("Older hit"))
        self._newer = _button(_("Newer hit"))
        self._cross = _button(_("Close"))
        row = stack_horizontally(
            self, self.box, self._count, self._older, self._newer, self._cross, spacing=4
        )
        row.setContentsMargins(12, 6, 8, 6)
        self.box.searched.connect(self._search)
        self._older.clicked.connect(self.older)
        self._newer.clicked.connect(self.newer)
        self._cross.clicked.connect(self.leave)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.hide()

    def show_conversation(self, conversation_id: bytes | None) -> None:
        """Another conversation: an open search goes away."""
        self._conversation = conversation_id
        if self.isVisible():
            self.leave()

    def open(self) -> None:
        """Show the bar with the keyboard in it."""
        self.show()
        self.box.setFocus()
        self.box.selectAll()

    def leave(self) -> None:
        """Clear the search and go away."""
        self.box.clear()
        self.hide()
        self.closed.emit()

    def older(self) -> None:
        """Go to the hit further up."""
        self._step(1)

    def newer(self) -> None:
        """Go to the hit further down."""
        self._step(-1)

    def _search(self, words: str) -> None:
        if self._conversation is None:
            return
        work = partial(self._service.find, self._conversation, words)
        self._jobs.run(self, work, self._show, key="find")

    def _show(self, hits: list[FoundMessage]) -> None:
        self._hits, self._at = hits, 0
        self._tell()

    def _step(self, by: int) -> None:
        if self._hits:
            self._at = (self._at + by) % len(self._hits)
            self._tell()

    def _tell(self) -> None:
        words = bool(self.box.text().strip())
        if self._hits:
            self._count.setText(f"{self._at + 1} / {len(self._hits)}")
        else:
            self._count.setText(_("No hits") if words else "")
        for button in (self._older, self._newer):
            button.setEnabled(len(self._hits) > 1)
        self.found.emit(self._hits, self._hits[self._at] if self._hits else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.newer() if back else self.older()
        elif event.key() == Qt.Key.Key_Up:
            self.older()
        elif event.key() == Qt.Key.Key_Down:
            self.newer()
        else:
            super().keyPressEvent(event)

    def _tint(self) -> None:
        self._older.setIcon(icon("chevron-up"))
        self._newer.setIcon(icon("chevron-down"))
        self._cross.setIcon(icon("close"))


def _button(name: str) -> QPushButton:
    button = role(QPushButton(), "icon")
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button
