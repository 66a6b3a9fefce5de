"""The metrics of buyers: who comes back, and after how long."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_
from app.stats.metric import DOMAIN, Area, Good, Metric, Unit, part_of
from app.stats.model import spread
from app.stats.sample import Sample
from app.stats.settings import DAY_MS


def _buyers(sample: Sample) -> int:
    return len(sample.sales.buyers.orders)


def _repeaters(sample: Sample) -> int:
    return sum(orders >= 2 for orders in sample.sales.buyers.orders.values())


def _old(sample: Sample) -> int:
    return len(sample.sales.buyers.orders.keys() - sample.sales.buyers.new)


BUYERS: Final = (
    Metric(
        "repeat_rate",
        N_("Repeat purchase rate"),
        N_("Customers with at least 2 orders paid in the period ÷ customers with one"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        part_of(_repeaters, _buyers),
    ),
    Metric(
        "old_buyers",
        N_("Share of returning buyers"),
        N_("Customers with payments in the period, none of them their first ever ÷ all with one"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        part_of(_old, _buyers),
    ),
    Metric(
        "second_purchase",
        N_("Days to the second order"),
        N_("Mean over customers' second payments in the period: days since their first"),
        Unit.DAYS,
        Good.DOWN,
        DOMAIN,
        Area.SALES,
        lambda sample: spread(sample.sales.buyers.second, DAY_MS),
    ),
    Metric(
        "repurchase_cycle",
        N_("Repurchase cycle"),
        N_("Mean over payments in the period that are not the first: days since the one before"),
        Unit.DAYS,
        Good.DOWN,
        DOMAIN,
        Area.SALES,
        lambda sample: spread(sample.sales.buyers.since, DAY_MS),
    ),
    Metric(
        "active_customers",
        N_("Share of active customers"),
        N_("Customers with a payment in the period ÷ customers who ever paid until its end"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        part_of(lambda s: len(s.sales.buyers.known), lambda s: s.sales.known_buyers),
    ),
)
