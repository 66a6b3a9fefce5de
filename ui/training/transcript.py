"""What was said in a practice conversation, line by line, with marks and pinned comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.core.i18n import _
from app.training import Attempt, Comment, Line
from ui.theme import current_tokens, sized, theme_signals
from ui.training.attempt_words import line_marks, line_text, whose
from ui.widgets.format import duration

_Index = QModelIndex | QPersistentModelIndex
_LINE_ROLE: Final = Qt.ItemDataRole.UserRole
_PAD, _TIME, _GAP = 8, 56, 2
_INDENT: Final = 36
_IN: Final = 8
_WRAP: Final = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)


class TranscriptModel(QAbstractListModel):
    """The lines up to a place; those after it come as the replay goes on."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: Sequence[Line] = ()
        self._comments: dict[int, list[Comment]] = {}
        self._shown = 0

    def show_lines(self, lines: Sequence[Line], comments: Sequence[Comment], shown: int) -> None:
        """Show another conversation, or the same with other comments."""
        self.beginResetModel()
        self._lines, self._shown = lines, shown
        self._comments = {}
        for comment in comments:
            if comment.line is not None:
                self._comments.setdefault(comment.line, []).append(comment)
        self.endResetModel()

    def show_until(self, count: int) -> None:
        """Show so many lines."""
        count = max(0, min(count, len(self._lines)))
        if count > self._shown:
            self.beginInsertRows(QModelIndex(), self._shown, count - 1)
            self._shown = count
            self.endInsertRows()
        elif count < self._shown:
            self.beginRemoveRows(QModelIndex(), count, self._shown - 1)
            self._shown = count
            self.endRemoveRows()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else self._shown

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line_text(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index.row(), line)
        return line if role == _LINE_ROLE else None

    def comments_of(self, place: int) -> list[Comment]:
        """What was said about a line."""
        return self._comments.get(place, [])

    def marks_of(self, place: int) -> list[tuple[str, str]]:
        """What there is to say about a line."""
        mood = self._lines[place - 1].mood if place else None
        return line_marks(self._lines[place], mood)

    def _spoken(self, place: int, line: Line) -> str:
        who = _("Agent") if line.agent else _("Customer")
        words = [f"{who}: {line_text(line)}", *(words for words, _token in self.marks_of(place))]
        words += [whose(one) for one in self.comments_of(place)]
        return ", ".join(words)


class _Painter(QStyledItemDelegate):
    """Time, words, marks in their colours, comments on the ground of notes."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line = index.data(_LINE_ROLE)
        tokens = current_tokens()
        area: QRect = option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.accent_soft))
        place = area.adjusted(_PAD, _PAD, -_PAD, 0)
        painter.setFont(sized(tokens.text_s))
        painter.setPen(QColor(tokens.text_muted))
        painter.drawText(
            QRect(place.left(), place.top(), _TIME, 20), int(Qt.AlignmentFlag.AlignLeft),
            duration(round(line.at)),
        )  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for piece in _layout(line, index, place.width()):
            where = piece.box.translated(place.topLeft())
            if piece.ground:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(getattr(tokens, piece.ground)))
                painter.drawRoundedRect(where.adjusted(-_IN, -_IN + 2, _IN, _IN - 2), 6, 6)
            painter.setFont(sized(piece.size))
            painter.setPen(QColor(getattr(tokens, piece.token)))
            painter.drawText(where, _WRAP, piece.words)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else 400
        pieces = _layout(index.data(_LINE_ROLE), index, width - 2 * _PAD)
        return QSize(width, pieces[-1].box.bottom() + 2 * _PAD)


class _Piece(NamedTuple):
    """A text of a line: where it stands, in which size and colour, on which ground."""

    box: QRect
    words: str
    token: str
    size: int
    ground: str


def _layout(line: Line, index: _Index, width: int) -> list[_Piece]:
    """The texts of a line below each other: what was said, marks, comments."""
    tokens = current_tokens()
    said = "" if line.action else "bubble_out" if line.agent else "bubble_in"
    words = [(line_text(line), "accent" if line.action else "text", tokens.text_m, said)]
    model = index.model()
    if isinstance(model, TranscriptModel):
        marks = model.marks_of(index.row())
        words += [(text, token, tokens.text_s, "") for text, token in marks]
        words += [
            (whose(one), "text", tokens.text_s, "note") for one in model.comments_of(index.row())
        ]
    left, top = _TIME + (_INDENT if line.agent else 0), _IN - 2
    pieces: list[_Piece] = []
    for text, token, size, ground in words:
        if ground and pieces:
            top += _IN - 2
        room = QRect(0, 0, max(80, width - left - _IN), 10_000)
        needed = QFontMetrics(sized(size)).boundingRect(room, _WRAP, text)
        box = QRect(left + _IN, top, needed.width() + 1, needed.height())
        pieces.append(_Piece(box, text, token, size, ground))
        top += needed.height() + (_GAP + _IN if ground else _GAP)
    return pieces


class Transcript(QListView):
    """`line_chosen` carries the place of the line one is at."""

    line_chosen = Signal(int)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setAccessibleName(name or _("Conversation"))
        self.lines = TranscriptModel(self)
        self.setModel(self.lines)
        self.setItemDelegate(_Painter(self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        theme_signals().changed.connect(self.viewport().update)

    def show_attempt(self, attempt: Attempt, shown: int | None = None) -> None:
        """Show a conversation, by default all of it."""
        count = len(attempt.lines) if shown is None else shown
        self.lines.show_lines(attempt.lines, attempt.comments, count)

    def show_until(self, count: int) -> None:
        """Show so many lines, and go to the last of them."""
        self.lines.show_until(count)
        self.go_to(count - 1)

    def go_to(self, place: int) -> None:
        """Choose a line and bring it into sight."""
        index = self.lines.index(place, 0)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def place(self) -> int | None:
        """The line one is at."""
        index = self.currentIndex()
        return index.row() if index.isValid() else None

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.line_chosen.emit(current.row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


def comments_of_whole(comments: Sequence[Comment]) -> list[Comment]:
    """Those that are pinned to no line."""
    return [one for one in comments if one.line is None]
