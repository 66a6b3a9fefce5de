"""Of two edits that did not know of each other both values can be seen, on every station."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from db.database import Database
from db.models import Customer
from db.sync.conflicts import choose, conflicts
from tests.db.sync.parties import merge_from
from tests.db.sync.stations import apply, dump, exchange, open_station, take

Stations = tuple[Database, Database, Database]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Stations]:
    """Three stations that know one customer."""
    a, b, c = (open_station(tmp_path / f"{n}.db", n) for n in (11, 22, 33))
    with a.write() as session:
        session.add(Customer(nick="小明", name="old", created_at=1))
    exchange((a, b, c))
    yield a, b, c
    for station in (a, b, c):
        station.close()


def edit(db: Database, **fields: object) -> None:
    with db.write() as session:
        session.execute(update(Customer).values(**fields))


def name_of(db: Database) -> str:
    with db.read() as session:
        return session.scalars(select(Customer.name)).one()


def lost(db: Database) -> list[tuple[object, object]]:
    """What stands and what lost, of the conflicts that are open."""
    return [(clash.stands, clash.lost) for clash in conflicts(db)]


def test_both_values_are_seen_everywhere(shop: Stations) -> None:
    a, b, c = shop
    edit(a, name="of a")
    edit(b, name="of b")
    exchange(shop)
    assert [lost(db) for db in shop] == [[("of b", "of a")]] * 3
    (clash,) = conflicts(c)
    assert (clash.table, clash.field, clash.stands_dev, clash.lost_dev) == (
        *("customers", "name"),
        *(22, 11),
    )


def test_whatever_the_order_of_arrival(shop: Stations) -> None:
    a, b, c = shop
    edit(a, name="of a")
    edit(b, name="of b")
    from_a, from_b = take(a), take(b)
    apply(c, from_b)
    apply(c, from_a)
    apply(c, from_b)
    apply(a, from_b)
    apply(b, from_a)
    assert [lost(db) for db in shop] == [[("of b", "of a")]] * 3


def test_an_edit_that_knew_of_the_other_is_none(shop: Stations) -> None:
    a, b, c = shop
    edit(a, name="of a")
    from_a = take(a)
    apply(b, from_a)
    edit(b, name="of b")
    apply(c, take(b))  # before what it was built on
    apply(c, from_a)
    assert lost(c) == []
    assert name_of(c) == "of b"


def test_the_same_value_twice_is_none(shop: Stations) -> None:
    a, b, _ = shop
    edit(a, name="same")
    edit(b, name="same")
    exchange(shop)
    assert [lost(db) for db in shop] == [[], [], []]


def test_other_fields_are_none(shop: Stations) -> None:
    a, b, _ = shop
    edit(a, name="of a", last_seen_at=5)
    edit(b, phone="138", last_seen_at=6)
    exchange(shop)
    assert [lost(db) for db in shop] == [[], [], []]


def test_who_goes_on_typing_without_knowing_does_not_settle_it(shop: Stations) -> None:
    a, b, c = shop
    edit(a, name="of a")
    from_a = take(a)
    parts = []
    for text in ("of b", "of b, more", "of b, done"):
        edit(b, name=text)
        parts.append(take(b))
    apply(c, from_a)
    for part in parts:
        apply(a, part)
        apply(c, part)
    apply(b, from_a)
    assert [lost(db) for db in shop] == [[("of b, done", "of a")]] * 3


@pytest.mark.parametrize("take_lost", [True, False])
def test_a_choice_on_one_station_settles_it_on_all(shop: Stations, *, take_lost: bool) -> None:
    a, b, _ = shop
    edit(a, name="of a")
    edit(b, name="of b")
    exchange(shop)
    (clash,) = conflicts(b)
    choose(b, clash.rid, take_lost=take_lost)
    exchange(shop)
    assert [lost(db) for db in shop] == [[], [], []]
    assert {name_of(db) for db in shop} == {"of a" if take_lost else "of b"}
    assert dump(a) == dump(b) == dump(shop[2])
    assert len(conflicts(a, open_only=False)) == 1


def test_a_newer_value_by_somebody_else_settles_it(shop: Stations) -> None:
    a, b, c = shop
    edit(a, name="of a")
    edit(b, name="of b")
    exchange(shop)
    edit(c, name="of c")
    exchange(shop)
    assert [lost(db) for db in shop] == [[], [], []]


def test_a_snapshot_hands_on_what_lost(shop: Stations, tmp_path: Path) -> None:
    a, b, c = shop
    edit(a, name="of a", phone="1")
    edit(b, name="of b", phone="2")
    exchange((a, b))
    assert lost(a) == [("2", "1"), ("of b", "of a")]
    late = open_station(tmp_path / "late.db", 44)
    for station in (late, c):
        merge_from(a, station)
        merge_from(a, station)
        assert lost(station) == [("2", "1"), ("of b", "of a")]
        assert [clash.lost_dev for clash in conflicts(station)] == [11, 11]
    late.close()


def test_what_was_written_anew_since_is_handed_on_to_nobody(shop: Stations) -> None:
    a, b, c = shop
    edit(a, name="of a")
    edit(b, name="of b")
    exchange(shop)
    edit(c, name="decided")
    take(c)
    merge_from(a, c)
    assert name_of(c) == "decided"
    assert lost(c) == []
