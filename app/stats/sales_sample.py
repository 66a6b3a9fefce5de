"""What the numbers of sales are worked out from: sums over the orders of one row of a table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from app.stats.service_sample import OrderCases


@dataclass(slots=True)
class Sold:
    """Orders that are sales by the rule in force; amounts in fen, with the shop's deductions.

    `net` is what is left after refunds, whatever the shop deducts.
    """

    orders: int = 0
    buyers: int = 0
    items: int = 0
    amount: int = 0
    net: int = 0
    agents_orders: int = 0
    agents_amount: int = 0


@dataclass(slots=True)
class Ordered:
    """Orders made; `landed` those credited to an agent by their time, `lost` of these the unpaid."""

    orders: int = 0
    landed: int = 0
    lost: int = 0
    paid: int = 0


@dataclass(slots=True)
class Paid:
    """Orders paid. Of those credited by the payment's time (`landed`) the order itself was credited
    to the same agent (`own`), to another (`others`) or to nobody (`silent`).

    Of `sent` it is known whether they were signed for soon.
    """

    orders: int = 0
    landed: int = 0
    own: int = 0
    others: int = 0
    silent: int = 0
    wholly_silent: int = 0
    at_once: int = 0
    same_day: int = 0
    sent: int = 0
    signed_soon: int = 0
    refunded: int = 0
    refund: int = 0


@dataclass(slots=True)
class Buyers:
    """Who paid in the period: how many orders, and whether it was their first ever (`new`).

    `known` are those who are customers; times since the payment before are in ms, `second` those of
    second orders.
    """

    orders: dict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    new: set[bytes] = field(default_factory=set)
    known: set[bytes] = field(default_factory=set)
    since: list[int] = field(default_factory=list)
    second: list[int] = field(default_factory=list)

    def take(self, buyer: bytes, place: int, since: int | None) -> None:
        """Take an order, by its place among its buyer's (0: nobody's)."""
        self.orders[buyer] += 1
        if place:
            self.known.add(buyer)
        if place <= 1:
            self.new.add(buyer)
        if since is not None:
            self.since.append(since)
            if place == 2:
                self.second.append(since)


@dataclass(slots=True)
class SalesSample:
    """The orders of one row."""

    sold: Sold = field(default_factory=Sold)
    ordered: Ordered = field(default_factory=Ordered)
    paid: Paid = field(default_factory=Paid)
    buyers: Buyers = field(default_factory=Buyers)
    cases: dict[bytes, OrderCases] = field(default_factory=dict)
    """What after-sales records say of the orders paid, whenever they were made."""
    known_buyers: int = 0
    """Customers who ever paid until the period's end."""
