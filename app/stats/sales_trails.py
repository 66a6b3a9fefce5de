"""The orders behind the metrics of sales."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.stats.behind import Fact, FactReader, Trail
from app.stats.ledger import Kind, Sale
from app.stats.settings import DAY_MS

Value = Callable[[FactReader, Sale], float | None]


def _amount(reader: FactReader, sale: Sale) -> float:
    amount = sale.gross
    if reader.rules.deduct_refunds:
        amount -= sale.refund
    return amount - sale.postage if reader.rules.deduct_postage else amount


def _gross(_reader: FactReader, sale: Sale) -> float:
    return sale.gross


def _items(_reader: FactReader, sale: Sale) -> float:
    return sale.quantity


def _refund(_reader: FactReader, sale: Sale) -> float:
    return sale.refund


def _days(_reader: FactReader, sale: Sale) -> float | None:
    return None if sale.since is None else sale.since / DAY_MS


def _sales(
    kind: Kind,
    keep: Callable[[Sale], bool] = lambda _sale: True,
    value: Value = _gross,
    part: Callable[[FactReader, Sale], bool] | None = None,
) -> Trail:
    def find(reader: FactReader) -> list[Fact]:
        return [
            Fact(
                sale.created_at if kind is Kind.ORDERED else sale.paid_at or sale.created_at,
                None if sale.buyer == sale.order else sale.buyer,
                sale.owner,
                "",
                order=sale.order,
                value=value(reader, sale),
                counts=part(reader, sale) if part else True,
            )
            for sale in reader.sales(kind)
            if keep(sale)
        ]

    return find


def _landed(sale: Sale) -> bool:
    return sale.order_agent is not None


def _paid_landed(sale: Sale) -> bool:
    return sale.pay_agent is not None


def _quick(reader: FactReader, sale: Sale) -> bool:
    return sale.paid_at is not None and sale.paid_at - sale.created_at <= reader.rules.instant_ms


def _repeats(reader: FactReader) -> list[Fact]:
    found = _sales(Kind.PAID)(reader)
    orders = Counter(fact.customer or fact.order for fact in found)
    return [replace(f, counts=orders[f.customer or f.order] >= 2) for f in found]


def _net(_reader: FactReader, sale: Sale) -> float:
    return sale.gross - sale.refund


SALES_TRAILS: Final[dict[str, Trail]] = {
    "sales": _sales(Kind.SOLD, value=_amount),
    "agent_sales": _sales(Kind.SOLD, lambda sale: sale.owner is not None, _amount),
    "silent_sales": _sales(Kind.SOLD, lambda sale: sale.owner is None, _amount),
    "net_sales": _sales(Kind.SOLD, value=_net),
    "orders_sold": _sales(Kind.SOLD, value=_amount),
    "buyers": _sales(Kind.SOLD, value=_amount),
    "items_sold": _sales(Kind.SOLD, value=_items),
    "sales_per_buyer": _sales(Kind.SOLD, value=_amount),
    "items_per_buyer": _sales(Kind.SOLD, value=_items),
    "sales_per_item": _sales(Kind.SOLD, value=_amount),
    "orders_made": _sales(Kind.ORDERED),
    "orders_landed": _sales(Kind.ORDERED, _landed),
    "lost_payments": _sales(Kind.ORDERED, lambda sale: _landed(sale) and sale.paid_at is None),
    "payment_rate": _sales(Kind.ORDERED, part=lambda _reader, sale: sale.paid_at is not None),
    "payments_landed": _sales(Kind.PAID, _paid_landed),
    "payments_own": _sales(Kind.PAID, lambda s: _paid_landed(s) and s.order_agent == s.pay_agent),
    "payments_others": _sales(
        Kind.PAID, lambda s: _paid_landed(s) and s.order_agent not in {None, s.pay_agent}
    ),
    "payments_silent": _sales(Kind.PAID, lambda s: _paid_landed(s) and s.order_agent is None),
    "wholly_silent": _sales(Kind.PAID, lambda s: s.pay_agent is None and s.order_agent is None),
    "paid_at_once": _sales(Kind.PAID, part=_quick),
    "dispatched_same_day": _sales(Kind.PAID, part=lambda _reader, sale: sale.same_day),
    "signed_48h": _sales(
        Kind.PAID,
        lambda sale: sale.signed_soon is not None,
        part=lambda _reader, sale: bool(sale.signed_soon),
    ),
    "refund_rate": _sales(Kind.PAID, value=_refund, part=lambda _reader, sale: sale.refund > 0),
    "refunds": _sales(Kind.PAID, lambda sale: sale.refund > 0, _refund),
    "repeat_rate": _repeats,
    "old_buyers": _sales(Kind.PAID, part=lambda _reader, sale: sale.place > 1),
    "second_purchase": _sales(Kind.PAID, lambda s: s.since is not None and s.place == 2, _days),
    "repurchase_cycle": _sales(Kind.PAID, lambda sale: sale.since is not None, _days),
    "active_customers": _sales(Kind.PAID, lambda sale: sale.place > 0),
}
"""By the key of the metric."""
