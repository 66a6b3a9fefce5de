"""Ops, and their columnar form: grouped so that a reader can feed `executemany` as they come.

Every op carries values with the clock of each, so it may be applied twice, late and in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

INSERT: Final = 1
"""A whole row as it is now, with its birth stamp."""
SET: Final = 2
"""Some fields of a row; the tombstone is field 0."""

ID_BYTES: Final = 16

FRAME_OPS: Final = 4_096
"""Ops that are packed together."""

Value: TypeAlias = int | float | str | bytes | None
"""A value as SQLite holds it."""

Clocks: TypeAlias = dict[str, list[int]]
"""{field number: [stamp, station]} as in a row's `_fc`, for fields that differ from the op's own.

A key that is no number belongs to a merge rule (`g`, see `db.sync.ranks`)."""

Bases: TypeAlias = dict[str, int]
"""{field number: stamp of the value that was replaced}: what the writer had seen."""


class FrameDamaged(ValueError):
    """The bytes are no frame of ops."""


class Op(NamedTuple):
    """One change. Fields without a clock of their own have (`stamp`, `station`)."""

    kind: int
    table: int
    row: bytes
    stamp: int
    station: int
    fields: tuple[int, ...]
    values: tuple[Value, ...]
    clocks: Clocks | None = None
    bases: Bases | None = None


class Group(msgspec.Struct, array_like=True, frozen=True):
    """Ops of one kind, table and set of fields, column by column; stamps count from `since`."""

    kind: int
    table: int
    fields: list[int]
    rows: list[bytes]
    since: int
    stamps: list[int]
    stations: list[int]
    columns: list[list[Any]]
    clocks: list[Clocks | None] | None
    bases: list[Bases | None] | None

    def __len__(self) -> int:
        return len(self.rows)

    def ops(self) -> Iterator[Op]:
        """Return the ops one by one."""
        fields, count = tuple(self.fields), len(self.rows)
        values = zip(*self.columns, strict=True) if self.columns else iter([()] * count)
        clocks, bases = self.clocks or [None] * count, self.bases or [None] * count
        for row, stamp, station, value, clock, base in zip(
            self.rows, self.stamps, self.all_stations(), values, clocks, bases, strict=True
        ):
            op = Op(
                self.kind, self.table, row, self.since + stamp, station, fields, value, clock, base
            )
            yield op

    def all_stations(self) -> list[int]:
        """Return a station for every op: where all are alike, only one is kept."""
        return self.stations * len(self.rows) if len(self.stations) == 1 else self.stations


_VALUES: Final = frozenset({int, float, str, bytes, type(None)})

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(list[Group])


def pick(group: Group, places: Sequence[int]) -> Group:
    """Return some ops of a group."""
    if len(places) == len(group):
        return group

    def some(column: Sequence[object]) -> list[object]:
        return [column[place] for place in places]

    return msgspec.structs.replace(
        group,
        rows=some(group.rows),
        stamps=some(group.stamps),
        stations=group.stations if len(group.stations) == 1 else some(group.stations),
        columns=[some(column) for column in group.columns],
        clocks=some(group.clocks) if group.clocks else None,
        bases=some(group.bases) if group.bases else None,
    )


def group_ops(ops: Iterable[Op]) -> list[Group]:
    """Gather ops into groups, inserts first so that few rows are edited before they are born."""
    gathered: dict[tuple[int, int, tuple[int, ...]], list[Op]] = {}
    for op in ops:
        gathered.setdefault((op.kind, op.table, op.fields), []).append(op)
    return [_group(gathered[key]) for key in sorted(gathered)]


def encode_ops(ops: Sequence[Op]) -> bytes:
    """Return the columnar msgpack of some ops."""
    return encode_groups(group_ops(ops))


def encode_groups(groups: Sequence[Group]) -> bytes:
    """Return the msgpack of some groups."""
    return _encoder.encode(groups)


def decode_groups(data: bytes) -> list[Group]:
    """Read what `encode_ops` wrote; raises `FrameDamaged`. Unknown numbers are no damage."""
    try:
        groups = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FrameDamaged(str(error)) from error
    for group in groups:
        _check(group)
    return groups


def _group(ops: list[Op]) -> Group:
    first = ops[0]
    since = min(op.stamp for op in ops)
    stations = [op.station for op in ops]
    return Group(
        kind=first.kind,
        table=first.table,
        fields=list(first.fields),
        rows=[op.row for op in ops],
        since=since,
        stamps=[op.stamp - since for op in ops],
        stations=stations[:1] if len(set(stations)) == 1 else stations,
        columns=[list(column) for column in zip(*(op.values for op in ops), strict=True)],
        clocks=[op.clocks for op in ops] if any(op.clocks for op in ops) else None,
        bases=[op.bases for op in ops] if any(op.bases for op in ops) else None,
    )


def _check(group: Group) -> None:
    count = len(group.rows)
    columns: list[Sized] = [group.stamps, *group.columns]
    columns.extend(column for column in (group.clocks, group.bases) if column is not None)
    whole = (
        count
        and all(len(column) == count for column in columns)
        and len(group.stations) in {1, count}
        and len(group.columns) == len(group.fields) == len(set(group.fields))
        and all(_VALUES.issuperset(map(type, column)) for column in group.columns)
        and {ID_BYTES}.issuperset(map(len, group.rows))
        and all(
            len(clock) == 2 for clocks in group.clocks or () for clock in (clocks or {}).values()
        )
    )
    if not whole:
        raise FrameDamaged("columns do not fit each other")
