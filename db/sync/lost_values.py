"""Values that lost, as a snapshot hands them on to who merges it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection

from db.registry import BY_NUMBER
from db.sync.conflicts import COLUMNS, WATCHED, note_lost
from db.sync.tables import parse_clocks

LOST: Final = "lost"
"""The table of an image that holds them."""
MOST_LOST: Final = 10_000
"""So many are taken over."""


def copy_lost(raw: Any) -> None:
    """Put the open ones of the shop's database into the image that is made."""
    raw.execute(f"CREATE TABLE {LOST}({', '.join(COLUMNS)})")
    raw.execute(
        f"INSERT INTO {LOST} SELECT {', '.join(COLUMNS)} FROM shop.conflict "
        "WHERE closed_at IS NULL ORDER BY rid"
    )


def take_lost(connection: Connection) -> int:
    """Take over values that lost where a snapshot's maker saw it, and that still stand like that.

    A value in an image does not tell what its writer had seen: whether it met another without
    knowing it is known to those only who took it as an op. Returns how many.
    """
    there = connection.exec_driver_sql(
        "SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = ?", (LOST,)
    )
    if there.first() is None:
        return 0  # an older program's image
    found = connection.exec_driver_sql(
        f"SELECT {', '.join(COLUMNS)} FROM main.{LOST} LIMIT {MOST_LOST}"
    ).all()
    return sum(_take_one(connection, *one) for one in found)


def _take_one(connection: Connection, table: Any, row: Any, field: Any, *rest: Any) -> int:
    value, *numbers = rest
    if not all(type(number) is int for number in (table, field, *numbers)):
        return 0
    if field not in WATCHED.get(table, ()):
        return 0
    stored = connection.exec_driver_sql(
        f"SELECT _st, _dv, _fc FROM {BY_NUMBER[table].name} WHERE id = ?", (row,)
    ).first()
    lost, won, at = numbers[:2], numbers[2:4], numbers[4]
    if stored is None:
        return 0
    clocks = parse_clocks(stored[2]) or {}
    if [*clocks.get(str(field), stored[:2])] != won:
        return 0  # it was written anew since
    return note_lost(connection, (table, row, field), (value, *lost), (won[0], won[1]), at)
