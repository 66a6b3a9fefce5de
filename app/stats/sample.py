"""What the metrics are worked out from: the facts of a period that belong to one row of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from app.stats.service_sample import ServiceSample
from app.stats.settings import Rules


class Asked(NamedTuple):
    """A judged turn: how long it waited for an answer (ms), or None and how long it waits."""

    customer: bytes
    day: int
    first: bool
    waited: int | None
    waiting: int

    def counts(self, limit_ms: int) -> bool:
        """Whether it is known if it was answered in time."""
        return self.waited is not None or self.waiting > limit_ms

    def in_time(self, limit_ms: int) -> bool:
        """Whether it was."""
        return self.waited is not None and self.waited <= limit_ms


class Received(NamedTuple):
    """A reception: its length (ms), and whether the customer needed no further session."""

    customer: bytes
    length: int
    settled: bool


class Session(NamedTuple):
    """A session: who began it and who took part."""

    by_agent: bool
    customer: bool
    robot: bool
    person: bool


class Inquiry(NamedTuple):
    """An inquiring customer: ordered and paid the same day, by the next day's end, in the end."""

    ordered: tuple[bool, bool, bool]
    paid: tuple[bool, bool, bool]


class Sale(NamedTuple):
    """An order, or what one product has of it; amounts in fen, times in Unix ms.

    `agent` gets the sale by the rule in force, the other two by the order's and the payment's time.
    `since` are the ms since the customer's order before, `place` counts the paid orders from 1.
    `signed_soon`: signed within 48 h of dispatch; None where that is not known (yet).
    """

    order: bytes
    buyer: bytes
    created_at: int
    paid_at: int | None
    shipped_at: int | None
    gross: int
    postage: int
    refund: int
    quantity: int
    agent: bytes | None
    order_agent: bytes | None
    pay_agent: bytes | None
    same_day_dispatch: bool = False
    signed_soon: bool | None = None
    since: int | None = None
    place: int = 0


@dataclass(slots=True)
class Sample:
    """The facts of one row. `sold` by the rule in force, `ordered` by order, `paid` by payment.

    `first_wrote` knows the customers served of whose messages a time is known.
    """

    rules: Rules
    wrote: set[bytes] = field(default_factory=set)
    served: set[bytes] = field(default_factory=set)
    first_wrote: dict[bytes, int] = field(default_factory=dict)
    answered: set[bytes] = field(default_factory=set)
    said: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    """By customer who is none of the filtered: their messages, and people's to them."""
    customer_messages: int = 0
    agent_messages: int = 0
    agent_chars: int = 0
    robot_messages: int = 0
    automatic_messages: int = 0
    asked: list[Asked] = field(default_factory=list)
    robot_waits: list[int] = field(default_factory=list)
    receptions: list[Received] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    busiest: int = 0
    begun: list[tuple[bytes, int]] = field(default_factory=list)
    """Sessions an agent began: with whom and when (Unix ms)."""
    reminded: dict[bytes, bool] = field(default_factory=dict)
    """Orders unpaid when an agent began such a session, and whether they were paid after it."""
    inquiries: list[Inquiry] = field(default_factory=list)
    sold: list[Sale] = field(default_factory=list)
    ordered: list[Sale] = field(default_factory=list)
    paid: list[Sale] = field(default_factory=list)
    known_buyers: int = 0
    quality: list[Fraction] = field(default_factory=list)
    service: ServiceSample = field(default_factory=ServiceSample)

    def amount(self, sale: Sale) -> int:
        """What a sale comes to with the shop's deductions, fen."""
        amount = sale.gross
        if self.rules.deduct_refunds:
            amount -= sale.refund
        return amount - sale.postage if self.rules.deduct_postage else amount
