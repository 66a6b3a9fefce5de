"""The outbox: ops out of the change notes that local transactions left.

A note only says what changed; the op takes the value as it is now, with the clock it has now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from db.registry import BY_NAME, BY_NUMBER, DELETED_FIELD, Merge
from db.sync.conflicts import Losers, close_edited, known_losers
from db.sync.frames import INSERT, SET, Bases, Op
from db.sync.ranks import FACTS, Facts, rank_of, time_of
from db.sync.rows import TOP, Register, Row, clock_of, is_revivable, make_row
from db.sync.tables import Shape, format_clocks, parse_clocks, read_raw, read_rows, shape_of
from db.sync.unborn import rejoin
from db.triggers import INSERTED, PURGED

OUTBOX: Final = "sync-outbox"
SETTLED: Final = "sync-settled"
"""Cursors into `change`: what was taken as ops, and what was put into the merge's terms."""

ORIGIN: Final = "sync"
_BATCH: Final = 1_000

_NOTES: Final = (
    "SELECT change.seq, table_no, change.rid, kind, fields FROM change "
    "JOIN txn ON txn.rid = change.txn "
    f"WHERE change.seq > ? AND change.seq <= ? AND origin <> '{ORIGIN}' "
)

_OWNER: Final = [n for n, name in BY_NAME["settings"].numbered() if name in {"scope", "key"}]

_Fields = dict[str, list[Any]]
_Touched = dict[int, dict[int, list[_Fields | None]]]
"""{table number: {rid: fields of each note, None for an insert}}."""


def take_ops(connection: Connection, limit: int = 100_000) -> list[Op]:
    """Return the ops of the next notes, at most `limit` of them, and move the cursor behind them.

    Run it inside `Database.write("system")`, and keep the ops (or their sealed bytes) in the same
    transaction or hand them on before it ends. An empty list means that all is taken.
    """
    settle(connection)
    first, ops = _cursor(connection, OUTBOX), list[Op]()
    while not ops:
        top = connection.exec_driver_sql(
            "SELECT max(seq) FROM (SELECT seq FROM change WHERE seq > ? ORDER BY seq LIMIT ?)",
            (first, limit),
        ).scalar()
        if top is None:
            return []
        touched = _touched(connection.exec_driver_sql(f"{_NOTES} ORDER BY seq", (first, top)))
        losers = known_losers(connection, first, top)
        for number, notes in touched.items():
            ops.extend(_ops_of(connection, shape_of(number), notes, losers))
        _move(connection, OUTBOX, top)
        first = top
    return ops


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
    top = connection.exec_driver_sql("SELECT max(seq) FROM change").scalar() or 0
    if top <= first:
        return
    notes = connection.exec_driver_sql(f"{_NOTES} AND kind = 2 ORDER BY seq", (first, top))
    close_edited(connection, first, top)
    for number, rows in _touched(notes).items():
        shape = shape_of(number)
        found = {r: [f for f in n if f] for r, n in rows.items()}
        if shape.table.merge is Merge.FIELDS and number not in FACTS:
            # Of plain rows only deleted ones need it, and they are few.
            found = {rid: found[rid] for rid in _deleted(connection, shape, list(found))}
        _settle_rows(connection, shape, found)
    if rejoin(connection):
        top = connection.exec_driver_sql("SELECT max(seq) FROM change").scalar() or 0
    _move(connection, SETTLED, top)


def _deleted(connection: Connection, shape: Shape, rids: list[int]) -> list[int]:
    found = list[int]()
    for start in range(0, len(rids), _BATCH):
        part = tuple(rids[start : start + _BATCH])
        marks = ", ".join("?" * len(part))
        query = f"SELECT rid FROM {shape.table.name} WHERE _del AND rid IN ({marks})"
        found += (rid for (rid,) in connection.exec_driver_sql(query, part).all())
    return found


def _settle_rows(connection: Connection, shape: Shape, notes: dict[int, list[_Fields]]) -> None:
    wanted = [rid for rid, fields in notes.items() if _may_need_settling(shape, fields)]
    changed = [
        (format_clocks(row.clocks()), rid)
        for rid, _, row in read_rows(connection, shape, "rid", wanted)
        if _settle_row(connection, shape, row, notes[rid])
    ]
    if changed:
        # `_fc` is no field: the change triggers don't see this.
        connection.exec_driver_sql(f"UPDATE {shape.table.name} SET _fc = ? WHERE rid = ?", changed)


def _may_need_settling(shape: Shape, notes: list[_Fields]) -> bool:
    numbers = {int(number) for fields in notes for number in fields}
    if shape.table.merge is Merge.SET:
        return DELETED_FIELD in numbers
    facts = FACTS.get(shape.table.number)
    return is_revivable(shape.table) or (facts is not None and bool(numbers & facts.numbers))


