"""What was said in a practice conversation, line by line, with marks and pinned comments."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.core.i18n import _
from app.training import Attempt, Comment, Line
from ui.theme import theme_signals
from ui.training.attempt_words import Mark, line_marks, line_text, unanswered, whose
from ui.training.transcript_paint import LINE, MARKS, NOTES, Index, LinePainter


class TranscriptModel(QAbstractListModel):
    """The lines up to a place; those after it come as the replay goes on."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: Sequence[Line] = ()
        self._comments: dict[int, list[Comment]] = {}
        self._open: frozenset[int] = frozenset()
        self._shown = 0

    def show_attempt(self, attempt: Attempt, shown: int) -> None:
        """Show another conversation, or the same with other comments."""
        self.beginResetModel()
        self._lines, self._shown, self._open = attempt.lines, shown, unanswered(attempt)
        self._comments = {}
        for comment in attempt.comments:
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

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else self._shown

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        place, line = index.row(), self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line_text(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(place, line)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(mark.full for mark in self.marks_of(place))
        if role == MARKS:
            return self.marks_of(place)
        if role == NOTES:
            return [whose(one) for one in self.comments_of(place)]
        return line if role == LINE else None

    def comments_of(self, place: int) -> list[Comment]:
        """What was said about a line."""
        return self._comments.get(place, [])

    def marks_of(self, place: int) -> list[Mark]:
        """What there is to say about a line."""
        mood = self._lines[place - 1].mood if place else None
        return line_marks(self._lines[place], mood, answered=place not in self._open)

    def _spoken(self, place: int, line: Line) -> str:
        who = _("Agent") if line.agent else _("Customer")
        words = [f"{who}: {line_text(line)}", *(mark.full for mark in self.marks_of(place))]
        words += [whose(one) for one in self.comments_of(place)]
        return ", ".join(words)


class Transcript(QListView):
    """`line_chosen` carries the place of the line one is at."""

    line_chosen = Signal(int)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setAccessibleName(name or _("Conversation"))
        self.lines = TranscriptModel(self)
        self.setModel(self.lines)
        self.setItemDelegate(LinePainter(self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        theme_signals().changed.connect(self.viewport().update)

    def show_attempt(self, attempt: Attempt, shown: int | None = None) -> None:
        """Show a conversation, by default all of it."""
        self.lines.show_attempt(attempt, len(attempt.lines) if shown is None else shown)

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

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.line_chosen.emit(current.row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


def comments_of_whole(comments: Sequence[Comment]) -> list[Comment]:
    """Those that are pinned to no line."""
    return [one for one in comments if one.line is None]
