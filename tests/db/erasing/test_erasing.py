"""Erasing a person blanks all that is theirs, here and elsewhere, and nothing of anybody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from db.clock import now_ms
from db.database import Database
from db.erasing.roots import Erased, discover, erase
from db.models import Attachment, Customer, CustomerNote, Message, Order, Shipment
from db.search import search_ids
from db.sync.frames import encode_ops
from db.sync.store import Store
from tests.db.erasing.people import add_person, edit, found, ident
from tests.db.sync.parties import merge_from
from tests.db.sync.stations import apply, dump, exchange, open_station, take

GONE, STAYS = "zhangsan", "lisi"


@pytest.fixture
def stations(tmp_path: Path) -> Iterator[list[Database]]:
    made = [open_station(tmp_path / f"{n}.db", n + 1) for n in range(2)]
    yield made
    for database in made:
        database.close()


def erase_in(database: Database, who: str) -> Erased:
    with database.write() as session:
        return erase(session, ident("customers", who), None, "", "request")


def index(database: Database) -> None:
    while database.index_pending():
        pass


def same(stations: list[Database]) -> None:
    first, *others = (dump(database) for database in stations)
    for other in others:
        assert other == first


def test_nothing_of_the_person_is_left_in_any_table(stations: list[Database]) -> None:
    (database, *_) = stations
    with database.write() as session:
        add_person(session, GONE)
        add_person(session, STAYS)
    with database.write() as session:
        edit(session, Customer, GONE, name=f"{GONE}-married", phone="139")
        edit(session, Order, GONE, fixed_recipient=f"{GONE}-friend", seller_remark=f"{GONE}!")
    index(database)
    assert len(found(database, GONE)) > 20
    before = found(database, STAYS)
    erase_in(database, GONE)
    index(database)
    assert found(database, GONE) == []
    assert found(database, STAYS) == before


def test_the_money_of_an_order_and_the_state_of_a_parcel_stay(stations: list[Database]) -> None:
    (database, *_) = stations
    with database.write() as session:
        add_person(session, GONE)
    erase_in(database, GONE)
    with database.read() as session:
        order = session.query(Order).one()
        assert (order.paid_fen, order.recipient, order.extra) == (4200, "", None)
        assert order.number.startswith("no-")
        assert session.query(Shipment).one().state == "signed"
        assert session.query(Message).one().payload == {"erased": True}
        assert session.query(Attachment).one().deleted
        assert search_ids(session, "customers", GONE) == []


def test_another_station_blanks_it_too(stations: list[Database]) -> None:
    here, there = stations
    with here.write() as session:
        add_person(session, GONE)
        add_person(session, STAYS)
    exchange([here, there])
    erase_in(here, GONE)
    exchange([here, there])
    same([here, there])
    index(there)
    assert found(there, GONE) == []
    assert len(found(there, STAYS)) > 15


def test_what_was_written_offline_before_is_blank_as_it_arrives(stations: list[Database]) -> None:
    here, there = stations
    with here.write() as session:
        add_person(session, GONE)
    exchange([here, there])
    with there.write() as session:
        edit(session, Customer, GONE, name=f"{GONE}-later")
        edit(session, Order, GONE, recipient=f"{GONE}-later", source_at=8)
        session.add(
            Message(
                conversation_id=ident("conversations", GONE),
                author="customer",
                text=f"{GONE}-late",
                at=6,
            )
        )
        session.add(Order(platform="jd", number="late", customer_id=ident("customers", GONE),
                          recipient=f"{GONE}-late"))  # fmt: skip
    erase_in(here, GONE)
    ops = take(there)
    apply(here, ops)
    late = {"orders.recipient", "search_data.block"}  # nobody has said yet whose order that is
    assert set(found(here, GONE)) <= late
    assert discover(here) == 1
    index(here)
    assert found(here, GONE) == []
    apply(there, take(here))
    same([here, there])
    index(there)
    assert found(there, GONE) == []


def test_what_comes_afterwards_is_a_new_life(stations: list[Database]) -> None:
    here, there = stations
    with here.write() as session:
        add_person(session, GONE)
    exchange([here, there])
    erase_in(here, GONE)
    with here.write() as session:
        edit(session, Customer, GONE, name="back again")
        session.add(
            Message(
                conversation_id=ident("conversations", GONE), author="customer", text="hello", at=9
            )
        )
        session.add(Order(platform="jd", number="new", customer_id=ident("customers", GONE),
                          recipient="back again"))  # fmt: skip
    exchange([here, there])
    discover(here)
    exchange([here, there])
    same([here, there])
    with there.read() as session:
        assert session.query(Customer).one().name == "back again"
        texts = set(session.scalars(text("SELECT text FROM messages")))
        assert texts == {"", "hello"}
        assert session.query(Order).where(Order.number == "new").one().recipient == "back again"


def test_an_order_of_then_is_never_filled_again(stations: list[Database]) -> None:
    here, there = stations
    with here.write() as session:
        add_person(session, GONE)
    exchange([here, there])
    erase_in(here, GONE)
    with there.write("import") as session:
        edit(session, Order, GONE, recipient=f"{GONE}-again", status="completed", source_at=99)
    with here.write("import") as session:
        edit(session, Order, GONE, phone=f"{GONE}-phone", status="shipped", source_at=50)
    exchange([here, there])
    same([here, there])
    with there.read() as session:
        order = session.query(Order).one()
        assert (order.recipient, order.phone, order.status) == ("", "", "completed")
    for station in stations:
        index(station)
        assert found(station, GONE) == []


def test_a_parcel_that_also_carries_anothers_order_stays(stations: list[Database]) -> None:
    (database, *_) = stations
    with database.write() as session:
        add_person(session, GONE)
        add_person(session, STAYS)
        session.execute(
            text("UPDATE order_shipments SET shipment_id = :id"), {"id": ident("shipments", STAYS)}
        )
    erase_in(database, GONE)
    with database.read() as session:
        parcel = session.query(Shipment).where(Shipment.id == ident("shipments", STAYS)).one()
        assert parcel.phone_tail == f"{STAYS}-tail"


def test_aliases_go_with_the_record_they_were_merged_into(stations: list[Database]) -> None:
    (database, *_) = stations
    with database.write() as session:
        add_person(session, GONE)
        add_person(session, "alias")
        edit(session, Customer, "alias", merged_into=ident("customers", GONE))
    erase_in(database, GONE)
    index(database)
    assert found(database, "alias-") == []


def test_ops_that_wait_or_were_refused_are_blanked_too(stations: list[Database]) -> None:
    here, there = stations
    with here.write() as session:
        add_person(session, GONE)
    exchange([here, there])
    with there.write() as session:
        edit(session, Customer, GONE, name=f"{GONE}-refused")
        session.add(
            Message(
                conversation_id=ident("conversations", GONE),
                author="customer",
                text=f"{GONE}-refused",
                at=6,
            )
        )
    with there.write() as session:
        edit(session, Customer, GONE, phone=f"{GONE}-refused")
    refused = encode_ops(take(there))
    for after in (False, True):
        if after:
            erase_in(here, GONE)
        with here.write("sync") as session:
            store = Store(session.connection())
            store.put_aside(7, 1, refused, "revoked", 1)
            store.keep_later(7, 1, refused)
    index(here)
    assert found(here, GONE) == []


def test_a_value_that_lost_is_not_kept(stations: list[Database]) -> None:
    here, there = stations
    with here.write() as session:
        add_person(session, GONE)
    exchange([here, there])
    for station, word in ((here, "first"), (there, "second")):
        with station.write() as session:
            edit(session, Customer, GONE, name=f"{GONE}-{word}")
    exchange([here, there])
    assert "conflict.lost_value" in found(here, GONE)
    erase_in(here, GONE)
    with there.write() as session:
        edit(session, Customer, GONE, family="no name in it")
    exchange([here, there])
    for station in stations:
        index(station)
        assert found(station, GONE) == []
    same(stations)


def test_a_bulk_of_late_rows_is_blanked_and_leaves_the_index(stations: list[Database]) -> None:
    here, there = stations
    with here.write() as session:
        add_person(session, GONE)
    exchange([here, there])
    with there.write() as session:
        session.add_all(
            Message(
                conversation_id=ident("conversations", GONE),
                author="customer",
                text=f"{GONE} {n}",
                at=n,
            )
            for n in range(10, 700)
        )
    erase_in(here, GONE)
    exchange([here, there])
    for station in stations:
        index(station)
        assert found(station, GONE) == []
    same(stations)


def test_a_snapshot_that_brings_the_trail_blank_leaves_no_trace_of_it(
    stations: list[Database],
) -> None:
    here, there = stations
    with here.write() as session:
        add_person(session, GONE)
    with here.write() as session:
        edit(session, Customer, GONE, phone=f"{GONE}-139")
    exchange([here, there])
    erase_in(here, GONE)
    merge_from(here, there)
    index(there)
    assert found(there, GONE) == []
    same([here, there])


def test_what_is_written_afterwards_stays_though_the_erasing_clock_ran_ahead(
    stations: list[Database],
) -> None:
    here, there = stations
    with here.write() as session:
        add_person(session, GONE)
    exchange([here, there])
    here._clock._wall = lambda: now_ms() + 400 * 86_400_000
    erase_in(here, GONE)
    exchange([here, there])
    for name in ("back", "back again"):
        with there.write() as session:
            edit(session, Customer, GONE, name=name)
            session.add(
                Message(
                    conversation_id=ident("conversations", GONE),
                    author="customer",
                    text=name,
                    at=9,
                )
            )
            session.add(
                CustomerNote(customer_id=ident("customers", GONE), text=f"note of {name}", at=9)
            )
    exchange([here, there])
    assert discover(here) == 0
    exchange([here, there])
    same([here, there])
    with here.read() as session:
        assert session.query(Customer).one().name == "back again"
        assert set(session.scalars(text("SELECT text FROM messages"))) == {"", "back", "back again"}
        notes = set(session.scalars(text("SELECT text FROM customer_notes WHERE NOT _del")))
        assert notes == {"note of back", "note of back again"}
