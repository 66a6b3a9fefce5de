"""Two stations that write apart come to hold the same, and neither loses what it should keep."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from app.conversations import outgoing
from app.orders import STATUS_RANK
from db.bulk import insert_rows
from db.changes import Changes
from db.clock import COUNTER_BITS, now_ms
from db.database import Database
from db.ids import natural_id, new_id
from db.models import AuditEntry, Conversation, Customer, CustomerTag, Message, Order, Setting
from db.registry import BY_NAME
from db.search import search_ids
from db.sync.apply import apply_groups
from db.sync.frames import INSERT, SET, Op
from db.sync.keys import StationKeys, new_epoch
from db.sync.ranks import MESSAGE_RANK, ORDER_RANK
from db.sync.relay import MemoryRelay
from db.sync.segments import NO_SEGMENT, Writer, open_segment, parse_name
from tests.db.sync.stations import apply, dump, exchange, open_station, take

SHOP = b"shop-id!"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    stations = open_station(tmp_path / "a.db", 11), open_station(tmp_path / "b.db", 22)
    yield stations
    for station in stations:
        station.close()


def add(db: Database, row: object) -> None:
    with db.write() as session:
        session.add(row)


def edit(db: Database, **fields: object) -> None:
    with db.write() as session:
        session.execute(update(Customer).values(**fields))


def customer_of(db: Database) -> Customer:
    with db.read() as session:
        return session.scalars(select(Customer)).one()


@pytest.fixture
def shared(pair: tuple[Database, Database]) -> tuple[Database, Database]:
    """A pair that both know one customer."""
    add(pair[0], Customer(nick="小明", created_at=1))
    exchange(pair)
    return pair


def test_a_row_comes_over_whole(shared: tuple[Database, Database]) -> None:
    a, b = shared
    assert customer_of(b).nick == "小明"
    assert dump(a) == dump(b)
    assert take(a) == take(b) == []


def test_edits_of_different_fields_are_both_kept(shared: tuple[Database, Database]) -> None:
    a, b = shared
    edit(a, phone="13800001234")
    edit(b, name="王明")
    exchange(shared)
    assert dump(a) == dump(b)
    assert (customer_of(a).phone, customer_of(a).name) == ("13800001234", "王明")


def test_of_two_edits_of_a_field_the_later_stands(shared: tuple[Database, Database]) -> None:
    a, b = shared
    edit(b, name="second thoughts")
    edit(a, name="latest")
    exchange(shared)
    assert customer_of(b).name == customer_of(a).name == "latest"
    assert dump(a) == dump(b)


def test_ones_own_edit_takes_effect_after_a_clock_far_ahead(
    shared: tuple[Database, Database],
) -> None:
    a, b = shared
    ahead = now_ms() + 40 * 86_400_000 << COUNTER_BITS
    row = customer_of(a).id
    name = next(n for n, column in BY_NAME["customers"].numbered() if column == "name")
    future = Op(SET, 2, row, ahead, 33, (name,), ("from the future",))
    assert apply(a, [future]).ahead
    assert apply(b, [future]).ahead
    edit(b, name="mine")
    exchange(shared)
    assert customer_of(a).name == "mine"
    with a.read() as session:
        assert session.scalar(text("SELECT stamp FROM txn_context")) < ahead


def test_the_own_clock_follows_stamps_a_little_ahead(pair: tuple[Database, Database]) -> None:
    a, _ = pair
    ahead = now_ms() + 3_600_000 << COUNTER_BITS
    apply(a, [Op(INSERT, 2, new_id(), ahead, 33, (0, 3), (0, "x"))])
    add(a, Customer(nick="next", created_at=1))
    with a.read() as session:
        assert session.scalar(text("SELECT _st FROM customers WHERE nick = 'next'")) > ahead


def test_a_deletion_comes_over_and_a_later_edit_brings_the_row_back(
    shared: tuple[Database, Database],
) -> None:
    a, b = shared
    edit(a, deleted=True)
    exchange(shared)
    assert customer_of(b).deleted
    edit(a, deleted=False)
    exchange(shared)
    assert not customer_of(b).deleted
    edit(a, deleted=True)
    edit(b, name="still talking to her")
    exchange(shared)
    assert dump(a) == dump(b)
    assert not customer_of(a).deleted


def test_a_deletion_after_ones_own_edits_holds_on_both(shared: tuple[Database, Database]) -> None:
    a, b = shared
    with a.write() as session:
        for name in ("x", "y", "z"):
            session.execute(update(Customer).values(name=name))
        session.execute(update(Customer).values(deleted=True))
    apply(b, take(a))
    assert customer_of(b).deleted
    assert dump(a) == dump(b)


def test_an_edit_that_left_its_row_deleted_does_not_bring_it_back(
    shared: tuple[Database, Database],
) -> None:
    a, b = shared
    edit(a, deleted=True)
    exchange(shared)
    edit(a, last_seen_at=7)  # as an import does, which knows of deleted rows
    exchange(shared)
    assert customer_of(a).deleted
    assert customer_of(b).deleted
    assert dump(a) == dump(b)


@pytest.mark.parametrize("kind", [Customer, Order], ids=["plain", "facts"])
def test_a_deletion_confirmed_here_and_undone_by_later_edits_elsewhere_has_one_clock(
    pair: tuple[Database, Database], kind: type[Customer | Order]
) -> None:
    """The others' edit comes between the own one and its way into the log."""
    a, b = pair
    number = {"number": "1"} if kind is Order else {"nick": "小明"}
    add(a, kind(platform="taobao", shop="s", created_at=1, **number))
    exchange(pair)
    field = "fixed_phone" if kind is Order else "phone"

    def change(db: Database, **fields: object) -> None:
        with db.write() as session:
            session.execute(update(kind).values(**fields))

    change(a, deleted=True)
    exchange(pair)
    change(b, deleted=False)
    change(a, **{field: "left deleted"})
    change(b, **{field: "after that"})
    apply(a, take(b))
    apply(b, take(a))
    assert dump(a) == dump(b)


