"""How a line of a practice conversation is drawn: time, bubble, one line of marks, comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.core.i18n import _
from app.training import Line
from ui.theme import current_tokens, sized
from ui.training.attempt_words import Mark, line_text
from ui.widgets.format import duration

Index = QModelIndex | QPersistentModelIndex
LINE: Final = Qt.ItemDataRole.UserRole
MARKS: Final = Qt.ItemDataRole.UserRole + 1
NOTES: Final = Qt.ItemDataRole.UserRole + 2
_PAD, _TIME, _GAP, _INDENT, _IN = 8, 56, 2, 36, 8
_BETWEEN: Final = " · "
_WRAP: Final = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)
Run = tuple[str, str]
"""Words and the token of their colour."""


class LinePainter(QStyledItemDelegate):
    """Of the marks below a bubble as many as one line holds; the rest as a number."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = current_tokens()
        area: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.accent_soft))
        place = area.adjusted(_PAD, _PAD, -_PAD, 0)
        painter.setFont(sized(tokens.text_s))
        painter.setPen(QColor(tokens.text_muted))
        at = duration(round(index.data(LINE).at))
        top = QRect(place.left(), place.top(), _TIME, 20)
        painter.drawText(top, int(Qt.AlignmentFlag.AlignLeft), at)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for piece in _layout(index, place.width()):
            _paint(painter, piece, place.topLeft())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else 400
        pieces = _layout(index, width - 2 * _PAD)
        return QSize(width, pieces[-1].box.bottom() + 2 * _PAD)


class _Piece(NamedTuple):
    """Words of a line: where they stand, in which colours and size, on which ground."""

    box: QRect
    runs: Sequence[Run]
    size: int
    ground: str = ""


def _paint(painter: QPainter, piece: _Piece, origin: QPoint) -> None:
    tokens = current_tokens()
    where = piece.box.translated(origin)
    if piece.ground:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(tokens, piece.ground)))
        painter.drawRoundedRect(where.adjusted(-_IN, -_IN + 2, _IN, _IN - 2), 6, 6)
    painter.setFont(sized(piece.size))
    for words, token in piece.runs:
        painter.setPen(QColor(getattr(tokens, token)))
        painter.drawText(where, _WRAP, words)
        where = where.adjusted(painter.fontMetrics().horizontalAdvance(words), 0, 0, 0)


def _layout(index: Index, width: int) -> list[_Piece]:
    """What stands below each other: what was said, the marks, the comments."""
    tokens, line = current_tokens(), index.data(LINE)
    left, top = _TIME + (_INDENT if line.agent else 0) + _IN, _IN - 2
    room = max(80, width - left - _IN)
    said = _boxed(_said(line), tokens.text_m, QRect(left, top, room, 10_000))
    pieces, top = [said], said.box.bottom() + 1 + (_GAP + _IN if said.ground else _GAP)
    if runs := fitting(index.data(MARKS), QFontMetrics(sized(tokens.text_s)), room):
        marks = _boxed((runs, ""), tokens.text_s, QRect(left, top, room, 10_000))
        pieces.append(marks._replace(box=QRect(left, top, room, marks.box.height())))
        top = pieces[-1].box.bottom() + 1 + _GAP
    for words in index.data(NOTES):
        top += _IN - 2
        note = _boxed(([(words, "text")], "note"), tokens.text_s, QRect(left, top, room, 10_000))
        pieces.append(note)
        top = note.box.bottom() + 1 + _GAP + _IN
    return pieces


def _said(line: Line) -> tuple[Sequence[Run], str]:
    """What was said, and the bubble it stands in."""
    if line.action:
        return [(line_text(line), "accent")], ""
    return [(line_text(line), "text")], "bubble_out" if line.agent else "bubble_in"


def _boxed(said: tuple[Sequence[Run], str], size: int, room: QRect) -> _Piece:
    runs, ground = said
    metrics = QFontMetrics(sized(size))
    needed = metrics.boundingRect(QRect(0, 0, room.width(), room.height()), _WRAP, runs[0][0])
    box = QRect(room.left(), room.top(), needed.width() + 1, needed.height())
    return _Piece(box, runs, size, ground)


def fitting(marks: Sequence[Mark], metrics: QFontMetrics, width: int) -> list[Run]:
    """The marks that one line of `width` pixels holds, and how many more there are."""
    runs: list[Run] = []
    used = 0
    for place, mark in enumerate(marks):
        between = _BETWEEN if runs else ""
        left = len(marks) - place - 1
        more = _more(left) if left else ""
        wanted = metrics.horizontalAdvance(between + mark.short)
        if runs and used + wanted + metrics.horizontalAdvance(more) > width:
            runs.append((_more(left + 1), "text_muted"))
            break
        if between:
            runs.append((between, "text_muted"))
        runs.append((mark.short, mark.token))
        used += wanted
    return runs


def _more(count: int) -> str:
    return "  " + _("+{n}").format(n=count)
