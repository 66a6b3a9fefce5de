"""What a customer makes of an agent's line: what it carries, and what it says wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.training.intents import intents
from app.training.likeness import examples
from app.training.patterns import stated
from app.training.scenario import Need, Truth, filled


def understood(text: str, needs: Iterable[Need]) -> frozenset[str]:
    """The intents of a line; where none is what the open `needs` wait for, the likest of those."""
    found, denied = intents().told(text)
    awaited = {name for need in needs for name in need.when} - denied
    if found & (awaited | {"brush_off"}):
        return found
    likest = examples().likest(text, awaited)
    return found if likest is None else found | {likest}


def belied(text: str, truths: Iterable[Truth], facts: Mapping[str, str]) -> tuple[str, ...]:
    """The facts a line states otherwise than they are."""
    return tuple(truth.id for truth in truths if _belies(truth, text, facts))


def _belies(truth: Truth, text: str, facts: Mapping[str, str]) -> bool:
    right = {filled(one, facts).lower() for one in truth.right}
    return any(value and value.lower() not in right for value in stated(truth.find, text))
