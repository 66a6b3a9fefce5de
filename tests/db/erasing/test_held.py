"""What was sealed before an erasure leaves the folder as soon as the rules for leaving allow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.erasing.roots import erase
from db.models import Customer
from db.sync.collect import WEEK_MS
from db.sync.manifests import Opened
from db.sync.scratch import attached
from db.sync.turns import DAY_MS, HOUR_MS
from tests.db.erasing.people import add_person, found, ident
from tests.db.sync.parties import Party
from tests.db.sync.test_collect import World, make

WHO, OTHER = "zhangsan", "lisi"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    with made.a.db.write() as session:
        add_person(session, WHO)
        add_person(session, OTHER)
    made.a.seal()
    yield made
    made.a.db.close()
    made.b.db.close()


def erase_in(party: Party) -> None:
    with party.db.write() as session:
        erase(session, ident("customers", WHO), None, "", "request")
    party.seal()


def holding(party: Party) -> list[Opened]:
    """Snapshots in the folder that still hold the person, read byte by byte."""
    held = []
    for opened in party.snapshots.usable():
        with (
            party.snapshots.fetched(opened) as scratch,
            attached(scratch, party.db.path, party.db.key) as raw,
        ):
            rows = raw.execute("SELECT * FROM main.t2").fetchall()
            rows += raw.execute("SELECT * FROM main.t8").fetchall()
            if any(WHO in str(value) for row in rows for value in row):
                held.append(opened)
    return held


def test_an_erasure_makes_a_snapshot_due_and_soon_a_second_one(world: World) -> None:
    make(world.a)
    make(world.a)
    collector = world.collector(world.a)
    assert not collector.is_due()
    erase_in(world.a)
    assert collector.is_due()
    make(world.a)
    collector.note_made()
    assert not collector.is_due()
    world.clock.passed += HOUR_MS
    assert collector.is_due()
    make(world.a)
    collector.note_made()
    world.clock.passed += HOUR_MS
    assert not collector.is_due()


def test_old_snapshots_go_once_two_without_the_person_are_a_week_old(world: World) -> None:
    for _ in range(3):
        make(world.a)
        world.clock.passed += WEEK_MS  # else kept as the first of their weeks, for two months
    assert len(holding(world.a)) == 3
    erase_in(world.a)
    make(world.a)
    make(world.a)
    world.clock.passed += WEEK_MS - DAY_MS
    world.collector(world.a).collect(at_once=True)
    assert len(holding(world.a)) > 0
    world.clock.passed += DAY_MS
    make(world.a)
    world.collector(world.a).collect(at_once=True)
    assert holding(world.a) == []
    assert world.names(world.a.dev) == []
    with world.a.db.read() as session:
        sealed = "SELECT count(*) FROM sync_sealed WHERE data IS NOT NULL"
        assert session.connection().exec_driver_sql(sealed).scalar() == 0


def test_a_new_station_starts_from_what_is_left(world: World) -> None:
    erase_in(world.a)
    make(world.a)
    world.b.snapshots.heal()
    world.b.read()
    assert found(world.b.db, WHO) == []
    with world.b.db.read() as session:
        assert session.query(Customer).where(Customer.nick == f"{OTHER}-nick").count() == 1


def test_a_snapshot_of_before_brings_nobody_back(world: World) -> None:
    old = make(world.a)
    world.b.read()
    erase_in(world.a)
    world.b.read()
    world.b.snapshots.merge(old)
    while world.b.db.index_pending():
        pass
    assert found(world.b.db, WHO) == []
    assert len(found(world.b.db, OTHER)) > 15
