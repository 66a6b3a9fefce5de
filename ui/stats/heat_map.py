"""Arrivals over the week: the darker, the more; ← → ↑ ↓ read hour by hour."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.i18n import _
from app.stats.shapes import Week
from ui.stats.words import WEEKDAYS
from ui.theme import current_tokens, mix, sized, theme_signals

_LEFT: Final = 36
_FOOT: Final = 20
_GAP: Final = 2
_ROW: Final = 24
_EVERY: Final = 3


class HeatMap(QWidget):
    """`read` carries (weekday, hour) of the cursor."""

    read = Signal(int, int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._week = name, Week((), ())
        self._cursor = (-1, -1)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(7 * _ROW + _FOOT)
        theme_signals().changed.connect(self.update)

    def show_week(self, week: Week) -> None:
        """Show other numbers."""
        self._week, self._cursor = week, (-1, -1)
        self.update()

    def cursor_place(self) -> tuple[int, int]:
        """(weekday, hour), -1 for nowhere."""
        return self._cursor

    def put_cursor(self, day: int, hour: int) -> None:
        """Read an hour."""
        place = (max(0, min(day, 6)), max(0, min(hour, 23)))
        if self._week.counts and place != self._cursor:
            self._cursor = place
            self.setAccessibleName(f"{self._name}: {self.words(*place)}")
            self.update()
            self.read.emit(*place)

    def words(self, day: int, hour: int) -> str:
        """An hour in words."""
        return _("{day} {hour}:00   {mean} a day, {n} in all").format(
            day=_(WEEKDAYS[day]),
            hour=f"{hour:02d}",
            mean=f"{self._week.mean(day, hour):.1f}",
            n=f"{self._week.counts[day][hour]:,}",
        )

    def sizeHint(self) -> QSize:
        return QSize(560, 7 * _ROW + _FOOT)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(tokens.text_xs - 1))
        week = self._week
        means = [week.mean(d, h) for d in range(7) for h in range(24)] if week.counts else []
        top = max(means, default=0.0) or 1.0
        for day in range(7):
            painter.setPen(QColor(tokens.text_muted))
            box = QRectF(0, self._cell(day, 0).top(), _LEFT - 8, self._cell(day, 0).height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, _(WEEKDAYS[day]))
            painter.setPen(Qt.PenStyle.NoPen)
            for hour in range(24):
                share = means[day * 24 + hour] / top if means else 0.0
                ground = QColor(tokens.neutral_soft)
                if share > 0:
                    ground = mix(tokens.accent, tokens.raised, 0.10 + 0.85 * share)
                painter.setBrush(ground)
                painter.drawRoundedRect(self._cell(day, hour), 3, 3)
        self._paint_hours(painter)
        self._paint_cursor(painter)
        painter.end()

    def _paint_hours(self, painter: QPainter) -> None:
        painter.setPen(QColor(current_tokens().text_muted))
        for hour in range(0, 24, _EVERY):
            cell = self._cell(6, hour)
            box = QRectF(cell.left(), cell.bottom() + 2, 40, _FOOT - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, f"{hour:02d}")

    def _paint_cursor(self, painter: QPainter) -> None:
        if self._cursor[0] >= 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(current_tokens().text), 1.5))
            painter.drawRoundedRect(self._cell(*self._cursor).adjusted(-0.5, -0.5, 0.5, 0.5), 3, 3)

    def _cell(self, day: int, hour: int) -> QRectF:
        width = (self.width() - _LEFT) / 24
        height = (self.height() - _FOOT) / 7
        return QRectF(_LEFT + hour * width, day * height, width - _GAP, height - _GAP)

    def _place_at(self, at: QPointF) -> tuple[int, int] | None:
        width, height = (self.width() - _LEFT) / 24, (self.height() - _FOOT) / 7
        hour, day = int((at.x() - _LEFT) // width), int(at.y() // height)
        return (day, hour) if 0 <= day < 7 and 0 <= hour < 24 else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if (place := self._place_at(event.position())) is not None:
            self.put_cursor(*place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._cursor[0] < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.put_cursor(0, 9)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        day, hour = max(self._cursor[0], 0), max(self._cursor[1], 0)
        steps = {
            Qt.Key.Key_Left: (day, hour - 1),
            Qt.Key.Key_Right: (day, hour + 1),
            Qt.Key.Key_Up: (day - 1, hour),
            Qt.Key.Key_Down: (day + 1, hour),
            Qt.Key.Key_Home: (day, 0),
            Qt.Key.Key_End: (day, 23),
        }
        if (place := steps.get(Qt.Key(event.key()))) is not None:
            self.put_cursor(*place)
        else:
            super().keyPressEvent(event)
