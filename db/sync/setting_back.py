"""A log's cursor, set back so that the log, or a snapshot, brings again what is not here any more."""

from __future__ import annotations

from sqlalchemy import Connection

from db.sync.manifests import Place
from db.sync.members import Membership
from db.sync.rights import counts


def set_back(connection: Connection, membership: Membership, dev: int, seq: int) -> None:
    """Let a log be read again from a number on; what has a mark of its own there is passed over."""
    run = connection.exec_driver_sql
    run("DELETE FROM sync_seen WHERE dev = ? AND seq < 0", (dev,))
    reached = _reached(connection, membership, dev, seq)
    run(
        "UPDATE sync_cursor SET seq = ?, digest8 = ? WHERE dev = ? AND seq >= ?",
        (reached.seq, reached.digest8, dev, seq),
    )


def take_again(connection: Connection, membership: Membership, dev: int, seq: int) -> None:
    """Let one segment be taken again, as though it had never come."""
    connection.exec_driver_sql("DELETE FROM sync_merged")
    connection.exec_driver_sql("DELETE FROM sync_seen WHERE dev = ? AND seq = ?", (dev, seq))
    set_back(connection, membership, dev, seq)


def _reached(connection: Connection, membership: Membership, dev: int, before: int) -> Place:
    """Return the last segment of a log that is still taken, before a number.

    A snapshot leaves no mark of the segments that the folder had lost when it was made: what lies
    between is to be brought again as well.
    """
    taken = connection.exec_driver_sql(
        "SELECT dev, seq, digest8 FROM sync_seen WHERE dev = ? AND seq > 0 AND seq < ?",
        (dev, before),
    ).all()
    counting = [p for row in taken if counts(membership, p := Place(*row))]
    return max(counting, default=Place(dev, 0, b""))
