"""Whatever arrives when, of ops and erasures: all stations end alike, and without the person."""

import random
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from db.clock import now_ms
from db.database import Database
from db.erasing.blanking import blank_row
from db.erasing.personal import PERSONAL
from db.erasing.roots import discover, erase
from db.models import (
    Base,
    Conversation,
    Customer,
    CustomerNote,
    CustomerTag,
    Message,
    Order,
    OrderRemark,
    Shipment,
    Trace,
)
from db.registry import BY_NAME
from db.sync.frames import INSERT, SET, Op
from db.sync.ranks import FACTS
from db.sync.rows import Row, merge, unborn_row
from db.sync.tables import shape_of
from tests.db.erasing.people import add_person, edit, found, ident
from tests.db.sync.stations import apply, dump, open_station, take

WHO, OTHER = "zhangsan", "lisi"
TABLES = ("customers", "customer_notes", "customer_tags", "orders", "messages", "shipments")

clocks = st.tuples(st.integers(1, 12), st.integers(1, 3))


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[Op]]:
    """Ops on one row with words in its personal fields; few stamps, so that many meet."""
    name = draw(st.sampled_from(TABLES))
    return name, [_op(draw, name) for _ in range(draw(st.integers(1, 6)))]


def _op(draw: st.DrawFn, name: str) -> Op:
    table = BY_NAME[name].number
    shape, kind = shape_of(table), draw(st.sampled_from((INSERT, SET, SET)))
    numbers = set(shape.numbers)
    facts = FACTS.get(table)
    if kind == SET:
        some = [0, *PERSONAL[table].numbers[:4], shape.numbers[-1]]
        numbers = draw(st.sets(st.sampled_from(some), min_size=1, max_size=3))
        if facts is not None and numbers & facts.numbers:
            numbers |= facts.numbers
    fields = tuple(sorted(numbers))
    own = draw(clocks)
    # One station sets a field once at a time: the same clock is the same value.
    values = tuple(_value(table, number, own) for number in fields)
    marks: dict[str, list[int]] = {}
    if facts is not None and numbers >= facts.numbers:
        marks["g"] = [draw(st.integers(0, 1)), 0]
    return Op(kind, table, b"r" * 16, *own, fields, values, marks or None)


def _value(table: int, number: int, clock: tuple[int, int]) -> int | str:
    mix = hash((number, clock))
    if number == 0:
        return mix % 2
    facts = FACTS.get(table)
    if facts is not None and number == facts.source:
        return mix % 4
    ranked = {b.head: b.ranks for b in facts.bundles if b.ranks} if facts else {}
    return sorted(ranked.get(number) or ("", "*", "a", "b"))[mix % 4]


def merged(name: str, ops: list[Op], blank_at: frozenset[int], cutoff: int) -> Row:
    """Merge some ops, and blank the row after those at these places, and at the end."""
    shape = shape_of(BY_NAME[name].number)
    row = unborn_row(shape.defaults.items())
    for place, op in enumerate(ops):
        merge(shape.table, row, op)
        if place in blank_at or place == len(ops) - 1:
            blank_row(PERSONAL[shape.table.number], row, cutoff)
    return row


@settings(deadline=None, max_examples=120)
@given(
    histories(),
    st.integers(1, 13),
    st.frozensets(st.integers(0, 6)),
    st.randoms(use_true_random=False),
)
def test_when_a_row_is_blanked_makes_no_difference(
    history: tuple[str, list[Op]],
    cutoff: int,
    blank_at: frozenset[int],
    shuffler: random.Random,
) -> None:
    name, ops = history
    expected = merged(name, ops, frozenset(), cutoff)
    shuffled = [*ops, *shuffler.choices(ops, k=2)]
    shuffler.shuffle(shuffled)
    assert merged(name, shuffled, blank_at, cutoff) == expected


def _skewed(skew: int) -> int:
    return now_ms() + skew


