"""How long a customer waited in one talk, counted as the shop's numbers count it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from app.stats.cutting import Role, Said, TurnKind, cut

_ENDLESS: Final = 2**62
_SOMEBODY: Final = bytes(1)


class Wait(NamedTuple):
    """A question and when a person answered it (None: never), Unix ms."""

    asked_at: int
    answered_at: int | None
    first: bool


def waits(said: Iterable[tuple[int, bool]]) -> list[Wait]:
    """The turns of a talk, whose messages are (Unix ms, whether an agent wrote it) by time."""
    messages = [
        Said(n, at, Role.AGENT if by_agent else Role.CUSTOMER, _SOMEBODY if by_agent else None)
        for n, (at, by_agent) in enumerate(said)
    ]
    turns = [turn for part in cut(messages, _ENDLESS) for turn in part.turns]
    return [
        Wait(turn.asked_at, turn.answered_at, turn.kind is TurnKind.FIRST)
        for turn in sorted(turns, key=lambda turn: turn.asked_at)
    ]
