"""Ops that no sound program writes: found before they reach the tables, so that the rest goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import msgspec
from sqlalchemy import Boolean, Float, Integer, LargeBinary

from db.columns import Json
from db.models import Base
from db.registry import DELETED_FIELD
from db.sync.frames import Group, pick
from db.sync.tables import Shape

HIGHEST: Final = 1 << 62
"""Stamps from here on (the year 4200) leave no room for those that must come after them."""
LEAST: Final = -(1 << 63)
MOST: Final = (1 << 63) - 1
"""Numbers that SQLite holds."""
_FIELD: Final = re.compile(r"[0-9]+", re.ASCII)
_RULE: Final = re.compile(r"s[0-9]+|[a-rt-z][0-9]*", re.ASCII)
"""Keys of clocks: a field's, or what a rule of merging keeps beside them (`db.sync.ranks`)."""


def split_faulty(shape: Shape, group: Group) -> tuple[Group | None, Group | None]:
    """Return what of a group may be applied, and what may not."""
    checks = _checks(shape, group)
    if all(whole(column) for _, whole, column in checks):
        return group, None
    faulty = {
        place for one, _, column in checks for place, found in enumerate(column) if not one(found)
    }
    sound = [place for place in range(len(group)) if place not in faulty]
    return (pick(group, sound) if sound else None), pick(group, sorted(faulty))


_Check = tuple[Callable[[Any], bool], Callable[[Sequence[Any]], bool], Sequence[Any]]
"""How to check one entry of a column, and all of them at once."""


def _checks(shape: Shape, group: Group) -> list[_Check]:
    columns = Base.metadata.tables[shape.table.name].c
    found = [
        _of_type(columns["_del" if number == DELETED_FIELD else shape.names[number]], column)
        for number, column in zip(group.fields, group.columns, strict=True)
    ]
    found.append(_between(-group.since, HIGHEST - group.since, group.stamps))
    found.append(_between(0, MOST + 1, group.all_stations()))
    marks = (column for column in (group.clocks, group.bases) if column is not None)
    found += ((are_sound_clocks, _are_all_sound, column) for column in marks)
    return found


def _of_type(column: Any, values: Sequence[Any]) -> _Check:
    kind = column.type
    if isinstance(kind, Json):
        known = {None} if column.nullable else set()
        return (
            lambda value: value in known or _is_json(value),
            lambda found: all(value in known or _is_json(value) for value in found),
            values,
        )
    if isinstance(kind, LargeBinary):
        allowed: set[type] = {bytes}
    elif isinstance(kind, Float):
        allowed = {int, float}
    else:
        allowed = {int} if isinstance(kind, Integer | Boolean) else {str}
    if column.nullable:
        allowed.add(type(None))
    return (
        lambda value: type(value) in allowed and _fits(value),
        lambda found: allowed.issuperset(map(type, found)) and (int not in allowed or _fit(found)),
        values,
    )


def _is_json(value: object) -> bool:
    """Tell whether a document can be read: one that can't would stop every list it stands in."""
    if not isinstance(value, str):
        return False
    try:
        msgspec.json.decode(value, type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True


def _between(least: int, most: int, values: Sequence[int]) -> _Check:
    return (
        lambda value: least <= value < most,
        lambda found: least <= min(found) and max(found) < most,
        values,
    )


def _fits(value: object) -> bool:
    return not isinstance(value, int) or LEAST <= value <= MOST


def _fit(values: Collection[Any]) -> bool:
    numbers = [value for value in values if type(value) is int]
    return not numbers or (min(numbers) >= LEAST and max(numbers) <= MOST)


def are_sound_clocks(marks: Mapping[str, Any] | None) -> bool:
    """Tell whether clocks, or what a writer had seen, can be read and leave room for more."""
    return marks is None or all(_is_mark(key, value) for key, value in marks.items())


def _are_all_sound(column: Collection[Mapping[str, Any] | None]) -> bool:
    """As `are_sound_clocks` for many: most often all of them name the same few fields."""
    there = [marks for marks in column if marks]
    stamps = list(chain.from_iterable(marks.values() for marks in there))
    if stamps and {int}.issuperset(map(type, stamps)):
        keys = set(chain.from_iterable(there))
        return all(map(_FIELD.fullmatch, keys)) and min(stamps) >= 0 and max(stamps) < HIGHEST
    return all(map(are_sound_clocks, there))


def _is_mark(key: str, value: int | Iterable[int]) -> bool:
    if isinstance(value, int):
        return _FIELD.fullmatch(key) is not None and 0 <= value < HIGHEST
    first, second = value
    most = HIGHEST if _FIELD.fullmatch(key) else MOST if _RULE.fullmatch(key) else 0
    return 0 <= first < most and 0 <= second <= MOST
