"""Small marks: a state in words, a count, a key to press."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme import set_state

Kind = Literal["neutral", "info", "success", "warning", "danger"]


class StateBadge(QLabel):
    """A state in one or two words on a soft ground of its meaning."""

    def __init__(
        self, text: str = "", kind: Kind = "neutral", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("stateBadge")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_state(text, kind)

    def show_state(self, text: str, kind: Kind) -> None:
        """Change text and meaning; an empty text hides the badge."""
        self.setText(text)
        self.setAccessibleName(text)
        set_state(self, kind=kind)
        self.setHidden(not text)


class CountBadge(QLabel):
    """A small round number; nothing at zero, `99+` beyond two digits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "badge")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_count(self, count: int) -> None:
        """Show `count`, or hide at zero."""
        self.setText("99+" if count > 99 else str(count))
        self.setVisible(count > 0)


class KeyHint(QLabel):
    """The key that does the same, such as `Ctrl+K`."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "key")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_keys(keys)

    def show_keys(self, keys: str) -> None:
        """Show `keys` as this platform writes them."""
        native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        self.setText(native or keys)
        self.setVisible(bool(keys))
