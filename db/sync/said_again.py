"""What this station holds, and nobody could learn from the logs: said again as ops of its own.

Either it was written here without the right, before this station had it: until then nobody took it.
Or it came by a snapshot, the log it came from was set back since, and its segments were given up: by
its cursors this station lacks what it holds. That only once the log's writer is shut out: till then
it can say its own words itself, and what it had no right to must not become somebody else's word.

A snapshot of this station would bring either to whoever merges that, and to nobody else: said as ops
it comes to all alike, and loses against what is newer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection

from db.registry import TABLES
from db.sync.frames import FRAME_OPS, Group
from db.sync.members import Membership
from db.sync.noted import among
from db.sync.ops import is_settled
from db.sync.outgoing import read_inserts
from db.sync.rights import RESTRICTED, sift
from db.sync.tables import shape_of

SAID: Final = "sync-said"
"""Cursor into `sync_sealed`: up to which of its rows this was looked after."""
_HELD: Final = "sync-held-"
"""Before an incarnation: how far its log was known by a snapshot when it was set back."""
_TO_SAY: Final = "sync-say-"
"""Before an incarnation: of its log something was given up that may be held here all the same."""


def groups_to_say(connection: Connection, membership: Membership, me: int, seq: int) -> list[Group]:
    """Return what is to be said again by now; it is then taken as said.

    `me` and `seq` are this station's incarnation and its last number. Run it inside
    `write("system")`, and seal what it returns in the same transaction.
    """
    if not is_settled(connection):
        return []
    if membership.may_manage(me, seq + 1):
        return [*_with_right(connection, membership), *_given_up(connection, membership)]
    return sift(_given_up(connection, membership)).free


def note_held(connection: Connection, dev: int, seq: int) -> None:
    """Note how far a log was known, before it is set back: its rows may stay."""
    _note(connection, f"{_HELD}{dev:016x}", seq)


def note_given_up(connection: Connection, dev: int, seq: int) -> None:
    """Note that a log is given up from a number on: what is held of it is to be said again."""
    run = connection.exec_driver_sql
    held = run("SELECT seq FROM cursors WHERE name = ?", (f"{_HELD}{dev:016x}",)).scalar() or 0
    if held >= seq:
        _note(connection, f"{_TO_SAY}{dev:016x}", seq)


def has_to_say(connection: Connection, membership: Membership) -> bool:
    """Tell whether something was given up that may be held here."""
    return bool(_logs_to_say(connection, membership))


def _with_right(connection: Connection, membership: Membership) -> list[Group]:
    """All rows that take the right, where some were sealed before this station had it."""
    run = connection.exec_driver_sql
    said = run("SELECT seq FROM cursors WHERE name = ?", (SAID,)).scalar() or 0
    sealed = run(
        "SELECT rowid, dev, seq FROM sync_sealed WHERE rowid > ? AND name NOT LIKE '%-%'", (said,)
    ).all()
    if all(membership.may_manage(dev, number) for _, dev, number in sealed):
        return []
    _note(connection, SAID, max(rowid for rowid, *_ in sealed))
    cursor: Any = connection.connection.cursor()
    found = [
        group
        for number in sorted(RESTRICTED)
        for group in read_inserts(cursor, shape_of(number), "rid > ?", (0,))
    ]
    return sift(found).restricted


def _given_up(connection: Connection, membership: Membership) -> list[Group]:
    """All rows with a word of a station of whose log something was given up."""
    devs = _logs_to_say(connection, membership)
    for dev in devs:
        connection.exec_driver_sql("DELETE FROM cursors WHERE name = ?", (f"{_TO_SAY}{dev:016x}",))
    return [group for dev in devs for group in _rows_of(connection, dev)]


def _logs_to_say(connection: Connection, membership: Membership) -> list[int]:
    found = connection.exec_driver_sql(
        "SELECT name FROM cursors WHERE name LIKE ? ORDER BY name", (f"{_TO_SAY}%",)
    )
    devs = [int(name.removeprefix(_TO_SAY), 16) for name in found.scalars()]
    return [dev for dev in devs if membership.pin(dev) is not None]


def _rows_of(connection: Connection, dev: int) -> Iterator[Group]:
    cursor: Any = connection.connection.cursor()
    for table in TABLES:
        found = connection.exec_driver_sql(
            f"SELECT rid FROM {table.name} WHERE _dv = ? OR _fc LIKE ? ORDER BY rid",
            (dev, f"%{dev}%"),
        )
        for condition, parameters in among(found.scalars().all(), FRAME_OPS):
            yield from read_inserts(cursor, shape_of(table.number), condition, parameters)


def _note(connection: Connection, name: str, seq: int) -> None:
    """Keep the highest number of a name."""
    connection.exec_driver_sql(
        "INSERT INTO cursors(name, seq) VALUES (?, ?) "
        "ON CONFLICT(name) DO UPDATE SET seq = max(seq, excluded.seq)",
        (name, seq),
    )
