"""A number as a tile: its name, its value, how it moved and its course in small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import Tokens, current_tokens, mix, sized, theme_signals
from ui.widgets.tips import folded

HEIGHT: Final = 92
LEAST: Final = 156
_PAD: Final = 12
_NAME_PAD: Final = 6
"""A long name may come nearer to the right edge than the rest."""
_SPARK_WIDTH: Final = 76
_SPARK_HEIGHT: Final = 26
_SPARK_POINTS: Final = 31


def thinned(values: Sequence[float | None], most: int) -> Sequence[float | None]:
    """At most so many values: means of as many neighbours each, so that a year keeps its shape."""
    if len(values) <= most:
        return values
    width = -(-len(values) // most)
    groups = (values[start : start + width] for start in range(0, len(values), width))
    known = ([value for value in group if value is not None] for group in groups)
    return [sum(group) / len(group) if group else None for group in known]


def paint_spark(
    painter: QPainter, area: QRectF, values: Sequence[float | None], tokens: Tokens
) -> None:
    """Draw the course of a number as a thin line; gaps stay gaps."""
    values = thinned(values, _SPARK_POINTS)
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return
    low, high = min(known), max(known)
    span = high - low
    step = area.width() / max(1, len(values) - 1)
    points = [
        None
        if value is None
        else QPointF(
            area.left() + place * step,
            area.center().y() if not span else area.bottom() - (value - low) / span * area.height(),
        )
        for place, value in enumerate(values)
    ]
    painter.setPen(QPen(mix(tokens.accent, tokens.raised, 0.75), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_path(points))
    last = next(point for point in reversed(points) if point is not None)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.accent))
    painter.drawEllipse(last, 2.2, 2.2)


def _path(points: Sequence[QPointF | None]) -> QPainterPath:
    path, drawing = QPainterPath(), False
    for point in points:
        if point is None:
            drawing = False
        elif drawing:
            path.lineTo(point)
        else:
            path.moveTo(point)
            drawing = True
    return path


class Tile(QAbstractButton):
    """Painted at once as a skeleton; `show_value` fills it. A click asks what is behind it.

    One that does not open anything looks so: no hand, no brighter frame below the mouse.
    """

    def __init__(
        self, name: str, hint: str = "", parent: QWidget | None = None, *, opens: bool = True
    ) -> None:
        super().__init__(parent)
        self._opens = opens
        self._name, self._value, self._note, self._token = name, "", "", "text_muted"
        self._strong = "text"
        self._spark: Sequence[float | None] = ()
        self._known = False
        self.setText(name)
        self.setToolTip(folded(f"{name}\n{hint}" if hint else name))
        self.setAccessibleName(name)
        self.setAccessibleDescription(hint)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if opens:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(LEAST)
        self.setFixedHeight(HEIGHT)
        theme_signals().changed.connect(self.update)

    def value(self) -> str:
        """What it shows, "" before anything is known."""
        return self._value

    def note(self) -> str:
        """The words below the value."""
        return self._note

    def show_value(
        self,
        value: str,
        note: str = "",
        token: str = "text_muted",  # noqa: S107 - a colour's name
        spark: Sequence[float | None] = (),
        strong: str = "text",
    ) -> None:
        """Show a value; `token` colours the note, `strong` the value."""
        self._value, self._note, self._token, self._spark = value, note, token, spark
        self._strong, self._known = strong, True
        words = f"{self._name}: {value}" + (f", {note}" if note else "")
        self.setText(words)
        self.setAccessibleName(words)
        self.update()

    def clear_value(self) -> None:
        """Back to the skeleton."""
        self._known = False
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(LEAST, HEIGHT)

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hot = self._opens and (self.underMouse() or self.isDown())
        painter.setPen(QPen(QColor(tokens.border_strong if hot else tokens.border), 1))
        painter.setBrush(QColor(tokens.raised))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, tokens.radius, tokens.radius)
        self._paint_name(painter, tokens)
        if self._known:
            self._paint_value(painter, tokens)
        else:
            self._paint_skeleton(painter, tokens)
        painter.end()

    def _paint_name(self, painter: QPainter, tokens: Tokens) -> None:
        painter.setPen(QColor(tokens.text_muted))
        painter.setFont(sized(tokens.text_xs))
        area = QRectF(_PAD, 9, self.width() - _PAD - _NAME_PAD, 18)
        name = painter.fontMetrics().elidedText(
            self._name, Qt.TextElideMode.ElideRight, int(area.width())
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)

    def _paint_value(self, painter: QPainter, tokens: Tokens) -> None:
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(sized(tokens.text_xl, strong=True))
        painter.setPen(QColor(getattr(tokens, self._strong)))
        area = QRectF(_PAD, 30, self.width() - 2 * _PAD, 28)
        painter.drawText(area, left, self._value)
        room = self.width() - 2 * _PAD
        if len([v for v in self._spark if v is not None]) > 1:
            width = min(_SPARK_WIDTH, room * 0.42)
            box = QRectF(self.width() - _PAD - width, HEIGHT - 13 - _SPARK_HEIGHT, width, 0)
            box.setHeight(_SPARK_HEIGHT)
            paint_spark(painter, box, self._spark, tokens)
            room -= int(width) + 8
        painter.setFont(sized(tokens.text_xs))
        painter.setPen(QColor(getattr(tokens, self._token)))
        note = painter.fontMetrics().elidedText(self._note, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(_PAD, HEIGHT - 30, room, 18), left, note)

    def _paint_skeleton(self, painter: QPainter, tokens: Tokens) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.neutral_soft))
        painter.drawRoundedRect(QRectF(_PAD, 36, self.width() * 0.45, 16), 4, 4)
        painter.drawRoundedRect(QRectF(_PAD, HEIGHT - 25, self.width() * 0.3, 8), 4, 4)
