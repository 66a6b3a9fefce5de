"""Ops of a segment as the station takes them: merged, kept for later, or put aside with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from db.database import Database
from db.sync.apply import Applied, merge_groups
from db.sync.far import PROBLEM as FAR_AHEAD
from db.sync.frames import FrameDamaged, Group, decode_groups, pick
from db.sync.membership import Membership
from db.sync.rights import NO_RIGHT, REVOKED, sift
from db.sync.store import Store

FAULTY: Final = "faulty"
"""Why ops were put aside: no table can hold them."""

MergeGroups = Callable[[Connection, Iterable[Group], int], Applied]


def take_groups(
    connection: Connection,
    place: tuple[int, int],
    groups: Sequence[Group],
    now: int,
    merge: MergeGroups = merge_groups,
) -> Applied:
    """Merge groups of a segment (`place`: incarnation and number) inside a `write("sync")`."""
    store, (dev, seq) = Store(connection), place
    applied = merge(connection, groups, now)
    if applied.later:
        store.keep_later(dev, seq, pack_groups(applied.later))
    if applied.faulty:
        store.put_aside(dev, seq, pack_groups(applied.faulty), FAULTY, now)
        store.open_problem("faulty", f"{dev:016x}/{seq}", "{}", now)
    if applied.ahead:
        store.open_problem("clock_ahead", f"{dev:016x}", "{}", now)
    if applied.far:
        store.open_problem(FAR_AHEAD, f"{dev:016x}/{seq}", "{}", now)
    return applied


def merge_carefully(connection: Connection, groups: Iterable[Group], now: int) -> Applied:
    """Merge op by op; what the database refuses is faulty, the rest is taken.

    For when merging all at once failed; a full or failing disk still raises.
    """
    whole = Applied()
    for group in groups:
        for place in range(len(group)):
            one = pick(group, [place])
            try:
                with connection.begin_nested():
                    applied = merge_groups(connection, [one], now)
            except OperationalError:
                raise
            except (DBAPIError, ValueError, TypeError, OverflowError, ArithmeticError):
                whole.faulty.append(one)
            else:
                whole.inserted += applied.inserted
                whole.changed += applied.changed
                whole.clashes += applied.clashes
                whole.ahead |= applied.ahead
                whole.far |= applied.far
                whole.later += applied.later
                whole.faulty += applied.faulty
    return whole


def merge_safely(connection: Connection, groups: Iterable[Group], now: int) -> Applied:
    """Merge all at once, and where something in it is refused, op by op."""
    groups = list(groups)
    try:
        with connection.begin_nested():
            return merge_groups(connection, groups, now)
    except Exception as error:
        if not is_refusal(error):
            raise
    return merge_carefully(connection, groups, now)


def is_refusal(error: Exception) -> bool:
    """Tell whether merging failed for what an op says, not for what the machine can't do now."""
    return isinstance(error, ValueError | TypeError | OverflowError | ArithmeticError) or (
        isinstance(error, DBAPIError) and not isinstance(error, OperationalError)
    )


def replay_later(database: Database, membership: Membership, now: int) -> int:
    """Take what was kept for a newer program, which this one may be by now; returns how many lots.

    Who may write what is asked anew: a table known only now may take a right, and a station may
    have been shut out meanwhile.
    """
    with database.write("sync") as session:
        connection = session.connection()
        kept = Store(connection).take_later()
        for dev, seq, data in kept:
            try:
                groups = decode_groups(data)
            except FrameDamaged:
                continue
            groups = _allowed(Store(connection), membership, (dev, seq), groups, now)
            take_groups(connection, (dev, seq), groups, now)
    return len(kept)


def _allowed(
    store: Store,
    membership: Membership,
    place: tuple[int, int],
    groups: list[Group],
    now: int,
) -> list[Group]:
    """What of some groups counts; the rest is put aside, to be judged again like any other."""
    if not membership.accepts(*place):
        store.put_aside(*place, pack_groups(groups), REVOKED, now)
        return []
    if membership.may_manage(*place):
        return groups
    free, restricted = sift(groups)
    if restricted:
        store.put_aside(*place, pack_groups(restricted), NO_RIGHT, now)
    return free


def pack_groups(groups: Sequence[Group]) -> bytes:
    """Return groups as bytes, to be kept."""
    return msgspec.msgpack.encode(groups)
