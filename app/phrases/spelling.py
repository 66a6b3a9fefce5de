"""Pinyin as people type it: whole syllables, initials, or both mixed, against coded texts.

Every character of a text is coded as one symbol that stands for all its readings, so that one
regular expression finds full pinyin, initials and every reading of a polyphone at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import add
from typing import Final

from app.core.pinyin import letters, syllables
from app.phrases.variables import without_variables

BETWEEN_TOKENS: Final = " "
BETWEEN_READINGS: Final = "/"

_FIRST_SYMBOL: Final = 0xE000
_LAST_SYMBOL: Final = 0xF8FF
_DOUBLE_INITIALS: Final = ("zh", "ch", "sh")
_MAX_SPLITS: Final = 5
_LONGEST_SYLLABLE: Final = 6
_BLURS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))

Segments = tuple[str, ...]


class Spelling:
    """The symbols of one index and the patterns that match them; grows with the texts it meets."""

    def __init__(self) -> None:
        self._symbols: dict[str, int] = {}
        self._table: dict[int, int] = {}
        self._known: set[str] = set()
        self._first: dict[int, str] = {}
        self._many: dict[str, str] = {}
        self._pairs = _Pairs(self)
        self._syllables: defaultdict[str, set[str]] = defaultdict(set)
        self._blurred: defaultdict[str, set[str]] = defaultdict(set)
        self._classes: dict[tuple[str, bool, bool], str] = {}
        self._sounds: dict[bool, _Sounds] = {}

    def learn(self, kept: str, pinyin: str) -> None:
        """Take in the stored readings (see `stored_pinyin`) of a text's letters."""
        if not set(kept) - self._known:
            return
        tokens = pinyin.split(BETWEEN_TOKENS)
        if len(tokens) != len(kept):
            return
        for char, token in zip(kept, tokens, strict=True):
            if char not in self._known and not char.isascii():
                self._table[ord(char)] = self._symbol(token)
            self._known.add(char)

    def code(self, kept: str) -> str:
        """A text's letters as symbols, one for one."""
        return kept.translate(self._table)

    def pairs(self, coded: str) -> set[str]:
        """First letters of neighbouring characters, in all their readings."""
        return set().union(*map(self._pairs.__getitem__, map(add, coded, coded[1:])))

    def firsts(self, symbol: str) -> str:
        """First letters of a character's readings."""
        return self._many.get(symbol) or symbol.translate(self._first)

    def main_initials(self, coded: str) -> str:
        """First letters of the commonest readings."""
        return coded.translate(self._first)

    def reading(self, segment: str, *, blurred: bool = False) -> str:
        """All symbols that may be read as one segment at the end of a word."""
        return self._symbols_read(segment, open_end=True, blurred=blurred)

    def splits(self, word: str, *, blurred: bool = False) -> list[Segments]:
        """Ways to read a word as syllables, the likeliest first; not as mere initials."""
        known = self._sounds.get(blurred) or self._hear(blurred=blurred)
        return [split for split in _splits(word, known) if not _is_initials(split)]

    def pattern(self, splits: Iterable[Segments], *, blurred: bool = False) -> re.Pattern[str]:
        """One expression for all splits, over coded texts."""
        return re.compile("|".join(self._expression(split, blurred) for split in splits))

    def _hear(self, *, blurred: bool) -> _Sounds:
        whole = frozenset(self._blurred if blurred else self._syllables)
        begun = {s[:end] for s in whole for end in range(1, len(s) + 1)}
        self._sounds[blurred] = sounds = _Sounds(whole, frozenset(begun))
        return sounds

    def _expression(self, segments: Segments, blurred: bool) -> str:
        last = len(segments) - 1
        return "".join(
            self._class(segment, at == last or _is_open(segment), blurred)
            for at, segment in enumerate(segments)
        )

    def _class(self, segment: str, open_end: bool, blurred: bool) -> str:
        chars = self._symbols_read(segment, open_end=open_end, blurred=blurred)
        return f"[{chars}]" if chars else "(?!)"

    def _symbols_read(self, segment: str, *, open_end: bool, blurred: bool) -> str:
        key = (segment, open_end, blurred)
        if key not in self._classes:
            known = self._blurred if blurred else self._syllables
            if open_end:
                hit = (symbols for s, symbols in known.items() if s.startswith(segment))
                chars = set[str]().union(*hit)
            else:
                chars = set(known.get(segment, ()))
            if len(segment) == 1:
                chars.add(segment)
            self._classes[key] = "".join(sorted(chars))
        return self._classes[key]

    def _symbol(self, token: str) -> int:
        readings = token.split(BETWEEN_READINGS)
        token = BETWEEN_READINGS.join(sorted(readings))
        if token not in self._symbols:
            symbol = _FIRST_SYMBOL + len(self._symbols)
            if symbol > _LAST_SYMBOL:
                return ord(" ")
            self._symbols[token] = symbol
            firsts = "".join(dict.fromkeys(reading[0] for reading in readings))
            self._first[symbol] = firsts[0]
            if len(firsts) > 1:
                self._many[chr(symbol)] = firsts
            for reading in readings:
                self._syllables[reading].add(chr(symbol))
                self._blurred[blur(reading)].add(chr(symbol))
            self._classes.clear()
            self._sounds.clear()
        return self._symbols[token]


