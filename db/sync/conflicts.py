"""Values that lost where two stations set a field without knowing of each other (SYNC §4.10).

The later one stands; the other is kept beside it until the field is written anew by somebody who
could know, or a person chooses. Every station finds the same ones, whatever it heard of first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from db.clock import now_ms
from db.database import Database
from db.registry import BY_NUMBER, Merge, SyncTable
from db.sync.frames import Clocks, Value
from db.sync.ranks import FACTS
from db.sync.rows import UNBORN, Register
from db.sync.tables import parse_clocks
from db.triggers import SET

AWARE: Final = "c"
"""Begins a key in an op's clocks, before a field's number: the value that lost there was known."""

_MACHINE: Final = frozenset(
    {
        *("created_at", "updated_at", "last_seen_at", "agent_read_at", "customer_read_at"),
        *("opened_at", "began_at", "at", "pinyin", "initials", "phone_tail", "last_at"),
        *("queried_at", "query_error", "position"),
    }
)
"""Fields that the program keeps by itself: of two values there neither is anybody's work."""
COLUMNS: Final = (
    *("table_no", "row", "field", "lost_value", "lost_stamp", "lost_dev"),
    *("won_stamp", "won_dev", "at"),
)
_NOBODYS: Final = frozenset({"audit", "drafts", "traces"})


class Clash(NamedTuple):
    """A value that lost. `stands` is what the field holds now; times are Unix ms."""

    rid: int
    table: str
    row: bytes
    field: str
    stands: Value
    stands_dev: int
    lost: Value
    lost_dev: int
    lost_at: int
    at: int
    closed_at: int | None


def conflicts(
    database: Database, *, open_only: bool = True, row: bytes | None = None
) -> list[Clash]:
    """Return the values that lost, newest first; with `row` only those of this row."""
    with database.read() as session:
        connection = session.connection()
        found = connection.exec_driver_sql(
            "SELECT rid, table_no, row, field, lost_value, lost_stamp, lost_dev, at, closed_at "
            f"FROM conflict WHERE {'closed_at IS NULL' if open_only else '1'} "
            f"{'' if row is None else 'AND row = ?'} ORDER BY rid DESC",
            () if row is None else (row,),
        ).all()
        return [clash for row in found if (clash := _clash(connection, *row)) is not None]


def choose(database: Database, rid: int, *, take_lost: bool) -> None:
    """Let the value that lost stand, or keep the other for good: a local write like any other."""
    with database.write() as session:
        connection = session.connection()
        found = connection.exec_driver_sql(
            "SELECT table_no, row, field, lost_value FROM conflict WHERE rid = ?", (rid,)
        ).one()
        number, row, field, lost = found
        table = BY_NUMBER[number]
        name = dict(table.numbered())[field]
        if take_lost:
            connection.exec_driver_sql(
                f"UPDATE {table.name} SET {name} = ? WHERE id = ?", (lost, row)
            )
        else:
            _touch(connection, table, row, field)
        connection.exec_driver_sql(
            "UPDATE conflict SET closed_at = ? WHERE row = ? AND field = ? AND closed_at IS NULL",
            (now_ms(), row, field),
        )


def _clash(
    connection: Connection, rid: int, number: int, row: bytes, field: int, *rest: Any
) -> Clash | None:
    lost, lost_stamp, lost_dev, at, closed_at = rest
    table = BY_NUMBER.get(number)
    name = dict(table.numbered()).get(field) if table else None
    if table is None or name is None:
        return None
    stored = connection.exec_driver_sql(
        f"SELECT {name}, _dv, _fc FROM {table.name} WHERE id = ?", (row,)
    ).first()
    if stored is None:
        return None
    clocks = parse_clocks(stored[2]) or {}
    dev = clocks[str(field)][1] if str(field) in clocks else stored[1]
    return Clash(
        rid, table.name, row, name, stored[0], dev, lost, lost_dev, lost_stamp >> 16, at, closed_at
    )


