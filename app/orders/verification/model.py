"""What verification says: findings with a reason and a remedy, and one verdict per order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.core.i18n import N_
from app.regions import Region


class Level(StrEnum):
    """How grave a finding is; the worst one is the order's verdict (DESIGN §3)."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    HOLD = "hold"
    BLOCK = "block"


LEVEL_NAMES: Final[Mapping[Level, str]] = {
    Level.PASS: N_("Passed"),
    Level.WARN: N_("Notice"),
    Level.HOLD: N_("Review"),
    Level.BLOCK: N_("Blocked"),
}
"""Message ids of the levels."""

RANK: Final = {Level.PASS: 0, Level.WARN: 1, Level.HOLD: 2, Level.BLOCK: 3}


class Action(StrEnum):
    """What one click does about a finding."""

    FIX_RECIPIENT = "fix_recipient"
    FIX_PHONE = "fix_phone"
    FIX_ADDRESS = "fix_address"
    APPLY_REGION = "apply_region"
    APPLY_ADDRESS = "apply_address"
    RELEASE = "release"
    MERGE = "merge"
    SPLIT = "split"
    ASK_CUSTOMER = "ask_customer"
    CONFIRM = "confirm"


class Wish(StrEnum):
    """What a message or remark asks for."""

    CARRIER = "carrier"
    GIFT = "gift"
    INVOICE = "invoice"
    DATE = "date"
    ADDRESS = "address"
    URGENT = "urgent"
    REFUND = "refund"
    OTHER = "other"


class PromiseState(StrEnum):
    """Where the dispatch promise stands."""

    OK = "ok"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do: a sentence, and the action behind a button with what it needs.

    `region` is a suggested province, city and district; `numbers` are the orders of a merge;
    `question` is a text to ask the customer with; `detail` a suggested street line.
    """

    text: str
    action: Action | None = None
    region: Region | None = None
    detail: str = ""
    numbers: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: rule id, level, reason in words (personal data masked), remedy."""

    rule: str
    level: Level
    reason: str
    remedy: Remedy
    wish: Wish | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one order, worst first. `released` tells that a person let the holds pass."""

    order_id: bytes
    number: str
    level: Level
    findings: tuple[Finding, ...] = ()
    promise_at: int | None = None
    promise: PromiseState | None = None
    released: bool = False

    @property
    def open(self) -> int:
        """How many findings want something done."""
        return sum(finding.level is not Level.PASS for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts of many orders, groups to merge and orders to split, by number."""

    verdicts: tuple[Verdict, ...] = ()
    merge: tuple[tuple[str, ...], ...] = ()
    split: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """The shop's settings as the rules need them; times in ms, money in fen (0 = off)."""

    now: int
    dispatch_ms: int = 48 * 3_600_000
    soon_ms: int = 12 * 3_600_000
    hold_on_message: bool = True
    hold_on_remark: bool = True
    surcharge: tuple[str, ...] = ()
    unserved: tuple[str, ...] = ()
    large_amount_fen: int = 500_000
    many_buyers: int = 4
    many_refunds: int = 3


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What other orders say about this one.

    `twins` are numbers of paid orders for the same receiver, this one included; `buyers` counts
    accounts with paid orders at this address; `refunds` the buyer's refunded orders in 90 days.
    `stock` is the known stock by SKU code.
    """

    twins: tuple[str, ...] = ()
    buyers: int = 1
    refunds: int = 0
    stock: dict[str, int] = field(default_factory=dict)
