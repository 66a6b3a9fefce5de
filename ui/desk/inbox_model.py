"""The rows of one list of the inbox, loaded page by page and refreshed in place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.conversations import InboxRow
from app.core.i18n import _, ngettext
from ui.desk.colleagues import Colleague, describe
from ui.desk.texts import channel_name, customer_name, preview
from ui.desk.waiting import waited_s
from ui.widgets.format import duration, full_moment

Index = QModelIndex | QPersistentModelIndex

PAGE: Final = 100
_MOST_STEPS: Final = 60


class InboxRole(IntEnum):
    """Data beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1


class InboxModel(QAbstractListModel):
    """`wanted` asks for the page behind the last row."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[InboxRow] = []
        self._ids: set[bytes] = set()
        self._colleagues: Mapping[bytes, list[Colleague]] = {}
        self._more = False
        self._asked = False

    @property
    def rows(self) -> Sequence[InboxRow]:
        """What is loaded."""
        return self._rows

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == InboxRole.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return customer_name(row.customer_name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (spoken(row), self._others(row))))
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (self._others(row), tip(row))))
        return None

    def show_colleagues(self, there: Mapping[bytes, list[Colleague]]) -> None:
        """Tell who else has which conversation before them."""
        self._colleagues = there

    def _others(self, row: InboxRow) -> str:
        return describe(self._colleagues.get(row.id, []))

    def canFetchMore(self, parent: Index) -> bool:
        return self._more and not self._asked and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        self._asked = True
        self.wanted.emit()

    def show(self, rows: list[InboxRow], more: bool) -> None:
        """Show another list from its beginning."""
        self.beginResetModel()
        self._rows, self._more, self._asked = rows, more, False
        self._ids = {row.id for row in rows}
        self.endResetModel()

    def append(self, rows: list[InboxRow], more: bool) -> None:
        """Add the next page; a row that moved up meanwhile is not doubled."""
        fresh = [row for row in rows if row.id not in self._ids]
        self._more, self._asked = more, False
        if fresh:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._rows += fresh
            self._ids.update(row.id for row in fresh)
            self.endInsertRows()

    def refresh(self, head: list[InboxRow], more: bool) -> None:
        """Bring the beginning of the list up to date and keep what was loaded beyond it.

        The rows beyond are not looked at one by one: there may be a hundred thousand.
        """
        self._asked = False
        front = self._front(head) if more else len(self._rows)
        # Without rows beyond the head the next page is still to be asked for, if there is one.
        self._more = more and (self._more or front >= len(self._rows))
        seen = {row.id for row in self._rows[:front]}
        come = {row.id for row in head}
        if len(seen ^ come) > _MOST_STEPS:
            self.show([*head, *(r for r in self._rows[front:] if r.id not in come)], self._more)
            return
        for risen in (come & self._ids) - seen:
            self._take_out(self.row_of(risen))
        self._remove_from(front, come)
        self._place(head)

    def forget_behind(self, kept: int) -> None:
        """Drop the rows behind the first `kept`; they are asked for again where one goes there."""
        if kept < len(self._rows):
            self.beginRemoveRows(QModelIndex(), kept, len(self._rows) - 1)
            self._ids.difference_update(row.id for row in self._rows[kept:])
            del self._rows[kept:]
            self._more, self._asked = True, False
            self.endRemoveRows()

    def row_of(self, conversation_id: bytes) -> int:
        """Where a conversation stands, -1 if it is not loaded."""
        if conversation_id not in self._ids:
            return -1
        return next(n for n, row in enumerate(self._rows) if row.id == conversation_id)

    def _front(self, head: list[InboxRow]) -> int:
        """How many loaded rows stand within the range of `head`: those it lacks are gone."""
        last = head[-1].place
        if head[0].place <= last:
            return bisect_right(self._rows, last, key=lambda row: row.place)
        back = (-last[0], -last[1])
        return bisect_right(self._rows, back, key=lambda row: (-row.place[0], -row.place[1]))

    def _remove_from(self, front: int, wanted: set[bytes]) -> None:
        for number in reversed(range(front)):
            if self._rows[number].id not in wanted:
                self._take_out(number)

    def _take_out(self, number: int) -> None:
        self.beginRemoveRows(QModelIndex(), number, number)
        self._ids.discard(self._rows.pop(number).id)
        self.endRemoveRows()

    def _place(self, head: list[InboxRow]) -> None:
        """Change row by row, so that selection and scroll position survive."""
        for number, row in enumerate(head):
            self._put(number, row)
            if self._rows[number] != row:
                self._rows[number] = row
                self.dataChanged.emit(self.index(number), self.index(number))

    def _put(self, number: int, row: InboxRow) -> None:
        if number < len(self._rows) and self._rows[number].id == row.id:
            return
        at = self.row_of(row.id)
        if at < 0:
            self.beginInsertRows(QModelIndex(), number, number)
            self._rows.insert(number, row)
            self._ids.add(row.id)
            self.endInsertRows()
        else:
            self.beginMoveRows(QModelIndex(), at, at, QModelIndex(), number)
            self._rows.insert(number, self._rows.pop(at))
            self.endMoveRows()


def spoken(row: InboxRow) -> str:
    """The row as a screen reader says it."""
    parts = [customer_name(row.customer_name), channel_name(row.channel)]
    if row.waiting_since is not None:
        parts.append(_("waiting {time}").format(time=duration(waited_s(row.waiting_since))))
    if row.unread:
        parts.append(ngettext("{n} unread", "{n} unread", row.unread).format(n=row.unread))
    parts.append(preview(row.last_text))
    return ", ".join(part for part in parts if part)


def tip(row: InboxRow) -> str:
    """What does not fit into two lines."""
    lines = [f"{customer_name(row.customer_name)} · {channel_name(row.channel)}"]
    if row.assignee_name:
        lines.append(_("With {name}").format(name=row.assignee_name))
    if row.follow_up_at is not None:
        lines.append(_("Follow up at {time}").format(time=full_moment(row.follow_up_at)))
    if row.tags:
        lines.append(" · ".join(tag.name for tag in row.tags))
    return "\n".join(lines)