def test_a_recalled_message_stays_recalled(pair: tuple[Database, Database]) -> None:
    a, b = pair
    add(a, Message(conversation_id=new_id(), author="agent", text="oops", at=1, state="sent"))
    exchange(pair)
    with a.write() as session:
        session.execute(update(Message).values(deleted=True))
    with b.write() as session:
        session.execute(update(Message).values(state="read"))
    exchange(pair)
    assert dump(a) == dump(b)
    with b.read() as session:
        message = session.scalars(select(Message)).one()
    assert (message.deleted, message.state) == (True, "read")


def tag(customer: str = "aa") -> CustomerTag:
    key = natural_id("customer_tag", customer, "bb")
    return CustomerTag(id=key, customer_id=b"c" * 16, tag_id=b"t" * 16, at=1)


def put_tag(db: Database, *, deleted: bool) -> None:
    with db.write() as session:
        session.execute(update(CustomerTag).values(deleted=deleted))


def tag_of(db: Database) -> CustomerTag:
    with db.read() as session:
        return session.scalars(select(CustomerTag)).one()


def test_a_tag_put_on_elsewhere_outlives_a_removal_that_did_not_see_it(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    add(a, tag())
    add(b, tag())
    put_tag(a, deleted=True)  # later than the adding of b, but without knowing of it
    exchange(pair)
    assert dump(a) == dump(b)
    assert not tag_of(a).deleted
    put_tag(b, deleted=True)
    exchange(pair)
    assert dump(a) == dump(b)
    assert tag_of(a).deleted
    put_tag(a, deleted=False)
    exchange(pair)
    assert not tag_of(b).deleted
    assert dump(a) == dump(b)


def test_many_changes_of_mind_about_a_tag_come_over_as_the_last(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    add(a, tag())
    for deleted in (True, False, True, False, True):
        put_tag(a, deleted=deleted)
    exchange(pair)
    assert tag_of(b).deleted
    assert dump(a) == dump(b)


def order(**fields: object) -> Order:
    return Order(id=natural_id("order", "x"), platform="taobao", number="1", **fields)


def set_order(db: Database, **fields: object) -> None:
    with db.write("import") as session:
        session.execute(update(Order).values(**fields))


def order_of(db: Database) -> Order:
    with db.read() as session:
        return session.scalars(select(Order)).one()


def test_an_order_does_not_fall_back_by_an_older_export(pair: tuple[Database, Database]) -> None:
    a, b = pair
    add(a, order(status="paid", source_at=10))
    exchange(pair)
    set_order(b, status="completed", platform_status="交易成功", source_at=30)
    set_order(a, status="shipped", platform_status="已发货", source_at=20)  # imported later
    exchange(pair)
    assert dump(a) == dump(b)
    found = order_of(a)
    assert (found.status, found.platform_status, found.source_at) == ("completed", "交易成功", 30)


def test_an_import_taken_back_is_taken_back_everywhere(pair: tuple[Database, Database]) -> None:
    a, b = pair
    add(a, order(status="paid", source_at=10))
    exchange(pair)
    set_order(a, status="closed", source_at=30)
    exchange(pair)
    set_order(a, status="paid", source_at=10)
    exchange(pair)
    assert order_of(b).status == "paid"
    assert dump(a) == dump(b)


def test_an_older_export_changes_nothing_of_what_a_newer_one_told(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    add(a, order(status="paid", source_at=10, recipient="王", total_fen=100))
    exchange(pair)
    set_order(b, source_at=30, recipient="李", total_fen=300)
    set_order(a, source_at=20, recipient="赵", total_fen=200)  # imported later
    exchange(pair)
    assert dump(a) == dump(b)
    found = order_of(a)
    assert (found.recipient, found.total_fen, found.source_at) == ("李", 300, 30)


def test_an_older_export_adds_what_the_newer_one_hides(pair: tuple[Database, Database]) -> None:
    a, b = pair
    add(a, order(status="paid", source_at=10))
    exchange(pair)
    set_order(b, source_at=30, recipient="李**", seller_remark="")
    set_order(a, source_at=20, recipient="李明", seller_remark="old", invoice_title="公司")
    exchange(pair)
    assert dump(a) == dump(b)
    found = order_of(a)
    assert (found.recipient, found.invoice_title, found.seller_remark) == ("李明", "公司", "")
    set_order(b, source_at=40, recipient="王明")
    exchange(pair)
    assert order_of(a).recipient == "王明"
    assert dump(a) == dump(b)


def test_what_people_correct_in_an_order_is_apart_from_imports(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    add(a, order(status="paid", source_at=10))
    exchange(pair)
    with a.write() as session:
        session.execute(update(Order).values(fixed_phone="13800001234"))
    set_order(b, source_at=30, phone="13900001234")
    exchange(pair)
    assert dump(a) == dump(b)
    assert (order_of(b).fixed_phone, order_of(b).phone) == ("13800001234", "13900001234")


def set_message(db: Database, **fields: object) -> None:
    with db.write() as session:
        session.execute(update(Message).values(**fields))


def state_of(db: Database) -> str:
    with db.read() as session:
        return session.scalars(select(Message)).one().state


def test_a_message_only_goes_forward(pair: tuple[Database, Database]) -> None:
    a, b = pair
    add(a, Message(conversation_id=new_id(), author="agent", at=1, state="queued"))
    exchange(pair)
    set_message(a, state="read")
    set_message(b, state="sent")  # later by the clock
    exchange(pair)
    assert state_of(a) == state_of(b) == "read"
    assert dump(a) == dump(b)


def test_a_message_put_back_into_the_queue_is_so_everywhere(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    add(a, Message(conversation_id=new_id(), author="agent", at=1, state="queued"))
    exchange(pair)
    set_message(a, state="failed", error="no line")
    exchange(pair)
    set_message(b, state="queued", error="")
    exchange(pair)
    assert state_of(a) == "queued"
    set_message(a, state="sent")
    exchange(pair)
    assert state_of(b) == "sent"
    assert dump(a) == dump(b)


def test_the_ranks_are_those_of_the_areas() -> None:
    assert dict(ORDER_RANK) == dict(STATUS_RANK)
    assert dict(MESSAGE_RANK) == dict(outgoing._RANK)


def test_one_import_on_both_stations_makes_one_row(pair: tuple[Database, Database]) -> None:
    a, b = pair
    add(a, order(status="paid", recipient="王"))
    add(b, order(status="paid", recipient="李", phone="1"))
    exchange(pair)
    assert dump(a) == dump(b)
    assert order_of(a).recipient == "李"


def test_an_edit_that_comes_before_its_row_waits_hidden(
    shared: tuple[Database, Database], tmp_path: Path
) -> None:
    a, b = shared
    third = open_station(tmp_path / "c.db", 33)
    edit(b, name="early")
    edits = take(b)
    apply(a, edits)
    apply(third, edits)
    assert customer_of(third).deleted
    apply(third, _history(a))
    assert not customer_of(third).deleted
    assert customer_of(third).nick == "小明"
    assert dump(third, ["customers"]) == dump(a, ["customers"])
    third.close()


def test_a_row_made_here_after_edits_of_it_came_takes_them_in(tmp_path: Path) -> None:
    a, b, c = (open_station(tmp_path / f"{n}.db", n) for n in (11, 22, 33))
    add(a, order(status="paid", source_at=10, recipient="王"))
    born = take(a)
    apply(b, born)
    set_order(b, status="shipped", source_at=30)
    with b.write() as session:
        session.execute(update(Order).values(review="held"))
    edits = take(b)
    apply(c, edits)  # before the row itself
    with c.write("import") as session:
        session.add(order(status="unpaid", source_at=5, recipient="李"))
    with c.write("import") as session:
        insert_rows(session, Order, [{"id": new_id(), "platform": "jd", "number": "2"}])
    mine = take(c)
    apply(c, born)
    for station in (a, b):
        apply(station, edits)
        apply(station, mine)
    assert dump(a, ["orders"]) == dump(b, ["orders"]) == dump(c, ["orders"])
    with c.read() as session:
        stored = session.scalars(select(Order).where(Order.number == "1")).one()
    assert (stored.status, stored.source_at, stored.recipient) == ("shipped", 30, "王")
    for station in (a, b, c):
        station.close()


def _history(db: Database) -> list[Op]:
    """All that a station ever wrote, as after a lost folder."""
    with db.write("system") as session:
        session.execute(text("DELETE FROM cursors WHERE name = 'sync-outbox'"))
    return take(db)


def test_screens_and_search_hear_of_it_once_and_nothing_is_sent_back(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    add(a, Message(conversation_id=new_id(), author="customer", text="什么时候发货", at=1))
    heard: list[Changes] = []
    b.subscribe(heard.append)
    ops = take(a)
    apply(b, ops)
    apply(b, ops)
    assert [(c.origin, c.tables) for c in heard] == [("sync", frozenset({"messages"}))]
    with b.read() as session:
        assert search_ids(session, "messages", "发货") == [1]
    assert take(b) == []


def test_the_audit_of_the_writer_is_the_only_one(shared: tuple[Database, Database]) -> None:
    a, b = shared
    a.actor = "xiaoli"
    edit(a, name="王明")
    exchange(shared)
    with b.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "set")).all()
    assert [entry.actor for entry in entries] == ["xiaoli"]


def test_what_only_a_newer_program_knows_is_kept_for_later(
    pair: tuple[Database, Database],
) -> None:
    a, _ = pair
    table = Op(INSERT, 999, new_id(), 5, 3, (0, 1), (0, "?"))
    mixed = Op(INSERT, 3, new_id(), 6, 3, (0, 3, 99), (0, "note", b"new"), {"99": [8, 3]})
    applied = apply(a, [table, mixed])
    later = [op for group in applied.later for op in group.ops()]
    assert later == [mixed._replace(kind=SET, fields=(99,), values=(b"new",)), table]
    with a.read() as session:
        assert session.scalar(text("SELECT text FROM customer_notes")) == "note"


def test_a_purge_is_local(shared: tuple[Database, Database]) -> None:
    a, b = shared
    with a.write("system") as session:
        session.execute(delete(Customer))
    exchange(shared)
    assert customer_of(b).nick == "小明"


def bad_note(*, stamp: int = 6, **values: object) -> Op:
    fields = {"customer_id": b"c" * 16, "text": "note", "at": 1, **values}
    numbers = {name: number for number, name in BY_NAME["customer_notes"].numbered()}
    named = tuple(numbers[name] for name in fields)
    return Op(INSERT, 3, new_id(), stamp, 3, (0, *named), (0, *fields.values()))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "bad",
    [
        bad_note(text=None),
        bad_note(text=7),
        bad_note(text=b"bytes"),
        bad_note(at="soon"),
        bad_note(at=1 << 63),
        bad_note(customer_id="text"),
        bad_note(stamp=1 << 62),
        bad_note()._replace(station=-1),
        bad_note()._replace(clocks={"1": [1 << 63, 3]}),
        bad_note()._replace(bases={"1": -1}),
    ],
)
def test_an_op_that_no_table_can_hold_is_put_aside_and_the_rest_goes_on(
    pair: tuple[Database, Database], bad: Op
) -> None:
    a, _ = pair
    good, fine = Op(INSERT, 2, new_id(), 5, 3, (0, 3), (0, "x")), bad_note()
    applied = apply(a, [good, bad, fine])
    assert [op.row for group in applied.faulty for op in group.ops()] == [bad.row]
    found = dump(a, ["customers", "customer_notes"])
    assert [*found["customers"], *found["customer_notes"]] == [good.row, fine.row]
    add(a, Customer(nick="goes on", created_at=1))
    assert len(take(a)) == 2  # the customer and its audit entry


def test_the_outbox_is_taken_in_parts(pair: tuple[Database, Database]) -> None:
    a, b = pair
    rows = [{"conversation_id": new_id(), "author": "agent", "at": n} for n in range(25)]
    with a.write() as session:
        session.execute(insert(Message), rows)
    parts = []
    while ops := take(a, 10):
        parts.append(len(ops))
        apply(b, ops)
    assert parts == [10, 10, 5]
    assert dump(a) == dump(b)


def test_two_stations_meet_on_a_relay(pair: tuple[Database, Database]) -> None:
    relay, epoch = MemoryRelay(), new_epoch(1)
    keys = {11: StationKeys.generate(), 22: StationKeys.generate()}
    writers = {n: Writer(SHOP, n, key, epoch) for n, key in keys.items()}

    def publish(number: int, db: Database, seq: int, previous: bytes) -> tuple[int, bytes]:
        for sealed in writers[number].seal(take(db), seq, previous):
            relay.put_new(sealed.name, sealed.data)
            seq, previous = sealed.seq + 1, sealed.digest
        return seq, previous

    def read(own: int, db: Database) -> None:
        for name in relay.list("ops/"):
            station = (parse_name(name) or (own,))[0]
            if station != own:
                public = keys[station].public
                segment = open_segment(relay.get(name), SHOP, station, public, {1: epoch})
                apply_groups(db, segment.groups)

    a, b = pair
    add(a, Customer(nick="小明", created_at=1))
    add(b, Setting(id=natural_id("setting", "shop", "k"), key="k", value={"v": [1, "二"]}))
    after_a, after_b = publish(11, a, 1, NO_SEGMENT), publish(22, b, 1, NO_SEGMENT)
    read(11, a)
    read(22, b)
    edit(b, name="王明")
    edit(a, phone="13800001234")
    publish(11, a, *after_a)
    publish(22, b, *after_b)
    read(11, a)
    read(22, b)
    assert dump(a) == dump(b)
    assert len(relay.list("ops/")) == 4


def test_a_conversation_shows_what_sync_brought(pair: tuple[Database, Database]) -> None:
    a, b = pair
    thread = Conversation(id=new_id(), channel="webchat", customer_id=new_id(), opened_at=1)
    add(a, thread)
    words = {"conversation_id": thread.id, "author": "customer", "kind": "text"}
    add(a, Message(**words, text="在吗", at=5))
    exchange(pair)
    add(a, Message(**words, text="什么时候\n发货", at=7))
    exchange(pair)
    columns = "last_at, last_text, last_author, last_customer_at, waiting_since, unread"
    with b.read() as session:
        shown = session.execute(text(f"SELECT {columns} FROM conversations")).one()
    assert tuple(shown) == (7, "什么时候 发货", "customer", 7, 5, 2)
    add(b, Message(**{**words, "author": "agent"}, text="今天", at=9))
    exchange(pair)
    with a.read() as session:
        shown = session.execute(text(f"SELECT {columns} FROM conversations")).one()
    assert tuple(shown) == (9, "今天", "agent", 7, None, 2)


def test_the_mark_of_an_edit_that_did_not_stand_goes_with_the_next_that_does(
    pair: tuple[Database, Database],
) -> None:
    a, b = pair
    add(a, order(status="paid", source_at=10))
    exchange(pair)
    set_order(b, status="completed", source_at=30)
    set_order(a, status="shipped", source_at=20)  # later, but of an older source
    exchange(pair)
    with a.write() as session:
        session.execute(update(Order).values(fixed_detail="2-301"))
    exchange(pair)
    assert dump(a) == dump(b)
