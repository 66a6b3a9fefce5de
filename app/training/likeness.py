"""The likest of known lines: what an agent may mean where no pattern fits.

A line is compared with examples of each intent by the characters, pairs and words they share, rare
ones weighing more (cosine of tf-idf). Only intents that are awaited are asked for, and a line that
is like nothing, or like small talk at least as much, means nothing: the customer asks back.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.core.paths import resource
from app.language import fold

LEAST: Final = 0.25
"""As alike as this (0 to 1) two lines are taken to mean the same."""
NOTHING: Final = "-"
_WORDS: Final = re.compile(r"[a-z']+|\d+|[\u4e00-\u9fff]+")
_PIECES: Final = ((1, 0.35), (2, 1.0), (3, 0.7))
"""Length of a piece of Chinese, and what sharing it counts for."""

Weights = dict[str, float]


class Examples:
    """Lines with what they mean."""

    def __init__(self, lines: Iterable[tuple[frozenset[str], str]]) -> None:
        known = [(meant, _pieces(text)) for meant, text in lines]
        self._rareness = _rareness([pieces for _meant, pieces in known])
        # Most of a line being unknown speaks against the little that is not.
        self._rarest = math.log(len(known) + 1)
        self._meant = [meant for meant, _text in known]
        self._places: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, (_meant, pieces) in enumerate(known):
            for piece, weight in self._weigh(pieces).items():
                self._places[piece].append((place, weight))

    @property
    def names(self) -> frozenset[str]:
        """Every intent that has examples."""
        return frozenset().union(*self._meant) - {NOTHING}

    def likest(self, text: str, among: Collection[str]) -> str | None:
        """The intent of `among` the line is most like, None where it is like none of them."""
        likeness = self._likeness(text)
        best = max(among, key=lambda name: (likeness[name], name), default=NOTHING)
        floor = max(LEAST, math.nextafter(likeness[NOTHING], 1))
        return best if likeness[best] >= floor and best != NOTHING else None

    def _likeness(self, text: str) -> Mapping[str, float]:
        of_lines: dict[int, float] = defaultdict(float)
        for piece, weight in self._weigh(_pieces(text)).items():
            for place, other in self._places.get(piece, ()):
                of_lines[place] += weight * other
        most: dict[str, float] = defaultdict(float)
        for place, value in of_lines.items():
            for name in self._meant[place]:
                most[name] = max(most[name], value)
        return most

    def _weigh(self, pieces: Weights) -> Weights:
        rare = {piece: n * self._rareness.get(piece, self._rarest) for piece, n in pieces.items()}
        length = math.sqrt(sum(value * value for value in rare.values())) or 1.0
        return {piece: value / length for piece, value in rare.items()}


@cache
def examples() -> Examples:
    """The examples that come with the desk."""
    return Examples(read(resource("training", "examples.txt").read_text(encoding="utf-8")))


def read(text: str) -> Iterator[tuple[frozenset[str], str]]:
    """Read lines under heads of `[intent,…]`; raises `UserError` for lines without a head."""
    meant: frozenset[str] = frozenset()
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if head := re.fullmatch(r"\[([a-z_,-]+)\]", line):
            meant = frozenset(head[1].split(","))
        elif line and not line.startswith("#"):
            if not meant:
                raise UserError(
                    _("Line {number} stands below no [intent].").format(number=number),
                    code="examples",
                )
            yield meant, line


def _pieces(text: str) -> Weights:
    found: dict[str, float] = defaultdict(float)
    words = _WORDS.findall(fold(text).text)
    for word in words:
        if word.isdigit():
            found["#"] += 1
        elif word.isascii():
            found[f"{word} "] += 1
        else:
            _cut(word, found)
    latin = [word for word in words if word.isascii() and not word.isdigit()]
    for pair in pairwise(latin):
        found[" ".join(pair)] += 1
    return found


def _cut(word: str, into: Weights) -> None:
    for length, counts in _PIECES:
        for start in range(len(word) - length + 1):
            into[word[start : start + length]] += counts


def _rareness(lines: list[Weights]) -> Weights:
    times = Counter(piece for pieces in lines for piece in pieces)
    return {piece: math.log((len(lines) + 1) / (n + 1)) for piece, n in times.items()}
