"""The phrases of this process, searched as one types: by code, initials, pinyin and text.

Everything is prepared when a phrase is put in: texts joined for one fast scan, and for pinyin the
phrases under each pair of first letters. A keystroke then costs about a millisecond with 20,000
phrases.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate, chain, islice, pairwise
from typing import Final

from app.core.pinyin import letters
from app.phrases.spelling import Segments, Spelling, blur, slips
from app.phrases.variables import without_variables
from db.tokens import fold, normalise

ENOUGH: Final = 400
"""Candidates looked at per kind of match; used phrases are always among them."""

_CODE, _CODE_PREFIX, _INITIALS, _PINYIN, _TITLE, _TEXT, _BLURRED, _SLIP = range(1000, 200, -100)
_MAX_SLIPS: Final = 24
_LOOSE: Final = 5
_WORDS_KEPT: Final = 64
_RARE: Final = 60
"""Taken off where initials fit a rarer reading only: 不 can be read fou, but seldom is."""
_PINYIN_WORD: Final = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*$")
_CHINESE: Final = r"\u3400-\u9fff\uf900-\ufaff"
_SEAM: Final = re.compile(rf"(?<=[{_CHINESE}])(?=[a-z])|(?<=[a-z])(?=[{_CHINESE}])")


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
class _Word:
    """One word of a query with its ways to be read as pinyin."""

    text: str
    splits: tuple[tuple[str, ...], ...]
    initials: re.Pattern[str] | None
    pinyin: re.Pattern[str] | None
    literal: bool = True
    worth: int = 0
    """Score of a pinyin match where it is less than exact, else 0."""


class _Kept(Iterable[_Word]):
    """Remembers what an iterator gave, so that it can be gone through again."""

    def __init__(self, source: Iterator[_Word]) -> None:
        self._source, self._given = source, list[_Word]()

    def __iter__(self) -> Iterator[_Word]:
        yield from self._given
        for word in self._source:
            self._given.append(word)
            yield word


class Lookup:
    """Not thread-safe by itself: the service takes a lock around it."""

    def __init__(self) -> None:
        self._spelling = Spelling()
        self._entries: list[Entry | None] = []
        self._places: dict[bytes, int] = {}
        self._codes: list[str] = []
        self._titles: list[str] = []
        self._texts: list[str] = []
        self._spelled: list[str] = []
        self._in_titles, self._in_texts = _Spelled(), _Spelled()
        self._joined: _Joined | None = None
        self._heard: dict[str, _Kept] = {}
        self._symbols: dict[str, str] = {}

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
        title, body = self._spelling.code(title), self._spelling.code(body)
        self._heard.clear()
        self._symbols.clear()
        place = len(self._entries)
        self._places[entry.id] = place
        self._entries.append(entry)
        self._codes.append(normalise(entry.code))
        self._titles.append(normalise(entry.title))
        self._texts.append(normalise(text))
        self._spelled.append(f"{title}\n{body}")
        self._in_titles.file(place, title, self._spelling)
        self._in_texts.file(place, body, self._spelling)
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

    def search(
        self,
        query: str,
        *,
        limit: int,
        boosts: dict[bytes, float],
        allowed: Callable[[Entry], bool],
    ) -> list[Found]:
        """The best phrases in which every word of the query is found; without words, the usual.

        `boosts` (0 to 55 points) lift what is often used within its kind of match.
        """
        words = split_words(query)
        if not words:
            return self._usual(limit, boosts, allowed)
        for spelled in self._ways(words):
            if found := self._matches(spelled, boosts, allowed):
                return nlargest(limit, found, key=_rank)
        return []

    def all(self) -> list[Entry]:
        """Every phrase, by group and position."""
        return self._scan().ordered

    def with_code(self, code: str) -> list[Entry]:
        """The phrases that answer to exactly this code."""
        folded = normalise(code)
        places = self._scan().with_code(folded) if folded else []
        return [e for p in places if self._codes[p] == folded and (e := self._entries[p])]

    def lit(self, text: str, query: str) -> list[tuple[int, int]]:
        """Where the query's words stand in any text, by letters or by pinyin, as merged spans."""
        lit: set[int] = set()
        for word in split_words(query):
            for reading in self._readings(word):
                if found := self._lit_by(reading, text):
                    lit |= found
                    break
        return _spans(sorted(lit))

    def _ways(self, words: list[str]) -> Iterator[list[_Word]]:
        """The query as it stands, then with blurred sounds, then with slips of the finger."""
        yield [self._word(word) for word in words]
        if not all(len(word) >= 3 and _PINYIN_WORD.match(word) for word in words):
            return
        yield [self._blurred(word) for word in words]
        if len(words) == 1 and len(words[0]) >= 4:
            for slip in list(slips(words[0]))[:_MAX_SLIPS]:
                yield [self._slipped(slip)]

    def _readings(self, word: str) -> Iterator[_Word]:
        """The ways to read one word, worked out as far as asked and kept for the next text."""
        if (way := self._heard.get(word)) is None:
            if len(self._heard) > _WORDS_KEPT:
                self._heard.clear()
            self._heard[word] = way = _Kept(way[0] for way in self._ways([word]))
        return iter(way)

    def _word(self, word: str) -> _Word:
        if not _PINYIN_WORD.match(word):
            return _Word(word, (), None, None)
        *full, initials = self._spelling.splits(word)
        pinyin = self._spelling.pattern(full) if full else None
        splits = (*full, initials)
        return _Word(word, splits, self._spelling.pattern([initials]), pinyin)

    def _blurred(self, word: str) -> _Word:
        splits = self._spelling.splits(blur(word), blurred=True)[:-1]
        pattern = self._spelling.pattern(splits, blurred=True) if splits else None
        return _Word(word, tuple(splits), None, pattern, literal=False, worth=_BLURRED)

    def _slipped(self, word: str) -> _Word:
        splits = self._spelling.splits(word)[:-1]
        pattern = self._spelling.pattern(splits) if splits else None
        return _Word(word, tuple(splits), None, pattern, literal=False, worth=_SLIP)

    def _usual(
        self, limit: int, boosts: dict[bytes, float], allowed: Callable[[Entry], bool]
    ) -> list[Found]:
        used = (self.get(phrase_id) for phrase_id in boosts)
        first = [Found(e, boosts[e.id]) for e in used if e is not None and allowed(e)]
        first.sort(key=_rank, reverse=True)
        for entry in self._scan().ordered:
            if len(first) >= limit:
                break
            if entry.id not in boosts and allowed(entry):
                first.append(Found(entry, 0.0))
        return first[:limit]

    def _matches(
        self, words: list[_Word], boosts: dict[bytes, float], allowed: Callable[[Entry], bool]
    ) -> list[Found]:
        found: list[Found] = []
        for place in self._places_for(words, boosts):
            entry = self._entries[place]
            if entry is None or not allowed(entry):
                continue
            if score := self._whole_score(place, words):
                found.append(Found(entry, round(score + boosts.get(entry.id, 0.0), 1)))
                if len(words) > 1 and len(found) > ENOUGH:
                    break
        return found

    def _whole_score(self, place: int, words: list[_Word]) -> float:
        """The mean over all words; 0 as soon as one does not fit."""
        total = 0.0
        for word in words:
            if not (score := self._score(place, word)):
                return 0.0
            total += score
        return total / len(words)

    def _places_for(self, words: list[_Word], boosts: dict[bytes, float]) -> Iterator[int]:
        """Where to look, each place once: first what is used, then what the longest word gives."""
        seen = {place for used in boosts if (place := self._places.get(used)) is not None}
        yield from seen
        lead = max(words, key=lambda word: len(word.text))
        for place in self._candidates(lead, ENOUGH if len(words) == 1 else len(self._entries)):
            if place not in seen:
                seen.add(place)
                yield place

    def _candidates(self, word: _Word, cap: int) -> Iterator[int]:
        scan = self._scan()
        if word.literal:
            yield from scan.with_code(word.text)
            yield from scan.in_titles.holding(word.text, cap)
            yield from scan.in_texts.holding(word.text, cap)
        for split in word.splits:
            for spelled in (self._in_titles, self._in_texts):
                # Pairs alone say little where there are several: more of them are looked at.
                most = cap if len(split) < 3 else cap * _LOOSE
                yield from islice(self._spelled_so(split, spelled, word.worth == _BLURRED), most)

    def _spelled_so(self, split: Segments, spelled: _Spelled, blurred: bool) -> Iterable[int]:
        if len(split) > 1:
            return spelled.with_pairs(split)
        if len(split[0]) == 1:
            return spelled.starts.get(split[0], ())
        return spelled.with_any(self._spelling.reading(split[0], blurred=blurred))

    def _score(self, place: int, word: _Word) -> float:
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

    def _literal_score(self, place: int, word: _Word) -> float:
        if (at := self._titles[place].find(word.text)) >= 0:
            whole = len(self._titles[place]) == len(word.text)
            return _TITLE + (40 if whole else 30 if at == 0 else 20)
        if (at := self._texts[place].find(word.text)) >= 0:
            return _TEXT + max(0.0, 10 - at / 10)
        return 0.0

    def _lit_by(self, word: _Word, text: str) -> set[int]:
        if word.literal and (lit := _literal_marks(text, word.text)):
            return lit
        coded, offsets = self._coded(text)
        for pattern in (word.initials, word.pinyin):
            if pattern is not None and (match := pattern.search(coded)) is not None:
                if len(word.text) == 1 and match.start() != 0:
                    continue
                return set(offsets[match.start() : match.end()])
        return set()

    def _coded(self, text: str) -> tuple[str, list[int]]:
        coded: list[str] = []
        offsets: list[int] = []
        for at, char in enumerate(text):
            if (symbols := self._symbols.get(char)) is None:
                symbols = self._symbols[char] = self._spelling.code(letters(char))
            coded.append(symbols)
            offsets += [at] * len(symbols)
        return "".join(coded), offsets

    def _scan(self) -> _Joined:
        if self._joined is None:
            alive = [(p, e) for p, e in enumerate(self._entries) if e is not None]
            self._joined = _Joined(
                codes=sorted((self._codes[place], place) for place, _ in alive),
                ordered=sorted((entry for _, entry in alive), key=lambda entry: entry.order),
                in_titles=_Haystack(self._titles),
                in_texts=_Haystack(self._texts),
            )
        return self._joined


