"""Keeps the derived columns of conversations: last line, unread count and waiting clock.

They are not synced: every station works them out from the messages it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection

from db.models import Author, ConversationStatus, MessageKind
from db.registry import BY_NAME

PREVIEW_MARKS: Final = {
    MessageKind.IMAGE: "[image]",
    MessageKind.FILE: "[file]",
    MessageKind.PRODUCT_CARD: "[product]",
    MessageKind.ORDER_CARD: "[order]",
    MessageKind.CONFIRM_CARD: "[confirmation]",
    MessageKind.CONFIRM_ANSWER: "[answer]",
    MessageKind.SATISFACTION_CARD: "[rating]",
}
"""Stand in `last_text` for what has no text; whoever shows the line translates them."""

INSIDE: Final = (MessageKind.NOTE, MessageKind.EVENT)
"""Kinds that only colleagues see."""

_PREVIEW: Final = 160
_CONVERSATIONS: Final = BY_NAME["conversations"].number
_MESSAGES: Final = BY_NAME["messages"].number
_MARKS: Final[dict[str, str]] = {str(kind): mark for kind, mark in PREVIEW_MARKS.items()}

_SHOWN: Final = (
    "FROM messages WHERE conversation_id = ? AND _del = 0 "
    f"AND kind NOT IN ('{MessageKind.NOTE}', '{MessageKind.EVENT}')"
)
_LAST: Final = f"SELECT at, kind, text, author {_SHOWN} ORDER BY at DESC, id DESC LIMIT 1"
_COUNTS: Final = (
    f"SELECT max(CASE WHEN author = '{Author.AGENT}' AND NOT automatic THEN at END), "
    f"max(CASE WHEN author = '{Author.CUSTOMER}' THEN at END), "
    f"sum(author = '{Author.CUSTOMER}' AND at > ?) {_SHOWN}"
)
_WAITING: Final = f"SELECT min(at) {_SHOWN} AND author = '{Author.CUSTOMER}' AND at > ?"
_SET: Final = (
    "UPDATE conversations SET last_at = ?, last_text = ?, last_author = ?, last_customer_at = ?, "
    "unread = ?, waiting_since = ? WHERE rid = ?"
)


def preview(kind: str, text: str) -> str:
    """One line that stands for a message in a list."""
    mark = _MARKS.get(kind)
    line = " ".join(text.split())[:_PREVIEW]
    return line if mark is None else f"{mark} {line}".rstrip()


def derive_conversations(connection: Connection, ids: Iterable[bytes]) -> int:
    """Work the columns out anew; returns how many of the conversations are there."""
    cursor, count = connection.connection.cursor(), 0
    for conversation_id in ids:
        row = cursor.execute(
            "SELECT rid, agent_read_at, closed_at, status FROM conversations WHERE id = ?",
            (conversation_id,),
        ).fetchone()
        if row is not None:
            _derive(cursor, conversation_id, *row)
            count += 1
    cursor.close()
    return count


def derive_touched(connection: Connection, txn: int) -> int:
    """Work them out for the conversations that a transaction touched, by row or by message."""
    found = connection.exec_driver_sql(
        "WITH mine AS (SELECT table_no, rid, row FROM change WHERE txn = ?) "
        "SELECT row FROM mine WHERE table_no = ? UNION "
        "SELECT conversation_id FROM mine CROSS JOIN messages ON messages.rid = mine.rid "
        "WHERE table_no = ?",
        (txn, _CONVERSATIONS, _MESSAGES),
    )
    return derive_conversations(connection, [row_id for (row_id,) in found.all()])


def _derive(
    cursor: Any,
    conversation_id: bytes,
    rid: int,
    read_at: int | None,
    closed_at: int | None,
    status: str,
) -> None:
    last = cursor.execute(_LAST, (conversation_id,)).fetchone()
    at, kind, text, author = last or (0, "", "", "")
    counts = cursor.execute(_COUNTS, (read_at or 0, conversation_id)).fetchone()
    answered, by_customer, unread = (number or 0 for number in counts)
    # Closing answers everything said before it, as an agent's message does.
    answered = max(answered, closed_at or 0)
    waiting = None
    if status != ConversationStatus.CLOSED and by_customer > answered:
        (waiting,) = cursor.execute(_WAITING, (conversation_id, answered)).fetchone()
    line = preview(kind, text)
    cursor.execute(_SET, (at, line, author, by_customer, unread, waiting, rid))
