"""The customer's tags in one line of the header, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.conversations import InboxTag
from app.core.i18n import listing
from ui.theme import current_tokens, sized, theme_signals
from ui.widgets import paint_tag

_HEIGHT: Final = 18
_GAP: Final = 4


class TagStrip(QWidget):
    """Painted, not built of widgets: it changes with every switch of the conversation."""

    def __init__(self) -> None:
        super().__init__()
        self._tags: tuple[InboxTag, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self.update)

    def show_tags(self, tags: Sequence[InboxTag]) -> None:
        """Show other tags."""
        if tuple(tags) != self._tags:
            self._tags = tuple(tags)
            names = listing(tag.name for tag in self._tags)
            self.setToolTip(names)
            self.setAccessibleName(names)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics = QFontMetrics(sized(current_tokens().text_xs))
        x = 0
        for tag in self._tags:
            width = metrics.horizontalAdvance(tag.name) + 12
            if x + width > self.width():
                break
            paint_tag(painter, QRectF(x, 0, width, _HEIGHT), tag.name, tag.colour)
            x += width + _GAP
        painter.end()
