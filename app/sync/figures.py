"""Counts what the status tells, out of what the engine has noted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, text, tuple_

from app.sync.status import Problem, StationView
from db.clock import now_ms
from db.database import Database
from db.models import Conflict
from db.registry import BY_NAME
from db.sync.heads import Head, unpack_head
from db.sync.losses import given_up
from db.sync.membership import ShopMembership
from db.sync.ops import OUTBOX
from db.sync.store import Store

MOST_COUNTED: Final = 10_000
"""Changes that wait are counted up to here: it is read several times a second."""

SHOWN_MS: Final = 30 * 24 * 3_600_000
"""A value that lost is offered so long (SYNC §4.10); after that what stands has stood the test."""

IMPORTANT: Final = frozenset(
    {
        ("orders", "status"),
        ("orders", "total_fen"),
        ("orders", "paid_fen"),
        ("orders", "fixed_recipient"),
        ("orders", "fixed_phone"),
        ("orders", "fixed_province"),
        ("orders", "fixed_city"),
        ("orders", "fixed_district"),
        ("orders", "fixed_detail"),
        ("orders", "review"),
        ("confirmations", "state"),
        ("customers", "phone"),
        ("staff", "role"),
    }
)
"""Fields whose conflicts are listed for a person: amounts, addresses, statuses, decisions."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What this station has written that the folder has not."""

    changes: int
    segments: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.changes + self.segments


def count_waiting(db: Database) -> Waiting:
    """Count what waits to be sealed, and what to be published."""
    with db.read() as session:
        changes = session.scalar(
            text(
                "SELECT count(*) FROM (SELECT 1 FROM change JOIN txn ON txn.rid = change.txn "
                "WHERE change.seq > coalesce((SELECT seq FROM cursors WHERE name = :name), 0) "
                "AND origin <> 'sync' LIMIT :most)"
            ),
            {"name": OUTBOX, "most": MOST_COUNTED},
        )
        segments = Store(session.connection()).count(
            "sync_sealed WHERE NOT published AND data IS NOT NULL"
        )
    return Waiting(int(changes or 0), segments)


def view_stations(db: Database, membership: ShopMembership) -> tuple[StationView, ...]:
    """Return all stations of the shop, this one first, revoked ones last."""
    with db.read() as session:
        store = Store(session.connection())
        cursors = {dev: place.seq for dev, place in store.cursors().items()}
        heads = {dev: (at, unpack_head(head)) for dev, (at, head) in store.heads().items()}
        me = store.me()
        for dev, seq in sorted(given_up(session.connection())):
            if seq == cursors.get(dev, 0) + 1:
                cursors[dev] = seq  # nothing waits there any more
        for dev in store.my_devs():
            cursors[dev] = max(cursors.get(dev, 0), store.last_published(dev).seq)
    newest = _newest(cursors, heads)
    devs: dict[bytes, list[int]] = {}
    for dev in {*newest, *heads}:
        if (station := membership.station_of(dev)) is not None:
            devs.setdefault(station, []).append(dev)
    revoked, managers = membership.judgement.revoked, membership.judgement.managers()
    found = []
    for station, name in membership.names().items():
        own = devs.get(station, [])
        at, head = max((heads[d] for d in own if d in heads), default=(0, None), key=lambda h: h[0])
        mine = station == membership.station
        reads = {place.dev: place.seq for place in head.vector} if head else {}
        found.append(
            StationView(
                station,
                name,
                mine=mine,
                manages=station in managers,
                revoked=station in revoked,
                last_seen=at,
                version=head.app if head else "",
                behind=_missing(newest, reads, own) if head and not mine else 0,
                unread=_missing({d: newest[d] for d in own if d in newest}, cursors, [me.dev]),
            )
        )
    return tuple(sorted(found, key=lambda v: (v.revoked, not v.mine, v.name)))


def open_problems(db: Database) -> tuple[Problem, ...]:
    """Return what a person should know of, oldest first."""
    with db.read() as session:
        found = Store(session.connection()).open_problems()
    return tuple(Problem(code, about, json.loads(d), at) for code, about, d, at in found)


def _newest(cursors: Mapping[int, int], heads: Mapping[int, tuple[int, Head]]) -> dict[int, int]:
    found = dict(cursors)
    for _, head in heads.values():
        for place in head.vector:
            found[place.dev] = max(found.get(place.dev, 0), place.seq)
    return found


def _missing(newest: Mapping[int, int], has: Mapping[int, int], but: list[int]) -> int:
    return sum(max(0, seq - has.get(dev, 0)) for dev, seq in newest.items() if dev not in but)


def count_conflicts(db: Database) -> int:
    """Count the open conflicts over fields that a person should look at."""
    wanted = [
        (BY_NAME[table].number, number)
        for table, field in sorted(IMPORTANT)
        for number, name in BY_NAME[table].numbered()
        if name == field
    ]
    with db.read() as session:
        return int(
            session.scalar(
                select(func.count())
                .select_from(Conflict)
                .where(Conflict.closed_at.is_(None), Conflict.at > now_ms() - SHOWN_MS)
                .where(tuple_(Conflict.table_no, Conflict.field).in_(wanted))
            )
            or 0
        )
