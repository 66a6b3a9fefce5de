"""Says which line of a chart is which."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.stats.series import Series
from ui.theme import current_tokens, mix, sized, theme_signals

_SAMPLE: Final = 18
_GAP: Final = 6
_BETWEEN: Final = 16


class Legend(QWidget):
    """Shows itself where a series has something it is compared with."""

    def __init__(self) -> None:
        super().__init__()
        self._series = Series()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        theme_signals().changed.connect(self.update)
        self.hide()

    def show_series(self, series: Series) -> None:
        """Show the names of these lines."""
        self._series = series
        known = sum(value is not None for value in series.before)
        self.setVisible(known > 1 and bool(series.title))
        self.setAccessibleName(f"{series.title}, {series.before_title}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + _BETWEEN, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, series = current_tokens(), self._series
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(tokens.text_xs))
        middle = self.height() / 2
        if series.line:
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawLine(0, round(middle), _SAMPLE, round(middle))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mix(tokens.accent, tokens.raised, 0.62))
            painter.drawRect(QRectF(_SAMPLE - 11, middle - 5, 10, 10))
        second = self._widths()[0] + _BETWEEN
        painter.setPen(QPen(QColor(tokens.text_faint), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(second, round(middle), second + _SAMPLE, round(middle))
        painter.setPen(QColor(tokens.text_muted))
        for left, text in ((0, series.title), (second, series.before_title)):
            box = QRectF(left + _SAMPLE + _GAP, 0, self.width(), self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()

    def _widths(self) -> tuple[int, int]:
        metrics = QFontMetrics(sized(current_tokens().text_xs))
        first, second = (
            metrics.horizontalAdvance(text) + _SAMPLE + _GAP
            for text in (self._series.title, self._series.before_title)
        )
        return first, second
