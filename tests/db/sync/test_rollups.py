"""Segments of an hour lie in one file, and are read, proved and missed just as they were alone."""

import contextlib
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.ids import new_id
from db.models import Customer
from db.sync.keys import StationKeys
from db.sync.ranges import Range, make_range, parse_range, split_range
from db.sync.relay import MemoryRelay, is_name
from db.sync.rollups import HOUR_MS, PARTS_STAY_MS, RollUps
from db.sync.segments import SegmentError, open_segment, parse_name
from db.sync.snapshots import Snapshots
from db.sync.store import Store
from db.sync.surroundings import Surroundings
from tests.db.sync.homes import EPOCH, SHOP, Clock, Home, Register, settle
from tests.db.sync.stations import dump
from tests.db.sync.test_segments import KEYS, STATION, WRITER, ops_of, sample

GOLDEN = Path(__file__).parents[2] / "data" / "sync" / "range-1.kds"


class World:
    """Homes on one folder with one clock."""

    def __init__(self, path: Path) -> None:
        self.path, self.relay = path, MemoryRelay()
        self.clock, self.register = Clock(), Register()
        self.homes: list[Home] = []

    def home(self, name: str) -> Home:
        home = Home(self.path / name, name, self.relay, self.register, self.clock)
        self.homes.append(home)
        return home

    def rolled(self, home: Home) -> int:
        around = Surroundings(now_ms=self.clock.now_ms)
        return RollUps(home.db, self.relay, home.engine._membership, around).step(at_once=True)

    def snapshots(self, home: Home) -> Snapshots:
        return Snapshots(home.db, self.relay, home.engine._membership, Surroundings(), workers=1)

    def kinds(self) -> tuple[int, int]:
        """How many single segments, and how many ranges, lie in the folder."""
        names = self.relay.list("ops/")
        ranges = sum(parse_range(name) is not None for name in names)
        return len(names) - ranges, ranges


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    for home in world.homes:
        home.close()


def write(home: Home, *nicks: str) -> None:
    for nick in nicks:
        with home.db.write() as session:
            session.add(Customer(id=new_id(), nick=nick, created_at=1))
        home.sync()


def a_day_later(world: World, home: Home) -> None:
    """An hour after writing the range is made, after a day its parts leave."""
    world.clock.ms += HOUR_MS
    assert world.rolled(home) == 1
    world.clock.ms += PARTS_STAY_MS
    assert world.rolled(home) == 0


def test_an_hour_s_segments_become_one_file_and_leave_after_a_day(world: World) -> None:
    a = world.home("a")
    write(a, "x", "y", "z")
    assert world.rolled(a) == 0  # the hour is not over
    world.clock.ms += HOUR_MS
    assert world.rolled(a) == 1
    assert world.kinds() == (3, 1)
    assert world.rolled(a) == 0
    world.clock.ms += PARTS_STAY_MS
    world.rolled(a)
    assert world.kinds() == (0, 1)
    a.sync()
    assert world.kinds() == (0, 1)  # what left is not put back
    write(a, "w")
    assert world.kinds() == (1, 1)


def test_of_the_ranges_only_the_one_that_holds_a_segment_is_given(world: World) -> None:
    a = world.home("a")
    for hour in range(2):
        write(a, *(f"小{hour}{number}" for number in range(3)))
        a_day_later(world, a)
    with a.db.read() as session:
        store = Store(session.connection())
        dev = store.me().dev
        found = {seq: [name for name, _data in store.copies(dev, seq)] for seq in (2, 5)}
    first, second = (parse_range(found[seq][0]) for seq in (2, 5))
    assert [len(names) for names in found.values()] == [1, 1]
    assert first is not None
    assert second is not None
    assert first.last < second.first


def test_a_late_station_reads_the_range_and_goes_on(world: World) -> None:
    a = world.home("a")
    write(a, "x", "y", "z")
    a_day_later(world, a)
    write(a, "w")
    late = world.home("late")
    settle(late)
    assert dump(late.db) == dump(a.db)
    assert late.sync().taken == 0


