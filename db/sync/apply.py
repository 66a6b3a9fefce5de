"""Ops of other stations, merged into the database in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection

from db.clock import MAX_AHEAD_MS, now_ms, stamp_ms
from db.database import Database
from db.registry import BY_NAME, BY_NUMBER, DELETED_FIELD
from db.sync.conflicts import Watch
from db.sync.far import is_far
from db.sync.faults import split_faulty
from db.sync.frames import INSERT, SET, Group
from db.sync.merger import Applied, Merger
from db.sync.ops import settle
from db.sync.rows import pack_row, unpack_row
from db.sync.tables import shape_of

__all__ = ["Applied", "Merger", "apply_groups", "follow", "merge_groups", "pack_row", "unpack_row"]


def apply_groups(database: Database, groups: Iterable[Group]) -> Applied:
    """Merge groups of ops, all or none; screens and the search index hear of it as origin "sync".

    Must not run inside another `write()` of the same thread.
    """
    with database.write("sync") as session:
        return merge_groups(session.connection(), groups)


def merge_groups(
    connection: Connection, groups: Iterable[Group], wall_ms: int | None = None
) -> Applied:
    """Merge groups of ops inside a `write("sync")`; `wall_ms` is this machine's clock."""
    applied, now = Applied(), now_ms() if wall_ms is None else wall_ms
    settle(connection)
    watch = Watch(connection, now)
    # The triggers would stamp these changes as made here; they are noted below instead.
    connection.exec_driver_sql("UPDATE txn_context SET noting = 0")
    highest = 0
    # Rows are merged best after they are born; nothing depends on it.
    for group in sorted(groups, key=lambda group: group.kind):
        sound = _sound(_known(group, applied.later), applied.faulty)
        if sound is not None:
            Merger(connection, shape_of(group.table), applied, watch).take(sound)
            highest = max(highest, _highest(sound))
    applied.clashes = watch.finish()
    follow(connection, highest, applied, now)
    connection.exec_driver_sql("UPDATE txn_context SET noting = 1")
    return applied


def _sound(group: Group | None, faulty: list[Group]) -> Group | None:
    """What a table can hold; the rest must not keep it from being taken."""
    if group is None:
        return None
    sound, rest = split_faulty(shape_of(group.table), group)
    if rest is not None:
        faulty.append(rest)
    return sound


def _known(group: Group, later: list[Group]) -> Group | None:
    table = BY_NUMBER.get(group.table)
    if table is None or group.kind not in {INSERT, SET}:
        later.append(group)
        return None
    living = {DELETED_FIELD, *(number for number, _ in table.numbered())}
    places = [place for place, number in enumerate(group.fields) if number in living]
    if len(places) == len(group.fields):
        return group
    unknown = [p for p, number in enumerate(group.fields) if number > len(table.fields)]
    if unknown:
        # As an edit: the row itself is born now, by the fields that are known.
        later.append(_part(group, [*_owners(group), *unknown], SET))
    return _part(group, places, group.kind) if places else None


def _owners(group: Group) -> list[int]:
    """Whose setting it is decides who may set it: every op must tell, also a later one."""
    owners = {number for number, name in BY_NAME["settings"].numbered() if name in {"scope", "key"}}
    settings = group.table == BY_NAME["settings"].number
    return [place for place, n in enumerate(group.fields) if settings and n in owners]


def _part(group: Group, places: Sequence[int], kind: int) -> Group:
    return msgspec.structs.replace(
        group,
        kind=kind,
        fields=[group.fields[place] for place in places],
        columns=[group.columns[place] for place in places],
    )


def _highest(group: Group) -> int:
    edited = (clock[0] for clocks in group.clocks or () if clocks for clock in clocks.values())
    return max(group.since + max(group.stamps), max(edited, default=0))


def follow(
    connection: Connection, highest: int, applied: Applied, wall_ms: int | None = None
) -> None:
    """Take the home's clock above a stamp from elsewhere, unless it lies over 24 h ahead."""
    now = now_ms() if wall_ms is None else wall_ms
    if stamp_ms(highest) > now + MAX_AHEAD_MS:
        applied.ahead = True
        applied.far |= is_far(highest, now)
    else:
        # The next transaction's stamp is taken above this one, in every process of the home.
        connection.exec_driver_sql("UPDATE txn_context SET stamp = max(stamp, ?)", (highest,))
