"""Segments that no copy can bring back: given up by a person, so that the rest goes on.

A reader never goes over a gap by itself, for what is missing may be on its way. What was given up
may be gone over; a file that turns up all the same is still taken, late as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from db.sync.said_again import note_given_up
from db.sync.store import Store

MISSING: Final = "missing"
LOST: Final = "lost"
"""Code of the note, closed from the start, that a segment (`about`) was given up; by whom is in it."""
MOST: Final = 10_000
"""Segments of one log that are given up at once."""


class Loss(NamedTuple):
    """Segments of one log, from the first to the last."""

    dev: int
    first: int
    last: int


def open_gaps(connection: Connection) -> list[tuple[int, int]]:
    """Return (incarnation, number) of the segments that are named as missing."""
    problems = Store(connection).open_problems()
    return [_place(about) for code, about, _, _ in problems if code == MISSING]


def given_up(connection: Connection) -> set[tuple[int, int]]:
    """Return (incarnation, number) of all segments that were given up."""
    found = connection.exec_driver_sql("SELECT about FROM sync_problem WHERE code = ?", (LOST,))
    return {_place(about) for (about,) in found}


def losses(
    connection: Connection, there: Mapping[int, Sequence[int]], claims: Mapping[int, int]
) -> list[Loss]:
    """Return what would be given up: from each gap to the next segment that is there.

    `there` are the numbers of files by log, `claims` how far each log is said to go.
    """
    found = []
    for dev, seq in open_gaps(connection):
        following = min((n for n in there.get(dev, ()) if n > seq), default=None)
        last = max(seq, claims.get(dev, seq)) if following is None else following - 1
        found.append(Loss(dev, seq, min(last, seq + MOST)))
    return found


def give_up(connection: Connection, loss: Loss, who: str, now: int) -> None:
    """Note that segments are given up, by whom and when (Unix ms); their problem is closed."""
    store, detail = Store(connection), json.dumps({"by": who})
    note_given_up(connection, loss.dev, loss.first)
    for seq in range(loss.first, loss.last + 1):
        about = f"{loss.dev:016x}/{seq}"
        store.open_problem(LOST, about, detail, now)
        store.close_problem(LOST, about, now)
        store.close_problem(MISSING, about, now)


def _place(about: str) -> tuple[int, int]:
    return int(about[:16], 16), int(about[17:])
