"""How well a text was typed: edit distance over what was committed, and characters a minute."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MINUTE_MS: Final = 60_000
_PLAIN: Final = str.maketrans("“”‘’。、·—…", "\"\"''.,.-.")


class Fate(StrEnum):
    """What became of a character of the text."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Alignment:
    """`errors` are substitutions, omissions and insertions; `fates` one per character to type."""

    errors: int
    fates: tuple[Fate, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """A text typed: characters committed, the milliseconds it took, and what was wrong."""

    chars: int
    ms: int
    errors: int

    @property
    def per_minute(self) -> float:
        """Characters a minute, those with mistakes left out."""
        return max(0, self.chars - self.errors) * MINUTE_MS / self.ms if self.ms > 0 else 0.0

    @property
    def accuracy(self) -> float:
        """The part without a mistake, 0 to 1."""
        return max(0.0, 1 - self.errors / self.chars) if self.chars else 0.0


def folded(text: str) -> str:
    """The text with wide and narrow signs made equal: what an input method puts in is right."""
    return "".join(unicodedata.normalize("NFKC", char)[:1] for char in text).translate(_PLAIN)


def align(target: str, typed: str, *, whole: bool) -> Alignment:
    """Lay what was typed over the text by the fewest mistakes (Levenshtein).

    While one still types (`whole` False), what of the text comes after is no mistake yet.
    """
    wanted, given = folded(target), folded(typed)
    table = _distances(wanted, given)
    end = len(wanted) if whole else _nearest_end(table[-1], len(given))
    return Alignment(table[-1][end], tuple(_fates(wanted, given, table, end)))


def _distances(wanted: str, given: str) -> list[list[int]]:
    """Row by typed character, column by character of the text: the mistakes up to there."""
    table = [list(range(len(wanted) + 1))]
    for number, char in enumerate(given, 1):
        before, row = table[-1], [number]
        for place, other in enumerate(wanted):
            row.append(min(before[place] + (char != other), before[place + 1] + 1, row[place] + 1))
        table.append(row)
    return table


def _nearest_end(row: Sequence[int], typed: int) -> int:
    return min(range(len(row)), key=lambda place: (row[place], abs(place - typed)))


def _fates(wanted: str, given: str, table: Sequence[Sequence[int]], end: int) -> list[Fate]:
    fates = [Fate.AHEAD] * len(wanted)
    row, place = len(given), end
    while row or place:
        here = table[row][place]
        if row and place:
            same = given[row - 1] == wanted[place - 1]
            if here == table[row - 1][place - 1] + (not same):
                row, place = row - 1, place - 1
                fates[place] = Fate.RIGHT if same else Fate.WRONG
                continue
        if place and here == table[row][place - 1] + 1:
            place -= 1
            fates[place] = Fate.MISSED
        else:
            row -= 1
    return fates
