"""The outbox: ops out of the change notes that local transactions left.

A note only says what changed; the op takes the value as it is now, with the clock it has now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, starmap
from typing import Any, Final

from sqlalchemy import Connection

from db.registry import BY_NAME, DELETED_FIELD, Merge
from db.sync.conflicts import Losers, close_edited, known_losers
from db.sync.frames import FRAME_OPS, INSERT, SET, Group, Op, group_ops
from db.sync.noted import (
    ORIGIN,
    Fields,
    Noted,
    among,
    conditions,
    has_local,
    read_notes,
)
from db.sync.outgoing import bases_of, read_edits, read_inserts
from db.sync.ranks import FACTS, Facts, rank_of, time_of
from db.sync.rows import TOP, UNBORN, Register, Row, is_revivable
from db.sync.tables import Shape, format_clocks, read_rows, shape_of
from db.sync.unborn import is_waiting, rejoin
from db.triggers import PURGED

OUTBOX: Final = "sync-outbox"
SETTLED: Final = "sync-settled"
"""Cursors into `change`: what was taken as ops, and what was put into the merge's terms."""

_BATCH: Final = 1_000

_OWNER: Final = [n for n, name in BY_NAME["settings"].numbered() if name in {"scope", "key"}]


def take_ops(connection: Connection, limit: int = 100_000) -> list[Op]:
    """As `take_groups`, op by op."""
    return [op for group in take_groups(connection, limit) for op in group.ops()]


def take_groups(connection: Connection, limit: int = 100_000) -> Iterator[Group]:
    """Return the ops of the next notes, at most `limit` of them, and move the cursor behind them.

    Run it inside `Database.write("system")` to its end, and keep the ops (or their sealed bytes)
    in the same transaction or hand them on before it ends. Nothing means that all is taken.
    """
    cursor: Any = connection.connection.cursor()
    while (window := _next_window(connection, limit)) is not None:
        first, top = window
        notes, settled = _settled_notes(connection, first, top)
        _move(connection, OUTBOX, top)
        source = _Source(connection, cursor, known_losers(connection, first, top), settled=settled)
        groups = chain.from_iterable(starmap(source.groups, notes.items()))
        some = next(groups, None)
        if some is not None:
            yield some
            yield from groups
            return


def _next_window(connection: Connection, limit: int) -> tuple[int, int] | None:
    """Behind which note, and up to which one, ops are taken next; None where there are none."""
    first = _cursor(connection, OUTBOX)
    top = connection.exec_driver_sql(
        "SELECT max(seq) FROM (SELECT seq FROM change WHERE seq > ? ORDER BY seq LIMIT ?)",
        (first, limit),
    ).scalar()
    return None if top is None else (first, top)


def _settled_notes(connection: Connection, first: int, top: int) -> tuple[dict[int, Noted], bool]:
    """Settle, and read the notes of a window: once, where both are about the same ones.

    False: plain rows that are deleted are yet to be settled, by whom they are read.
    """
    cursor: Any = connection.connection.cursor()
    begun = _cursor(connection, SETTLED)
    if begun < first or has_local(cursor, first, begun) or is_waiting(connection):
        settle(connection)
        return read_notes(cursor, first, top), True
    notes = read_notes(cursor, max(first, begun), top)
    close_edited(connection, begun, top)
    for number, noted in notes.items():
        shape = shape_of(number)
        if _is_columnar(shape):
            born = noted.born_of(noted.edits)
            _settle_table(connection, shape, {rid: noted.edits.pop(rid) for rid in born})
        else:
            _settle_table(connection, shape, noted.edits)
    _move(connection, SETTLED, max(begun, top))
    return notes, False


def is_settled(connection: Connection) -> bool:
    """Tell whether everything written here has been taken as ops."""
    waiting = connection.exec_driver_sql(
        "SELECT 1 FROM change JOIN txn ON txn.rid = change.txn "
        "WHERE change.seq > coalesce((SELECT seq FROM cursors WHERE name = ?), 0) "
        "AND origin <> ? AND kind <> ? LIMIT 1",
        (OUTBOX, ORIGIN, PURGED),
    )
    return waiting.first() is None


def settle(connection: Connection) -> None:
    """Put local removals, deletions and steps back into terms that merge the same everywhere.

    It must run before ops of others are applied: they are merged with settled rows only.
    """
    first = _cursor(connection, SETTLED)
    top = _last(connection)
    if top <= first:
        return
    close_edited(connection, first, top)
    for number, noted in read_notes(connection.connection.cursor(), first, top).items():
        _settle_table(connection, shape_of(number), noted.edits)
    if rejoin(connection):
        top = _last(connection)
    _move(connection, SETTLED, top)


