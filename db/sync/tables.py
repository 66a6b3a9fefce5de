"""The columns of a synced table as the merge reads and writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import cache
from typing import Any, Final

import msgspec
from sqlalchemy import Boolean, Connection, Integer, LargeBinary
from sqlalchemy.sql.elements import KeyedColumnElement

from db.models import Base
from db.registry import BY_NUMBER, DELETED_FIELD, SyncTable
from db.sync.frames import Clocks, Value
from db.sync.rows import Row, make_row

_BATCH: Final = 1_000
_decode: Final = msgspec.json.Decoder(dict[str, list[int]]).decode


class Kind(Enum):
    """What a column holds: ids have 16 bytes."""

    NUMBER = auto()
    TEXT = auto()
    ID = auto()


class Shape:
    """A table's living fields in order, the tombstone first, and their defaults."""

    def __init__(self, table: SyncTable) -> None:
        columns = Base.metadata.tables[table.name].c
        numbered = ((DELETED_FIELD, "_del"), *table.numbered())
        self.table: Final = table
        self.numbers: Final = tuple(number for number, _ in numbered)
        self.names: Final = dict(numbered)
        self.places: Final = {number: place for place, (number, _) in enumerate(numbered)}
        self.defaults: Final = {n: _default(columns[name]) for n, name in numbered}
        self.kinds: Final = {column.name: _kind(column) for column in columns}
        self.derived: Final = {name: _default(columns[name]) for name in table.derived}
        self.select: Final = (
            f"SELECT rid, id, _st, _dv, _fc, {', '.join(self.names.values())} FROM {table.name}"
        )


@cache
def shape_of(number: int) -> Shape:
    """Return the shape of a table by its number."""
    return Shape(BY_NUMBER[number])


def read_raw(
    connection: Connection, shape: Shape, key: str, values: Sequence[Any]
) -> Iterator[tuple[Any, ...]]:
    """Read (rid, id, stamp, station, clocks as stored, *fields) of rows that exist."""
    for start in range(0, len(values), _BATCH):
        part = tuple(values[start : start + _BATCH])
        marks = ", ".join("?" * len(part))
        # All at once: iterating a result asks the driver row by row.
        yield from map(
            tuple,
            connection.exec_driver_sql(f"{shape.select} WHERE {key} IN ({marks})", part).all(),
        )


def read_rows(
    connection: Connection, shape: Shape, key: str, values: Sequence[Any]
) -> Iterator[tuple[int, bytes, Row]]:
    """Read (rid, id, row) of those that exist; `key` is `id` or `rid`."""
    for rid, row_id, stamp, station, clocks, *fields in read_raw(connection, shape, key, values):
        stored = zip(shape.numbers, fields, strict=True)
        yield rid, row_id, make_row((stamp, station), parse_clocks(clocks), stored)


def parse_clocks(text: str | None) -> Clocks | None:
    """Read a row's `_fc`."""
    return None if text is None else _decode(text)


def format_clocks(clocks: Clocks) -> str | None:
    """Write a row's `_fc`; NULL where no field was edited."""
    return msgspec.json.encode(clocks).decode() if clocks else None


def _kind(column: KeyedColumnElement[Any]) -> Kind:
    if isinstance(column.type, LargeBinary):
        return Kind.ID
    return Kind.NUMBER if isinstance(column.type, (Integer, Boolean)) else Kind.TEXT


def _default(column: KeyedColumnElement[Any]) -> Value:
    default = getattr(column, "default", None)
    if default is not None and default.is_scalar and default.arg is not None:
        value: Value = default.arg
        return int(value) if isinstance(value, bool) else value
    if getattr(column, "nullable", True):
        return None
    if isinstance(column.type, LargeBinary):
        return b""
    return 0 if isinstance(column.type, Integer) else ""
