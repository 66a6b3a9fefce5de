"""The phrases found, as a list model and as painted lines: for the popup and the side panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from app.core.i18n import _, listing
from app.phrases import PhraseHit
from ui.phrases.group_line import paint_ground
from ui.theme import current_tokens, sized
from ui.widgets.marked import draw_marked

HIT: Final = Qt.ItemDataRole.UserRole
NUMBERED: Final = 9
"""So many lines can be picked with Alt and a digit."""

Index = QModelIndex | QPersistentModelIndex

_PAD: Final = 10
_CODE: Final = 56
_GROUP: Final = 96
_NUMBER: Final = 16
_NO_INDEX: Final = QModelIndex()


class HitModel(QAbstractListModel):
    """Found phrases, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hits: list[PhraseHit] = []

    def show_hits(self, hits: Sequence[PhraseHit]) -> None:
        """Show other phrases."""
        self.beginResetModel()
        self.hits = list(hits)
        self.endResetModel()

    def hit(self, row: int) -> PhraseHit | None:
        """The phrase in a line."""
        return self.hits[row] if 0 <= row < len(self.hits) else None

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self.hit(index.row())
        if hit is None:
            return None
        if role == HIT:
            return hit
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return " ".join(filter(None, (hit.code, hit.title, hit.filled.text)))
        return None


class HitDelegate(QStyledItemDelegate):
    """A line: digit, code, title, the filled text, and its group at the right.

    `numbered` shows the digits that pick with Alt, `grouped` the group; `compact` wastes no room
    where there is no code. A red dot marks a phrase that lacks a value.
    """

    def __init__(
        self,
        view: QAbstractItemView,
        *,
        numbered: bool = False,
        grouped: bool = True,
        compact: bool = False,
    ) -> None:
        super().__init__(view)
        self._view, self._numbered, self._grouped = view, numbered, grouped
        self._code_room = 0 if compact else _CODE

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, current_tokens().row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit = index.data(HIT)
        if not isinstance(hit, PhraseHit):
            super().paint(painter, option, index)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option)
        area = QRect(option.rect).adjusted(_PAD, 0, -_PAD, 0)
        if self._numbered:
            self._number(painter, area, index.row())
        if self._grouped and hit.group:
            self._group(painter, area, hit.group)
        self._words(painter, area, hit)
        painter.restore()

    def _number(self, painter: QPainter, area: QRect, row: int) -> None:
        place = row - first_row(self._view)
        if 0 <= place < NUMBERED:
            painter.setFont(sized(current_tokens().text_xs))
            painter.setPen(QColor(current_tokens().text_faint))
            box = QRect(area.left(), area.top(), _NUMBER, area.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), str(place + 1))
        area.setLeft(area.left() + _NUMBER)

    def _group(self, painter: QPainter, area: QRect, group: str) -> None:
        font = sized(current_tokens().text_xs)
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(group, Qt.TextElideMode.ElideRight, _GROUP)
        width = metrics.horizontalAdvance(shown)
        painter.setFont(font)
        painter.setPen(QColor(current_tokens().text_faint))
        box = QRect(area.right() - width, area.top(), width + 1, area.height())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), shown)
        area.setRight(area.right() - width - _PAD)

    def _words(self, painter: QPainter, area: QRect, hit: PhraseHit) -> None:
        tokens = current_tokens()
        strong = sized(tokens.text_s, strong=True)
        if hit.code:
            box = QRect(area.left(), area.top(), min(area.width(), 2 * _CODE), area.height())
            used = draw_marked(painter, box, hit.code, hit.hits.code, strong, "accent")
            area.setLeft(area.left() + max(used, self._code_room - _PAD) + _PAD)
        else:
            area.setLeft(area.left() + self._code_room)
        if hit.title:
            used = draw_marked(painter, area, hit.title, hit.hits.title, strong, "text")
            area.setLeft(area.left() + used + _PAD)
        if area.width() > 2 * _PAD:
            color = "text_muted" if hit.title else "text"
            self._text(painter, area, hit, sized(tokens.text_s), color)

    def _text(
        self, painter: QPainter, area: QRect, hit: PhraseHit, font: QFont, color: str
    ) -> None:
        if hit.filled.holes:
            mark = QRectF(area.left(), area.center().y() - 2.5, 6, 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(current_tokens().danger))
            painter.drawEllipse(mark)
            area = area.adjusted(12, 0, 0, 0)
        draw_marked(painter, area, hit.filled.text, hit.hits.text, font, color)


def first_row(view: QAbstractItemView) -> int:
    """The first line on the screen."""
    index = view.indexAt(view.viewport().rect().topLeft() + view.rect().topLeft())
    return max(index.row(), 0)


def hole_names(hit: PhraseHit) -> str:
    """What a phrase lacks, in words, or nothing."""
    names = listing(dict.fromkeys(hole.name for hole in hit.filled.holes))
    return _("No value for: {names}").format(names=names) if names else ""
