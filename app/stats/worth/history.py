"""The paid orders of each customer, as the facts behind the numbers know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_PAID: Final = (
    "SELECT order_id, customer_id, paid_at, paid_fen FROM stats_orders "
    "WHERE customer_id IS NOT NULL AND paid_at < ? ORDER BY paid_at"
)
_ITEMS: Final = "SELECT order_id, product FROM stats_items"
_CATEGORIES: Final = "SELECT title, category FROM products WHERE category <> '' AND _del = 0"

Paid = tuple[bytes, bytes, int, int]
"""An order that was paid, by whom, when (Unix ms) and for how much (fen)."""

Times = dict[bytes, list[int]]
"""When each customer paid, oldest first (Unix ms)."""


@dataclass(slots=True)
class Purchases:
    """A customer's paid orders, oldest first: when (Unix ms), and for how much (fen)."""

    times: list[int] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)


History = dict[bytes, Purchases]
"""Each customer's paid orders."""


def read_paid(run: Any, until: int) -> list[Paid]:
    """Everything customers paid before a moment, oldest first."""
    rows: list[Paid] = run.execute(_PAID, (until,)).fetchall()
    return rows


def history_of(paid: Iterable[Paid]) -> History:
    """The orders by customer."""
    found: History = defaultdict(Purchases)
    for _order, customer, at, amount in paid:
        mine = found[customer]
        mine.times.append(at)
        mine.amounts.append(amount)
    return dict(found)


def read_by_product(run: Any, paid: Iterable[Paid]) -> dict[str, Times]:
    """When each customer paid for a product; several lines of one order are one time."""
    known = {row[0]: row for row in paid}
    found: dict[str, Times] = defaultdict(lambda: defaultdict(list))
    for order, product in run.execute(_ITEMS):
        if (row := known.get(order)) is not None:
            found[product][row[1]].append(row[2])
    return {product: _in_order(buyers) for product, buyers in found.items()}


def read_by_category(run: Any, products: Mapping[str, Times]) -> dict[str, Times]:
    """The same by category, of products whose category is known."""
    found: dict[str, Times] = defaultdict(lambda: defaultdict(list))
    for product, category in run.execute(_CATEGORIES):
        buyers = found[category]
        for customer, times in products.get(product, {}).items():
            buyers[customer] += times
    return {category: _in_order(buyers) for category, buyers in found.items() if buyers}


def _in_order(buyers: Times) -> Times:
    return {
        customer: sorted(set(times)) if len(times) > 1 else times
        for customer, times in buyers.items()
    }