class Shop:
    """Three stations that edit two persons' records, erase one of them, and hear at random."""

    def __init__(self, directory: Path, seed: int, skew: int) -> None:
        self.rng = random.Random(seed)
        self.stations = [open_station(directory / f"{n}.db", n + 1) for n in range(3)]
        self.sent: list[list[Op]] = [[] for _ in self.stations]
        self.read = [[0] * 3 for _ in self.stations]
        for station in self.stations:
            station._clock._wall = partial(_skewed, self.rng.randint(-skew, skew))
        self.count = 0

    def step(self) -> None:
        mine = self.stations[self.rng.randrange(3)]
        act = self.rng.choice((self.add, self.edit, self.edit, self.write, self.hear, self.hear))
        act(mine)

    def add(self, mine: Database) -> None:
        """Two stations may come to know a person each by itself; some may be here already."""
        who = self.rng.choice((WHO, WHO, OTHER))
        with suppress(IntegrityError), mine.write() as session:
            add_person(session, who)

    def edit(self, mine: Database) -> None:
        self.count += 1
        who, word = self.rng.choice((WHO, OTHER)), self.count
        edits: list[tuple[type[Base], dict[str, object]]] = [
            (Customer, {"name": f"{who}{word}"}),
            (CustomerNote, {"text": f"{who}{word}"}),
            (CustomerTag, {"_del": self.rng.randrange(2), "reason": f"{who}{word}"}),
            (Order, {"recipient": f"{who}{word}", "source_at": self.rng.randrange(9)}),
            (Order, {"status": self.rng.choice(("paid", "shipped")), "extra": f'"{who}{word}"'}),
            (Order, {"fixed_phone": f"{who}{word}", "_del": self.rng.randrange(2)}),
            (OrderRemark, {"text": f"{who}{word}"}),
            (Shipment, {"last_text": f"{who}{word}", "last_at": self.rng.randrange(9)}),
            (Trace, {"text": f"{who}{word}"}),
            (Message, {"state": self.rng.choice(("sent", "read"))}),
        ]
        with mine.write() as session:
            model, values = self.rng.choice(edits)
            edit(session, model, who, **values)

    def write(self, mine: Database) -> None:
        """A message, or an order with a conversation of its own."""
        self.count += 1
        who = self.rng.choice((WHO, OTHER))
        with mine.write() as session:
            talk = ident("conversations", who)
            if self.rng.random() < 0.4:
                made = Conversation(
                    channel="jd", customer_id=ident("customers", who), opened_at=1, external_id=who
                )
                session.add(made)
                session.flush()
                talk = made.id
            session.add(
                Message(conversation_id=talk, author="customer", text=f"{who}{self.count}", at=1)
            )

    def hear(self, mine: Database) -> None:
        me, other = self.stations.index(mine), self.rng.randrange(3)
        self.sent[other] += take(self.stations[other])
        if other != me:
            start = self.read[me][other]
            end = self.rng.randint(start, len(self.sent[other]))
            apply(mine, self.sent[other][max(0, start - 1) : end])
            self.read[me][other] = end

    def erase(self) -> None:
        with self.stations[0].write() as session:
            erase(session, ident("customers", WHO), None, "", "request")

    def settle(self) -> None:
        for _ in range(3):
            for other, station in enumerate(self.stations):
                self.sent[other] += take(station)
            for me, station in enumerate(self.stations):
                for other, ops in enumerate(self.sent):
                    if other != me:
                        apply(station, ops[self.read[me][other] :])
                        self.read[me][other] = len(ops)
            discover(self.stations[0])


@pytest.mark.parametrize("seed", range(3))
def test_stations_end_alike_and_without_the_person(tmp_path: Path, seed: int) -> None:
    shop = run(tmp_path, seed, skew=0)
    for station in shop.stations:
        while station.index_pending():
            pass
        assert found(station, WHO) == []
        assert len(found(station, OTHER)) > 15
        station.close()


@pytest.mark.parametrize("seed", range(3))
def test_wrong_clocks_leave_them_alike_too(tmp_path: Path, seed: int) -> None:
    """What a clock that runs ahead has written meanwhile counts as written afterwards."""
    for station in run(tmp_path, seed, skew=86_400_000).stations:
        station.close()


def run(directory: Path, seed: int, skew: int) -> Shop:
    shop = Shop(directory, seed, skew)
    with shop.stations[0].write() as session:
        add_person(session, WHO)
        add_person(session, OTHER)
    for _ in range(30):
        shop.step()
    shop.erase()
    for _ in range(4):
        shop.hear(shop.rng.choice(shop.stations))
    shop.settle()
    first, *others = (dump(station) for station in shop.stations)
    for other in others:
        assert other == first
    return shop
