"""Groups of ops of one table, merged into it column by column where nothing stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from db.registry import DELETED_FIELD, Merge
from db.sync.conflicts import WATCHED, Spot, Watch
from db.sync.frames import INSERT, SET, Clocks, Group, Op, Value, pick
from db.sync.ranks import FACTS
from db.sync.rows import (
    UNBORN,
    Clock,
    Register,
    Row,
    clock_of,
    make_row,
    merge,
    pack_row,
    unborn_row,
)
from db.sync.tables import Shape, format_clocks, parse_clocks, read_raw, read_rows
from db.triggers import INSERTED
from db.triggers import SET as SET_NOTE

SLICE: Final = 5_000
"""Ops of a group that are merged in memory at a time."""

TOGETHER: Final = 20
"""Rows per INSERT."""

_Stored = tuple[Any, ...]
_pack: Final = msgspec.msgpack.Encoder().encode
_write_json: Final = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Applied:
    """What came of some groups.

    `later` are ops on tables or fields that only a newer program knows: to be kept, and applied
    after the upgrade. `faulty` are ops that no table can hold. `ahead` tells that a stamp lay over
    24 h in the future: it counts, but the own clock does not follow it, and that station's clock is
    wrong; `far` that it is no honest time at all (`db.sync.far`). `clashes` counts the values that lost a conflict.
    """

    inserted: int = 0
    changed: int = 0
    later: list[Group] = field(default_factory=list)
    faulty: list[Group] = field(default_factory=list)
    ahead: bool = False
    far: bool = False
    clashes: int = 0


class _Change(NamedTuple):
    """What becomes of a stored row: its new fields and `_fc`, its note, and what it was before."""

    rid: int
    row: bytes
    fields: tuple[int, ...]
    values: _Stored
    birth: Clock
    clocks: str | None
    note: str
    before: bytes


class Merger:
    """Takes groups of one table into the database and notes what changed."""

    def __init__(
        self, connection: Connection, shape: Shape, applied: Applied, watch: Watch | None = None
    ) -> None:
        """`watch` notes values that lose; without it nothing is noted."""
        self._connection, self._shape, self._applied = connection, shape, applied
        self._watch = watch
        self._watched = WATCHED.get(shape.table.number, frozenset()) if watch else frozenset()
        self._txn: int = connection.exec_driver_sql("SELECT txn FROM txn_context").scalar_one()
        self._plain = shape.table.merge is Merge.FIELDS and shape.table.number not in FACTS

    def take(self, group: Group) -> None:
        """Merge a group, slice by slice."""
        whole = group.kind == INSERT and tuple(group.fields) == self._shape.numbers
        edits = group.kind == SET and self._plain and DELETED_FIELD not in group.fields
        for start in range(0, len(group), SLICE):
            part = pick(group, range(start, min(start + SLICE, len(group))))
            if whole:
                self._take_whole(part)
            elif edits and len(set(part.rows)) == len(part):
                self._take_edits(part)
            else:
                self._take_ops(list(part.ops()))

    # Rows that are most likely new: written as they came, what is here already apart.

    def _take_whole(self, group: Group) -> None:
        derived = tuple(self._shape.derived.values())
        clocks = [format_clocks(c) if c else None for c in group.clocks or [None] * len(group)]
        stamps = [group.since + stamp for stamp in group.stamps]
        local = ([value] * len(group) for value in derived)
        rows = list(
            zip(
                *(group.rows, stamps, group.all_stations(), clocks),
                *group.columns,
                *local,
                strict=True,
            )
        )
        known = self._store(rows)
        if known:
            left, first = list[int](), set[bytes]()
            for place, row in enumerate(group.rows):
                if row in known or row in first:
                    left.append(place)
                first.add(row)
            self._take_ops(list(pick(group, left).ops()))

    def _store(self, rows: Sequence[_Stored]) -> set[bytes]:
        """Insert rows; returns the ids of those that were there, and the repeated ones."""
        shape, run = self._shape, self._connection.exec_driver_sql
        last = run(f"SELECT max(rid) FROM {shape.table.name}").scalar() or 0
        names = ("id", "_st", "_dv", "_fc", *shape.names.values(), *shape.derived)
        one = f"({', '.join('?' * len(names))})"
        for count, parameters in _together(rows):
            run(
                f"INSERT INTO {shape.table.name} ({', '.join(names)}) "
                f"VALUES {', '.join([one] * count)} ON CONFLICT(id) DO NOTHING",
                parameters,
            )
        noted = run(
            "INSERT INTO change(txn, table_no, rid, row, kind) "
            f"SELECT ?, ?, rid, id, ? FROM {shape.table.name} WHERE rid > ? ORDER BY rid",
            (self._txn, shape.table.number, INSERTED, last),
        )
        self._applied.inserted += noted.rowcount
        if noted.rowcount == len(rows):
            return set()
        fresh = run(f"SELECT id FROM {shape.table.name} WHERE rid > ?", (last,))
        return {row[0] for row in rows} - {row_id for (row_id,) in fresh} or {b""}

    # Edits of plain fields: the later clock wins, field by field.

    def _take_edits(self, group: Group) -> None:
        stored = {row[1]: row for row in read_raw(self._connection, self._shape, "id", group.rows)}
        left, changes = list[Op](), list[_Change]()
        for op in group.ops():
            row = stored.get(op.row)
            if row is None or row[5]:
                left.append(op)  # unborn or deleted: that takes all the rules
            elif (change := self._edited(row, op)) is not None:
                changes.append(change)
        self._write(changes)
        if left:
            self._take_ops(left)

    def _edited(self, stored: _Stored, op: Op) -> _Change | None:
        rid, row_id, stamp, station, text, *values = stored
        birth, own = (stamp, station), (op.stamp, op.station)
        clocks = parse_clocks(text) or {}
        before = _pack((birth, clocks, dict(zip(self._shape.numbers, values, strict=True))))
        marks, bases = op.clocks or {}, op.bases or {}
        note: dict[str, Any] = {}
        fields, new = list[int](), list[Value]()
        moved = False
        for number, value in zip(op.fields, op.values, strict=True):
            mine = Register(clock_of(clocks, number, birth), values[self._shape.places[number]])
            theirs = Register(clock_of(marks, number, own) if marks else own, value)
            base = bases.get(str(number))
            if theirs.clock != mine.clock:
                if number in self._watched:
                    self._meet(row_id, number, mine, theirs, marks, base)
                older = theirs.clock < mine.clock
            else:
                older = theirs.order() <= mine.order()
            if older:
                continue
            moved = True
            if theirs.clock == birth:
                clocks.pop(str(number), None)
            else:
                clocks[str(number)] = [*theirs.clock]
            if theirs.value != mine.value:
                fields.append(number)
                new.append(value)
                note[str(number)] = _noted(mine, base)
        if not moved:
            return None
        written = _write_json(note).decode()
        return _Change(
            *(rid, row_id, tuple(fields), tuple(new), birth, format_clocks(clocks)),
            *(written, before),
        )

    def _meet(
        self,
        row: bytes,
        number: int,
        mine: Register,
        theirs: Register,
        marks: Clocks,
        base: int | None,
    ) -> None:
        if self._watch is not None:
            spot = Spot(self._shape.table.number, row, number)
            self._watch.meet(spot, mine, theirs, marks, base)

    # Everything else: by the rules for rows.

    def _take_ops(self, ops: Sequence[Op]) -> None:
        stored = {
            row_id: (rid, row)
            for rid, row_id, row in read_rows(
                self._connection, self._shape, "id", list({op.row for op in ops})
            )
        }
        before = {row_id: row.copy() for row_id, (_, row) in stored.items()}
        bases: dict[bytes, dict[int, int]] = {}
        rows: dict[bytes, Row] = {}
        for op in ops:
            if op.row in stored:
                self._merge(stored[op.row][1], op, bases.setdefault(op.row, {}))
            elif op.row in rows or op.kind != INSERT:
                row = rows.setdefault(op.row, unborn_row(self._shape.defaults.items()))
                merge(self._shape.table, row, op)
            else:
                rows[op.row] = self._new_row(op)
        self._insert(rows)
        changes = [
            self._changed(rid, row_id, before[row_id], row, bases.get(row_id, {}))
            for row_id, (rid, row) in stored.items()
            if before[row_id] != row
        ]
        self._write(changes)

    def _merge(self, row: Row, op: Op, bases: dict[int, int]) -> None:
        marks = op.clocks or {}
        for number, value in zip(op.fields, op.values, strict=True) if op.bases else ():
            base = (op.bases or {}).get(str(number))
            if number not in row.registers or base is None:
                continue
            theirs = Register(clock_of(marks, number, (op.stamp, op.station)), value)
            mine = row.registers[number]
            if number in self._watched and theirs.clock != mine.clock:
                self._meet(op.row, number, mine, theirs, marks, base)
            if theirs.order() > mine.order():
                bases[number] = base
        merge(self._shape.table, row, op)

    def _new_row(self, op: Op) -> Row:
        named = dict(zip(op.fields, op.values, strict=True))
        # What an older program did not know was not written by it: any value beats the default.
        unnamed = {str(n): [*UNBORN] for n in self._shape.names.keys() - named.keys()}
        values = {**self._shape.defaults, **named}
        return make_row((op.stamp, op.station), {**unnamed, **(op.clocks or {})}, values.items())

    def _insert(self, rows: Mapping[bytes, Row]) -> None:
        derived = tuple(self._shape.derived.values())
        stored = [
            (
                *(row_id, *row.birth, format_clocks(row.clocks())),
                *(row.registers[number].value for number in self._shape.numbers),
                *derived,
            )
            for row_id, row in rows.items()
        ]
        if stored:
            self._store(stored)

    def _changed(
        self, rid: int, row_id: bytes, old: Row, new: Row, bases: Mapping[int, int]
    ) -> _Change:
        fields = tuple(
            number
            for number in self._shape.numbers
            if old.registers[number].value != new.registers[number].value
        )
        note = {str(n): _noted(old.registers[n], bases.get(n)) for n in fields}
        return _Change(
            *(rid, row_id, fields, tuple(new.registers[number].value for number in fields)),
            *(new.birth, format_clocks(new.clocks()), _write_json(note).decode(), pack_row(old)),
        )

    def _write(self, changes: Sequence[_Change]) -> None:
        """Write what changed, and note it as the triggers do.

        Also where only clocks moved: the transaction is remembered by its notes.
        """
        if not changes:
            return
        run, number = self._connection.exec_driver_sql, self._shape.table.number
        for fields, some in _by_fields(changes):
            names = (*(self._shape.names[n] for n in fields), "_st", "_dv", "_fc")
            settings = ", ".join(f"{name} = ?" for name in names)
            run(
                f"UPDATE {self._shape.table.name} SET {settings} WHERE rid = ?",
                [(*c.values, *c.birth, c.clocks, c.rid) for c in some],
            )
        run(
            "INSERT INTO change(txn, table_no, rid, row, kind, fields) VALUES (?, ?, ?, ?, ?, ?)",
            [(self._txn, number, c.rid, c.row, SET_NOTE, c.note) for c in changes],
        )
        run(
            "INSERT OR IGNORE INTO sync_before(txn, table_no, row, stored) VALUES (?, ?, ?, ?)",
            [(self._txn, number, c.row, c.before) for c in changes],
        )
        self._applied.changed += sum(bool(change.fields) for change in changes)


def _together(rows: Sequence[_Stored]) -> Iterator[tuple[int, list[_Stored]]]:
    """Rows by the statement: SQLite keeps a journal per statement of a table with triggers."""
    whole = len(rows) - len(rows) % TOGETHER
    if whole:
        starts = range(0, whole, TOGETHER)
        yield TOGETHER, [tuple(chain.from_iterable(rows[at : at + TOGETHER])) for at in starts]
    if rows[whole:]:
        yield 1, list(rows[whole:])


def _by_fields(changes: Iterable[_Change]) -> Iterator[tuple[tuple[int, ...], list[_Change]]]:
    found: dict[tuple[int, ...], list[_Change]] = {}
    for change in changes:
        found.setdefault(change.fields, []).append(change)
    yield from found.items()


def _noted(old: Register, base: int | None) -> list[Any]:
    """An old value with its clock, and what the writer of the new one had replaced."""
    value = old.value
    plain = {"x": value.hex().upper()} if isinstance(value, bytes) else value
    return [plain, *old.clock] if base is None else [plain, *old.clock, base]
