"""What the numbers of after-sales and satisfaction are worked out from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple


class Case(NamedTuple):
    """An after-sales record of the period; times in Unix ms, amounts in fen."""

    kind: str
    state: str
    grade: str
    amount: int
    freight: int
    requested_at: int
    done_at: int | None


class Rated(NamedTuple):
    """An invitation, and what the customer answered; `level` None where nothing."""

    customer: bytes
    level: int | None


@dataclass(slots=True)
class OrderCases:
    """What an order's records come to: refunded fen by group of reasons and by party."""

    groups: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    parties: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    disputed: bool = False


@dataclass(slots=True)
class ServiceSample:
    """The facts of one row."""

    asked: list[Case] = field(default_factory=list)
    """Requested in the period."""
    done: list[Case] = field(default_factory=list)
    """Done in the period."""
    invited: list[Rated] = field(default_factory=list)
    """Invited in the period."""
    rated: list[Rated] = field(default_factory=list)
    """Answered in the period."""