def _settle_table(connection: Connection, shape: Shape, edits: dict[int, list[Fields]]) -> None:
    if _is_plain(shape):
        # Only deleted ones need it, and they are few.
        edits = {rid: edits[rid] for rid in _deleted(connection, shape, edits)}
    _settle_rows(connection, shape, edits)


def _is_plain(shape: Shape) -> bool:
    """Tell whether every field of a table's rows stands for itself."""
    return shape.table.merge is Merge.FIELDS and shape.table.number not in FACTS


def _is_columnar(shape: Shape) -> bool:
    """Tell whether edits of a table need no look at the rest of the row, if that lives."""
    return _is_plain(shape) and shape.table.name != "settings"


def _deleted(connection: Connection, shape: Shape, rids: Iterable[int]) -> list[int]:
    cursor, found = connection.connection.cursor(), list[int]()
    for condition, parameters in among(list(rids), _BATCH):
        cursor.execute(f"SELECT rid FROM {shape.table.name} WHERE _del AND {condition}", parameters)
        found += (rid for (rid,) in cursor.fetchall())
    return found


def _settle_rows(connection: Connection, shape: Shape, notes: dict[int, list[Fields]]) -> None:
    wanted = [rid for rid, fields in notes.items() if _may_need_settling(shape, fields)]
    changed = [
        (format_clocks(row.clocks()), rid)
        for rid, _, row in read_rows(connection, shape, "rid", wanted)
        if _settle_row(connection, shape, row, notes[rid])
    ]
    if changed:
        # `_fc` is no field: the change triggers don't see this.
        connection.exec_driver_sql(f"UPDATE {shape.table.name} SET _fc = ? WHERE rid = ?", changed)


def _may_need_settling(shape: Shape, notes: list[Fields]) -> bool:
    numbers = {int(number) for fields in notes for number in fields}
    if shape.table.merge is Merge.SET:
        return DELETED_FIELD in numbers
    facts = FACTS.get(shape.table.number)
    return is_revivable(shape.table) or (facts is not None and bool(numbers & facts.numbers))


def _settle_row(connection: Connection, shape: Shape, row: Row, notes: list[Fields]) -> bool:
    tombstone = row.registers[DELETED_FIELD]
    if shape.table.merge is Merge.SET:
        if tombstone.value and tombstone.clock[1] != TOP:
            # Names the adding it saw, not its own time: an adding elsewhere outlives it.
            base = next(f for f in reversed(notes) if str(DELETED_FIELD) in f)
            seen = base[str(DELETED_FIELD)][1]
            row.registers[DELETED_FIELD] = Register((seen, TOP), 1)
        return bool(tombstone.value)
    changed = False
    revivable = is_revivable(shape.table)
    if revivable and tombstone.value and row.latest() > tombstone.clock:
        # The person deleted it, or left it deleted, after that edit: so it is for all.
        station = connection.exec_driver_sql("SELECT station FROM txn_context").scalar_one()
        row.registers[DELETED_FIELD] = Register((row.latest()[0] + 1, station), 1)
        changed = True
    facts = FACTS.get(shape.table.number)
    return (facts is not None and _settle_facts(facts, row, notes)) or changed


def _settle_facts(facts: Facts, row: Row, notes: list[Fields]) -> bool:
    """Note where facts were taken back, and that what was written now has the row's own time."""
    numbers = {int(number) for fields in notes for number in fields} & facts.numbers
    if not numbers:
        return False
    back = _went_back(facts, row, notes)
    row.generation += back
    kept = {b.head for b in facts.bundles if numbers.isdisjoint(b.numbers)}
    sources = (
        {} if facts.source in numbers else {h: row.sources[h] for h in kept & row.sources.keys()}
    )
    changed = back or sources != row.sources
    row.sources = sources
    return changed


def _went_back(facts: Facts, row: Row, notes: list[Fields]) -> bool:
    def before(number: int) -> Any:
        first = next((fields for fields in notes if str(number) in fields), None)
        return first[str(number)][0] if first else row.registers[number].value

    def now(number: int) -> Any:
        return row.registers[number].value

    return _progress(facts, now) < _progress(facts, before)


