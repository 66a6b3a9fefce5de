"""Qt counts UTF-16 units, Python characters: an emoji is two there and one here."""

from __future__ import annotations


def to_index(text: str, position: int) -> int:
    """The Python index of a Qt position in `text`."""
    if text.isascii():
        return position
    return len(text.encode("utf-16-le")[: 2 * position].decode("utf-16-le", "ignore"))


def to_position(text: str, index: int) -> int:
    """The Qt position of a Python index in `text`."""
    return len(text[:index].encode("utf-16-le")) // 2
