"""Whatever the order, the parts and the repetitions of a history: all end with the same state."""

import random
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import literal_column, text, update

from db.clock import now_ms
from db.database import Database
from db.ids import natural_id
from db.models import Base, Customer, CustomerNote, CustomerTag, Message, Order, OrderStatus
from db.registry import BY_NAME
from db.sync.frames import INSERT, SET, Op
from db.sync.ranks import FACTS
from db.sync.rows import Row, merge, unborn_row
from db.sync.tables import shape_of
from tests.db.sync.stations import apply, dump, open_station, take

TABLES = (
    *("customers", "customer_tags", "orders", "order_items", "shipments", "messages"),
    "after_sales",
)

clocks = st.tuples(st.integers(1, 12), st.integers(1, 3))


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[Op]]:
    """Ops on one row, few stamps and values, so that most of them meet."""
    name = draw(st.sampled_from(TABLES))
    shape = shape_of(BY_NAME[name].number)
    return name, [_op(draw, shape.table.number) for _ in range(draw(st.integers(1, 7)))]


def _op(draw: st.DrawFn, table: int) -> Op:
    shape, kind = shape_of(table), draw(st.sampled_from((INSERT, SET, SET)))
    numbers = set(shape.numbers)
    if kind == SET:
        numbers = draw(st.sets(st.sampled_from(shape.numbers[:6]), min_size=1, max_size=3))
        if table in FACTS and numbers & FACTS[table].numbers:
            numbers |= FACTS[table].numbers
    fields = tuple(sorted(numbers))
    values = tuple(_value(draw, table, number) for number in fields)
    edited = draw(st.dictionaries(st.sampled_from(fields).map(str), clocks.map(list), max_size=2))
    if table in FACTS and numbers >= FACTS[table].numbers:
        edited["g"] = [draw(st.integers(0, 1)), 0]
        edited |= draw(st.dictionaries(sources(table), st.just([draw(st.integers(0, 3)), 0])))
    return Op(kind, table, b"r" * 16, *draw(clocks), fields, values, edited or None)


def sources(table: int) -> st.SearchStrategy[str]:
    """Keys of the times that single bundles have."""
    facts = FACTS[table]
    heads = [bundle.head for bundle in facts.bundles] if facts.source else []
    return st.sampled_from([f"s{head}" for head in heads]) if heads else st.nothing()


def _value(draw: st.DrawFn, table: int, number: int) -> int | str:
    facts = FACTS.get(table)
    if number == 0:
        return draw(st.integers(0, 1))
    if facts is None or number not in facts.numbers:
        return draw(st.integers(0, 3)) if number <= 5 else 0
    if number == facts.source:
        return draw(st.integers(0, 3))
    ranked = {n: b.ranks for b in facts.bundles if b.ranks for n in b.numbers[:1]}
    return draw(st.sampled_from(sorted(ranked.get(number, ("", "*", "a", "b")))))


def merged(name: str, ops: Sequence[Op]) -> Row:
    shape = shape_of(BY_NAME[name].number)
    row = unborn_row(shape.defaults.items())
    for op in ops:
        merge(shape.table, row, op)
    return row


@settings(deadline=None, max_examples=80)
@given(histories(), st.randoms(use_true_random=False))
def test_the_merge_is_commutative_and_idempotent(
    history: tuple[str, list[Op]], shuffler: random.Random
) -> None:
    name, ops = history
    expected = merged(name, ops)
    again = [*ops, *shuffler.choices(ops, k=3)]
    shuffler.shuffle(again)
    assert merged(name, again) == expected
    assert merged(name, [*ops, *ops]) == expected


@settings(deadline=None, max_examples=60)
@given(histories(), st.integers(0, 7))
def test_the_merge_is_associative(history: tuple[str, list[Op]], split: int) -> None:
    """A row that took the first part, sent as one insert, brings that whole part with it."""
    name, ops = history
    shape = shape_of(BY_NAME[name].number)
    first = merged(name, ops[:split])
    if first.birth == (0, 0):
        return
    values = tuple(first.registers[number].value for number in shape.numbers)
    whole = Op(
        INSERT, shape.table.number, b"r" * 16, *first.birth, shape.numbers, values, first.clocks()
    )
    assert merged(name, [*ops[split:], whole]) == merged(name, ops)


def _skewed(skew: int) -> int:
    return now_ms() + skew


