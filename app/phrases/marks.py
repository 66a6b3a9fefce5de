"""Which characters of a text a query hit, by letters or by pinyin."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.pinyin import letters
from app.phrases.spelling import Spelling
from app.phrases.words import Reading, Word
from db.tokens import normalise

Span = tuple[int, int]


class Marker:
    """Lights any text with the words that found a phrase; keeps what it knows of characters."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self._symbols: dict[str, str] = {}

    def forget(self) -> None:
        """The spelling has learned new characters."""
        self._symbols.clear()

    def spans(self, text: str, words: Reading) -> tuple[Span, ...]:
        """The hits in a text as merged [start, end) offsets."""
        lit: set[int] = set()
        for word in words:
            lit |= self._lit(text, word)
        return tuple(_merged(sorted(lit)))

    def _lit(self, text: str, word: Word) -> set[int]:
        if word.literal and (lit := _literal(text, word.text)):
            return lit
        if not word.splits:
            return set()
        coded = [self._coded(char) for char in text]
        joined = "".join(coded)
        for pattern in (word.initials, word.pinyin):
            match = pattern.search(joined) if pattern is not None else None
            if match is not None and (len(word.text) > 1 or match.start() == 0):
                return set(_offsets(coded)[match.start() : match.end()])
        return set()

    def _coded(self, char: str) -> str:
        if (symbols := self._symbols.get(char)) is None:
            symbols = self._symbols[char] = self._spelling.code(letters(char))
        return symbols


def _literal(text: str, word: str) -> set[int]:
    folded = normalise(text)
    at = folded.find(word)
    if at < 0:
        return set()
    # Most texts fold one character to one; only the others need a map.
    plain = len(folded) == len(text)
    pieces = [] if plain else [normalise(char) for char in text]
    folded = folded if plain else "".join(pieces)
    offsets = range(len(text)) if plain else _offsets(pieces)
    marks: set[int] = set()
    at = folded.find(word)
    while at >= 0:
        marks.update(offsets[at : at + len(word)])
        at = folded.find(word, at + len(word))
    return marks


def _offsets(pieces: Sequence[str]) -> list[int]:
    """Which piece each character of the joined pieces belongs to."""
    return [at for at, piece in enumerate(pieces) for _ in piece]


def _merged(marks: list[int]) -> list[Span]:
    spans: list[Span] = []
    for mark in marks:
        if spans and spans[-1][1] == mark:
            spans[-1] = (spans[-1][0], mark + 1)
        else:
            spans.append((mark, mark + 1))
    return spans
