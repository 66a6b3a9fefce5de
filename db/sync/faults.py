"""Ops that no sound program writes: found before they reach the tables, so that the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
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
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1


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
    found.append(_between(0, _MOST + 1, group.all_stations()))
    marks = (column for column in (group.clocks, group.bases) if column is not None)
    found += ((_is_sound, lambda found: all(map(_is_sound, found)), column) for column in marks)
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
    return not isinstance(value, int) or _LEAST <= value <= _MOST


def _fit(values: Collection[Any]) -> bool:
    numbers = [value for value in values if type(value) is int]
    return not numbers or (min(numbers) >= _LEAST and max(numbers) <= _MOST)


def _is_sound(marks: dict[str, Any] | None) -> bool:
    return marks is None or all(_is_mark(key, value) for key, value in marks.items())


def _is_mark(key: str, value: int | Iterable[int]) -> bool:
    if isinstance(value, int):
        return key.isdigit() and 0 <= value < HIGHEST
    first, second = value
    return bool(key) and 0 <= first < (HIGHEST if key.isdigit() else _MOST) and 0 <= second <= _MOST
