"""How questions fare: how hard they are, and whether who knows more gets them right more often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from app.training.questions import Question

LEAST_FOR_DIFFICULTY: Final = 10
LEAST_FOR_DISCRIMINATION: Final = 20
"""With fewer answers a number would be chance."""
TOO_HARD: Final = 0.3
TOO_EASY: Final = 0.95
TOO_DULL: Final = 0.1

Told = tuple[bytes, str, int, int]
"""Exam, question, points and points possible (tenths) of one answer."""


@dataclass(frozen=True, slots=True)
class ItemStats:
    """`solved` is the mean part of the points (1: everybody had it right), `discrimination` the
    correlation of a question's points with those of the rest of its paper (-1 to 1). None below
    the least number of answers, or where all answers were alike.
    """

    question: Question
    n: int
    solved: float | None
    discrimination: float | None

    @property
    def doubtful(self) -> str:
        """What speaks against the question: "hard", "easy", "dull", or nothing."""
        if self.solved is not None and self.solved < TOO_HARD:
            return "hard"
        if self.discrimination is not None and self.discrimination < TOO_DULL:
            return "dull"
        return "easy" if self.solved is not None and self.solved > TOO_EASY else ""


def item_stats(answers: Iterable[Told], questions: Sequence[Question]) -> list[ItemStats]:
    """Every question that was asked, the hardest first, those with too few answers last."""
    told = [one for one in answers if one[3] > 0]
    sums: dict[bytes, tuple[int, int]] = {}
    for exam, _question, points, possible in told:
        had, whole = sums.get(exam, (0, 0))
        sums[exam] = (had + points, whole + possible)
    pairs: dict[str, list[tuple[float, float | None]]] = {}
    for exam, question, points, possible in told:
        had, whole = sums[exam][0] - points, sums[exam][1] - possible
        rest = had / whole if whole else None
        pairs.setdefault(question, []).append((points / possible, rest))
    found = [_stats(one, pairs[one.id]) for one in questions if one.id in pairs]
    return sorted(found, key=lambda one: (one.solved is None, one.solved or 0, -one.n))


def _stats(question: Question, pairs: Sequence[tuple[float, float | None]]) -> ItemStats:
    n = len(pairs)
    solved = sum(own for own, _rest in pairs) / n if n >= LEAST_FOR_DIFFICULTY else None
    both = [(own, rest) for own, rest in pairs if rest is not None]
    enough = len(both) >= LEAST_FOR_DISCRIMINATION
    return ItemStats(question, n, solved, correlation(both) if enough else None)


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's r; None where one side never varies."""
    n = len(pairs)
    if not n:
        return None
    mean_x, mean_y = (sum(pair[side] for pair in pairs) / n for side in (0, 1))
    xx = sum((x - mean_x) ** 2 for x, _y in pairs)
    yy = sum((y - mean_y) ** 2 for _x, y in pairs)
    if xx < 1e-12 or yy < 1e-12:
        return None
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sqrt(xx * yy)
