"""Nothing leaves the folder that two snapshots, read whole and a week old, do not hold by hash."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from db.clock import now_ms
from db.ids import natural_id
from db.models import Customer
from db.sync.collect import WEEK_MS, Collector
from db.sync.heads import Head
from db.sync.manifests import Opened, Place
from db.sync.membership import Pin
from db.sync.relay import MemoryRelay
from db.sync.segments import parse_name as parse_segment
from db.sync.store import Store
from db.sync.surroundings import Surroundings
from db.sync.turns import DAY_MS, HOUR_MS, rank
from tests.db.sync.parties import Circle, Party
from tests.db.sync.stations import dump


@dataclass
class Clock:
    passed: int = 0

    def now(self) -> int:
        return now_ms() + self.passed


class World:
    """Two managing stations on one folder, and a clock to turn on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, Clock()
        self.circle, self.relay = Circle(), MemoryRelay()
        self.around = Surroundings(now_ms=self.clock.now)
        self.a, self.b = self.party(11), self.party(22)

    def party(self, dev: int, *, manages: bool = True) -> Party:
        path = self.folder / f"{dev}.db"
        return Party(path, dev, self.circle, self.relay, self.around, manages=manages)

    def collector(self, party: Party) -> Collector:
        return Collector(party.db, self.relay, party.members, self.around, party.snapshots)

    def names(self, dev: int) -> list[str]:
        return self.relay.list(f"ops/{dev:016x}/")

    def hear(self, party: Party, other: Party) -> None:
        with party.db.write("system") as session:
            head = Head(vector=[]).pack()
            Store(session.connection()).note_head(other.dev, self.clock.now(), head)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.a.db.close()
    world.b.db.close()


def write(party: Party, *nicks: str) -> None:
    for nick in nicks:
        with party.db.write() as session:
            session.add(Customer(id=natural_id("c", nick), nick=nick, created_at=1))
        party.seal()


def make(party: Party) -> Opened:
    return party.snapshots.make(party.seal)


def held(party: Party) -> int:
    with party.db.read() as session:
        found = session.scalar(text("SELECT count(*) FROM sync_sealed WHERE data IS NOT NULL"))
    return int(found or 0)


def covered_twice(world: World) -> None:
    """Two segments of a are in two snapshots, a third came later."""
    write(world.a, "x", "y")
    world.b.read()
    make(world.b)
    make(world.a)
    write(world.a, "z")


def test_segments_leave_when_two_snapshots_of_a_week_ago_hold_them(world: World) -> None:
    covered_twice(world)
    collector = world.collector(world.a)
    assert collector.collect(at_once=True).segments == 0
    world.clock.passed = WEEK_MS + HOUR_MS
    assert collector.collect(at_once=True).segments == 2
    assert [parse_segment(name)[1] for name in world.names(11)] == [3]  # type: ignore[index]
    assert held(world.a) == 1
    late = world.party(33)
    late.snapshots.heal(gap=True)
    late.read()
    assert dump(late.db) == dump(world.a.db)
    late.db.close()


def _nothing(world: World) -> None:
    """Leave all as it is."""


def _one_is_gone(world: World) -> None:
    for name in world.relay.list(world.b.snapshots.usable()[0].header.folder):
        world.relay.delete(name)


def _one_is_damaged(world: World) -> None:
    name = world.a.snapshots.usable()[0].chunk_names()[0]
    data = bytearray(world.relay.get(name))
    data[100] ^= 1
    world.relay.delete(name)
    world.relay.put_new(name, bytes(data))
    for party in (world.a, world.b):
        party.snapshots.verified.clear()


def _one_is_of_no_manager(world: World) -> None:
    world.circle.managers.discard(22)


def _one_is_of_a_revoked_maker(world: World) -> None:
    world.circle.pins[22] = Pin(0, frozenset())


def _another_branch(world: World) -> None:
    """As after a clone: the snapshots hold what my twin sealed under my number."""
    with world.a.db.write("system") as session:
        session.execute(text("UPDATE sync_sealed SET digest = zeroblob(32) WHERE seq = 2"))


@pytest.mark.parametrize(
    "harm",
    [
        _one_is_gone,
        _one_is_damaged,
        _one_is_of_no_manager,
        _one_is_of_a_revoked_maker,
        _another_branch,
    ],
)
def test_nothing_leaves_without_two_witnesses_of_ones_own_branch(
    world: World, harm: Callable[[World], None]
) -> None:
    covered_twice(world)
    world.clock.passed = WEEK_MS + HOUR_MS
    harm(world)
    before = world.names(11)
    assert world.collector(world.a).collect(at_once=True).segments == 0
    assert world.names(11) == before
    assert held(world.a) == 3


def test_what_only_the_newer_of_two_holds_stays(world: World) -> None:
    write(world.a, "x")
    world.b.read()
    make(world.b)
    write(world.a, "y")
    make(world.a)
    world.clock.passed = WEEK_MS + HOUR_MS
    assert world.collector(world.a).collect(at_once=True).segments == 1
    assert [parse_segment(name)[1] for name in world.names(11)] == [2]  # type: ignore[index]


def test_nobody_deletes_the_segments_of_a_living_colleague(world: World) -> None:
    covered_twice(world)
    world.clock.passed = WEEK_MS + HOUR_MS
    assert world.collector(world.b).collect(at_once=True).segments == 0
    assert len(world.names(11)) == 3


