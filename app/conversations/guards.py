"""What holds a reply back: a hole where a variable was, or another customer's data.

Pure rules over what `Facts` says; where the facts come from is `guard_facts`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class GuardRule(StrEnum):
    """Why a reply was held back."""

    VARIABLE = "variable"
    HOLE = "hole"
    NAME = "name"
    PHONE = "phone"
    ORDER = "order"
    ADDRESS = "address"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a reply that should not go out.

    `found` is the offending piece of the text, `owner` whose it is. One that is `final` cannot
    be sent anyway, the others can after a second look.
    """

    rule: GuardRule
    found: str
    owner: str = ""

    @property
    def final(self) -> bool:
        """Whether the text must be changed before it may go out."""
        return self.rule is GuardRule.VARIABLE


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What identifies one customer: `label` is how the agent knows them; amounts in fen."""

    label: str
    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    amounts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """The customer at hand and the ones the agent has been talking to lately."""

    own: PersonFacts
    others: tuple[PersonFacts, ...] = ()
    prices: frozenset[int] = field(default_factory=frozenset)


_VARIABLE: Final = re.compile(r"[{｛][^{}｛｝\n]{0,40}[}｝]")
_HOLE: Final = re.compile(
    r"[：:][ \t]*[，,。；;、]"  # a label whose value is missing: 单号：，
    r"|[，,、][ \t]*[，,、]"  # two commas with nothing between them
    r"|【[ \t]*】|「[ \t]*」|《[ \t]*》|“[ \t]*”|（[ \t]*）"
    r"|\b(?:None|null|undefined|nan)\b"
)
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d(?:[- ]?\d{4}){2})(?!\d)")
_NUMBER: Final = re.compile(r"(?<![\w-])(?:[A-Za-z0-9]+-)*[A-Za-z0-9]{8,28}(?![\w-])", re.ASCII)
_AMOUNT: Final = re.compile(r"[¥￥]\s?(\d{1,7}(?:\.\d{1,2})?)|(\d{1,7}(?:\.\d{1,2})?)\s?(?:元|块)")
_SMALL_CHANGE: Final = 2000
_TITLED: Final = re.compile(r"([\u4e00-\u9fff])(?:先生|女士|小姐|太太|老师|阿姨|总)")
_SHORT_ADDRESS: Final = 6


def phones_in(text: str) -> list[str]:
    """Mobile numbers in the text, bare eleven digits each."""
    return [re.sub(r"\D", "", found.group(1)) for found in _PHONE.finditer(text)]


def numbers_in(text: str) -> list[str]:
    """What could be order numbers: at least 8 characters with a majority of digits."""
    found = (match.group() for match in _NUMBER.finditer(text))
    return [number for number in found if sum(c.isdigit() for c in number) * 2 > len(number)]


def amounts_in(text: str) -> list[tuple[str, int]]:
    """Amounts of money as they stand in the text, and in fen."""
    return [
        (match.group(), round(float(match.group(1) or match.group(2)) * 100))
        for match in _AMOUNT.finditer(text)
    ]


def holes(text: str) -> list[Finding]:
    """Variables left unfilled, and the gaps that empty ones leave behind."""
    variables = [Finding(GuardRule.VARIABLE, m.group()) for m in _VARIABLE.finditer(text)]
    return variables + [Finding(GuardRule.HOLE, m.group()) for m in _HOLE.finditer(text)]


def check(text: str, facts: Facts) -> list[Finding]:
    """Everything that holds the text back, holes first; each piece is named once."""
    found = holes(text)
    for person in facts.others:
        found += _names(text, facts.own, person)
        found += _numbers(text, facts.own, person)
        found += _addresses(text, facts.own, person)
        found += _amounts(text, facts, person)
    return list({finding.found: finding for finding in reversed(found)}.values())[::-1]


def _names(text: str, own: PersonFacts, other: PersonFacts) -> Iterable[Finding]:
    for name in other.names - own.names:
        if len(name) > 1 and name in text and not any(name in mine for mine in own.names):
            yield Finding(GuardRule.NAME, name, other.label)
    surnames = {name[0] for name in other.names if name} - {n[0] for n in own.names if n}
    for titled in _TITLED.finditer(text):
        if titled.group(1) in surnames:
            yield Finding(GuardRule.NAME, titled.group(), other.label)


def _numbers(text: str, own: PersonFacts, other: PersonFacts) -> Iterable[Finding]:
    for phone in phones_in(text):
        if phone in other.phones and phone not in own.phones:
            yield Finding(GuardRule.PHONE, phone, other.label)
    for number in numbers_in(text):
        if number in other.orders and number not in own.orders:
            yield Finding(GuardRule.ORDER, number, other.label)


def _addresses(text: str, own: PersonFacts, other: PersonFacts) -> Iterable[Finding]:
    for address in other.addresses - own.addresses:
        if len(address) >= _SHORT_ADDRESS and address in text:
            yield Finding(GuardRule.ADDRESS, address, other.label)


def _amounts(text: str, facts: Facts, other: PersonFacts) -> Iterable[Finding]:
    """Round small sums are prices and coupons; odd ones that only another owes are theirs."""
    for shown, fen in amounts_in(text):
        known = fen in facts.own.amounts or fen in facts.prices
        if fen in other.amounts and not known and fen >= _SMALL_CHANGE and fen % 1000:
            yield Finding(GuardRule.AMOUNT, shown, other.label)
