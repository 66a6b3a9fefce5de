"""Where phrases are filed, so that a keystroke looks at few of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate, chain, pairwise

from app.phrases.spelling import Segments, Spelling


class Haystack:
    """Many texts as one string: a search in C over all of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        parts = [f"{text}\0" for text in texts]
        self._joined = "".join(parts)
        self._starts = list(accumulate(map(len, parts), initial=0))

    def holding(self, needle: str, cap: int) -> Iterator[int]:
        """Places of the texts that hold `needle`, at most `cap`."""
        at, left = self._joined.find(needle), cap
        while at >= 0 and left:
            place = bisect_right(self._starts, at) - 1
            yield place
            at, left = self._joined.find(needle, self._starts[place + 1]), left - 1


class Codes:
    """Short codes in order."""

    def __init__(self, codes: Iterable[tuple[str, int]]) -> None:
        self._codes = sorted(codes)

    def beginning(self, prefix: str) -> list[int]:
        """Places of the phrases whose code begins so."""
        start = bisect_left(self._codes, (prefix,))
        end = bisect_left(self._codes, (prefix + "\U0010ffff",))
        return [place for _, place in self._codes[start:end]]


class SpelledShelf:
    """Places of phrases by the pinyin of one of their parts."""

    def __init__(self) -> None:
        self._starts: defaultdict[str, list[int]] = defaultdict(list)
        self._pairs: defaultdict[str, list[int]] = defaultdict(list)
        self._symbols: defaultdict[str, list[int]] = defaultdict(list)

    def file(self, place: int, coded: str, spelling: Spelling) -> None:
        """File a coded text."""
        for first in spelling.firsts(coded[:1]):
            self._starts[first].append(place)
        for pair in spelling.pairs(coded):
            self._pairs[pair].append(place)
        for symbol in set(coded):
            self._symbols[symbol].append(place)

    def candidates(self, split: Segments, spelling: Spelling, *, blurred: bool) -> Iterable[int]:
        """Phrases that may hold the segments; a superset of those that do.

        A single letter is asked for only where a text begins.
        """
        if len(split) > 1:
            return self._with_pairs(split)
        if len(split[0]) == 1:
            return self._starts.get(split[0], ())
        symbols = spelling.reading(split[0], blurred=blurred)
        return chain.from_iterable(self._symbols.get(symbol, ()) for symbol in symbols)

    def _with_pairs(self, split: Segments) -> Collection[int]:
        """Phrases that have each pair of neighbouring first letters."""
        lists = sorted((self._pairs.get(a[0] + b[0], []) for a, b in pairwise(split)), key=len)
        if len(lists) == 1:
            return lists[0]
        places = set(lists[0])
        for more in lists[1:]:
            if places:
                places.intersection_update(more)
        return places
