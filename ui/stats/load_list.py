"""Bars of the conversations each agent has open, and how many of them wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from app.core.i18n import _
from ui.theme import Tokens, current_tokens, mix, sized, theme_signals
from ui.widgets import paint_avatar
from ui.widgets.tips import folded

_Index = QModelIndex | QPersistentModelIndex
_ROW: Final = Qt.ItemDataRole.UserRole
_HEIGHT: Final = 36
_NAME: Final = 104
_NAME_SHARE: Final = 0.28
_LONG_NAME: Final = 260
_NUMBERS: Final = 96
_BAR: Final = 12
"""Room for the scroll bar."""


@dataclass(frozen=True, slots=True)
class LoadRow:
    """What an agent has to do now, and has served today; `late` are of those that wait."""

    name: str
    open: int
    waiting: int
    served: int
    unassigned: bool = False
    late: int = 0

    def words(self) -> str:
        """In words, for tool tips and readers."""
        return _(
            "{name}: {open} open, {waiting} waiting, {late} of them late, {served} served today"
        ).format(
            name=self.name,
            open=self.open,
            waiting=self.waiting,
            late=self.late,
            served=self.served,
        )


def name_width(line: float) -> int:
    """What a name gets of a line so wide: a wide window shows more of a long one."""
    return max(_NAME, min(round(line * _NAME_SHARE), _LONG_NAME))


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[LoadRow] = ()

    def put(self, rows: Sequence[LoadRow]) -> None:
        same = len(rows) == len(self.rows)
        if not same:
            self.beginResetModel()
        self.rows = rows
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == _ROW:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return folded(row.words())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.words()
        return row.name if role == Qt.ItemDataRole.DisplayRole else None


class _Painter(QStyledItemDelegate):
    most = 1

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        tokens, row, area = current_tokens(), index.data(_ROW), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = QRectF(area.left(), area.center().y() - 12, 24, 24)
        if not row.unassigned:
            paint_avatar(painter, face, row.name)
        wide = name_width(area.width())
        name = QRectF(area.left() + 32, area.top(), wide, area.height())
        painter.setFont(sized(tokens.text_s))
        painter.setPen(QColor(tokens.text_muted if row.unassigned else tokens.text))
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, wide - 8)
        painter.drawText(name, left, shown)
        room = area.width() - 32 - wide - _NUMBERS - _BAR
        bar = QRectF(name.right(), area.center().y() - 4, max(room, 10), 8)
        self._bar(painter, bar, row, tokens)
        self._numbers(
            painter, QRectF(area.right() - _NUMBERS - _BAR, area.top(), _NUMBERS, _HEIGHT), row
        )
        painter.restore()

    def _bar(self, painter: QPainter, area: QRectF, row: LoadRow, tokens: Tokens) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.neutral_soft))
        painter.drawRoundedRect(area, 4, 4)
        if not row.open:
            return
        whole = max(area.width() * row.open / self.most, 10)
        for count, color in (
            (row.open, mix(tokens.accent, tokens.raised, 0.35)),
            (row.waiting, mix(tokens.accent, tokens.raised, 0.85)),
            (row.late, mix(tokens.danger, tokens.raised, 0.8)),
        ):
            if count:
                part = QRectF(area)
                part.setWidth(max(whole * min(count / row.open, 1.0), 10))
                painter.setBrush(color)
                painter.drawRoundedRect(part, 4, 4)

    def _numbers(self, painter: QPainter, area: QRectF, row: LoadRow) -> None:
        tokens, third = current_tokens(), area.width() / 3
        painter.setFont(sized(tokens.text_s))
        for place, (number, token) in enumerate(
            (
                (row.open, "text"),
                (row.waiting, _waiting_token(row)),
                (row.served, "text_muted"),
            )
        ):
            painter.setPen(QColor(getattr(tokens, token)))
            box = QRectF(area.left() + place * third, area.top(), third, area.height())
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(box, flags, f"{number:,}")


def _waiting_token(row: LoadRow) -> str:
    if row.late:
        return "danger"
    return "text" if row.waiting else "text_faint"


class LoadList(QListView):
    """One line an agent, the busiest first."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("loadList")
        self.setAccessibleName(_("Load"))
        self._rows, self._painter = _Model(), _Painter(self)
        self.setModel(self._rows)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(2 * _HEIGHT)
        theme_signals().changed.connect(self.viewport().update)

    def show_rows(self, rows: Sequence[LoadRow]) -> None:
        """Show these."""
        self._painter.most = max([4, *(row.open for row in rows)])
        self._rows.put(rows)
        self.updateGeometry()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(200, max(2, len(self._rows.rows)) * _HEIGHT + 2)

    def rows(self) -> Sequence[LoadRow]:
        """What it shows."""
        return self._rows.rows
