"""A search field that waits until one stops typing."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme import icon, theme_signals

DEBOUNCE_MS = 150


class SearchBox(QLineEdit):
    """`searched` fires 150 ms after the last key, at once on Enter or when cleared.

    Nothing fires while an input method is composing: its text is not in the field yet.
    """

    searched = Signal(str)

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self.setProperty("role", "search")
        self._lens = QAction(self)
        self.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self._told = ""
        self._below: QWidget | None = None
        self._timer = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._timer.timeout.connect(self.search_now)
        self.textChanged.connect(self._on_text_changed)
        self.returnPressed.connect(self.search_now)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def search_now(self) -> None:
        """Announce the text at once, once per text."""
        self._timer.stop()
        if (text := self.text().strip()) != self._told:
            self._told = text
            self.searched.emit(text)

    def lead_to(self, below: QWidget) -> None:
        """The down key goes on to the list of what is found."""
        self._below = below

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        below = self._below
        if event.key() == Qt.Key.Key_Down and below is not None and below.isVisible():
            self.search_now()
            below.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        super().keyPressEvent(event)

    def _on_text_changed(self, text: str) -> None:
        if text:
            self._timer.start()
        else:
            self.search_now()

    def _tint(self) -> None:
        self._lens.setIcon(icon("search", "text_faint"))
