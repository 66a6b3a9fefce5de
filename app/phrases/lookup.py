"""The phrases of this process, searched as one types: by code, initials, pinyin and text.

Everything is prepared when a phrase is put in: texts joined for one fast scan, and for pinyin the
phrases under each pair of first letters. A keystroke then costs a few milliseconds with 20,000
phrases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import chain, islice
from typing import Final

from app.core.i18n import current_language
from app.core.pinyin import letters
from app.phrases.haystack import Codes, Haystack, SpelledShelf
from app.phrases.marks import Marker, Span
from app.phrases.spelling import Spelling
from app.phrases.variables import without_variables
from app.phrases.words import Reading, Word, readings
from db.tokens import normalise

ENOUGH: Final = 400
"""Candidates looked at per kind of match; used phrases are always among them."""

_CODE, _CODE_PREFIX, _INITIALS, _PINYIN, _TITLE, _TEXT = 1000, 900, 800, 700, 600, 500
_LOOSE: Final = 5
_RARE: Final = 60
"""Taken off where initials fit a rarer reading only: 不 can be read fou, but seldom is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase as the lookup knows it; `order` sorts by group and position."""

    id: bytes
    group_id: bytes
    code: str
    title: str
    text: str
    language: str
    step: str
    scope: str
    staff_id: bytes | None
    updated_at: int
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase and how well it fits, higher is better."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, best first, and how the query was read to find it."""

    found: list[Found]
    reading: Reading = ()


