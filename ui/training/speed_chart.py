"""How fast somebody types over their last texts, with the bar they should reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.i18n import _
from app.training import BAR
from ui.theme import current_tokens, sized, theme_signals

MOST: Final = 40
_LEFT: Final = 34
_PAD: Final = 10


class SpeedChart(QWidget):
    """Characters a minute, the oldest left; the dashed line is the bar."""

    def __init__(self) -> None:
        super().__init__()
        self._values: Sequence[float] = ()
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme_signals().changed.connect(self.update)
        self.show_values(())

    def show_values(self, oldest_first: Sequence[float]) -> None:
        """Show the last texts."""
        self._values = oldest_first[-MOST:]
        words = _("Speed of the last {n} texts; the bar is {bar} characters a minute")
        self.setAccessibleName(words.format(n=len(self._values), bar=BAR))
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(_LEFT, _PAD, -_PAD, -_PAD)
        top = max(*self._values, BAR * 1.25) if self._values else BAR * 1.25
        painter.setFont(sized(tokens.text_xs))
        for value, dashed in ((0, False), (BAR, True), (round(top), False)):
            y = area.bottom() - value / top * area.height()
            if abs(value - BAR) < top / 8 and not dashed:
                continue
            style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(tokens.warning if dashed else tokens.border), 1, style))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(tokens.text_muted))
            label = QRectF(0, y - 8, _LEFT - 6, 16)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(label, int(flags), str(value))
        self._paint_line(painter, area, top)
        painter.end()

    def _paint_line(self, painter: QPainter, area: QRectF, top: float) -> None:
        accent = QColor(current_tokens().accent)
        step = area.width() / max(1, len(self._values) - 1)
        points = [
            QPointF(area.left() + place * step, area.bottom() - value / top * area.height())
            for place, value in enumerate(self._values)
        ]
        painter.setPen(QPen(accent, 1.6))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        for point in points:
            painter.drawEllipse(point, 2.4, 2.4)
