"""Ops of other stations, merged into the database in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from db.clock import MAX_AHEAD_MS, now_ms, stamp_ms
from db.database import Database
from db.registry import BY_NUMBER, DELETED_FIELD
from db.sync.frames import INSERT, SET, Clocks, Group, Op, Value
from db.sync.ops import settle
from db.sync.rows import UNBORN, Clock, Row, make_row, merge, unborn_row
from db.sync.tables import Shape, format_clocks, read_rows, shape_of
from db.triggers import INSERTED
from db.triggers import SET as SET_NOTE

SLICE: Final = 5_000
"""Ops of a group that are merged in memory at a time."""

_Stored = tuple[Any, ...]
_PACKED: Final = msgspec.msgpack.Decoder(tuple[Clock, Clocks, dict[int, Any]])


@dataclass(slots=True)
class Applied:
    """What came of some groups.

    `later` are ops on tables or fields that only a newer program knows: to be kept, and applied
    after the upgrade. `ahead` tells that a stamp lay over 24 h in the future: it counts, but the
    own clock does not follow it, and that station's clock is wrong.
    """

    inserted: int = 0
    changed: int = 0
    later: list[Group] = field(default_factory=list)
    ahead: bool = False


def apply_groups(database: Database, groups: Iterable[Group]) -> Applied:
    """Merge groups of ops, all or none; screens and the search index hear of it as origin "sync".

    Must not run inside another `write()` of the same thread.
    """
    with database.write("sync") as session:
        return merge_groups(session.connection(), groups)


def merge_groups(
    connection: Connection, groups: Iterable[Group], wall_ms: int | None = None
) -> Applied:
    """Merge groups of ops inside a `write("sync")`; `wall_ms` is this machine's clock."""
    applied = Applied()
    settle(connection)
    # The triggers would stamp these changes as made here; they are noted below instead.
    connection.exec_driver_sql("UPDATE txn_context SET noting = 0")
    highest = 0
    # Rows are merged best after they are born; nothing depends on it.
    for group in sorted(groups, key=lambda group: group.kind):
        known = _known(group, applied.later)
        if known is not None:
            Merger(connection, shape_of(group.table), applied).take(known)
            highest = max(highest, _highest(known))
    follow(connection, highest, applied, wall_ms)
    connection.exec_driver_sql("UPDATE txn_context SET noting = 1")
    return applied


def _known(group: Group, later: list[Group]) -> Group | None:
    table = BY_NUMBER.get(group.table)
    if table is None or group.kind not in {INSERT, SET}:
        later.append(group)
        return None
    living = {DELETED_FIELD, *(number for number, _ in table.numbered())}
    places = [place for place, number in enumerate(group.fields) if number in living]
    if len(places) == len(group.fields):
        return group
    unknown = [p for p, number in enumerate(group.fields) if number > len(table.fields)]
    if unknown:
        # As an edit: the row itself is born now, by the fields that are known.
        later.append(_part(group, unknown, SET))
    return _part(group, places, group.kind) if places else None


def _part(group: Group, places: Sequence[int], kind: int) -> Group:
    return msgspec.structs.replace(
        group,
        kind=kind,
        fields=[group.fields[place] for place in places],
        columns=[group.columns[place] for place in places],
    )


def _highest(group: Group) -> int:
    edited = (clock[0] for clocks in group.clocks or () if clocks for clock in clocks.values())
    return max(group.since + max(group.stamps), max(edited, default=0))


def follow(
    connection: Connection, highest: int, applied: Applied, wall_ms: int | None = None
) -> None:
    """Take the home's clock above a stamp from elsewhere, unless it lies over 24 h ahead."""
    if stamp_ms(highest) > (now_ms() if wall_ms is None else wall_ms) + MAX_AHEAD_MS:
        applied.ahead = True
    else:
        # The next transaction's stamp is taken above this one, in every process of the home.
        connection.exec_driver_sql("UPDATE txn_context SET stamp = max(stamp, ?)", (highest,))


