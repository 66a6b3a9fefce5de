"""Columns come back as the rows hold them, whatever lies in them."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from db.registry import BY_NAME
from db.sync.columnwise import read_columns
from db.sync.noted import among, conditions
from db.sync.tables import shape_of
from tests.db.sync.stations import open_station

SHAPE = shape_of(BY_NAME["customer_notes"].number)
NAMES = ("rid", "customer_id", "staff_id", "text", "at", "_fc", "_del")
ids = st.binary(min_size=16, max_size=16)
numbers = st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]))
rows = st.tuples(ids, st.none() | ids, texts, numbers, st.none() | texts, st.booleans())
odd = st.one_of(st.binary(), texts, st.floats(allow_nan=False), numbers)
odd_rows = st.tuples(st.binary(), odd, odd, odd, odd, st.booleans())


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = open_station(tmp_path_factory.mktemp("columns") / "a.db", 1)
    yield database
    database.close()


def check(station: Database, stored: list[Any]) -> None:
    with station.cursor() as cursor:
        cursor.execute("UPDATE txn_context SET noting = 0")
        cursor.executemany(
            "INSERT INTO customer_notes(id, customer_id, staff_id, text, at, _fc, _del) "
            "VALUES (randomblob(16), ?, ?, ?, ?, ?, ?)",
            stored,
        )
        cursor.execute(f"SELECT {', '.join(NAMES)} FROM customer_notes ORDER BY rid")
        plain = cursor.fetchall()
        every = read_columns(cursor, SHAPE, NAMES, "1")
        assert list(zip(*every, strict=True)) == plain
        rids = [row[0] for row in plain][::2]
        for condition, parameters in among(rids, 3):
            part = read_columns(cursor, SHAPE, NAMES, condition, parameters)
            kept = set(part[0])
            assert list(zip(*part, strict=True)) == [row for row in plain if row[0] in kept]
        cursor.execute("ROLLBACK")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, max_size=8))
def test_columns_are_what_the_rows_hold(station: Database, stored: list[Any]) -> None:
    check(station, stored)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows | odd_rows, max_size=8))
def test_values_of_another_kind_come_back_too(station: Database, stored: list[Any]) -> None:
    check(station, stored)


def test_columns_that_say_the_same_in_every_row_are_whole(station: Database) -> None:
    for text in ("", ",", '"', "a,b", "\0", "[", "a"):
        check(station, [(bytes(16), None, text, 7, None, False)] * 5)


@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(1, 700)), max_size=12))
def test_every_row_of_some_runs_is_asked_for_once(spans: list[tuple[int, int]]) -> None:
    runs = [range(start, start + length) for start, length in spans]
    found = list[int]()
    for condition, parameters in conditions(runs, 500):
        if condition.startswith("rid BETWEEN"):
            first, last = parameters
            some = list(range(first, last + 1))
        else:
            some = list(map(int, parameters[0].strip("[]").split(",")))
        assert len(some) <= 500
        found += some
    assert sorted(found) == sorted({rid for run in runs for rid in run})
