"""How hard a password is to guess, roughly; a hint, never a rule."""

from __future__ import annotations

from enum import IntEnum


class Strength(IntEnum):
    """From refused to very good."""

    SHORT = 0
    WEAK = 1
    FAIR = 2
    STRONG = 3


_COMMON = ("password", "123456", "12345678", "qwerty", "abc123", "111111", "888888", "woaini")


def strength(password: str, least: int) -> Strength:
    """Judge by length, kinds of characters, repetition and the worst known ones."""
    if len(password) < least:
        return Strength.SHORT
    kinds = sum(
        any(test(char) for char in password)
        for test in (str.islower, str.isupper, str.isdigit, _is_other)
    )
    plain = password.casefold()
    if any(word in plain for word in _COMMON) or len(set(password)) < 5:
        return Strength.WEAK
    points = len(password) + 2 * kinds
    if points < 14:
        return Strength.WEAK
    return Strength.STRONG if points >= 20 else Strength.FAIR


def _is_other(char: str) -> bool:
    return not char.isascii() or not char.isalnum()
