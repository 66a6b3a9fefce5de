"""The words of a query and the ways to read each: as it stands, as pinyin, with slips mended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from app.phrases.spelling import Segments, Spelling, blur, slips
from db.tokens import normalise

BLURRED: Final = 400
SLIPPED: Final = 300

_MAX_SLIPS: Final = 24
_CHINESE: Final = r"\u3400-\u9fff\uf900-\ufaff"
_SEAM: Final = re.compile(rf"(?<=[{_CHINESE}])(?=[a-z])|(?<=[a-z])(?=[{_CHINESE}])")
_PINYIN_WORD: Final = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*$")


class Word:
    """One way to read one word. `worth` is the score of a less than exact match, else 0.

    Patterns are built when the first candidate asks: most mended slips never have one.
    """

    def __init__(
        self, text: str, spelling: Spelling, syllables: list[Segments], *, worth: int = 0
    ) -> None:
        self.text, self.worth = text, worth
        self.literal = not worth
        self.blurred = worth == BLURRED
        self.spelled = bool(_PINYIN_WORD.match(text))
        self.syllables = syllables
        self._spelling = spelling

    @property
    def splits(self) -> list[Segments]:
        """All ways to cut it into pinyin."""
        whole = self.literal and self.spelled
        return [*self.syllables, tuple(self.text)] if whole else self.syllables

    @cached_property
    def initials(self) -> re.Pattern[str] | None:
        """Finds it as initials in coded texts."""
        if not (self.literal and self.spelled):
            return None
        return self._spelling.pattern([tuple(self.text)])

    @cached_property
    def pinyin(self) -> re.Pattern[str] | None:
        """Finds it as syllables, whole or begun, in coded texts."""
        if not self.syllables:
            return None
        return self._spelling.pattern(self.syllables, blurred=self.blurred)


Reading = tuple[Word, ...]
"""A whole query read in one way, word by word."""


def readings(query: str, spelling: Spelling) -> Iterator[Reading]:
    """The query as it stands, then with blurred sounds, then with slips of the finger mended."""
    words = split_words(query)
    yield tuple(Word(word, spelling, _syllables(word, spelling)) for word in words)
    if not all(len(word) >= 3 and _PINYIN_WORD.match(word) for word in words):
        return
    yield tuple(
        Word(word, spelling, spelling.splits(blur(word), blurred=True), worth=BLURRED)
        for word in words
    )
    if len(words) == 1 and len(words[0]) >= 4:
        for slip in list(slips(words[0]))[:_MAX_SLIPS]:
            # A mended word must be all syllables: as initials anything would fit.
            whole = [s for s in spelling.splits(slip) if all(len(part) > 1 for part in s)]
            if whole:
                yield (Word(slip, spelling, whole, worth=SLIPPED),)


def split_words(query: str) -> list[str]:
    """The words of a query; Chinese and Latin letters typed together are two words."""
    return _SEAM.sub(" ", normalise(query)).split()


def _syllables(word: str, spelling: Spelling) -> list[Segments]:
    return spelling.splits(word) if _PINYIN_WORD.match(word) else []
