"""Tool tips of a sane width: Qt writes a plain one on a single line, however long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

WIDEST: Final = 60
"""So many narrow signs stand on a line, or half as many wide ones."""
_PIECE: Final = re.compile(r"\S\s*", re.DOTALL)
_CLOSING: Final = frozenset("，。、；：？！…）》」』】”’%,.;:?!)]}")
_OPENING: Final = frozenset("（《「『【“‘([{")


def folded(text: str, most: int = WIDEST) -> str:
    """`text` in lines of at most `most` narrow signs; a word that is longer stays whole."""
    return "\n".join(line for one in text.split("\n") for line in _lines(one, most))


def _lines(text: str, most: int) -> Iterator[str]:
    line, width = "", 0
    for piece in _pieces(text):
        more = _width(piece.rstrip())
        if line and width + more > most:
            yield line.rstrip()
            line, width = "", 0
        line += piece
        width += _width(piece)
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """What is never parted: words, and wide signs with the marks that belong to them."""
    piece = ""
    for sign in _PIECE.findall(text):
        if piece and _may_part(piece, sign[0]):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _may_part(before: str, sign: str) -> bool:
    if sign in _CLOSING or before[-1] in _OPENING:
        return False
    return before[-1].isspace() or _is_wide(before[-1]) or _is_wide(sign)


def _is_wide(sign: str) -> bool:
    return east_asian_width(sign) in "WF"


def _width(text: str) -> int:
    return sum(2 if _is_wide(sign) else 1 for sign in text)