def test_a_manager_tidies_up_after_who_was_revoked(world: World) -> None:
    third = world.party(33, manages=False)
    write(third, "x", "y")
    world.a.read()
    world.b.read()
    first = Place(*(parse_segment(world.names(33)[0]) or ()))
    for party in (world.a, world.b):
        make(party)
    world.circle.pins[33] = Pin(2, frozenset({make(world.a).manifest.place_of(33).digest8}))
    world.clock.passed = WEEK_MS + HOUR_MS
    assert world.collector(world.a).collect(at_once=True).segments == 2
    assert world.names(33) == []
    assert first.seq == 1
    third.db.close()


def test_a_branch_of_the_revoked_that_was_not_taken_stays(world: World) -> None:
    third = world.party(33, manages=False)
    write(third, "x")
    world.a.read()
    world.b.read()
    for party in (world.a, world.b):
        make(party)
    world.circle.pins[33] = Pin(1, frozenset({make(world.a).manifest.place_of(33).digest8}))
    world.clock.passed = WEEK_MS + HOUR_MS
    other = f"ops/{33:016x}/{1:010d}.{'ab' * 8}.kds"
    world.relay.put_new(other, b"the other branch")
    world.collector(world.a).collect(at_once=True)
    assert world.names(33) == [other]
    with world.a.db.write("system") as session:
        Store(session.connection()).note_forks([Place(33, 1, b"\xab" * 8)])
    world.relay.put_new(f"ops/{33:016x}/{1:010d}.{'cd' * 8}.kds", b"x")
    world.collector(world.a).collect(at_once=True)
    assert len(world.names(33)) == 2
    third.db.close()


def test_the_newest_and_one_a_week_are_kept(world: World) -> None:
    write(world.a, "x")
    made = []
    for day in range(30):
        world.clock.passed = day * DAY_MS
        made.append(make(world.a).name)
        world.collector(world.a).collect(at_once=True)
    left = {opened.name for opened in world.b.snapshots.usable()}
    assert {*made[-3:]} <= left
    assert len(left) in {7, 8}  # three and those of five weeks, where they are not the same
    old = sorted(made.index(name) for name in left)
    assert all(later - earlier <= 7 for earlier, later in pairwise(old))
    assert world.relay.list("snap/") == sorted(
        name
        for opened in world.b.snapshots.usable()
        for name in (opened.name, *opened.chunk_names())
    )


def test_a_snapshot_that_knows_more_than_those_that_stay_is_kept(world: World) -> None:
    write(world.b, "only b has read this")
    make(world.b)
    for _ in range(4):
        make(world.a)  # a reads no logs
    world.clock.passed = DAY_MS
    world.collector(world.a).collect(at_once=True)
    left = {opened.header.dev for opened in world.a.snapshots.usable()}
    assert left == {11, 22}


def test_what_a_crash_left_of_a_snapshot_is_swept_by_its_maker(world: World) -> None:
    write(world.a, "x")
    made = make(world.a)
    world.relay.delete(made.name)
    for party, passed, expected in ((world.a, 0, 0), (world.b, 2, 0), (world.a, 2, 1)):
        world.clock.passed = passed * DAY_MS
        assert world.collector(party).collect(at_once=True).chunks == expected
    assert world.relay.list("snap/") == []


def test_one_station_a_day_is_the_first_to_make_one(world: World) -> None:
    days = [now_ms() + day * DAY_MS for day in range(40)]
    devs = [11, 22, 33]
    firsts = [[dev for dev in devs if rank(dev, devs, day) == 0] for day in days]
    assert all(len(first) == 1 for first in firsts)
    assert {first[0] for first in firsts} == {11, 22, 33}
    assert all(sorted(rank(dev, devs, day) for dev in devs) == [0, 1, 2] for day in days)


def test_who_is_next_waits_for_the_one_before(world: World) -> None:
    write(world.a, "x")
    write(world.b, "x")
    world.clock.passed = DAY_MS
    world.hear(world.a, world.b)
    world.hear(world.b, world.a)
    now = world.clock.now()
    first, second = sorted((world.a, world.b), key=lambda p: rank(p.dev, (11, 22), now))
    collectors = {party.dev: world.collector(party) for party in (first, second)}
    assert collectors[first.dev].is_due()
    assert not collectors[second.dev].is_due()
    with second.db.write("system") as session:  # it is silent
        session.execute(text("UPDATE sync_cursor SET heard_at = 1"))
    assert collectors[second.dev].is_due()


def test_it_is_time_after_a_day_or_when_the_logs_have_grown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector = world.collector(world.a)
    assert not collector.is_due()  # an empty home
    write(world.a, "x")
    assert not collector.is_due()  # the logs are quickly read
    with monkeypatch.context() as patch:
        patch.setattr("db.sync.turns.LEAST_GROWTH", 10)
        assert collector.is_due()
    make(world.a)
    collector.note_made()
    world.clock.passed = 2 * HOUR_MS
    assert not collector.is_due()
    assert collector.is_due(wanted=True)
    world.clock.passed = DAY_MS + HOUR_MS
    assert collector.is_due()
    make(world.a)
    collector.note_made()
    assert not collector.is_due()
    world.clock.passed += 2 * HOUR_MS
    monkeypatch.setattr("db.sync.turns.LEAST_GROWTH", 0)
    monkeypatch.setattr("db.sync.turns.OP_BYTES", 1 << 30)
    monkeypatch.setattr(world.a.db, "actor", "x")
    assert not collector.is_due()
    with world.a.db.write("system") as session:
        session.execute(text("UPDATE txn SET at = at + :day"), {"day": 10 * DAY_MS})
    write(world.a, "y")
    with world.a.db.write("system") as session:
        session.execute(text("UPDATE txn SET at = at + :day"), {"day": 10 * DAY_MS})
    assert collector.is_due()


def test_who_may_not_manage_makes_none(world: World) -> None:
    world.circle.managers.discard(11)
    assert not world.collector(world.a).is_due(wanted=True)
