"""The ground of a row that a delegate paints: chosen, under the pointer, with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from ui.theme import current_tokens


def paint_row_ground(
    painter: QPainter,
    option: QStyleOptionViewItem,
    *,
    inset: tuple[int, int] = (4, 1),
    focus: bool = True,
) -> None:
    """Paint it `inset` by (x, y) px; with `focus` also where the keyboard is."""
    tokens = current_tokens()
    state: QStyle.StateFlag = option.state
    x, y = inset
    area, radius = QRectF(option.rect).adjusted(x, y, -x, -y), tokens.radius
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_soft if chosen else tokens.hover))
        painter.drawRoundedRect(area, radius, radius)
    if focus and chosen and state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QColor(tokens.focus))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
