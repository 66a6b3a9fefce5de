"""The paid orders of each customer, as the facts behind the numbers know them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

_PAID: Final = (
    "SELECT customer_id, paid_at, paid_fen, order_id FROM stats_orders "
    "WHERE customer_id IS NOT NULL AND paid_at IS NOT NULL AND paid_at < ? "
    "ORDER BY customer_id, paid_at, order_id"
)
_ITEMS: Final = (
    "SELECT i.product, o.customer_id, o.paid_at FROM stats_items i "
    "JOIN stats_orders o ON o.order_id = i.order_id "
    "WHERE o.customer_id IS NOT NULL AND o.paid_at IS NOT NULL AND o.paid_at < ?"
)
_CATEGORIES: Final = "SELECT title, category FROM products WHERE category <> '' AND _del = 0"


class Purchase(NamedTuple):
    """A paid order: when (Unix ms) and for how much (fen)."""

    at: int
    amount: int


History = dict[bytes, list[Purchase]]
"""Each customer's paid orders, oldest first."""


def read_history(run: Any, until: int) -> History:
    """Everything paid before a moment."""
    rows = run.execute(_PAID, (until,))
    return {
        customer: [Purchase(at, amount) for _customer, at, amount, _order in mine]
        for customer, mine in groupby(rows, key=itemgetter(0))
    }


def read_by_product(run: Any, until: int) -> dict[str, dict[bytes, list[int]]]:
    """When each customer paid for a product; several lines of one order are one time."""
    return _gathered(run.execute(_ITEMS, (until,)))


def read_by_category(run: Any, until: int) -> dict[str, dict[bytes, list[int]]]:
    """The same by category, of products whose category is known."""
    categories = dict(run.execute(_CATEGORIES).fetchall())
    rows = run.execute(_ITEMS, (until,))
    return _gathered((categories[row[0]], *row[1:]) for row in rows if row[0] in categories)


def _gathered(rows: Iterable[tuple[Any, ...]]) -> dict[str, dict[bytes, list[int]]]:
    found: dict[str, dict[bytes, set[int]]] = {}
    for name, customer, at in rows:
        found.setdefault(name, {}).setdefault(customer, set()).add(at)
    return {
        name: {customer: sorted(times) for customer, times in buyers.items()}
        for name, buyers in found.items()
    }
