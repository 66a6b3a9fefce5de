"""A page that a view shows in its own place for a while, such as an import."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class SubPage(QWidget):
    """`left` asks for the view one came from."""

    left = Signal()

    def focus_first(self) -> None:
        """Put the keyboard where the work begins."""
