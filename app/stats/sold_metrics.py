"""The metrics of sales: what is sold by the rule in force."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_
from app.stats.metric import ANCHORS, DOMAIN, Area, Good, Metric, Unit, count_of, part_of
from app.stats.model import Measure
from app.stats.sales_sample import Sold
from app.stats.sample import Sample


def _sold(sample: Sample) -> Sold:
    return sample.sales.sold


def _amount(sample: Sample) -> int:
    return sample.sales.sold.amount


def _buyers(sample: Sample) -> int:
    return sample.sales.sold.buyers


def _items(sample: Sample) -> int:
    return sample.sales.sold.items


def _silent(sample: Sample) -> Measure:
    sold = sample.sales.sold
    return Measure(sold.amount - sold.agents_amount, sold.orders - sold.agents_orders)


SOLD: Final = (
    Metric(
        "sales",
        N_("Sales"),
        N_(
            "Paid amount of the orders paid in the period, less refunds and postage where the shop "
            "says so; by JD's rule, amount of those ordered and not taken back"
        ),
        Unit.FEN,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        Area.SALES,
        lambda sample: Measure(_sold(sample).amount, _sold(sample).orders),
    ),
    Metric(
        "agent_sales",
        N_("Sales of agents"),
        N_("Sales credited to an agent by the rule in force"),
        Unit.FEN,
        Good.UP,
        ANCHORS,
        Area.SALES,
        lambda sample: Measure(_sold(sample).agents_amount, _sold(sample).agents_orders),
    ),
    Metric(
        "silent_sales",
        N_("Silent sales"),
        N_("Sales credited to nobody: no agent talked to the buyer in time"),
        Unit.FEN,
        Good.NEITHER,
        ANCHORS,
        Area.SALES,
        _silent,
    ),
    Metric(
        "net_sales",
        N_("Net sales"),
        N_("Amount of the orders sold − their refunds"),
        Unit.FEN,
        Good.UP,
        ANCHORS,
        Area.SALES,
        lambda sample: Measure(_sold(sample).net, _sold(sample).orders),
    ),
    Metric(
        "orders_sold",
        N_("Orders sold"),
        N_("Orders the sales come from"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: _sold(sample).orders),
    ),
    Metric(
        "buyers",
        N_("Buyers"),
        N_(
            "Different customers the sales come from; an order without a customer is one of its own"
        ),
        Unit.CUSTOMERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(_buyers),
    ),
    Metric(
        "items_sold",
        N_("Items sold"),
        N_("Items of the orders sold"),
        Unit.ITEMS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(_items),
    ),
    Metric(
        "sales_per_buyer",
        N_("Sales per buyer"),
        N_("Sales ÷ buyers"),
        Unit.FEN,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        Area.SALES,
        part_of(_amount, _buyers),
    ),
    Metric(
        "items_per_buyer",
        N_("Items per buyer"),
        N_("Items sold ÷ buyers"),
        Unit.RATIO,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        Area.SALES,
        part_of(_items, _buyers),
    ),
    Metric(
        "sales_per_item",
        N_("Sales per item"),
        N_("Sales ÷ items sold"),
        Unit.FEN,
        Good.NEITHER,
        ANCHORS,
        Area.SALES,
        part_of(_amount, _items),
    ),
)
