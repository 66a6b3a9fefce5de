"""Readings of Chinese characters, made when a text is written, never while one searches.

pypinyin is large and slow to load, so it is imported on first use only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from db.tokens import normalise

MAX_READINGS: Final = 5
"""Readings kept of one character; the rarer ones only make false hits."""

_SKIPPED: Final = re.compile(r"[\W_]+")
_CHINESE: Final = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CJK: Final = re.compile(rf"[{_CHINESE}]")
_WORDS: Final = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+")


def letters(text: str) -> str:
    """The characters pinyin speaks of: small letters, digits and Chinese, nothing between them."""
    return _SKIPPED.sub("", normalise(text))


def syllables(kept: str) -> list[tuple[str, ...]]:
    """All readings of each character of `letters(…)`; Latin letters and digits stand for themselves.

    Without regard to the word a character stands in: who searches may think of any reading.
    """
    return [(char,) if char.isascii() else _readings(char) or (char,) for char in kept]


def initials(text: str) -> str:
    """First letters of the readings that fit: 在的亲 → "zdq", 重庆 → "cq"."""
    return "".join(reading[0] for reading in _in_context(letters(text)))


@lru_cache(maxsize=8192)
def _readings(char: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    found = pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]
    return tuple(dict.fromkeys(r for r in found if r.isascii()))[:MAX_READINGS]


def _in_context(text: str) -> list[str]:
    """One reading per character; words tell which: 重庆 is chong qing."""
    return [
        reading
        for run in _WORDS.findall(text)
        for reading in (_run_in_context(run) if _CJK.match(run) else run)
    ]


def _run_in_context(run: str) -> list[str]:
    from pypinyin import lazy_pinyin

    found = lazy_pinyin(run, errors="ignore")
    if len(found) == len(run):
        return found
    # A character no dictionary knows stands for itself.
    return [next(iter(_readings(char)), char) for char in run]