def _touch(connection: Connection, table: SyncTable, row: bytes, field: int) -> None:
    """Write a field as it is once more, so that the others hear that it was decided."""
    name, path = dict(table.numbered())[field], f'$."{field}"'
    rid, value, base = connection.exec_driver_sql(
        f"SELECT rid, {name}, coalesce(json_extract(_fc, ? || '[0]'), _st) "
        f"FROM {table.name} WHERE id = ?",
        (path, row),
    ).one()
    txn, stamp, station = connection.exec_driver_sql(
        "SELECT txn, stamp, station FROM txn_context"
    ).one()
    clock = json.dumps([max(stamp, base + 1), station])
    connection.exec_driver_sql(
        f"UPDATE {table.name} SET _fc = json_set(coalesce(_fc, '{{}}'), ?, json(?)) WHERE rid = ?",
        (path, clock, rid),
    )
    old = {"x": value.hex().upper()} if isinstance(value, bytes) else value
    note = msgspec.json.encode({str(field): [old, base]}).decode()
    connection.exec_driver_sql(
        "INSERT INTO change(txn, table_no, rid, row, kind, fields) VALUES (?, ?, ?, ?, ?, ?)",
        (txn, table.number, rid, row, SET, note),
    )


def close_edited(connection: Connection, first: int, last: int) -> None:
    """Close what was decided by local edits among these change notes."""
    if not _any(connection, "closed_at IS NULL"):
        return
    connection.exec_driver_sql(
        "UPDATE conflict SET closed_at = ? WHERE closed_at IS NULL AND EXISTS ("
        "SELECT 1 FROM change JOIN txn ON txn.rid = change.txn "
        "WHERE change.row = conflict.row AND change.table_no = conflict.table_no "
        "AND kind = 2 AND change.seq > ? AND change.seq <= ? AND origin <> 'sync' "
        """AND json_type(change.fields, '$."' || conflict.field || '"') IS NOT NULL)""",
        (now_ms(), first, last),
    )


Losers = dict[tuple[int, bytes], dict[str, list[int]]]
"""{(table number, row): op clocks that name values which lost there}."""


def known_losers(connection: Connection, first: int, last: int) -> Losers:
    """Return for edits among these notes which losers their writer could know, as op clocks."""
    if not _any(connection, "closed_at IS NOT NULL"):
        return {}
    found = connection.exec_driver_sql(
        "SELECT table_no, row, field, lost_stamp, lost_dev FROM conflict "
        "WHERE closed_at IS NOT NULL AND EXISTS (SELECT 1 FROM change "
        "WHERE change.row = conflict.row AND kind = 2 AND seq > ? AND seq <= ?) ORDER BY rid",
        (first, last),
    )
    known: Losers = {}
    for table, row, field, stamp, dev in found:
        known.setdefault((table, row), {})[f"{AWARE}{field}"] = [stamp, dev]
    return known


def _any(connection: Connection, condition: str) -> bool:
    found = connection.exec_driver_sql(f"SELECT 1 FROM conflict WHERE {condition} LIMIT 1")
    return found.first() is not None


def note_lost(
    connection: Connection,
    spot: tuple[int, bytes, int],
    lost: tuple[Value, int, int],
    won: tuple[int, int],
    at: int,
) -> int:
    """Note a value (with its clock) that lost; returns 0 where it is known already."""
    again = connection.exec_driver_sql(
        "SELECT 1 FROM conflict WHERE table_no = ? AND row = ? AND field = ? "
        "AND lost_stamp = ? AND lost_dev = ?",
        (*spot, *lost[1:]),
    )
    if again.first() is not None:
        return 0
    connection.exec_driver_sql(
        f"INSERT INTO conflict({', '.join(COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*spot, *lost, *won, at),
    )
    return 1


class Spot(NamedTuple):
    """A field of a row."""

    table: int
    row: bytes
    field: int


class _Open(NamedTuple):
    rid: int
    lost: tuple[int, int]
    won: tuple[int, int]


class _Doubt(NamedTuple):
    """An edit that came late: did the writer of what stands know of it?"""

    spot: Spot
    mine: Register
    late: Register