def _progress(facts: Facts, value_of: Callable[[int], Any]) -> tuple[int, ...]:
    ranks = [rank_of(bundle, value_of(bundle.head)) for bundle in facts.bundles if bundle.ranks]
    return (0 if facts.source is None else time_of(value_of(facts.source)), *ranks)


class _Source:
    """Turns what was noted of a table into ops, column by column where it can be."""

    def __init__(
        self, connection: Connection, cursor: Any, losers: Losers, *, settled: bool
    ) -> None:
        self._connection, self._cursor = connection, cursor
        self._losers, self._settled = losers, settled

    def groups(self, number: int, noted: Noted) -> Iterator[Group]:
        """Return the ops of a table, inserts first; those of one set of fields together."""
        shape = shape_of(number)
        for condition, parameters in conditions(noted.born, FRAME_OPS):
            yield from read_inserts(self._cursor, shape, condition, parameters)
        edits, rest = noted.edits, noted.edits
        for rid in noted.born_of(edits):
            del edits[rid]
        if _is_columnar(shape):
            rest = {}
            touched = yield from read_edits(self._cursor, shape, edits, self._losers)
            if touched:
                rest = {rid: edits[rid] for rid in touched}
                if not self._settled:
                    _settle_rows(self._connection, shape, rest)
        yield from group_ops(self._by_row(shape, rest))

    def _by_row(self, shape: Shape, edits: dict[int, list[Fields]]) -> Iterator[Op]:
        found = read_rows(self._connection, shape, "rid", list(edits))
        for rid, row_id, row in found:
            if _was_deleted(row, edits[rid]):
                # Old tombstones leave the snapshots: a station that began since has not the row.
                yield _whole(shape, row_id, row, edits[rid])
                continue
            known = self._losers.get((shape.table.number, row_id), {})
            yield _set(shape, row_id, row, edits[rid], known)


def _set(
    shape: Shape, row_id: bytes, row: Row, notes: list[Fields], known: dict[str, list[int]]
) -> Op:
    bases = bases_of(notes)
    numbers = {int(key) for key in bases} & row.registers.keys()
    facts = FACTS.get(shape.table.number)
    if facts is not None and numbers & facts.numbers:
        # Facts go together, so that the others learn of what time all of them are.
        numbers |= facts.numbers
    if shape.table.name == "settings":
        # Whose setting it is decides who may set it: every op must tell.
        numbers |= set(_OWNER)
    if is_revivable(shape.table) and row.registers[DELETED_FIELD].clock != row.birth:
        # An edit that left the row deleted must not bring it back elsewhere; and where settling
        # moved the deletion's clock, all must have that clock, though another edit revived it.
        numbers.add(DELETED_FIELD)
    registers = {number: row.registers[number] for number in sorted(numbers)}
    own = max(register.clock for register in registers.values())
    clocks = {str(n): [*r.clock] for n, r in registers.items() if r.clock != own}
    clocks.update(row.marks())
    clocks.update((key, clock) for key, clock in known.items() if key[1:] in bases)
    values = tuple(register.value for register in registers.values())
    return Op(
        SET, shape.table.number, row_id, *own, tuple(registers), values, clocks or None, bases
    )


def _was_deleted(row: Row, notes: list[Fields]) -> bool:
    """Tell whether a row was deleted before some edits."""
    key = str(DELETED_FIELD)
    first = next((fields[key][0] for fields in notes if key in fields), None)
    before = row.registers[DELETED_FIELD].value if first is None else first
    return bool(before) and row.birth != UNBORN


def _whole(shape: Shape, row_id: bytes, row: Row, notes: list[Fields]) -> Op:
    """Return a row as one insert with the clocks of all its fields."""
    values = tuple(row.registers[number].value for number in shape.numbers)
    clocks, bases = row.clocks() or None, bases_of(notes)
    return Op(INSERT, shape.table.number, row_id, *row.birth, shape.numbers, values, clocks, bases)


def _cursor(connection: Connection, name: str) -> int:
    found = connection.exec_driver_sql("SELECT seq FROM cursors WHERE name = ?", (name,)).scalar()
    return int(found or 0)


def _last(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT max(seq) FROM change").scalar() or 0)


def _move(connection: Connection, name: str, seq: int) -> None:
    connection.exec_driver_sql(
        "INSERT INTO cursors(name, seq) VALUES (?, ?) "
        "ON CONFLICT(name) DO UPDATE SET seq = excluded.seq",
        (name, seq),
    )
