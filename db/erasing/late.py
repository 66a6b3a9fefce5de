"""What tells that something of an erased person came late, without looking through everything."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import Connection

from db.registry import BY_NAME

CURSOR: Final = "erased-late"
KEY: Final = "erasing.attachments"
"""Local setting: [act, attachment], as hex, of messages that were blanked as they came."""

OWNERS: Final = {
    "customers": ("id", "merged_into"),
    "customer_notes": ("customer_id",),
    "conversations": ("customer_id",),
    "orders": ("customer_id",),
    "after_sales": ("customer_id", "order_id", "conversation_id"),
    "order_shipments": ("order_id",),
    "messages": ("conversation_id",),
}
"""Columns by which a new row may belong to an erased record."""


def touched_acts(connection: Connection) -> set[bytes]:
    """Return the acts of erasing whose records were touched since the last look."""
    since = looked_upto(connection)
    found = set[bytes]()
    for table, columns in OWNERS.items():
        ids = ", ".join(f"t.{column}" for column in columns)
        rows = connection.exec_driver_sql(
            f"SELECT DISTINCT e.act FROM change AS c CROSS JOIN {table} AS t ON t.rid = c.rid "
            f"CROSS JOIN erasures AS e ON e.row_id IN ({ids}) "
            "WHERE c.seq > ? AND c.table_no = ?",
            (since, BY_NAME[table].number),
        )
        found |= {act for (act,) in rows}
    return found


def looked_upto(connection: Connection) -> int:
    """Return the change note up to which was looked."""
    found = connection.exec_driver_sql("SELECT seq FROM cursors WHERE name = ?", (CURSOR,))
    return int(found.scalar() or 0)


def move_cursor(connection: Connection, seq: int) -> None:
    """Note up to which change note was looked."""
    connection.exec_driver_sql(
        "INSERT INTO cursors(name, seq) VALUES (?, ?) "
        "ON CONFLICT(name) DO UPDATE SET seq = excluded.seq",
        (CURSOR, seq),
    )


def note_attachment(connection: Connection, conversation: bytes, attachment: bytes) -> None:
    """Remember the file of a message that is about to be blanked."""
    act = connection.exec_driver_sql(
        "SELECT act FROM erasures WHERE row_id = ? ORDER BY cutoff DESC LIMIT 1", (conversation,)
    ).scalar()
    named = connection.exec_driver_sql("SELECT 1 FROM erasures WHERE row_id = ?", (attachment,))
    if act is None or named.first() is not None:
        return
    known = _pairs(connection)
    pair = (act.hex(), attachment.hex())
    if pair not in known:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO local_settings(key, value) VALUES (?, ?)",
            (KEY, msgspec.json.encode([*known, pair]).decode()),
        )


def late_attachments(connection: Connection, act: bytes) -> list[bytes]:
    """Return files of messages that were blanked as they came, of one act."""
    return [bytes.fromhex(row) for own, row in _pairs(connection) if own == act.hex()]


def _pairs(connection: Connection) -> list[tuple[str, str]]:
    found = connection.exec_driver_sql("SELECT value FROM local_settings WHERE key = ?", (KEY,))
    return msgspec.json.decode(found.scalar() or "[]", type=list[tuple[str, str]])