def test_who_has_the_parts_takes_nothing_twice(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    write(a, "x", "y")
    settle(b)
    a_day_later(world, a)
    assert b.sync().taken == 0
    assert b.ask("SELECT seq FROM sync_seen WHERE seq < 0") == [(-2,)]
    assert b.ask("SELECT count(*) FROM sync_fork") == [(0,)]


def test_who_has_some_of_the_parts_takes_the_rest(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    write(a, "x")
    b.sync()
    write(a, "y", "z")
    a_day_later(world, a)
    assert b.sync().taken == 2
    assert dump(a.db) == dump(b.db)


def test_a_range_is_not_opened_over_a_gap(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    write(a, "x")
    (first,) = world.relay.list("ops/")
    data = world.relay.get(first)
    world.clock.ms += HOUR_MS
    write(a, "y", "z")
    a_day_later(world, a)
    world.relay.delete(first)
    assert b.sync().taken == 0
    assert b.engine.reader.gap
    world.relay.put_new(first, data)
    assert b.sync().taken == 3


def test_a_damaged_range_changes_nothing_and_its_owner_keeps_the_parts(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    write(a, "x", "y")
    world.clock.ms += HOUR_MS
    world.rolled(a)
    (name,) = [n for n in world.relay.list("ops/") if parse_range(n)]
    whole = world.relay.get(name)
    world.relay.delete(name)
    world.relay.put_new(name, whole[:-200] + bytes(200))
    world.clock.ms += PARTS_STAY_MS
    world.rolled(a)
    assert world.kinds() == (2, 1)
    assert b.sync().taken == 2
    assert not b.engine.reader.gap  # of what is here already nobody is asked
    for single in world.relay.list("ops/"):
        if parse_name(single):
            world.relay.delete(single)
    c = world.home("c")
    assert c.sync().taken == 0
    # Nothing, or all of it where a snapshot was made meanwhile; never a part.
    whole_by_snapshot = c.ask("SELECT count(*) FROM customers") == [(2,)]
    assert whole_by_snapshot or c.ask("SELECT count(*) FROM customers") == [(0,)]
    assert whole_by_snapshot or c.engine.reader.gap


def test_a_crash_at_any_step_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Crash(BaseException):
        """The power goes."""

    a = world.home("a")
    write(a, "x", "y", "z")
    world.clock.ms += HOUR_MS
    for at_end_of_day in (False, True):
        if at_end_of_day:
            world.clock.ms += PARTS_STAY_MS
        for calls in range(1, 7):
            left = [calls]

            def stop(name: str, data: bytes = b"", left: list[int] = left) -> None:
                left[0] -= 1
                if left[0] == 0:
                    raise Crash
                if data:
                    MemoryRelay.put_new(world.relay, name, data)
                else:
                    MemoryRelay.delete(world.relay, name)

            with monkeypatch.context() as patch:
                patch.setattr(world.relay, "put_new", stop)
                patch.setattr(world.relay, "delete", stop)
                with contextlib.suppress(Crash):
                    world.rolled(a)
            a.sync()
    world.rolled(a)
    assert world.kinds() == (0, 1)
    late = world.home("late")
    settle(late)
    assert dump(late.db) == dump(a.db)


def test_large_segments_and_single_ones_stay_as_they_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = world.home("a")
    write(a, "x")
    world.clock.ms += HOUR_MS
    write(a, "y", "z")
    world.clock.ms += HOUR_MS
    monkeypatch.setattr("db.sync.rollups.SMALL", 10)
    assert world.rolled(a) == 0
    monkeypatch.setattr("db.sync.rollups.SMALL", 1 << 16)
    assert world.rolled(a) == 1
    (name,) = [n for n in world.relay.list("ops/") if parse_range(n)]
    assert (parse_range(name) or Range(0, 0, 0, b""))[1:3] == (2, 3)


def test_files_do_not_grow_without_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    a = world.home("a")
    write(a, *"abcdef")
    monkeypatch.setattr("db.sync.rollups.RANGE_BYTES", 1700)
    world.clock.ms += HOUR_MS
    assert world.rolled(a) >= 2
    world.clock.ms += PARTS_STAY_MS
    world.rolled(a)
    late = world.home("late")
    settle(late)
    assert dump(late.db) == dump(a.db)


def test_a_snapshot_tells_which_ranges_need_no_reading(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    write(a, "x", "y")
    a_day_later(world, a)
    a.sync()
    made = world.snapshots(a).make(a.engine.seal)
    b.sync()
    with b.db.write("system") as session:
        session.execute(text("DELETE FROM sync_seen"))
        session.execute(text("DELETE FROM sync_cursor"))
    world.snapshots(b).merge(made)
    assert b.ask("SELECT seq FROM sync_seen ORDER BY seq") == [(-2,), (2,)]
    assert b.sync().taken == 0


def parts_of(count: int) -> list[bytes]:
    parts, previous = [], bytes(32)
    for seq in range(3, 3 + count):
        (sealed,) = WRITER.seal(sample(4), seq, previous, salt=bytes([seq]) * 32)
        parts.append(sealed.data)
        previous = sealed.digest
    return parts


def sealed_range(count: int = 3) -> tuple[str, bytes]:
    name, data, _ = make_range(SHOP, STATION, 3, parts_of(count), KEYS)
    return name, data


@settings(max_examples=10, deadline=None)
@given(st.integers(2, 8))
def test_parts_come_back_as_they_were(count: int) -> None:
    name, data = sealed_range(count)
    assert is_name(name)
    parts = split_range(name, data, SHOP, KEYS.public)
    assert [part.data for part in parts] == parts_of(count)
    for seq, part in enumerate(parts, 3):
        segment = open_segment(part.data, SHOP, STATION, KEYS.public, {7: WRITER.epoch})
        assert (segment.header.seq, segment.digest[:8]) == part.place[1:]
        assert part.place.seq == seq
        assert parse_name(part.name) == tuple(part.place)
        assert sorted(ops_of(segment.groups)) == sorted(sample(4))


def test_every_cut_and_changed_byte_of_a_range_is_refused() -> None:
    name, data = sealed_range()
    dice = random.Random(3)
    for length in (*range(60), *dice.sample(range(len(data)), 60)):
        with pytest.raises(SegmentError):
            split_range(name, data[:length], SHOP, KEYS.public)
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        with pytest.raises(SegmentError):
            split_range(name, bytes(changed), SHOP, KEYS.public)


def test_a_range_that_its_owner_made_wrongly_is_refused_or_its_parts_are() -> None:
    """The inner layers stand on their own: hash and signature fit here."""
    _, data = sealed_range()
    for place in set(range(len(data) - 96)) - {4, 5}:  # version and flags: for programs to come
        changed = bytearray(data[:-96])
        changed[place] ^= 1 << place % 8
        digest = hashlib.sha256(changed).digest()
        name = f"ops/{STATION:016x}/{3:010d}-{5:010d}.{digest[:8].hex()}.kds"
        with pytest.raises(SegmentError):
            whole = bytes(changed) + digest + KEYS.sign(digest)
            for part in split_range(name, whole, SHOP, KEYS.public):
                opened = open_segment(part.data, SHOP, STATION, KEYS.public, {7: WRITER.epoch})
                if (opened.header.seq, opened.digest[:8]) != part.place[1:]:
                    raise SegmentError


def test_another_s_range_is_refused() -> None:
    name, data = sealed_range()
    with pytest.raises(SegmentError):
        split_range(name, data, b"another!", KEYS.public)
    with pytest.raises(SegmentError):
        split_range(name, data, SHOP, StationKeys.generate().public)
    with pytest.raises(SegmentError):
        split_range(name.replace("0000000003", "0000000002"), data, SHOP, KEYS.public)


@pytest.mark.parametrize(
    "name",
    [
        "ops/0123456789abcdef/0000000001.0123456789abcdef.kds",
        "ops/0123456789abcdef/0000000002-0000000001.0123456789abcdef.kds",
        "ops/0123456789abcdef/0000000000-0000000001.0123456789abcdef.kds",
        "ops/0123456789abcdef/0000000001-0000000002.0123456789abcdef (copy).kds",
    ],
)
def test_other_files_are_no_ranges(name: str) -> None:
    assert parse_range(name) is None


def test_a_range_of_format_one_is_read_for_ever() -> None:
    """Written once by the first version; this file never changes."""
    data = GOLDEN.read_bytes()
    digest = hashlib.sha256(data[:-96]).hexdigest()
    name = f"ops/{STATION:016x}/{3:010d}-{5:010d}.{digest[:16]}.kds"
    parts = split_range(name, data, SHOP, KEYS.public)
    assert [part.data for part in parts] == parts_of(3)
    assert EPOCH.number == 1
