"""Paints the cells of a table: badges, muted numbers, and bars where a row is on its way."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from ui.theme import Tokens, current_tokens, sized
from ui.theme.fonts import mono_families
from ui.widgets.columns import Column
from ui.widgets.table_model import ALIGNMENTS, ROW, PagedTableModel
from ui.widgets.tips import folded

PAD = 8
"""Free pixels at either side of a cell."""
BADGE_PAD = 12


class CellDelegate(QStyledItemDelegate):
    """Draws whole rows at once in look: hover and selection run through all columns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hovered = -1

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, current_tokens().row)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        model = index.model()
        assert isinstance(model, PagedTableModel)  # noqa: S101 - this table has no other model
        tokens = current_tokens()
        painter.save()
        self._ground(painter, option, index.row(), tokens)
        row = index.data(ROW)
        area: QRect = option.rect.adjusted(PAD, 0, -PAD, 0)
        if row is None:
            _placeholder(painter, area, index.column(), tokens)
        else:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            _cell(painter, area, model.columns[index.column()], row, tokens, chosen=chosen)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Tell the whole text of a cell that shows only its beginning."""
        model = index.model()
        if isinstance(model, PagedTableModel) and (row := index.data(ROW)) is not None:
            column = model.columns[index.column()]
            text = column.text(row)
            room = option.rect.width() - 2 * PAD
            width = QFontMetrics(cell_font(column, current_tokens())).horizontalAdvance(text)
            if column.tip is None and width > room:
                QToolTip.showText(event.globalPos(), folded(text), view, option.rect)
                return True
        return super().helpEvent(event, view, option, index)

    def _ground(
        self, painter: QPainter, option: QStyleOptionViewItem, row: int, tokens: Tokens
    ) -> None:
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.accent_soft))
        elif row == self.hovered:
            painter.fillRect(area, QColor(tokens.hover))
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), QColor(tokens.border))


def _cell(
    painter: QPainter, area: QRect, column: Column, row: object, tokens: Tokens, *, chosen: bool
) -> None:
    text = column.text(row)
    if not text:
        return
    color = column.color(row) if column.color else None
    if column.role == "badge":
        kind = color or "neutral"
        # On the ground of a chosen row the soft colours would melt away.
        ground = tokens.raised if chosen else getattr(tokens, f"{kind}_soft")
        _badge(painter, area, column, text, (kind, ground), tokens)
        return
    painter.setFont(cell_font(column, tokens))
    painter.setPen(_color(column, color, tokens))
    line = text.replace("\n", " ")
    shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, int(ALIGNMENTS[column.align]), shown)


def cell_font(column: Column, tokens: Tokens) -> QFont:
    """What a cell of this column is written in."""
    font = QFont(sized(tokens.text_s, strong=column.role == "strong"))
    if column.role == "mono":
        font.setFamilies(mono_families())
    return font


def _color(column: Column, color: str | None, tokens: Tokens) -> QColor:
    name = color or ("text_muted" if column.role == "muted" else "text")
    return QColor(name if name.startswith("#") else getattr(tokens, name))


def _badge(
    painter: QPainter,
    area: QRect,
    column: Column,
    text: str,
    colors: tuple[str, str],
    tokens: Tokens,
) -> None:
    kind, ground = colors
    painter.setFont(sized(tokens.text_xs))
    width = min(painter.fontMetrics().horizontalAdvance(text) + BADGE_PAD, area.width())
    box = QRectF(area.left(), area.center().y() - 9.5, width, 20)
    if column.align != "left":
        free = area.width() - width
        box.translate(free if column.align == "right" else free / 2, 0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, tokens.radius_small, tokens.radius_small)
    painter.setPen(QColor(tokens.text_muted if kind == "neutral" else getattr(tokens, kind)))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width) - 8)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)


def _placeholder(painter: QPainter, area: QRect, column: int, tokens: Tokens) -> None:
    share = (0.7, 0.5, 0.85, 0.6)[column % 4]
    bar = QRectF(area.left(), area.center().y() - 4, area.width() * share, 8)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.neutral_soft))
    painter.drawRoundedRect(bar, 4, 4)
