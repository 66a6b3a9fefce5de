"""Snapshots of members without the right: they bring what only they have of their own logs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from db.ids import natural_id, new_id
from db.models import Setting, Staff
from db.sync.collect import WEEK_MS
from db.sync.images import Image, build_image
from db.sync.relay import MemoryRelay
from db.sync.store import Store
from db.sync.turns import WORD_AFTER_MS
from tests.db.sync.homes import Home, settle
from tests.db.sync.stations import dump
from tests.db.sync.test_engine import World, add, nicks, segments


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, MemoryRelay())
    yield world
    world.close()


def worker(world: World, name: str) -> Home:
    home = world.home(name)
    world.register.workers.add(home.station)
    return home


def write_rules(home: Home) -> None:
    """Write what takes the right, and a setting that is the station's own."""
    with home.db.write() as session:
        session.add(Staff(id=new_id(), login="li", name="小丽", created_at=1))
        for scope in ("shop", "station"):
            row = natural_id("setting", scope, "theme")
            session.add(Setting(id=row, scope=scope, key="theme", value="dark"))


def rules(home: Home) -> tuple[int, list[str]]:
    with home.db.read() as session:
        staff = session.scalar(select(func.count()).select_from(Staff)) or 0
        return staff, sorted(session.scalars(select(Setting.scope)))


def collected(world: World, home: Home) -> None:
    """Let a home have its log in its rows only, as after two snapshots that count no more."""
    for name in segments(world):
        if f"{home.dev:016x}" in name:
            world.relay.delete(name)
    with home.db.write("system") as session:
        session.connection().exec_driver_sql("UPDATE sync_sealed SET data = NULL")
        session.connection().exec_driver_sql("DELETE FROM sync_copy")


def wait(world: World, *homes: Home, ms: int = 2 * WORD_AFTER_MS) -> None:
    for _ in range(ms // 60_000):
        world.clock.sleep(60)
        for home in homes:
            home.sync()


def cursor(home: Home, of: Home) -> int:
    with home.db.read() as session:
        return Store(session.connection()).cursor(of.dev).seq


def test_a_log_that_only_its_writer_has_comes_by_its_own_snapshot(world: World) -> None:
    boss, a, b = world.home("boss"), worker(world, "a"), worker(world, "b")
    add(a, "小明")
    write_rules(a)
    add(boss, "王姐")
    boss.sync()
    a.sync()
    # The boss has not read it: its snapshots can't bring it.
    collected(world, a)
    wait(world, a, b, boss)
    assert nicks(b) == nicks(boss) == {"小明", "王姐"}
    assert rules(a) == (1, ["shop", "station"])
    assert rules(b) == rules(boss) == (0, ["station"])
    assert cursor(b, a) == cursor(boss, a) == 1
    assert world.relay.list("ask/") == []
    assert boss.engine.verify().faults == []


def test_it_speaks_for_its_makers_logs_alone(world: World) -> None:
    a, b, c = worker(world, "a"), worker(world, "b"), worker(world, "c")
    add(b, "of b")
    b.sync()
    add(a, "of a")
    settle(a)
    collected(world, a)
    hidden = {n: world.relay.get(n) for n in segments(world) if f"{b.dev:016x}" in n}
    for name in hidden:
        world.relay.delete(name)
    wait(world, a, c)
    assert nicks(c) == {"of a", "of b"}
    assert cursor(c, b) == 0
    for name, data in hidden.items():
        world.relay.put_new(name, data)
    settle(c)
    assert cursor(c, b) == 1


def test_what_may_have_taken_the_right_waits_for_a_managers_snapshot(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, a, b = world.home("boss"), world.home("a"), world.home("b")
    add(a, "小明")
    write_rules(a)
    settle(a, boss)
    a.engine.upkeep.snapshots.make(a.engine.seal)
    collected(world, a)
    # The boss takes the right away, with all that it has read standing.
    former = a.dev
    for home in (boss, a, b):
        member = home.engine._membership
        monkeypatch.setattr(
            member, "may_manage", lambda dev, seq, *_: dev != former or seq <= 1, raising=False
        )
    wait(world, b)
    assert nicks(b) == set()
    boss.engine.upkeep.snapshots.make(boss.engine.seal)
    wait(world, b)
    assert nicks(b) == {"小明"}
    assert rules(b) == (1, ["shop", "station"])


def test_one_is_swept_when_managers_have_said_as_much_for_a_week(world: World) -> None:
    boss, a = world.home("boss"), worker(world, "a")
    add(a, "小明")
    a.sync()
    collected(world, a)
    wait(world, a, boss)
    words = [n for n in world.relay.list("snap/") if f".{a.dev:016x}." in n]
    assert words
    for _ in range(4):
        world.clock.ms += WEEK_MS // 2
        settle(boss)
    assert not set(words) & set(world.relay.list("snap/"))
    late = world.home("late")
    settle(late)
    assert nicks(late) == {"小明"}


def test_what_was_written_before_the_right_came_is_said_again_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, a = world.home("boss"), worker(world, "a")
    write_rules(a)
    settle(a, boss)
    assert rules(boss) == (0, ["station"])
    world.register.workers.discard(a.station)
    new = a.dev
    for home in (boss, a):
        member = home.engine._membership
        monkeypatch.setattr(
            member, "may_manage", lambda dev, seq, *_: dev != new or seq > 1, raising=False
        )
        home.engine._judge_due = True
    settle(a, boss)
    assert rules(boss) == (1, ["shop", "station"])
    assert dump(a.db) == dump(boss.db)
    count = len(segments(world))
    a.engine._judge_due = True
    settle(a, boss)
    assert len(segments(world)) == count


def test_nobody_keeps_others_busy_by_a_number_that_no_log_reaches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = worker(world, "a"), worker(world, "b")
    add(a, "小明")
    a.sync()
    snapshots = a.engine.upkeep.snapshots
    with monkeypatch.context() as patch:

        def told(*given: Any) -> Image:
            image = build_image(*given)
            return image._replace(vector=[p._replace(seq=1 << 60) for p in image.vector])

        patch.setattr("db.sync.snapshots.build_image", told)
        snapshots.make(a.engine.seal)
    collected(world, a)
    wait(world, b)
    assert len(b.engine.upkeep.snapshots.words) == 1
    assert (cursor(b, a), nicks(b)) == (0, set())
