"""Steps that can be taken back: what a row's fields were before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from app.core.errors import UserError
from app.core.i18n import _

Row = TypeVar("Row")
"""A row of any model that has an `id`."""


@dataclass(frozen=True, slots=True)
class Undo:
    """How to take one step back: a row, and the fields the step changed, before and after it."""

    row_id: bytes
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def fields_of(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return what a row holds now, to be compared by `undo_of` after a step."""
    return {name: getattr(row, name) for name in names}


def undo_of(row: Any, before: Mapping[str, Any]) -> Undo | None:
    """Return how to take back what became of a row since `before`; None where nothing did."""
    changed = [name for name, value in before.items() if getattr(row, name) != value]
    if not changed:
        return None
    return Undo(row.id, {name: before[name] for name in changed}, fields_of(row, changed))


def put_back(row: Row | None, undo: Undo) -> Row:
    """Take a step back and return its row; raises `UserError` where that was changed since."""
    if row is None or fields_of(row, undo.after) != undo.after:
        raise UserError(_("This was changed since, so it stays."), code="changed_since")
    for name, value in undo.before.items():
        setattr(row, name, value)
    return row