@dataclass(frozen=True, slots=True)
class _Sounds:
    """The syllables of all texts, and everything a syllable can begin with."""

    whole: frozenset[str]
    begun: frozenset[str]


class _Pairs(dict[str, tuple[str, ...]]):
    """Two symbols → the pairs of first letters they can be read as, worked out once."""

    def __init__(self, spelling: Spelling) -> None:
        super().__init__()
        self._spelling = spelling

    def __missing__(self, two: str) -> tuple[str, ...]:
        left, right = self._spelling.firsts(two[0]), self._spelling.firsts(two[1])
        self[two] = pairs = tuple(a + b for a in left for b in right)
        return pairs


def stored_pinyin(title: str, text: str) -> str:
    """What a phrase keeps for the lookup: the readings of its letters, made when it is written."""
    kept = letters(title) + letters(without_variables(text))
    return BETWEEN_TOKENS.join(BETWEEN_READINGS.join(found) for found in syllables(kept))


def blur(pinyin: str) -> str:
    """Make alike what many ears and fingers confuse: zh/z, ch/c, sh/s, ang/an, eng/en, ing/in."""
    for sharp, soft in _BLURS:
        pinyin = pinyin.replace(sharp, soft)
    return pinyin


def slips(word: str) -> Iterator[str]:
    """The word with two neighbours swapped, or one letter struck: the commonest slips."""
    seen = {word}
    for at in range(len(word)):
        for other in (
            word[:at] + word[at + 1 :],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        ):
            if other not in seen:
                seen.add(other)
                yield other


def _splits(word: str, known: _Sounds) -> list[Segments]:
    """The readings of a word with the fewest syllables; any letter may stand for an initial."""
    best: list[list[Segments]] = [[] for _ in word] + [[()]]
    for start in range(len(word) - 1, -1, -1):
        ways = [
            (segment, *rest)
            for segment in _segments(word, start, known)
            for rest in best[start + len(segment)]
        ]
        best[start] = sorted(ways, key=len)[:_MAX_SPLITS]
    return best[0]


def _segments(word: str, start: int, known: _Sounds) -> list[str]:
    ends = range(start + 1, min(start + _LONGEST_SYLLABLE, len(word)) + 1)
    return [word[start:end] for end in ends if _possible(word[start:end], end == len(word), known)]


def _possible(segment: str, at_end: bool, known: _Sounds) -> bool:
    if len(segment) == 1 or segment in known.whole or segment in _DOUBLE_INITIALS:
        return True
    return at_end and segment in known.begun


def _is_initials(segments: Segments) -> bool:
    return all(len(segment) == 1 for segment in segments)


def _is_open(segment: str) -> bool:
    return len(segment) == 1 or segment in _DOUBLE_INITIALS
