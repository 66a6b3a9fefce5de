"""A part of a card, or of a bar at the side, that scrolls where it is too long for its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LEAST = 60


class Scroll(QScrollArea):
    """Holds `content` at its own width; never scrolls sideways. On a card, or on the canvas."""

    def __init__(self, content: QWidget, *, canvas: bool = False) -> None:
        super().__init__()
        self.setObjectName("scenarioBody" if canvas else "cardScroll")
        content.setObjectName("scenarioGround" if canvas else "cardGround")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if canvas else self.focusPolicy())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(_LEAST)
        self.setWidget(content)
