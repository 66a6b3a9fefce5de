"""The window of messages that is loaded, as rows for the view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.conversations import Cursor, MessageKind, MessageView
from app.core.i18n import _
from ui.desk.cards import card_of
from ui.desk.days import day_name
from ui.desk.texts import author_name, event_text, state_name
from ui.desk.thread_rows import RowKind, ThreadRow, build_rows
from ui.widgets.format import moment

Index = QModelIndex | QPersistentModelIndex


class ThreadRole(IntEnum):
    """Data beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1


class ThreadModel(QAbstractListModel):
    """Messages in the order of the thread, with marks between them."""

    def __init__(self) -> None:
        super().__init__()
        self._messages: list[MessageView] = []
        self._rows: list[ThreadRow] = []
        self._unread_from: int | None = None
        self.customer = ""

    @property
    def rows(self) -> Sequence[ThreadRow]:
        """All rows."""
        return self._rows

    @property
    def messages(self) -> Sequence[MessageView]:
        """All loaded messages, oldest first."""
        return self._messages

    @property
    def first(self) -> Cursor | None:
        """Where the window begins."""
        return self._messages[0].cursor if self._messages else None

    @property
    def last(self) -> Cursor:
        """Where the window ends."""
        return self._messages[-1].cursor if self._messages else (0, b"")

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ThreadRole.ROW:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return spoken(row, self.customer)
        return None

    def show(
        self, messages: Sequence[MessageView], customer: str, unread_from: int | None = None
    ) -> None:
        """Show another thread."""
        self.show_rows(build_rows(messages, unread_from), customer, unread_from)

    def show_rows(self, rows: Sequence[ThreadRow], customer: str, unread_from: int | None) -> None:
        """Show the last rows of another thread; what stands before them is merged in later."""
        self.beginResetModel()
        self._messages = [row.message for row in rows if row.message is not None]
        self._rows, self._unread_from, self.customer = list(rows), unread_from, customer
        self.endResetModel()

    def merge(self, messages: Iterable[MessageView]) -> None:
        """Take in messages that are new or have changed, wherever they belong."""
        known = {message.id: message for message in self._messages}
        known.update((message.id, message) for message in messages)
        self._messages = sorted(known.values(), key=lambda message: message.cursor)
        self._become(build_rows(self._messages, self._unread_from))

    def drop_before(self, keep: int) -> None:
        """Forget the oldest messages beyond `keep`."""
        if len(self._messages) > keep:
            self._messages = self._messages[-keep:]
            self._become(build_rows(self._messages, self._unread_from))

    def clear_unread_mark(self) -> None:
        """The agent has answered: what was unread is no longer marked."""
        if self._unread_from is not None:
            self._unread_from = None
            self._become(build_rows(self._messages, None))

    def row_of(self, key: bytes) -> int:
        """Where a message or mark stands, -1 if it is not loaded."""
        return next((n for n, row in enumerate(self._rows) if row.key == key), -1)

    def _become(self, rows: list[ThreadRow]) -> None:
        """Replace only the stretch that differs, so that the view keeps its place."""
        old, head, tail = self._rows, 0, 0
        least = min(len(old), len(rows))
        while head < least and old[head] == rows[head]:
            head += 1
        while tail < least - head and old[-1 - tail] == rows[-1 - tail]:
            tail += 1
        gone, come = old[head : len(old) - tail], rows[head : len(rows) - tail]
        if [row.key for row in gone] == [row.key for row in come]:
            self._rows = rows
            if come:
                last = self.index(head + len(come) - 1)
                self.dataChanged.emit(self.index(head), last)
            return
        self._swap(head, gone, come)

    def _swap(self, at: int, gone: list[ThreadRow], come: list[ThreadRow]) -> None:
        if gone:
            self.beginRemoveRows(QModelIndex(), at, at + len(gone) - 1)
            del self._rows[at : at + len(gone)]
            self.endRemoveRows()
        if come:
            self.beginInsertRows(QModelIndex(), at, at + len(come) - 1)
            self._rows[at:at] = come
            self.endInsertRows()


def spoken(row: ThreadRow, customer: str) -> str:
    """The row as a screen reader says it."""
    message = row.message
    if row.kind is RowKind.DAY:
        return day_name(row.at)
    if row.kind is RowKind.UNREAD or message is None:
        return _("New messages")
    if row.kind is RowKind.EVENT:
        return event_text(message.text, message.payload, message.staff_name)
    who = author_name(message.author, message.staff_name, customer)
    if message.deleted:
        return _("{who} recalled a message").format(who=who)
    card = card_of(row)
    what = (
        card.spoken
        if card
        else message.text or (_("Image") if message.kind is MessageKind.IMAGE else _("File"))
    )
    parts = [who, _("Note") if message.kind is MessageKind.NOTE else "", what, moment(message.at)]
    if message.staff_id is not None and message.public:
        parts.append(state_name(message.state))
    return ", ".join(part for part in parts if part)
