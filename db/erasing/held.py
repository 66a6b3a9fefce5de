"""What still holds an erased person, sealed: own and others' segments, and snapshots in the folder.

They leave by the rules for everything that leaves (SYNC §4.6); nothing of them is cut short. A new
snapshot is made at once, so that those from before may follow as soon as two new ones are proved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from sqlalchemy import Connection

from db.erasing.personal import ERASURES

WEEK_MS: Final = 7 * 24 * 60 * 60_000
DAY_MS: Final = 24 * 60 * 60_000


class Sealed(NamedTuple):
    """Sealed copies in this home from before an erasure: of its own log, and of others'."""

    own: int
    copies: int


def count_erasures(connection: Connection) -> int:
    """Return how many records of persons are known to be erased."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM erasures").scalar_one())


def is_clean(rows: Mapping[int, int], known: int) -> bool:
    """Tell whether a snapshot knows of all erasures; `rows` are its manifest's, by table.

    The set of erasures only grows. Who has taken all that the snapshot knows has all of its
    erasures, and as many are the same.
    """
    return rows.get(ERASURES, 0) >= known


def sealed_before(connection: Connection, at: int) -> Sealed:
    """Count the sealed copies that were made up to a moment (Unix ms)."""
    run = connection.exec_driver_sql
    own = run("SELECT count(*) FROM sync_sealed WHERE data IS NOT NULL AND at <= ?", (at,))
    copies = run(
        "SELECT count(*) FROM sync_copy AS c JOIN sync_seen AS s "
        "ON (s.dev, s.seq) = (c.dev, c.seq) JOIN txn ON txn.rid = s.txn WHERE txn.at <= ?",
        (at,),
    )
    return Sealed(int(own.scalar_one()), int(copies.scalar_one()))


def gone_by(at: int) -> int:
    """Return when, at the earliest, nothing of before a moment need be kept any more (Unix ms).

    Two snapshots made since must have had a week to reach everybody; the second one is made an hour
    after the first, and once in some hours it is looked what may leave.
    """
    return at + WEEK_MS + DAY_MS
