"""A part of a card that scrolls down where it is too long for its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LEAST = 60


class Scroll(QScrollArea):
    """Holds `content` at its own width; never scrolls sideways."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setObjectName("cardScroll")
        content.setObjectName("cardGround")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(_LEAST)
        self.setWidget(content)
