"""Clocks so far ahead that an edit above them could come out above what any station takes.

Everybody takes clocks below `db.sync.faults.HIGHEST`, and an edit gets a clock above the one that
it replaces. So no edit is made here above a clock that lies over a hundred years ahead: its writer
means harm, or knows no time. The line moves with the time, far below the highest clock: what is
made here is therefore taken everywhere, and nobody can put a value right at its edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from db.clock import COUNTER_BITS
from db.registry import BY_NUMBER, DELETED_FIELD
from db.sync.ranks import FACTS, GENERATION
from db.sync.tables import parse_clocks
from db.triggers import SET

FAR: Final = 100 * 365 * 24 * 60 * 60 * 1000 << COUNTER_BITS
"""What lies this much above the own clock is no honest time."""
PROBLEM: Final = "far"
"""Code of the problem that a segment (`about`: incarnation/number) brought such a clock."""


class ClockSpent(Exception):
    """A local edit would stand on a value with such a clock; `devs` wrote segments with them."""

    def __init__(self, devs: list[int]) -> None:
        super().__init__("a value with a clock far ahead")
        self.devs = devs


def is_far(stamp: int, now: int) -> bool:
    """Tell whether a clock is no honest time; `now` is this machine's clock in Unix ms."""
    return stamp > (now << COUNTER_BITS) + FAR


def refuse_far(connection: Connection, txn: int) -> None:
    """Raise `ClockSpent` where a transaction edited above such a clock. For `Database.check`."""
    places = far_places(connection)
    if not places:
        return
    limit = connection.exec_driver_sql("SELECT stamp FROM txn_context").scalar_one() + FAR
    notes = connection.exec_driver_sql(
        "SELECT table_no, rid, fields FROM change WHERE txn = ? AND kind = ?", (txn, SET)
    ).all()
    for number, rid, fields in notes:
        if _stands_on_far(connection, number, rid, msgspec.json.decode(fields), limit):
            raise ClockSpent(sorted({dev for dev, _ in places}))


def far_places(connection: Connection) -> list[tuple[int, int]]:
    """Return the segments (incarnation, number) that brought such clocks and still count."""
    found = connection.exec_driver_sql(
        "SELECT about FROM sync_problem WHERE code = ? AND closed_at IS NULL", (PROBLEM,)
    ).all()
    return [(int(about[:16], 16), int(about[17:])) for (about,) in found]


def _stands_on_far(
    connection: Connection, number: int, rid: int, fields: Mapping[str, Any], limit: int
) -> bool:
    row = connection.exec_driver_sql(
        f"SELECT _st, _fc FROM {BY_NUMBER[number].name} WHERE rid = ?", (rid,)
    ).first()
    if row is None:
        return False
    birth, text = int(row[0]), row[1]
    clocks = {key: clock[0] for key, clock in (parse_clocks(text) or {}).items()}
    if str(DELETED_FIELD) in fields:
        # A deletion counts as later than all that it deletes.
        return max(birth, *clocks.values(), 0) > limit
    facts = FACTS.get(number)
    takes_back = facts is not None and any(int(key) in facts.numbers for key in fields)
    edited = [clocks.get(key, birth) for key in fields]
    back = clocks.get(GENERATION, 0) if takes_back else 0
    return max(*edited, back, 0) > limit
