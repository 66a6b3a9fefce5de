"""Check digits of tracking numbers, by the names the collection of number formats gives them.

Each function takes the digits (and letters) before the check digit, the check digit itself and the
format's constants, and says whether they agree. Formulas: resources/carriers/couriers, from
github.com/jkeen/tracking_number_data, CHECKSUM_ALGORITHMS.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

__all__ = ["agrees"]

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Rules = Mapping[str, Any]


def _digit(character: str) -> int:
    """Digits count as they are; letters by their place in ASCII, as UPS and others count them."""
    return int(character) if character.isdigit() else (ord(character) - 3) % 10


def _mod10(serial: str, check: str, rules: Rules) -> bool:
    odds, evens = int(rules.get("odds_multiplier", 1)), int(rules.get("evens_multiplier", 1))
    characters = reversed(serial) if rules.get("reverse") else serial
    total = sum(
        _digit(character) * (odds if index % 2 else evens)
        for index, character in enumerate(characters)
    )
    return -total % 10 == int(check)


def _mod7(serial: str, check: str, _rules: Rules) -> bool:
    return int(serial) % 7 == int(check)


def _s10(serial: str, check: str, rules: Rules) -> bool:
    weights = rules.get("weightings", (8, 6, 4, 2, 3, 5, 9, 7))
    total = sum(int(digit) * weight for digit, weight in zip(serial, weights, strict=False))
    expected = 11 - total % 11
    return bool({10: 0, 11: 5}.get(expected, expected) == int(check))


def _weighted(serial: str, check: str, rules: Rules) -> bool:
    total = sum(
        int(digit) * weight for digit, weight in zip(serial, rules["weightings"], strict=False)
    )
    return bool(total % rules["modulo1"] % rules["modulo2"] == int(check))


def _luhn(serial: str, check: str, _rules: Rules) -> bool:
    total = 0
    for index, digit in enumerate(reversed(serial)):
        doubled = int(digit) * 2 if index % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10 == int(check)


def _mod_37_36(serial: str, check: str, _rules: Rules) -> bool:
    """ISO 7064 MOD 37,36, as on DPD's labels."""
    carry = 36
    for character in serial:
        carry = (carry + _ALPHABET.index(character)) % 36 or 36
        carry = carry * 2 % 37
    return _ALPHABET[(37 - carry) % 36] == check


_ALGORITHMS: Final[dict[str, Callable[[str, str, Rules], bool]]] = {
    "mod10": _mod10,
    "mod7": _mod7,
    "s10": _s10,
    "sum_product_with_weightings_and_modulo": _weighted,
    "luhn": _luhn,
    "mod_37_36": _mod_37_36,
}


def agrees(algorithm: str, serial: str, check: str, rules: Rules) -> bool:
    """Whether `check` is the check digit of `serial`. KeyError for an unknown algorithm."""
    return _ALGORITHMS[algorithm](serial, check, rules)
