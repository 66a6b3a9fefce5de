"""Which ops take the right `manage`, and which segments count at all.

Both are decided by the op itself and by the membership records, never by what else has arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from sqlalchemy import Connection

from db.ids import natural_id
from db.registry import BY_NAME
from db.sync.frames import Group, Value, pick
from db.sync.manifests import Place
from db.sync.membership import Membership

STAFF: Final = BY_NAME["staff"].number
SETTINGS: Final = BY_NAME["settings"].number
WHOLE: Final = frozenset({STAFF, BY_NAME["erasures"].number})
RESTRICTED: Final = WHOLE | {SETTINGS}
"""Tables with restricted rows: staff and erasures whole, of the settings those of the shop."""

_NUMBERS: Final = {name: number for number, name in BY_NAME["settings"].numbered()}
SCOPE: Final = _NUMBERS["scope"]
KEY: Final = _NUMBERS["key"]

REVOKED: Final = "revoked"
NO_RIGHT: Final = "right"
"""Why ops were put aside."""
AGAIN: Final = "again"
"""Reason of an entry, closed from the start, that names only in which transaction a segment was
taken before its log was set back.
"""
_UNKNOWN: Final = bytes(8)
"""A hash that no segment has."""


class Sifted(NamedTuple):
    """Groups of ops, those that anybody may send and those that take the right `manage`."""

    free: list[Group]
    restricted: list[Group]


def counts(membership: Membership, place: Place) -> bool:
    """Tell whether a segment counts: not beyond a revocation, nor made after it for an earlier place."""
    if not membership.accepts(place.dev, place.seq):
        return False
    pin = membership.pin(place.dev)
    if pin is None or place.seq < pin.since:
        return True
    if not pin.known:
        return place.seq < pin.seq or place.digest8 in pin.digests8
    return (place.seq, place.digest8) in pin.known


def admits(membership: Membership, place: Place) -> bool:
    """Tell whether a segment may be read now: of a revoked station's first ones none can be told
    from a forged one any more, and a snapshot brings them.
    """
    pin = membership.pin(place.dev)
    return pin is None or not pin.known or place.seq >= pin.since


def may_manage_as(connection: Connection, membership: Membership, dev: int, seq: int) -> bool:
    """Tell whether a number's writer had the right, whichever of its known branches is meant.

    Of what was put aside the branch is not noted: while one of them has it not, none is taken.
    """
    known = connection.exec_driver_sql(
        "SELECT digest8 FROM sync_seen WHERE dev = ? AND seq = ?", (dev, seq)
    ).all()
    digests = [digest8 for (digest8,) in known] or [_UNKNOWN]
    return all(membership.may_manage(dev, seq, digest8) for digest8 in digests)


def sift(groups: Iterable[Group]) -> Sifted:
    """Part ops by the right they take."""
    free, restricted = list[Group](), list[Group]()
    for group in groups:
        if group.table not in RESTRICTED:
            free.append(group)
            continue
        own = _personal_places(group)
        others = [place for place in range(len(group)) if place not in own]
        free += [pick(group, sorted(own))] if own else []
        restricted += [pick(group, others)] if others else []
    return Sifted(free, restricted)


def is_restricted(table: int, row: bytes, scope: Value, key: Value) -> bool:
    """Tell whether changing a row takes the right; scope and key are those of a setting."""
    return table in WHOLE or (table == SETTINGS and not _is_personal(row, scope, key))


def _personal_places(group: Group) -> Collection[int]:
    if group.table in WHOLE or not {SCOPE, KEY} <= set(group.fields):
        return ()
    scopes, keys = (group.columns[group.fields.index(number)] for number in (SCOPE, KEY))
    rows = zip(group.rows, scopes, keys, strict=True)
    return {place for place, row in enumerate(rows) if _is_personal(*row)}


def _is_personal(row: bytes, scope: Value, key: Value) -> bool:
    """A setting is somebody's own only if its id proves it: readers look settings up by id."""
    if not isinstance(scope, str) or not isinstance(key, str) or scope == "shop":
        return False
    return natural_id("setting", scope, key) == row
