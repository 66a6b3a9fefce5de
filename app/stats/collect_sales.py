"""Adds the orders of a period up, in the database, row by row of the table that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from app.stats.ledger import Kind, Ledger
from app.stats.model import By, Query
from app.stats.sales_sample import Ordered, Paid, SalesSample, Sold
from app.stats.service_sample import OrderCases
from app.stats.settings import Rules
from db.models import AfterSaleKind, AfterSaleState

if TYPE_CHECKING:
    from app.stats.collect import Collector

_SOLD: Final = """
SELECT key, count(*), count(DISTINCT buyer), sum(quantity), sum({amount}), sum(gross - refund),
  count(owner), coalesce(sum({amount}) FILTER (WHERE owner IS NOT NULL), 0)
FROM ({sold}) GROUP BY key
"""
_ORDERED: Final = """
SELECT key, count(*), count(owner), count(*) FILTER (WHERE owner IS NOT NULL AND paid_at IS NULL),
  count(paid_at)
FROM ({ordered}) GROUP BY key
"""
_PAID: Final = """
SELECT key, count(*), count(owner), count(*) FILTER (WHERE owner = order_agent),
  count(*) FILTER (WHERE owner <> order_agent),
  count(*) FILTER (WHERE owner IS NOT NULL AND order_agent IS NULL),
  count(*) FILTER (WHERE owner IS NULL AND order_agent IS NULL),
  count(*) FILTER (WHERE paid_at - created_at <= {instant_ms}), count(*) FILTER (WHERE same_day),
  count(signed), count(*) FILTER (WHERE signed),
  count(*) FILTER (WHERE refund > 0), coalesce(sum(refund) FILTER (WHERE refund > 0), 0)
FROM ({paid}) GROUP BY key
"""
_BUYERS: Final = "SELECT key, buyer, place, since_ms FROM ({paid})"
_CASES: Final = """
SELECT s.key, c.order_id, c.kind, c.state, c.reason_group, c.responsibility, c.amount_fen,
  c.disputed
FROM ({paid}) s JOIN stats_after_sales c ON c.order_id = s.order_id {about}
"""
_ABOUT_PRODUCT: Final = "AND c.product = s.key AND c.product <> ''"
_EVER_BOUGHT: Final = "SELECT count(*) FROM stats_orders WHERE place = 1 AND paid_at < ?"
_GIVES_BACK: Final = frozenset({AfterSaleKind.REFUND, AfterSaleKind.RETURN_REFUND})


class SalesCollector:
    """Adds the sums to the samples of a `Collector`."""

    def __init__(self, run: Any, within: Collector) -> None:
        self._run, self._within = run, within
        self._rules, self._query = within.rules, within.query

    def collect(self) -> None:
        """Add up the whole, then its rows: different buyers of rows are no sum of the whole."""
        self._add(replace(self._query, by=None))
        if self._query.by is not None:
            self._add(self._query)

    def known_buyers(self) -> int:
        """Customers who ever paid until the period's end."""
        return int(self._run.execute(_EVER_BOUGHT, (self._query.end,)).fetchone()[0])

    def _add(self, query: Query) -> None:
        ledger = Ledger(self._run, query, self._rules, self._within.clock)
        relations = {kind.value: ledger.relation(kind) for kind in Kind}
        words = {"instant_ms": self._rules.instant_ms, **relations}

        def sample(key: Any) -> SalesSample:
            return (self._within.total if query.by is None else self._within.group(key)).sales

        for key, sold in read_sold(ledger):
            sample(key).sold = sold
        for key, *sums in ledger.read(_ORDERED.format(**words)):
            sample(key).ordered = Ordered(*sums)
        for key, *sums in ledger.read(_PAID.format(**words)):
            sample(key).paid = Paid(*sums)
        for key, buyer, place, since in ledger.read(_BUYERS.format(**words)):
            sample(key).buyers.take(buyer, place, since)
        about = _ABOUT_PRODUCT if query.by is By.PRODUCT else ""
        for key, order, *case in ledger.read(_CASES.format(**words, about=about)):
            _note(sample(key).cases.setdefault(order, OrderCases()), *case)


def read_sold(ledger: Ledger) -> Iterator[tuple[Any, Sold]]:
    """What each row sold, by the rules of the ledger."""
    words = {"sold": ledger.relation(Kind.SOLD), "amount": _amount(ledger.rules)}
    for key, *sums in ledger.read(_SOLD.format(**words)):
        yield key, Sold(*sums)


def _amount(rules: Rules) -> str:
    """What a sale comes to with the shop's deductions."""
    less = " - refund" if rules.deduct_refunds else ""
    return f"gross{less} - postage" if rules.deduct_postage else f"gross{less}"


def _note(
    sums: OrderCases, kind: str, state: str, group: str, party: str, amount: int, disputed: int
) -> None:
    sums.disputed = sums.disputed or bool(disputed)
    if kind in _GIVES_BACK and state == AfterSaleState.DONE:
        sums.groups[group] += amount
        sums.parties[party] += amount
