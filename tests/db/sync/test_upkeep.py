"""The engine keeps the folder whole and small by itself: nobody has to ask for it."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from db.sync.asks import SNAPSHOT
from db.sync.collect import WEEK_MS
from db.sync.manifests import Opened, SnapshotDamaged
from db.sync.ranges import parse_range
from db.sync.rollups import HOUR_MS
from db.sync.turns import AFTER_FAILURE_MS, DAY_MS
from db.sync.upkeep import EVERY_MS, GAP_MS
from tests.db.sync.homes import Home, settle
from tests.db.sync.stations import dump
from tests.db.sync.test_rollups import World, write


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    for home in world.homes:
        home.close()


def pass_time(world: World, ms: int, *homes: Home) -> None:
    world.clock.ms += ms
    settle(*homes)


def test_a_shop_of_a_day_has_a_snapshot_and_a_new_station_starts_from_it(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    write(a, "x", "y")
    settle(a, b)
    assert world.relay.list("snap/") == []
    pass_time(world, DAY_MS + HOUR_MS, a, b)
    assert len(world.relay.list("snap/")) == 2
    late = world.home("late")
    result = late.sync()
    assert (result.merged, result.taken) == (1, 0)
    assert dump(late.db) == dump(a.db)
    write(a, "z")
    settle(a, late)
    assert dump(late.db) == dump(a.db)


def test_a_folder_that_lost_segments_is_healed_by_a_snapshot(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    write(a, "x")
    settle(a, b)
    write(a, "y")
    for name in world.relay.list("ops/"):
        world.relay.delete(name)
    with a.db.write("system") as session:  # nobody has them any more
        session.connection().exec_driver_sql("UPDATE sync_sealed SET data = NULL")
    write(a, "z")
    assert b.sync().taken == 0
    world.clock.ms += DAY_MS + HOUR_MS
    a.sync()
    for _ in range(3):
        pass_time(world, max(GAP_MS, EVERY_MS), b)
    assert dump(a.db) == dump(b.db)


def test_over_the_weeks_the_folder_stays_small_and_everybody_whole(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    for day in range(20):
        write(a, f"a{day}", f"a{day}!")
        write(b, f"b{day}")
        settle(a, b)
        pass_time(world, DAY_MS // 2, a, b)
        pass_time(world, DAY_MS // 2, a, b)
    assert dump(a.db) == dump(b.db)
    names = world.relay.list("ops/")
    assert len(names) < 45  # of sixty, and as many rolled up
    assert any(parse_range(name) for name in names)
    assert len([n for n in world.relay.list("snap/") if "/m." in n]) < 12
    late = world.home("late")
    settle(late)
    assert dump(late.db) == dump(a.db)
    assert world.clock.ms > WEEK_MS


def test_a_snapshot_that_reads_back_torn_is_made_anew_and_stops_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = world.home("a"), world.home("b")
    write(a, "x")
    settle(a, b)
    whole = world.relay.get

    def torn(name: str) -> bytes:
        return whole(name)[:-1] if name.endswith(".kdc") else whole(name)

    with monkeypatch.context() as patch:
        patch.setattr(world.relay, "get", torn)
        write(a, "y")
        pass_time(world, DAY_MS + HOUR_MS, a, b)
    assert dump(b.db) == dump(a.db)
    pass_time(world, AFTER_FAILURE_MS[0], a, b)
    late = world.home("late")
    assert late.sync().merged == 1
    assert dump(late.db) == dump(a.db)


def test_one_that_never_reads_back_whole_is_tried_ever_more_seldom(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = world.home("a")
    write(a, "x")
    settle(a)
    tried, make = [], a.engine.upkeep.snapshots.make

    def torn(seal: Callable[[], object]) -> Opened:
        tried.append(world.clock.ms)
        raise SnapshotDamaged

    world.clock.ms += DAY_MS + HOUR_MS
    with monkeypatch.context() as patch:
        patch.setattr(a.engine.upkeep.snapshots, "make", torn)
        for _ in range(90):
            pass_time(world, 30_000, a)
    waits = [after - before for before, after in pairwise(tried)]
    first = AFTER_FAILURE_MS[0]
    assert len(waits) == 4
    assert all(wait >= first << number for number, wait in enumerate(waits))
    monkeypatch.setattr(a.engine.upkeep.snapshots, "make", make)
    pass_time(world, AFTER_FAILURE_MS[1], a)
    assert len(world.relay.list("snap/")) == 2


def test_an_ask_that_no_snapshot_helps_gets_ever_fewer(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    write(a, "x")
    settle(a, b)
    made = set[str]()
    for _ in range(120):
        b.engine.asks.put(b.dev, *SNAPSHOT)
        b.engine.reader.gap = True
        a.sync()
        made |= {name for name in world.relay.list("snap/") if "/m." in name}
        world.clock.ms += 30_000
    assert 4 <= len(made) <= 7
