"""Search tokens: pairs of neighbouring characters for Chinese, whole words for the rest.

FTS5's own tokenizers find no Chinese word of one or two characters; pairs find every one (DESIGN §9).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from operator import add
from typing import Final

_CJK: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS: Final = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+", re.UNICODE)
_IS_CJK: Final = re.compile(rf"[{_CJK}]")
# Each of these characters folds to exactly one, so places stay where they are.
_PLAIN: Final = re.compile(r"[\x00-\x7f\u3000-\u3002\u300a-\u3011\u4e00-\u9fff\uff01-\uff5e]*")
_TAILS: Final = (4, 6, 8)


def normalise(text: str) -> str:
    """Fold width and case, so that ＡＢＣ and abc are one word."""
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=1 << 16)
def fold(char: str) -> str:
    """Normalise one character; quick, for those who need to know where it stood."""
    return normalise(char)


def index_tokens(text: str) -> list[str]:
    """Return the tokens under which a text is filed, in order; numbers also by their tails."""
    tokens: list[str] = []
    for run in _RUNS.findall(normalise(text)):
        if _IS_CJK.match(run):
            tokens += map(add, run, run[1:])
            tokens.append(run[-1])
        else:
            tokens.append(run)
            if len(run) > _TAILS[0] and not run.isalpha() and any(c.isdigit() for c in run):
                tokens += [run[-n:] for n in _TAILS if n < len(run)]
    return tokens


def query_expression(text: str) -> str:
    """Return the FTS5 expression that every text holding `text` matches; empty for no words.

    It may match a little more; `hits` then tells the real ones.
    """
    terms: list[str] = []
    for run in _RUNS.findall(normalise(text)):
        if not _IS_CJK.match(run) or len(run) == 1:
            terms.append(f'"{run}"*')
        else:
            terms += [f'"{run[i : i + 2]}"' for i in range(len(run) - 1)]
    return " AND ".join(dict.fromkeys(terms))


def hits(text: str, query: str) -> list[tuple[int, int]]:
    """Return where the query's words stand in `text`, as merged [start, end) offsets."""
    folded, offsets = _fold_with_offsets(text)
    spans: list[tuple[int, int]] = []
    for word in normalise(query).split():
        start = folded.find(word)
        while start >= 0:
            spans.append((offsets[start], offsets[start + len(word) - 1] + 1))
            start = folded.find(word, start + len(word))
    return _merged(sorted(spans))


def holds(text: str, query: str) -> bool:
    """Tell whether every word of the query stands in the text."""
    folded = normalise(text)
    return all(word in folded for word in normalise(query).split())


class Words:
    """The words of a query, folded once to look for them in many texts."""

    __slots__ = ("_words",)

    def __init__(self, query: str) -> None:
        self._words = normalise(query).split()

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where the words stand in `text`, like `hits`; nothing unless all of them do."""
        folded = normalise(text)
        for word in self._words:
            if word not in folded:
                return ()
        offsets = None if _PLAIN.fullmatch(text) else _fold_with_offsets(text)[1]
        found: list[tuple[int, int]] = []
        for word in self._words:
            start = folded.find(word)
            while start >= 0:
                end = start + len(word)
                found.append((start, end) if offsets is None else _real(offsets, start, end))
                start = folded.find(word, end)
        return tuple(found if len(found) < 2 else _merged(sorted(found)))


def _real(offsets: Sequence[int], start: int, end: int) -> tuple[int, int]:
    return offsets[start], offsets[end - 1] + 1


def _fold_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    if _PLAIN.fullmatch(text):
        return normalise(text), range(len(text))
    parts: list[str] = []
    offsets: list[int] = []
    for position, char in enumerate(text):
        folded = fold(char)
        parts.append(folded)
        offsets += [position] * len(folded)
    return "".join(parts), offsets


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
