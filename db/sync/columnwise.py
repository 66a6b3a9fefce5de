"""Rows read column by column: SQLite gathers each column itself, which spares a call per cell.

A table's columns are known by their kind (a number, a text, a 16-byte id), and each kind has a
form in which SQLite can hand over thousands of values at once. Where a value is of another kind
than its column, the rows are read one by one: what comes back is always what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import sqlcipher3.dbapi2 as sqlcipher

from db.sync.frames import ID_BYTES, Value
from db.sync.tables import Kind, Shape

_TEXTS: Final = msgspec.json.Decoder(list[str | None])
_NUMBERS: Final = msgspec.json.Decoder(list[int | None])
_DECODERS: Final[dict[Kind, Any]] = {Kind.TEXT: _TEXTS, Kind.NUMBER: _NUMBERS}
_NULL: Final = ord("1")


class _OtherKind(Exception):
    """A value is not of its column's kind."""


def read_columns(
    cursor: Any, shape: Shape, names: Sequence[str], condition: str, parameters: Sequence[Any] = ()
) -> list[list[Value]]:
    """Return the named columns of the rows that fulfil a condition, by rising rid."""
    try:
        return _gathered(cursor, shape, names, condition, parameters)
    except (_OtherKind, sqlcipher.DatabaseError, msgspec.DecodeError):
        # Rows as they are; what the database itself has to say, it says again.
        found = cursor.execute(
            f"SELECT {', '.join(names)} FROM {shape.table.name} WHERE {condition} ORDER BY rid",
            tuple(parameters),
        ).fetchall()
        return [list(column) for column in zip(*found, strict=True)] or [[] for _ in names]


def decode_numbers(count: int, array: bytes) -> list[int]:
    """Read what `json_group_array` made of `count` numbers."""
    found: list[int] = _listed(count, Kind.NUMBER, array)  # type: ignore[assignment]
    return found


def _gathered(
    cursor: Any, shape: Shape, names: Sequence[str], condition: str, parameters: Sequence[Any]
) -> list[list[Value]]:
    # In one pass, by rid: what the columns have in common is their order.
    source = f"FROM {shape.table.name} NOT INDEXED WHERE {condition}"

    def ask(gathering: str) -> Any:
        return cursor.execute(f"SELECT {gathering} {source}", tuple(parameters)).fetchone()

    kinds = [shape.kinds[name] for name in names]
    gathering = (_gathering(name, kind) for name, kind in zip(names, kinds, strict=True))
    count, *cells = ask(f"count(*), {', '.join(gathering)}")
    columns, rest = list[list[Value]](), iter(cells)
    for name, kind in zip(names, kinds, strict=True):
        if kind is not Kind.ID:
            columns.append(_listed(count, kind, next(rest)))
            continue
        ids = _ids(next(rest) or b"", next(rest), next(rest))
        if ids and len(ids) < count:
            (missing,) = ask(f"CAST(group_concat({name} IS NULL, '') AS BLOB)")
            some = iter(ids)
            columns.append([None if null == _NULL else next(some) for null in missing])
        else:
            columns.append([*ids] or [None] * count)
    return columns


def _gathering(name: str, kind: Kind) -> str:
    if kind is Kind.ID:
        # Nothing but a blob is as great as the empty one: to compare is cheaper than to ask.
        fits = f"{name} >= x'' AND length({name}) = {ID_BYTES}"
        return f"CAST(group_concat({name}, '') AS BLOB), count({name}), coalesce(sum({fits}), 0)"
    return f"CAST(json_group_array({name}) AS BLOB)"


def _ids(joined: bytes, count: int, fitting: int) -> list[bytes]:
    """Those that are there."""
    if fitting != count:
        raise _OtherKind
    return [joined[at : at + ID_BYTES] for at in range(0, len(joined), ID_BYTES)]


def _listed(count: int, kind: Kind, array: bytes) -> list[Value]:
    # Many columns say the same in every row. Without a comma in it, the first cell is whole.
    first = array[1:-1].partition(b",")[0]
    decode = _DECODERS[kind].decode
    alike = count > 1 and len(array) == count * (len(first) + 1) + 1
    if alike and array == b"[" + b",".join([first] * count) + b"]":
        return list(decode(b"[" + first + b"]") * count)
    return list(decode(array))
