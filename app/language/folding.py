"""Texts made comparable: width, case and marks that hide a word make no difference."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

_UNSEEN: Final = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f")
_KEPT_WIDE: Final = frozenset("，。！？；：（）～、")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `places[i]` is where its character i stood in the original."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's [start, end) for a non-empty span of the folded text."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold full-width letters, upper case, traditional marks and characters nobody sees."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter in _UNSEEN:
            continue
        plain = letter if letter in _KEPT_WIDE else _plain(letter)
        letters.append(plain)
        places += [place] * len(plain)
    return Folded("".join(letters), tuple(places))


def _plain(letter: str) -> str:
    return letter.lower() if letter < "\u0080" else unicodedata.normalize("NFKC", letter).lower()
