"""Ops of many rows at once, as columns straight out of the tables: what the outbox mostly holds."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from db.registry import DELETED_FIELD
from db.sync.columnwise import read_columns
from db.sync.conflicts import Losers
from db.sync.frames import FRAME_OPS, INSERT, SET, Bases, Clocks, Group, Value
from db.sync.noted import Fields, among
from db.sync.rows import Clock, clock_of
from db.sync.tables import Shape

_CLOCKS: Final = msgspec.json.Decoder(list[Clocks | None])
_HEAD: Final = ("id", "_st", "_dv", "_fc")
_DELETED: Final = str(DELETED_FIELD)


def read_inserts(
    cursor: Any, shape: Shape, condition: str, parameters: Sequence[Any]
) -> Iterator[Group]:
    """Return the rows that fulfil a condition as inserts, with all their fields."""
    names = (*_HEAD, *shape.names.values())
    found: list[Any] = read_columns(cursor, shape, names, condition, parameters)
    rows, stamps, stations, clocks, *columns = found
    if rows:
        since = min(stamps)
        yield Group(
            *(INSERT, shape.table.number, list(shape.numbers), rows),
            *(since, [stamp - since for stamp in stamps], _stations(stations), columns),
            *(_clocks(clocks), None),
        )


def read_edits(
    cursor: Any, shape: Shape, edits: Mapping[int, Sequence[Fields]], losers: Losers
) -> Generator[Group, None, list[int]]:
    """Return edits {rid: notes} of rows whose fields stand each for itself.

    The generator's value are the rids of those deleted now or once, which are left out.
    """
    by_fields: dict[tuple[str, ...], list[int]] = {}
    for rid, notes in edits.items():
        keys = tuple(notes[0]) if len(notes) == 1 else tuple(bases_of(notes))
        by_fields.setdefault(keys, []).append(rid)
    left_out = list[int]()
    for keys, rids in by_fields.items():
        numbers = sorted(int(key) for key in keys if int(key) in shape.places)
        for condition, parameters in among(sorted(rids), FRAME_OPS):
            lot = _read_lot(cursor, shape, numbers, condition, parameters)
            touched = list(map(_was_deleted, lot.deleted, lot.clocks))
            left_out += (rid for rid, gone in zip(lot.rids, touched, strict=True) if gone)
            places = [place for place, gone in enumerate(touched) if not gone]
            if places and numbers:
                yield _edited(shape, numbers, lot, places, edits, losers)
    return left_out


def bases_of(notes: Sequence[Fields]) -> Bases:
    """Return of each field the stamp that stood there before the first of some edits."""
    bases: Bases = {}
    for fields in reversed(notes):
        bases.update({key: old[1] for key, old in fields.items()})
    return bases


class _Lot(NamedTuple):
    """Rows that were edited in the same fields."""

    rids: list[int]
    deleted: list[int]
    rows: list[bytes]
    births: list[Clock]
    clocks: list[Clocks | None]
    columns: list[list[Value]]


def _read_lot(
    cursor: Any, shape: Shape, numbers: Sequence[int], condition: str, parameters: Sequence[Any]
) -> _Lot:
    names = ("rid", "_del", *_HEAD, *(shape.names[number] for number in numbers))
    found: list[Any] = read_columns(cursor, shape, names, condition, parameters)
    rids, deleted, rows, stamps, stations, clocks, *columns = found
    births = list(zip(stamps, stations, strict=True))
    return _Lot(rids, deleted, rows, births, _clocks(clocks) or [None] * len(rows), columns)


def _edited(
    shape: Shape,
    numbers: Sequence[int],
    lot: _Lot,
    places: Sequence[int],
    edits: Mapping[int, Sequence[Fields]],
    losers: Losers,
) -> Group:
    keys, own = [str(number) for number in numbers], list[Clock]()
    marks, bases = list[Clocks | None](), list[Bases | None]()
    for place in places:
        latest, others = _clock(lot.clocks[place] or {}, keys, lot.births[place])
        base = bases_of(edits[lot.rids[place]])
        known = losers.get((shape.table.number, lot.rows[place])) if losers else None
        if known:
            others.update((key, clock) for key, clock in known.items() if key[1:] in base)
        own.append(latest)
        marks.append(others or None)
        bases.append(base)
    since = min(own)[0]
    return Group(
        *(SET, shape.table.number, list(numbers), _some(lot.rows, places)),
        *(since, [stamp - since for stamp, _ in own], _stations([dev for _, dev in own])),
        [_some(column, places) for column in lot.columns],
        *(marks if any(marks) else None, bases),
    )


def _was_deleted(deleted: int, clocks: Clocks | None) -> bool:
    return bool(deleted or (clocks and _DELETED in clocks))


def _clock(clocks: Clocks, keys: Sequence[str], birth: Clock) -> tuple[Clock, Clocks]:
    """The latest clock of some fields, and those that are another one."""
    first = clocks.get(keys[0])
    if [clocks.get(key) for key in keys].count(first) == len(keys):
        return (birth if first is None else (first[0], first[1])), {}
    every = [clock_of(clocks, key, birth) for key in keys]
    latest = max(every)
    return latest, {
        key: [*clock] for key, clock in zip(keys, every, strict=True) if clock != latest
    }


def _clocks(texts: Sequence[str | None]) -> list[Clocks | None] | None:
    """Rows' `_fc`; None where no row has any."""
    if not any(texts):
        return None
    return _CLOCKS.decode(f"[{','.join(text or 'null' for text in texts)}]")


def _stations(stations: list[int]) -> list[int]:
    """All alike are kept once."""
    return stations[:1] if len(set(stations)) == 1 else stations


def _some(column: list[Any], places: Sequence[int]) -> list[Any]:
    return column if len(places) == len(column) else [column[place] for place in places]
