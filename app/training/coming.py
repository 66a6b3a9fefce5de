"""How customers come and how long they take to answer: as people do, who know nothing of each other."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_FIRST_S: Final = 2.0
_BETWEEN_S: Final = 25.0
_SHORTEST_S, _LONGEST_S = 4.0, 75.0
_THINKS_S: Final = (0.8, 2.0)
_LETTERS_A_SECOND: Final = 3.0
_LONGEST_TYPING_S: Final = 12.0


@dataclass(frozen=True, slots=True)
class Casting:
    """A customer one wants: the same seed brings the same person with the same words."""

    scenario: str
    seed: int | None = None


class Pace:
    """Seconds a customer thinks and types; drawn apart from the words, so those stay the same."""

    def __init__(self, chance: random.Random, haste: float) -> None:
        self._chance, self._haste = chance, haste

    def __call__(self, text: str) -> float:
        typing = min(len(text) / _LETTERS_A_SECOND, _LONGEST_TYPING_S)
        return (self._chance.uniform(*_THINKS_S) + typing) / self._haste


def arrivals(cast: Sequence[Casting], haste: float = 1.0) -> list[float]:
    """Seconds until each customer comes: independent of each other, as people are.

    Gaps between people who don't know of each other are exponential; very short and very long
    ones are cut off.
    """
    chance = random.Random("/".join(f"{one.scenario}:{one.seed}" for one in cast))
    gaps, at = [], _FIRST_S
    for _one in cast:
        gaps.append(at / haste)
        at += min(max(chance.expovariate(1 / _BETWEEN_S), _SHORTEST_S), _LONGEST_S)
    return gaps