class Shop:
    """Stations that write at random, with clocks a day apart, and hear of each other at random."""

    def __init__(self, directory: Path, seed: int, stations: int = 3) -> None:
        self.rng = random.Random(seed)
        self.stations = [open_station(directory / f"{n}.db", n + 1) for n in range(stations)]
        self.sent: list[list[Op]] = [[] for _ in self.stations]
        self.read = [[0] * stations for _ in self.stations]
        for station in self.stations:
            skew = self.rng.randint(-86_400_000, 86_400_000)
            station._clock._wall = partial(_skewed, skew)

    def step(self) -> None:
        mine = self.rng.randrange(len(self.stations))
        act = self.rng.choice((self.add, self.edit, self.edit, self.edit, self.hear))
        act(mine)

    def add(self, mine: int) -> None:
        model, row = self._some_row()
        with self.stations[mine].write() as session:
            known = session.execute(
                text(f"SELECT 1 FROM {model.__tablename__} WHERE id = :id"), {"id": row["id"]}
            ).first()
            if known is None:
                session.add(model(**row))

    def _some_row(self) -> tuple[type[Base], dict[str, object]]:
        number = self.rng.randrange(3)
        kinds: list[tuple[type[Base], dict[str, object]]] = [
            (Customer, {"created_at": 1}),
            (CustomerNote, {"customer_id": b"c" * 16, "text": "note", "at": 1}),
            (CustomerTag, {"customer_id": b"c" * 16, "tag_id": b"t" * 16, "at": 1}),
            (Order, {"platform": "taobao", "number": str(number)}),
            (Message, {"conversation_id": b"v" * 16, "author": "agent", "at": 1}),
        ]
        model, row = self.rng.choice(kinds)
        return model, {**row, "id": natural_id(model.__tablename__, str(number))}

    def edit(self, mine: int) -> None:
        model, row = self._some_row()
        word = self.rng.choice("甲乙丙丁")
        fields: dict[type[Base], list[dict[str, object]]] = {
            Customer: [{"name": word}, {"phone": word, "name": word}],
            CustomerNote: [{"text": word}],
            CustomerTag: [{"reason": word}],
            Order: [
                {"seller_remark": word},
                {"status": self.rng.choice(list(OrderStatus)).value},
                {"source_at": self.rng.randrange(9), "platform_status": word},
                {"source_at": self.rng.randrange(9), "recipient": word, "total_fen": 5},
                {"recipient": self.rng.choice(("", "*", word))},
            ],
            Message: [{"state": self.rng.choice(("sent", "read", "failed"))}],
        }
        tombstone: dict[str, object] = {"deleted": self.rng.random() < 0.6}
        with self.stations[mine].write() as session:
            for values in self.rng.choices([*fields[model], tombstone], k=self.rng.randint(1, 2)):
                ours = literal_column("id") == row["id"]
                session.execute(update(model).where(ours).values(**values))

    def hear(self, mine: int) -> None:
        other = self.rng.randrange(len(self.stations))
        self.sent[other] += take(self.stations[other], self.rng.choice((3, 100)))
        if other != mine:
            start = self.read[mine][other]
            end = self.rng.randint(start, len(self.sent[other]))
            apply(self.stations[mine], self.sent[other][max(0, start - 1) : end])
            self.read[mine][other] = end

    def settle(self) -> None:
        for other, station in enumerate(self.stations):
            while ops := take(station):
                self.sent[other] += ops
        for mine, station in enumerate(self.stations):
            for other, ops in enumerate(self.sent):
                if other != mine:
                    apply(station, ops[self.read[mine][other] :])

    def close(self) -> None:
        for station in self.stations:
            station.close()


def shuffled_copy(path: Path, shop: Shop, number: int) -> Database:
    """A new station that reads all logs in parts, out of order and partly twice."""
    ops = [op for sent in shop.sent for op in sent]
    ops += shop.rng.choices(ops, k=len(ops) // 4)
    shop.rng.shuffle(ops)
    station = open_station(path, number)
    while ops:
        cut = shop.rng.randint(1, 40)
        apply(station, ops[:cut])
        ops = ops[cut:]
    return station


@pytest.mark.parametrize("seed", range(8))
def test_stations_that_write_apart_end_with_the_same(tmp_path: Path, seed: int) -> None:
    shop = Shop(tmp_path, seed)
    for _ in range(60):
        shop.step()
    shop.settle()
    expected = dump(shop.stations[0])
    assert sum(map(len, expected.values())) > 5
    assert all(take(station) == [] for station in shop.stations)
    for station in shop.stations[1:]:
        assert dump(station) == expected
    late = shuffled_copy(tmp_path / "late.db", shop, 9)
    assert dump(late) == expected
    late.close()
    shop.close()
