"""Change notes of local transactions, read for the outbox: which rows were born, which edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import Any, Final

import msgspec

from db.registry import BY_NUMBER
from db.sync.columnwise import decode_numbers
from db.triggers import INSERTED, PURGED

ORIGIN: Final = "sync"
"""Transactions that took over what others wrote: their notes are none of the outbox's."""

_SLICE: Final = 4_096
_LONG: Final = 256
"""Rows in a run that are worth a query of their own."""

Fields = dict[str, list[Any]]
"""{field number: [old value, its stamp, …]} of one edit."""

_FIELDS: Final = msgspec.json.Decoder(list[Fields | None])
_NOTES: Final = (
    "SELECT count(*), CAST(json_group_array(table_no) AS BLOB), CAST(json_group_array(rid) "
    "AS BLOB), CAST(json_group_array(kind) AS BLOB), CAST(json_group_array(txn) AS BLOB), "
    "CAST('[' || group_concat(coalesce(fields, 'null'), ',') || ']' AS BLOB) "
    "FROM change NOT INDEXED WHERE seq > ? AND seq <= ?"
)


@dataclass(slots=True)
class Noted:
    """What was noted of one table: runs of rids that were born, and {rid: its edits in order}."""

    born: list[range] = field(default_factory=list)
    edits: dict[int, list[Fields]] = field(default_factory=dict)

    def born_of(self, rids: Iterable[int]) -> set[int]:
        """Return which of some rids were born too."""
        return set(rids).intersection(chain.from_iterable(self.born)) if self.born else set()


def read_notes(cursor: Any, first: int, top: int) -> dict[int, Noted]:
    """Return {table number: what was noted} of the local notes behind `first`, up to `top`."""
    found: dict[int, Noted] = {}
    for start in range(first, top, _SLICE):
        end = min(start + _SLICE, top)
        if has_local(cursor, start, end):
            _read_slice(cursor, start, end, found)
    return found


def has_local(cursor: Any, first: int, top: int) -> bool:
    """Tell whether anything behind `first`, up to `top`, was written here."""
    ends = _ends(cursor, first, top)
    if ends is None:
        return False
    cursor.execute(
        "SELECT 1 FROM txn WHERE rid BETWEEN ? AND ? AND origin <> ? LIMIT 1", (*ends, ORIGIN)
    )
    return cursor.fetchone() is not None


def conditions(runs: Iterable[range], size: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Return WHERE conditions, and their parameters, for runs of rids: `size` rows at most each."""
    loose = list[int]()
    for run in _joined(runs):
        if len(run) < _LONG:
            loose += run
            continue
        for start in range(run.start, run.stop, size):
            yield "rid BETWEEN ? AND ?", (start, min(start + size, run.stop) - 1)
    yield from among(loose, size)


def among(rids: Sequence[int], size: int) -> Iterator[tuple[str, tuple[str]]]:
    """Return WHERE conditions, and their parameters, for single rids, `size` at a time."""
    for start in range(0, len(rids), size):
        part = msgspec.json.encode(rids[start : start + size]).decode()
        yield "rid IN (SELECT value FROM json_each(?))", (part,)


def _ends(cursor: Any, first: int, top: int) -> tuple[int, int] | None:
    """The first and the last transaction of some notes: one writes after the other."""
    bounds = first, top
    cursor.execute("SELECT txn FROM change WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT 1", bounds)
    begin = cursor.fetchone()
    cursor.execute(
        "SELECT txn FROM change WHERE seq > ? AND seq <= ? ORDER BY seq DESC LIMIT 1", bounds
    )
    end = cursor.fetchone()
    return (begin[0], end[0]) if begin and end else None


def _read_slice(cursor: Any, first: int, top: int, found: dict[int, Noted]) -> None:
    cursor.execute(_NOTES, (first, top))
    count, *columns, fields = cursor.fetchone()
    tables, rids, kinds, txns = (decode_numbers(count, column) for column in columns)
    foreign = _foreign(cursor, txns)
    if not foreign and set(kinds) == {INSERTED} and len(set(tables)) == 1:
        if tables[0] in BY_NUMBER:
            _noted(found, tables[0]).born += _runs(rids)
        return
    born: dict[int, list[int]] = {}
    edits = {number: _noted(found, number).edits for number in set(tables) & BY_NUMBER.keys()}
    notes = zip(tables, rids, kinds, txns, _FIELDS.decode(fields), strict=True)
    for number, rid, kind, txn, edit in notes:
        if txn in foreign or kind == PURGED or number not in edits:
            continue
        if kind == INSERTED or edit is None:
            born.setdefault(number, []).append(rid)
        else:
            edits[number].setdefault(rid, []).append(edit)
    for number, some in born.items():
        _noted(found, number).born += _runs(some)


def _noted(found: dict[int, Noted], number: int) -> Noted:
    return found.setdefault(number, Noted())


def _foreign(cursor: Any, txns: Sequence[int]) -> set[int]:
    cursor.execute(
        "SELECT rid FROM txn WHERE rid BETWEEN ? AND ? AND origin = ?",
        (min(txns), max(txns), ORIGIN),
    )
    return {rid for (rid,) in cursor.fetchall()}


def _runs(rids: list[int]) -> Iterator[range]:
    """Rids as runs without a gap; most often there is one."""
    whole = range(rids[0], rids[0] + len(rids))
    if rids == list(whole):
        yield whole
        return
    else:
        yield from _joined(range(rid, rid + 1) for rid in rids)


def _joined(runs: Iterable[range]) -> Iterator[range]:
    """Runs in order, those that touch or overlap as one: no row twice."""
    open_run: range | None = None
    for run in sorted(runs, key=attrgetter("start")):
        if open_run is None:
            open_run = run
        elif run.start <= open_run.stop:
            open_run = range(open_run.start, max(open_run.stop, run.stop))
        else:
            yield open_run
            open_run = run
    if open_run is not None:
        yield open_run
