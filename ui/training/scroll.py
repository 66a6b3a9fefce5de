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
        self._canvas = canvas
        self.verticalScrollBar().rangeChanged.connect(self._on_range)
        self._on_range(0, 0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(_LEAST)
        self.setWidget(content)

    def _on_range(self, _least: int, most: int) -> None:
        """A stop on the way of Tab only where the arrows have something to scroll."""
        scrolls = most > 0 and not self._canvas
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if scrolls else Qt.FocusPolicy.NoFocus)