class Lookup:
    """Not thread-safe by itself: the service takes a lock around it."""

    def __init__(self) -> None:
        self._spelling = Spelling()
        self._marker = Marker(self._spelling)
        self._entries: list[Entry | None] = []
        self._places: dict[bytes, int] = {}
        self._codes: list[str] = []
        self._titles: list[str] = []
        self._texts: list[str] = []
        self._spelled: list[str] = []
        self._shelves = SpelledShelf(), SpelledShelf()
        self._joined: _Joined | None = None

    def __len__(self) -> int:
        return len(self._places)

    @property
    def dead(self) -> int:
        """Entries that were replaced or dropped and still take room."""
        return len(self._entries) - len(self._places)

    def put(self, entry: Entry, pinyin: str) -> None:
        """Add a phrase or replace it; `pinyin` as `stored_pinyin` made it."""
        self.drop(entry.id)
        text = without_variables(entry.text)
        title, body = letters(entry.title), letters(text)
        self._spelling.learn(title + body, pinyin)
        self._marker.forget()
        title, body = self._spelling.code(title), self._spelling.code(body)
        place = len(self._entries)
        self._places[entry.id] = place
        self._entries.append(entry)
        self._codes.append(normalise(entry.code))
        self._titles.append(normalise(entry.title))
        self._texts.append(normalise(text))
        self._spelled.append(f"{title}\n{body}")
        for shelf, coded in zip(self._shelves, (title, body), strict=True):
            shelf.file(place, coded, self._spelling)
        self._joined = None

    def drop(self, phrase_id: bytes) -> None:
        """Take a phrase out, if it is in."""
        if (place := self._places.pop(phrase_id, None)) is not None:
            self._entries[place] = None
            self._joined = None

    def get(self, phrase_id: bytes) -> Entry | None:
        """One phrase by id."""
        place = self._places.get(phrase_id)
        return None if place is None else self._entries[place]

    def all(self) -> list[Entry]:
        """Every phrase, by group and position."""
        return self._scan().ordered

    def with_code(self, code: str) -> list[Entry]:
        """The phrases that answer to exactly this code."""
        folded = normalise(code)
        places = self._scan().codes.beginning(folded) if folded else []
        return [e for p in places if self._codes[p] == folded and (e := self._entries[p])]

    def search(
        self,
        query: str,
        *,
        limit: int,
        boosts: dict[bytes, float],
        allowed: Callable[[Entry], bool],
    ) -> Answer:
        """The best phrases in which every word of the query is found; without words, the usual.

        `boosts` (0 to 55 points) lift what is often used within its kind of match.
        """
        for reading in readings(query, self._spelling):
            if not reading:
                return Answer(self._usual(limit, boosts, allowed))
            if found := self._matches(reading, boosts, allowed):
                return Answer(nlargest(limit, found, key=_rank), reading)
        return Answer([])

    def lit(self, text: str, reading: Reading) -> tuple[Span, ...]:
        """Where the words of an answer stand in any text."""
        return self._marker.spans(text, reading)

    # --- candidates -----------------------------------------------------------------------

    def _usual(
        self, limit: int, boosts: dict[bytes, float], allowed: Callable[[Entry], bool]
    ) -> list[Found]:
        used = (self.get(phrase_id) for phrase_id in boosts)
        first = [Found(e, boosts[e.id]) for e in used if e is not None and allowed(e)]
        first.sort(key=_rank, reverse=True)
        ordered, own = self._scan().ordered, current_language()[:2]
        familiar = (e for e in ordered if e.language == own)
        foreign = (e for e in ordered if e.language != own)
        for entry in chain(familiar, foreign):
            if len(first) >= limit:
                break
            if entry.id not in boosts and allowed(entry):
                first.append(Found(entry, 0.0))
        return first[:limit]

    def _matches(
        self, words: Reading, boosts: dict[bytes, float], allowed: Callable[[Entry], bool]
    ) -> list[Found]:
        found: list[Found] = []
        for place in self._where(words, boosts):
            entry = self._entries[place]
            if entry is None or not allowed(entry):
                continue
            if score := self._whole_score(place, words):
                found.append(Found(entry, round(score + boosts.get(entry.id, 0.0), 1)))
                if len(words) > 1 and len(found) > ENOUGH:
                    break
        return found

    def _where(self, words: Reading, boosts: dict[bytes, float]) -> set[int]:
        """Where to look: at what is used, and at what may hold all the words."""
        places: set[int] = set()
        by_length = sorted(words, key=lambda word: -len(word.text))
        cap = ENOUGH if len(words) == 1 else len(self._entries)
        for number, word in enumerate(by_length):
            if number and len(places) <= ENOUGH:
                break
            some = set(self._candidates(word, cap))
            places = places & some if number else some
        places.update(place for used in boosts if (place := self._places.get(used)) is not None)
        return places

    def _candidates(self, word: Word, cap: int) -> Iterator[int]:
        scan = self._scan()
        if word.literal:
            yield from scan.codes.beginning(word.text)
            yield from scan.titles.holding(word.text, cap)
            yield from scan.texts.holding(word.text, cap)
        for split in word.splits:
            # Pairs alone say little where there are several: more of them are looked at.
            most = cap if len(split) < 3 else cap * _LOOSE
            for shelf in self._shelves:
                places = shelf.candidates(split, self._spelling, blurred=word.blurred)
                yield from islice(places, most)

    def _scan(self) -> _Joined:
        if self._joined is None:
            alive = [(p, e) for p, e in enumerate(self._entries) if e is not None]
            self._joined = _Joined(
                codes=Codes((self._codes[place], place) for place, _ in alive),
                ordered=sorted((entry for _, entry in alive), key=lambda entry: entry.order),
                titles=Haystack(self._titles),
                texts=Haystack(self._texts),
            )
        return self._joined

    # --- scores ---------------------------------------------------------------------------

    def _whole_score(self, place: int, words: Reading) -> float:
        """The mean over all words; 0 as soon as one does not fit."""
        total = 0.0
        for word in words:
            if not (score := self._score(place, word)):
                return 0.0
            total += score
        return total / len(words)

    def _score(self, place: int, word: Word) -> float:
        """How well one word fits one phrase; 0 where it does not."""
        if word.literal and (code := self._codes[place]).startswith(word.text):
            return _CODE if code == word.text else _CODE_PREFIX - min(len(code), 50)
        spelled = self._spelled[place]
        if (match := _initial_match(word, spelled)) is not None:
            rare = self._spelling.main_initials(match[0]) != word.text
            return _INITIALS + _place_bonus(match, spelled) - (_RARE if rare else 0)
        if word.pinyin is not None and (match := word.pinyin.search(spelled)) is not None:
            return (word.worth or _PINYIN) + _place_bonus(match, spelled)
        return self._literal_score(place, word) if word.literal else 0.0

    def _literal_score(self, place: int, word: Word) -> float:
        if (at := self._titles[place].find(word.text)) >= 0:
            whole = len(self._titles[place]) == len(word.text)
            return _TITLE + (40 if whole else 30 if at == 0 else 20)
        if (at := self._texts[place].find(word.text)) >= 0:
            return _TEXT + max(0.0, 10 - at / 10)
        return 0.0


@dataclass(frozen=True, slots=True)
class _Joined:
    """What is put together once after the phrases changed."""

    codes: Codes
    ordered: list[Entry]
    titles: Haystack
    texts: Haystack


def _rank(found: Found) -> tuple[float, list[int]]:
    return found.score, [-step for step in found.entry.order]


def _initial_match(word: Word, spelled: str) -> re.Match[str] | None:
    """One letter alone is an initial only where the title or the text begins."""
    if (initials := word.initials) is None:
        return None
    if len(word.text) > 1:
        return initials.search(spelled)
    return initials.match(spelled) or initials.match(spelled, spelled.index("\n") + 1)


def _place_bonus(match: re.Match[str], spelled: str) -> float:
    seam = spelled.index("\n")
    if match.start() < seam:
        return 40.0 if match.end() - match.start() == seam else 30.0 if match.start() == 0 else 20.0
    return max(0.0, 10 - (match.start() - seam - 1) / 10)
