"""What a reader can't take: it is asked for, put back by who has it, and never waited for in vain."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.sync.relay import MemoryRelay
from db.sync.troubles import CLEAR_AFTER_MS
from tests.db.sync.homes import EPOCH, Home, MembershipOfAll, settle
from tests.db.sync.stations import dump
from tests.db.sync.test_engine import World, add, ask_for_it, nicks, segments


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, MemoryRelay())
    yield world
    world.close()


def put_instead(world: World, name: str, data: bytes) -> None:
    world.relay.delete(name)
    world.relay.put_new(name, data)


def look_for_a_while(world: World, home: Home) -> None:
    for _ in range(2 * CLEAR_AFTER_MS // 10_000):
        home.sync()
        world.clock.sleep(10)


@pytest.mark.parametrize("at", [-1, -80, 60], ids=["signature", "hash", "body"])
def test_a_file_that_stays_damaged_is_removed_and_put_back_by_its_writer(
    world: World, at: int
) -> None:
    # As in one's own copy of the folder, where its writer sees no damage and asking changes nothing.
    a, b = world.home("a"), world.home("b")
    add(a, "小明")
    a.sync()
    (name,) = segments(world)
    data = bytearray(world.relay.get(name))
    data[at] ^= 1
    put_instead(world, name, bytes(data))
    look_for_a_while(world, b)
    assert segments(world) == []
    a.sync()
    ask_for_it(world, b)
    assert nicks(b) == {"小明"}


def test_a_file_that_changes_is_on_its_way_and_stays(world: World) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "小明")
    a.sync()
    (name,) = segments(world)
    data = world.relay.get(name)
    for length in range(100, len(data), 12):
        put_instead(world, name, data[:length])
        b.sync()
        world.clock.sleep(10)
    assert segments(world) == [name]
    put_instead(world, name, data)
    ask_for_it(world, b)
    assert nicks(b) == {"小明"}


def test_a_file_that_can_not_be_opened_yet_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = world.home("a"), world.home("b")
    add(a, "小明")
    a.sync()
    with monkeypatch.context() as patch:
        patch.setattr(MembershipOfAll, "epochs", {})
        look_for_a_while(world, b)
        assert len(segments(world)) == 1
        patch.setattr(MembershipOfAll, "epochs", {1: EPOCH})
        ask_for_it(world, b)
    assert nicks(b) == {"小明"}


def write_a_number_twice(world: World) -> tuple[Home, Home]:
    """Return who knows both branches of a log, and its writer, who was put back and knows one."""
    a, b = world.home("a"), world.home("b")
    add(a, "before")
    settle(a, b)
    a.close()
    shutil.copytree(a.path, world.path / "image")
    a.open()
    add(a, "before it was put back")
    settle(a, b)
    a.close()
    # The machine and the folder are both put back, and nobody but b has the segment.
    lost = max(name for name in segments(world) if f"{a.dev:016x}" in name)
    for name in (lost, *world.relay.list("head/")):
        world.relay.delete(name)
    shutil.rmtree(a.path)
    shutil.copytree(world.path / "image", a.path)
    a.open()
    add(a, "after it was put back")
    a.sync()
    return b, a


def test_a_branch_that_only_others_know_is_asked_for(world: World) -> None:
    b, a = write_a_number_twice(world)
    first = a.dev
    for _ in range(4):
        for home in (b, a):
            ask_for_it(world, home)
    assert nicks(a) == {"before", "before it was put back", "after it was put back"}
    assert dump(a.db) == dump(b.db)
    assert a.dev != first
    assert world.relay.list("ask/") == []
    assert {code for (code,) in a.ask("SELECT code FROM sync_problem")} >= {"fork"}


def test_a_third_station_that_took_the_other_branch_asks_as_well(world: World) -> None:
    b, a = write_a_number_twice(world)
    c = world.home("c")
    c.sync()
    assert nicks(c) == {"before", "after it was put back"}
    for _ in range(4):
        for home in (b, a, c):
            ask_for_it(world, home)
    assert dump(a.db) == dump(b.db) == dump(c.db)