class Merger:
    """Takes groups of one table into the database and notes what changed."""

    def __init__(self, connection: Connection, shape: Shape, applied: Applied) -> None:
        self._connection, self._shape, self._applied = connection, shape, applied
        self._txn = connection.exec_driver_sql("SELECT txn FROM txn_context").scalar_one()

    def take(self, group: Group) -> None:
        """Merge a group, slice by slice."""
        ops = group.ops()
        while part := list(_first(ops, SLICE)):
            self._take_slice(part)

    def _take_slice(self, ops: list[Op]) -> None:
        stored = {
            row_id: (rid, row)
            for rid, row_id, row in read_rows(
                self._connection, self._shape, "id", list({op.row for op in ops})
            )
        }
        before = {row_id: row.copy() for row_id, (_, row) in stored.items()}
        born: dict[bytes, Op] = {}
        rows: dict[bytes, Row] = {}
        for op in ops:
            if op.row in stored:
                merge(self._shape.table, stored[op.row][1], op)
            elif op.row not in rows and op.row not in born and op.kind == INSERT:
                born[op.row] = op
            else:
                row = rows.get(op.row) or self._new_row(born.pop(op.row, None))
                merge(self._shape.table, row, op)
                rows[op.row] = row
        self._insert(born, rows)
        self._update((rid, row_id, before[row_id], row) for row_id, (rid, row) in stored.items())

    def _new_row(self, op: Op | None) -> Row:
        if op is None:
            return unborn_row(self._shape.defaults.items())
        named = dict(zip(op.fields, op.values, strict=True))
        values = {**self._shape.defaults, **named}
        return make_row((op.stamp, op.station), self._clocks_at_birth(op), values.items())

    def _clocks_at_birth(self, op: Op) -> dict[str, list[int]]:
        # What an older program did not know was not written by it: any value beats the default.
        unnamed = self._shape.names.keys() - set(op.fields)
        return {**{str(number): [*UNBORN] for number in unnamed}, **(op.clocks or {})}

    def _insert(self, born: dict[bytes, Op], rows: dict[bytes, Row]) -> None:
        shape, derived = self._shape, tuple(self._shape.derived.values())
        stored: list[_Stored] = [self._stored(op) + derived for op in born.values()]
        for row_id, row in rows.items():
            values = (row.registers[number].value for number in shape.numbers)
            clocks = format_clocks(row.clocks())
            stored.append((row_id, *row.birth, clocks, *values, *derived))
        if not stored:
            return
        last = self._connection.exec_driver_sql(f"SELECT max(rid) FROM {shape.table.name}").scalar()
        names = ("id", "_st", "_dv", "_fc", *shape.names.values(), *shape.derived)
        self._connection.exec_driver_sql(
            f"INSERT INTO {shape.table.name} ({', '.join(names)}) "
            f"VALUES ({', '.join('?' * len(names))})",
            stored,
        )
        self._connection.exec_driver_sql(
            "INSERT INTO change(txn, table_no, rid, row, kind) "
            f"SELECT ?, ?, rid, id, ? FROM {shape.table.name} WHERE rid > ? ORDER BY rid",
            (self._txn, shape.table.number, INSERTED, last or 0),
        )
        self._applied.inserted += len(stored)

    def _stored(self, op: Op) -> _Stored:
        if op.fields == self._shape.numbers:
            clocks = format_clocks(op.clocks) if op.clocks else None
            return (op.row, op.stamp, op.station, clocks, *op.values)
        row = self._new_row(op)
        values = (row.registers[number].value for number in self._shape.numbers)
        return (op.row, op.stamp, op.station, format_clocks(row.clocks()), *values)

    def _update(self, rows: Iterable[tuple[int, bytes, Row, Row]]) -> None:
        updates: dict[tuple[int, ...], list[_Stored]] = {}
        notes: list[_Stored] = []
        before: list[_Stored] = []
        for rid, row_id, old, new in rows:
            if old == new:
                continue
            before.append((self._txn, self._shape.table.number, row_id, pack_row(old)))
            changed = tuple(
                number
                for number in self._shape.numbers
                if old.registers[number].value != new.registers[number].value
            )
            values = (new.registers[number].value for number in changed)
            clocks = format_clocks(new.clocks())
            updates.setdefault(changed, []).append((*values, *new.birth, clocks, rid))
            # Also where only clocks moved: the transaction is remembered by its notes.
            note = _note(old, changed)
            number = self._shape.table.number
            notes.append((self._txn, number, rid, row_id, SET_NOTE, note))
            self._applied.changed += bool(changed)
        for changed, parameters in updates.items():
            names = (*(self._shape.names[n] for n in changed), "_st", "_dv", "_fc")
            settings = ", ".join(f"{name} = ?" for name in names)
            self._connection.exec_driver_sql(
                f"UPDATE {self._shape.table.name} SET {settings} WHERE rid = ?", parameters
            )
        if notes:
            self._connection.exec_driver_sql(
                "INSERT INTO change(txn, table_no, rid, row, kind, fields) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                notes,
            )
            self._connection.exec_driver_sql(
                "INSERT OR IGNORE INTO sync_before(txn, table_no, row, stored) VALUES (?, ?, ?, ?)",
                before,
            )


def pack_row(row: Row) -> bytes:
    """Return a row as bytes, with all clocks."""
    values = {number: register.value for number, register in row.registers.items()}
    return msgspec.msgpack.encode((row.birth, row.clocks(), values))


def unpack_row(data: bytes) -> Row:
    """Read what `pack_row` wrote."""
    birth, clocks, values = _PACKED.decode(data)
    return make_row(birth, clocks, values.items())


def _note(old: Row, changed: Iterable[int]) -> str:
    """Note the old values as the triggers do: {field: [old value, its stamp]}."""
    fields = {}
    for number in changed:
        register = old.registers[number]
        fields[str(number)] = [_plain(register.value), register.clock[0]]
    return msgspec.json.encode(fields).decode()


def _plain(value: Value) -> Any:
    return {"x": value.hex().upper()} if isinstance(value, bytes) else value


def _first(ops: Iterator[Op], count: int) -> Iterator[Op]:
    for _, op in zip(range(count), ops, strict=False):
        yield op
