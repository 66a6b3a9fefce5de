"""The engine keeps the folder whole and small by itself: nobody has to ask for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.sync.collect import DAY_MS, WEEK_MS
from db.sync.ranges import parse_range
from db.sync.rollups import HOUR_MS
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
    pass_time(world, EVERY_MS, a, b)
    late = world.home("late")
    assert late.sync().merged == 1
    assert dump(late.db) == dump(a.db)