class Watch:
    """Looks on while ops are merged, and notes what lost."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._connection, self._now = connection, now
        self._open: dict[Spot, list[_Open]] = {}
        self._doubts: list[_Doubt] = []
        self._lost: list[tuple[Spot, Register, Register]] = []
        for rid, table, row, field, *clocks in connection.exec_driver_sql(
            "SELECT rid, table_no, row, field, lost_stamp, lost_dev, won_stamp, won_dev "
            "FROM conflict WHERE closed_at IS NULL"
        ):
            one = _Open(rid, (clocks[0], clocks[1]), (clocks[2], clocks[3]))
            self._open.setdefault(Spot(table, row, field), []).append(one)

    def meet(
        self, spot: Spot, mine: Register, theirs: Register, marks: Clocks, base: int | None
    ) -> None:
        """An edit from elsewhere meets what is stored; call it before they are merged."""
        if spot in self._open:
            self._go_on(spot, theirs, marks.get(f"{AWARE}{spot.field}"), base)
        if mine.value == theirs.value or base is None or mine.clock == UNBORN:
            return
        if theirs.clock < mine.clock:
            self._doubts.append(_Doubt(spot, mine, theirs))
        elif base < mine.clock[0]:
            self._lost.append((spot, mine, theirs))

    def finish(self) -> int:
        """Write down what lost; returns how many values."""
        for doubt in self._doubts:
            if self._unknown_to_winner(doubt):
                self._lost.append((doubt.spot, doubt.late, doubt.mine))
        return sum(self._note(*lost) for lost in self._lost)

    def _go_on(
        self, spot: Spot, theirs: Register, aware: Sequence[int] | None, base: int | None
    ) -> None:
        """A further edit of a field with a loser: it settles it, unless its writer can't know."""
        for one in tuple(self._open[spot]):
            if theirs.clock <= one.won:
                continue
            known = aware is not None and tuple(aware) == one.lost
            self._open[spot].remove(one)
            if not known and theirs.clock[1] == one.won[1] and base == one.won[0]:
                self._run(
                    "UPDATE conflict SET won_stamp = ?, won_dev = ? WHERE rid = ?",
                    (*theirs.clock, one.rid),
                )
                self._open[spot].append(one._replace(won=theirs.clock))
            else:
                self._run("UPDATE conflict SET closed_at = ? WHERE rid = ?", (self._now, one.rid))

    def _unknown_to_winner(self, doubt: _Doubt) -> bool:
        """Tell whether what stands was written without having seen the late edit."""
        found = self._run(
            "SELECT origin, fields FROM change JOIN txn ON txn.rid = change.txn "
            "WHERE change.row = ? AND kind = 2 AND table_no = ? ORDER BY seq DESC",
            (doubt.spot.row, doubt.spot.table),
        ).all()
        key = str(doubt.spot.field)
        notes = [
            (origin == "sync", note)
            for origin, fields in found
            if (note := msgspec.json.decode(fields or "{}").get(key)) is not None
        ]
        return bool(notes) and _seen_by_writer(notes, doubt.mine.clock[1]) < doubt.late.clock[0]

    def _note(self, spot: Spot, lost: Register, won: Register) -> int:
        return note_lost(self._connection, spot, (lost.value, *lost.clock), won.clock, self._now)

    def _run(self, statement: str, parameters: tuple[Any, ...]) -> Any:
        return self._connection.exec_driver_sql(statement, parameters)


def _seen_by_writer(notes: Sequence[tuple[bool, list[Any]]], writer: int) -> int:
    """Return the stamp that the writer of what stands had seen when it began to edit.

    `notes` are those of one field, newest first: by sync or local, and [old value, its stamp, its
    station, base]. Edits of one writer in a row count as one.
    """
    by_sync, note = notes[0]
    base = _base(note)
    for sync, older in notes[1:]:
        if sync is not by_sync or (sync and (note[2:3] != [writer] or note[1] != base)):
            break
        note, base = older, _base(older)
    return base


def _base(note: list[Any]) -> int:
    return int(note[3] if len(note) > 3 else note[1])


def _watched(table: SyncTable) -> Iterable[int]:
    if table.merge is Merge.SET or table.name in _NOBODYS:
        return
    facts = FACTS.get(table.number)
    for number, name in table.numbered():
        if name not in _MACHINE and (facts is None or number not in facts.numbers):
            yield number


WATCHED: Final = {number: frozenset(_watched(table)) for number, table in BY_NUMBER.items()}
"""Fields in which losing a value matters, by table."""
