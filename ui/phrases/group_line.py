"""How a group of phrases looks in a list: its name, its size at the right, perhaps a chevron."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.theme import current_tokens, pixmap, sized

COUNT: Final = Qt.ItemDataRole.UserRole + 7
"""How many phrases (int) stand behind a line; None makes the line a heading."""

Index = QModelIndex | QPersistentModelIndex

_PAD: Final = 10
_CHEVRON: Final = 16


class GroupLineDelegate(QStyledItemDelegate):
    """For a plain list of groups."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, current_tokens().row - (0 if index.data(COUNT) is not None else 2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option)
        area = QRect(option.rect).adjusted(_PAD, 0, -_PAD, 0)
        count = index.data(COUNT)
        if count is None:
            painter.setFont(sized(current_tokens().text_xs))
            painter.setPen(QColor(current_tokens().text_faint))
            bottom = Qt.AlignmentFlag.AlignBottom
            painter.drawText(area.adjusted(0, 0, 0, -4), int(bottom), str(index.data()))
        else:
            paint_group(painter, area, str(index.data()), int(count))
        painter.restore()


def paint_group(
    painter: QPainter, area: QRect, name: str, count: int, opened: bool | None = None
) -> None:
    """Draw a group's name and size; `opened` is None where it does not fold."""
    tokens = current_tokens()
    if opened is not None:
        chevron = pixmap("chevron-down" if opened else "chevron-right", _CHEVRON, "text_muted")
        painter.drawPixmap(
            QRect(area.left() - 4, area.center().y() - 7, _CHEVRON, _CHEVRON), chevron
        )
        area = area.adjusted(_CHEVRON, 0, 0, 0)
    if count:
        painter.setFont(sized(tokens.text_xs))
        painter.setPen(QColor(tokens.text_faint))
        painter.drawText(
            area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), f"{count:,}"
        )
        width = painter.fontMetrics().horizontalAdvance(f"{count:,}")
        area = area.adjusted(0, 0, -width - 8, 0)
    font = sized(tokens.text_s, strong=opened is not None)
    painter.setFont(font)
    painter.setPen(QColor(tokens.text))
    shown = QFontMetrics(font).elidedText(name, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), shown)


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """The ground of a chosen line, or of the one under the pointer."""
    tokens = current_tokens()
    state: QStyle.StateFlag = option.state
    if state & QStyle.StateFlag.State_Selected:
        color = tokens.accent_soft
    elif state & QStyle.StateFlag.State_MouseOver and state & QStyle.StateFlag.State_Enabled:
        color = tokens.hover
    else:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    ground = QRectF(option.rect).adjusted(2, 1, -2, -1)
    painter.drawRoundedRect(ground, tokens.radius_small, tokens.radius_small)
