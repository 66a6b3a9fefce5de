"""Which names stand below a chart, in how many lines, and how far its values are apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

_GAP: Final = 10
_OVER: Final = 4
"""So far a label may get over the right end; to the left is the room of the other axis."""
_DAY_S: Final = 86_400.0
_CLOCK_S: Final = (
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0),
    *(60.0 * n for n in (1, 2, 5, 10, 20, 30, 60, 120, 240, 360, 720)),
)
_FEW: Final = 12
"""So many places have names that each want to be read; days and hours may be left out."""


def two_lines(text: str) -> str:
    """The text broken at the space nearest its middle; one word stays as it is."""
    places = [place for place, sign in enumerate(text) if sign == " "]
    if not places:
        return text
    middle = min(places, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"


def shown_labels(
    labels: Sequence[str], room: float, width: Callable[[str], float]
) -> list[tuple[float, str]]:
    """The labels that find room and their places; few long ones get two lines before any goes."""
    if not labels:
        return []
    each = room / len(labels)
    if len(labels) <= _FEW and _widest(labels, width) + _GAP > each:
        labels = [label if width(label) + _GAP <= each else two_lines(label) for label in labels]
    step = max(1, math.ceil((_widest(labels, width) + _GAP) / each))
    shown = [(n, labels[n]) for n in range(0, len(labels), step)]
    fits = [(float(n), text) for n, text in shown if _reach(n, text, each, width) <= room + _OVER]
    return fits or [(0.0, labels[0])]


def _reach(place: int, label: str, each: float, width: Callable[[str], float]) -> float:
    """How far to the right a label gets that stands below the middle of its place."""
    return (place + 0.5) * each + _widest([label], width) / 2


def _widest(labels: Sequence[str], width: Callable[[str], float]) -> float:
    return max(width(line) for label in labels for line in label.split("\n"))


def time_step(least: float) -> float:
    """The next step of a clock from `least` seconds on."""
    return next((step for step in _CLOCK_S if step >= least), math.ceil(least / _DAY_S) * _DAY_S)


def round_step(least: float, *, whole: bool) -> float:
    """The next round number from `least` on, which for `whole` things has no fraction."""
    least = max(least, 1.0) if whole else least
    power = 10 ** math.floor(math.log10(least)) if least > 0 else 1
    steps = (1, 2, 4, 5) if whole and power == 1 else (1, 2, 2.5, 5)
    return next((n * power for n in steps if n * power >= least), 10 * power)