def _settle_row(connection: Connection, shape: Shape, row: Row, notes: list[_Fields]) -> bool:
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


def _settle_facts(facts: Facts, row: Row, notes: list[_Fields]) -> bool:
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


def _went_back(facts: Facts, row: Row, notes: list[_Fields]) -> bool:
    def before(number: int) -> Any:
        first = next((fields for fields in notes if str(number) in fields), None)
        return first[str(number)][0] if first else row.registers[number].value

    def now(number: int) -> Any:
        return row.registers[number].value

    return _progress(facts, now) < _progress(facts, before)


def _progress(facts: Facts, value_of: Callable[[int], Any]) -> tuple[int, ...]:
    ranks = [rank_of(bundle, value_of(bundle.head)) for bundle in facts.bundles if bundle.ranks]
    return (0 if facts.source is None else time_of(value_of(facts.source)), *ranks)


def _touched(notes: Iterable[Any]) -> _Touched:
    touched: _Touched = {}
    for _, number, rid, kind, fields in notes:
        if kind == PURGED or number not in BY_NUMBER:
            continue
        parsed = None if kind == INSERTED else msgspec.json.decode(fields)
        touched.setdefault(number, {}).setdefault(rid, []).append(parsed)
    return touched


def _ops_of(
    connection: Connection,
    shape: Shape,
    notes: dict[int, list[_Fields | None]],
    losers: Losers,
) -> Iterator[Op]:
    born = [rid for rid, found in notes.items() if None in found]
    for _, row_id, stamp, station, clocks, *values in read_raw(connection, shape, "rid", born):
        yield Op(
            *(INSERT, shape.table.number, row_id, stamp, station),
            *(shape.numbers, tuple(values), parse_clocks(clocks)),
        )
    edited = [rid for rid, found in notes.items() if None not in found]
    plain = shape.table.merge is Merge.FIELDS and shape.table.number not in FACTS
    for stored in read_raw(connection, shape, "rid", edited):
        rid, row_id, stamp, station, text, *values = stored
        fields = [found for found in notes[rid] if found]
        known = losers.get((shape.table.number, row_id), {})
        if plain and not values[0] and shape.table.name != "settings":
            yield _plain_set(shape, stored, fields, known)
        else:
            clocks = parse_clocks(text)
            row = make_row((stamp, station), clocks, zip(shape.numbers, values, strict=True))
            yield _set(shape, row_id, row, fields, known)


def _plain_set(
    shape: Shape, stored: tuple[Any, ...], notes: list[_Fields], known: dict[str, list[int]]
) -> Op:
    """As `_set`, for a living row whose fields stand each for itself."""
    _, row_id, stamp, station, text, *values = stored
    bases = _bases(notes)
    numbers = sorted(int(key) for key in bases if int(key) in shape.places)
    stored_clocks = parse_clocks(text) or {}
    own = {number: clock_of(stored_clocks, number, (stamp, station)) for number in numbers}
    latest = max(own.values())
    clocks = {str(number): [*clock] for number, clock in own.items() if clock != latest}
    clocks.update((key, clock) for key, clock in known.items() if key[1:] in bases)
    found = tuple(values[shape.places[number]] for number in numbers)
    marks = clocks or None
    return Op(SET, shape.table.number, row_id, *latest, tuple(numbers), found, marks, bases)


def _bases(notes: list[_Fields]) -> Bases:
    """Of each field the stamp that stood there before the first of some edits."""
    bases: Bases = {}
    for fields in notes:
        for key, old in fields.items():
            bases.setdefault(key, old[1])
    return bases


def _set(
    shape: Shape, row_id: bytes, row: Row, notes: list[_Fields], known: dict[str, list[int]]
) -> Op:
    bases = _bases(notes)
    numbers = {int(key) for key in bases} & row.registers.keys()
    facts = FACTS.get(shape.table.number)
    if facts is not None and numbers & facts.numbers:
        # Facts go together, so that the others learn of what time all of them are.
        numbers |= facts.numbers
    if shape.table.name == "settings":
        # Whose setting it is decides who may set it: every op must tell.
        numbers |= set(_OWNER)
    if is_revivable(shape.table) and row.registers[DELETED_FIELD].value:
        # An edit that left the row deleted must not bring it back elsewhere.
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


def _cursor(connection: Connection, name: str) -> int:
    found = connection.exec_driver_sql("SELECT seq FROM cursors WHERE name = ?", (name,)).scalar()
    return int(found or 0)


def _move(connection: Connection, name: str, seq: int) -> None:
    connection.exec_driver_sql(
        "INSERT INTO cursors(name, seq) VALUES (?, ?) "
        "ON CONFLICT(name) DO UPDATE SET seq = excluded.seq",
        (name, seq),
    )
