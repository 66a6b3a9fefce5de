"""What was written here without the right, and is said again once this station has it.

Until then nobody took it. A snapshot of this station would bring it to whoever merges that, and to
nobody else: said as ops it comes to all alike, and loses against what is newer.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection

from db.sync.frames import Group
from db.sync.members import Membership
from db.sync.ops import is_settled
from db.sync.outgoing import read_inserts
from db.sync.rights import RESTRICTED, sift
from db.sync.tables import shape_of

SAID: Final = "sync-said"
"""Cursor into `sync_sealed`: up to which of its rows this was looked after."""


def groups_to_say(connection: Connection, membership: Membership, me: int, seq: int) -> list[Group]:
    """Return all rows that take the right, where some were sealed before this station had it.

    `me` and `seq` are its incarnation and its last number. Run it inside `write("system")`, and
    seal what it returns in the same transaction.
    """
    run = connection.exec_driver_sql
    if not membership.may_manage(me, seq + 1) or not is_settled(connection):
        return []
    said = run("SELECT seq FROM cursors WHERE name = ?", (SAID,)).scalar() or 0
    sealed = run(
        "SELECT rowid, dev, seq FROM sync_sealed WHERE rowid > ? AND name NOT LIKE '%-%'", (said,)
    ).all()
    if all(membership.may_manage(dev, number) for _, dev, number in sealed):
        return []
    last = max(rowid for rowid, *_ in sealed)
    run(
        "INSERT INTO cursors(name, seq) VALUES (?, ?) "
        "ON CONFLICT(name) DO UPDATE SET seq = excluded.seq",
        (SAID, last),
    )
    cursor: Any = connection.connection.cursor()
    found = [
        group
        for number in sorted(RESTRICTED)
        for group in read_inserts(cursor, shape_of(number), "rid > ?", (0,))
    ]
    return sift(found).restricted