@dataclass(frozen=True, slots=True)
class _Joined:
    """What is put together once after the phrases changed."""

    codes: list[tuple[str, int]]
    ordered: list[Entry]
    in_titles: _Haystack
    in_texts: _Haystack

    def with_code(self, prefix: str) -> list[int]:
        start = bisect_left(self.codes, (prefix,))
        end = bisect_left(self.codes, (prefix + "\U0010ffff",))
        return [place for _, place in self.codes[start:end]]


class _Haystack:
    """Many texts as one string: a search in C over all of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        parts = [f"{text}\0" for text in texts]
        self._joined = "".join(parts)
        self._starts = list(accumulate(map(len, parts), initial=0))

    def holding(self, needle: str, cap: int) -> Iterator[int]:
        at, left = self._joined.find(needle), cap
        while at >= 0 and left:
            place = bisect_right(self._starts, at) - 1
            yield place
            at, left = self._joined.find(needle, self._starts[place + 1]), left - 1


class _Spelled:
    """Places of phrases by the pinyin of one of their parts."""

    def __init__(self) -> None:
        self.starts: defaultdict[str, list[int]] = defaultdict(list)
        self._pairs: defaultdict[str, list[int]] = defaultdict(list)
        self._symbols: defaultdict[str, list[int]] = defaultdict(list)

    def file(self, place: int, coded: str, spelling: Spelling) -> None:
        for first in spelling.firsts(coded[:1]):
            self.starts[first].append(place)
        for pair in spelling.pairs(coded):
            self._pairs[pair].append(place)
        for symbol in set(coded):
            self._symbols[symbol].append(place)

    def with_pairs(self, split: Segments) -> Collection[int]:
        """Phrases that have each pair of neighbouring first letters; a superset of the matches."""
        lists = sorted((self._pairs.get(a[0] + b[0], []) for a, b in pairwise(split)), key=len)
        if len(lists) == 1:
            return lists[0]
        places = set(lists[0])
        for more in lists[1:]:
            if places:
                places.intersection_update(more)
        return places

    def with_any(self, symbols: str) -> Iterator[int]:
        """Phrases in which one of the symbols stands."""
        return chain.from_iterable(self._symbols.get(symbol, ()) for symbol in symbols)


def split_words(query: str) -> list[str]:
    """The words of a query; Chinese and Latin letters typed together are two words."""
    return _SEAM.sub(" ", normalise(query)).split()


def _rank(found: Found) -> tuple[float, list[int]]:
    return found.score, [-step for step in found.entry.order]


def _initial_match(word: _Word, spelled: str) -> re.Match[str] | None:
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


def _literal_marks(text: str, word: str) -> set[int]:
    folded: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(text):
        small = fold(char)
        folded.append(small)
        offsets += [at] * len(small)
    joined = "".join(folded)
    marks: set[int] = set()
    at = joined.find(word)
    while at >= 0:
        marks.update(offsets[at : at + len(word)])
        at = joined.find(word, at + len(word))
    return marks


def _spans(marks: list[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for mark in marks:
        if spans and spans[-1][1] == mark:
            spans[-1] = (spans[-1][0], mark + 1)
        else:
            spans.append((mark, mark + 1))
    return spans
