"""Colours and small pictures as the painters of the desk need them, made once per theme."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap, QStaticText, QTextOption

from ui.theme import current_tokens, icon, mix, sized, theme_signals

ROUND: Final = 10
_TIMES: Final = 24 * 60


@lru_cache(maxsize=128)
def ink(token: str) -> QColor:
    """The colour of a token in the theme in force."""
    return QColor(getattr(current_tokens(), token))


@lru_cache(maxsize=32)
def mark(name: str, size: int, token: str, ratio: float) -> QPixmap:
    """An icon of the theme as a picture; asking the icon itself costs more than drawing it."""
    return icon(name, token).pixmap(QSize(size, size), ratio)


@lru_cache(maxsize=_TIMES)
def small_words(text: str) -> QStaticText:
    """A few small words, such as a time, ready to be drawn."""
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    made.setTextOption(option)
    made.prepare(font=sized(current_tokens().text_xs - 1))
    return made


def paint_bubble(painter: QPainter, area: QRect, kind: str, *, left: bool, tail: bool) -> None:
    """Draw the ground of a bubble: `kind` is in, out or note; a `tail` points at who speaks."""
    ratio = painter.device().devicePixelRatioF()
    ground, edge = _colours(kind)
    if ratio != int(ratio) or painter.transform().isScaling():
        _paint_shape(painter, QRectF(area), ground, edge, left=left, tail=tail)
        return
    corners = _corners(kind, left, tail, ratio)
    x, y, w, h = area.x(), area.y(), area.width(), area.height()
    painter.fillRect(x + ROUND, y, w - 2 * ROUND, h, edge)
    painter.fillRect(x, y + ROUND, w, h - 2 * ROUND, edge)
    painter.fillRect(x + ROUND, y + 1, w - 2 * ROUND, h - 2, ground)
    painter.fillRect(x + 1, y + ROUND, w - 2, h - 2 * ROUND, ground)
    far_x, far_y = x + w - ROUND, y + h - ROUND
    for picture, at_x, at_y in zip(
        corners, (x, far_x, x, far_x), (y, y, far_y, far_y), strict=True
    ):
        painter.drawPixmap(at_x, at_y, picture)


@lru_cache(maxsize=8)
def _colours(kind: str) -> tuple[QColor, QColor]:
    tokens = current_tokens()
    if kind == "note":
        return QColor(tokens.note), mix(tokens.warning, tokens.note, 0.25)
    if kind == "in":
        return QColor(tokens.bubble_in), QColor(tokens.border)
    return QColor(tokens.bubble_out), mix(tokens.bubble_out, tokens.border, 0.4)


@lru_cache(maxsize=32)
def _corners(kind: str, left: bool, tail: bool, ratio: float) -> tuple[QPixmap, ...]:
    """The four corners, upper ones first: drawing them takes a tenth of filling the path."""
    side, scale = 2 * ROUND, int(ratio)
    whole = QPixmap(side * scale, side * scale)
    whole.setDevicePixelRatio(ratio)
    whole.fill(Qt.GlobalColor.transparent)
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground, edge = _colours(kind)
    _paint_shape(painter, QRectF(0, 0, side, side), ground, edge, left=left, tail=tail)
    painter.end()
    step = ROUND * scale
    return tuple(whole.copy(x, y, step, step) for y in (0, step) for x in (0, step))


def _paint_shape(
    painter: QPainter, area: QRectF, ground: QColor, edge: QColor, *, left: bool, tail: bool
) -> None:
    painter.setPen(edge)
    painter.setBrush(ground)
    inner = area.adjusted(0.5, 0.5, -0.5, -0.5)
    if tail:
        painter.drawPath(_bubble_shape(inner, left=left))
    else:
        painter.drawRoundedRect(inner, ROUND, ROUND)


def _bubble_shape(area: QRectF, *, left: bool) -> QPainterPath:
    """A rounded bubble whose lower corner points at who speaks, at the end of a group."""
    radii = (ROUND, ROUND, ROUND if left else 3.0, 3.0 if left else ROUND)
    corners = (
        (area.topLeft(), 90.0),
        (area.topRight(), 0.0),
        (area.bottomRight(), 270.0),
        (area.bottomLeft(), 180.0),
    )
    path = QPainterPath()
    for (corner, angle), radius in zip(corners, radii, strict=True):
        side = 2 * radius
        x = corner.x() - (0 if angle in {90.0, 180.0} else side)
        y = corner.y() - (0 if angle in {90.0, 0.0} else side)
        # Clockwise: each corner begins a quarter turn before where it ends.
        box = QRectF(x, y, side, side)
        if path.elementCount() == 0:
            path.arcMoveTo(box, angle + 90)
        path.arcTo(box, angle + 90, -90)
    path.closeSubpath()
    return path


def _forget() -> None:
    for made in (ink, mark, small_words, _colours, _corners):
        made.cache_clear()


theme_signals().changed.connect(_forget)
