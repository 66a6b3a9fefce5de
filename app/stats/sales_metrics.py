"""The metrics of orders, payments and sales."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Final

from app.core.i18n import N_
from app.stats.metric import ANCHORS, DOMAIN, Area, Good, Metric, Unit, Work, count_of
from app.stats.model import Measure, share, spread
from app.stats.sample import Sale, Sample
from app.stats.settings import DAY_MS


def _buyers(sales: Iterable[Sale]) -> int:
    return len({sale.buyer for sale in sales})


def _orders(sales: Iterable[Sale]) -> int:
    return len({sale.order for sale in sales})


def _sum(sample: Sample, sales: Collection[Sale]) -> Measure:
    return Measure(sum(sample.amount(s) for s in sales), _orders(sales))


def _of_agents(sales: Iterable[Sale]) -> list[Sale]:
    return [sale for sale in sales if sale.agent is not None]


def _silent(sales: Iterable[Sale]) -> list[Sale]:
    return [sale for sale in sales if sale.agent is None]


def _net(sample: Sample) -> Measure:
    return Measure(sum(s.gross - s.refund for s in sample.sold), _orders(sample.sold))


def _per_buyer(sample: Sample) -> Measure:
    return share(sum(sample.amount(s) for s in sample.sold), _buyers(sample.sold))


def _per_item(sample: Sample) -> Measure:
    return share(sum(sample.amount(s) for s in sample.sold), sum(s.quantity for s in sample.sold))


def _items_per_buyer(sample: Sample) -> Measure:
    return share(sum(s.quantity for s in sample.sold), _buyers(sample.sold))


def _refunded(sample: Sample) -> Measure:
    return share(_orders(s for s in sample.paid if s.refund > 0), _orders(sample.paid))


def _refund_amount(sample: Sample) -> Measure:
    refunded = [s for s in sample.paid if s.refund > 0]
    return Measure(sum(s.refund for s in refunded), _orders(refunded))


def _at_once(sample: Sample) -> Measure:
    quick = (
        s
        for s in sample.paid
        if s.paid_at is not None and s.paid_at - s.created_at <= sample.rules.instant_ms
    )
    return share(_orders(quick), _orders(sample.paid))


def _same_day(sample: Sample) -> Measure:
    return share(_orders(s for s in sample.paid if s.same_day_dispatch), _orders(sample.paid))


def _signed_soon(sample: Sample) -> Measure:
    known = [s for s in sample.paid if s.signed_soon is not None]
    return share(_orders(s for s in known if s.signed_soon), _orders(known))


def _paid_of_ordered(sample: Sample) -> Measure:
    paid = _orders(s for s in sample.ordered if s.paid_at is not None)
    return share(paid, _orders(sample.ordered))


def _followed(keep: Callable[[Sale], bool]) -> Work:
    return count_of(lambda sample: _orders(s for s in sample.paid if keep(s)))


def _own(sale: Sale) -> bool:
    return sale.pay_agent is not None and sale.order_agent == sale.pay_agent


def _others(sale: Sale) -> bool:
    return sale.pay_agent is not None and sale.order_agent not in {None, sale.pay_agent}


def _without_order_talk(sale: Sale) -> bool:
    return sale.pay_agent is not None and sale.order_agent is None


def _wholly_silent(sale: Sale) -> bool:
    return sale.pay_agent is None and sale.order_agent is None


def _repeaters(sample: Sample) -> Measure:
    orders = Counter(buyer for buyer, _ in {(s.buyer, s.order) for s in sample.paid})
    return share(sum(count >= 2 for count in orders.values()), len(orders))


def _old_buyers(sample: Sample) -> Measure:
    old = {s.buyer for s in sample.paid} - {s.buyer for s in sample.paid if s.place <= 1}
    return share(len(old), _buyers(sample.paid))


def _cycle(sample: Sample, *, second: bool) -> Measure:
    since = {
        s.order: s.since
        for s in sample.paid
        if s.since is not None and (s.place == 2 or not second)
    }
    return spread(list(since.values()), DAY_MS)


def _active(sample: Sample) -> Measure:
    known = {s.buyer for s in sample.paid if s.place}
    return share(len(known), sample.known_buyers)


SALES: Final = (
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
        lambda sample: _sum(sample, sample.sold),
    ),
    Metric(
        "agent_sales",
        N_("Sales of agents"),
        N_("Sales credited to an agent by the rule in force"),
        Unit.FEN,
        Good.UP,
        ANCHORS,
        Area.SALES,
        lambda sample: _sum(sample, _of_agents(sample.sold)),
    ),
    Metric(
        "silent_sales",
        N_("Silent sales"),
        N_("Sales credited to nobody: no agent talked to the buyer in time"),
        Unit.FEN,
        Good.NEITHER,
        ANCHORS,
        Area.SALES,
        lambda sample: _sum(sample, _silent(sample.sold)),
    ),
    Metric(
        "net_sales",
        N_("Net sales"),
        N_("Amount of the orders sold − their refunds"),
        Unit.FEN,
        Good.UP,
        ANCHORS,
        Area.SALES,
        _net,
    ),
    Metric(
        "orders_sold",
        N_("Orders sold"),
        N_("Orders the sales come from"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: _orders(sample.sold)),
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
        count_of(lambda sample: _buyers(sample.sold)),
    ),
    Metric(
        "items_sold",
        N_("Items sold"),
        N_("Items of the orders sold"),
        Unit.ITEMS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: sum(s.quantity for s in sample.sold)),
    ),
    Metric(
        "sales_per_buyer",
        N_("Sales per buyer"),
        N_("Sales ÷ buyers"),
        Unit.FEN,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        Area.SALES,
        _per_buyer,
    ),
    Metric(
        "items_per_buyer",
        N_("Items per buyer"),
        N_("Items sold ÷ buyers"),
        Unit.RATIO,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        Area.SALES,
        _items_per_buyer,
    ),
    Metric(
        "sales_per_item",
        N_("Sales per item"),
        N_("Sales ÷ items sold"),
        Unit.FEN,
        Good.NEITHER,
        ANCHORS,
        Area.SALES,
        _per_item,
    ),
    Metric(
        "orders_made",
        N_("Orders made"),
        N_("Orders created in the period; of an agent, those credited at order time"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: _orders(sample.ordered)),
    ),
    Metric(
        "orders_landed",
        N_("Orders landed"),
        N_("Orders created in the period and credited to an agent at order time"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(lambda s: _orders(o for o in s.ordered if o.order_agent is not None)),
    ),
    Metric(
        "lost_payments",
        N_("Payments lost"),
        N_("Orders landed that are not paid"),
        Unit.ORDERS,
        Good.DOWN,
        ANCHORS,
        Area.SALES,
        count_of(
            lambda s: _orders(
                o for o in s.ordered if o.order_agent is not None and o.paid_at is None
            )
        ),
    ),
    Metric(
        "payment_rate",
        N_("Payment rate"),
        N_("Orders made that are paid ÷ orders made"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.SALES,
        _paid_of_ordered,
    ),
    Metric(
        "payments_landed",
        N_("Payments landed"),
        N_("Orders paid in the period and credited to an agent at payment time"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        _followed(lambda sale: sale.pay_agent is not None),
    ),
    Metric(
        "payments_own",
        N_("Payments of own orders"),
        N_("Payments landed whose order is credited to the same agent"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        _followed(_own),
    ),
    Metric(
        "payments_others",
        N_("Payments of others' orders"),
        N_("Payments landed whose order is credited to another agent"),
        Unit.ORDERS,
        Good.NEITHER,
        ANCHORS,
        Area.SALES,
        _followed(_others),
    ),
    Metric(
        "payments_silent",
        N_("Payments of silent orders"),
        N_("Payments landed whose order is credited to nobody"),
        Unit.ORDERS,
        Good.NEITHER,
        ANCHORS,
        Area.SALES,
        _followed(_without_order_talk),
    ),
    Metric(
        "wholly_silent",
        N_("Wholly silent orders"),
        N_("Orders paid in the period with no talk before the order nor before the payment"),
        Unit.ORDERS,
        Good.NEITHER,
        ANCHORS,
        Area.SALES,
        _followed(_wholly_silent),
    ),
    Metric(
        "paid_at_once",
        N_("Paid at once"),
        N_("Orders paid within 10 min of being made (setting) ÷ orders paid in the period"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        _at_once,
    ),
    Metric(
        "dispatched_same_day",
        N_("Dispatched the same day"),
        N_("Orders shipped on the day of payment ÷ orders paid in the period"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        _same_day,
    ),
    Metric(
        "signed_48h",
        N_("Signed for within 48 h"),
        N_(
            "Orders whose parcels were all signed for within 48 h of dispatch ÷ orders paid in the "
            "period and dispatched with a parcel; those on the way for less are left out"
        ),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        _signed_soon,
    ),
    Metric(
        "refund_rate",
        N_("Refund rate"),
        N_("Orders with a refund ÷ orders paid in the period"),
        Unit.SHARE,
        Good.DOWN,
        DOMAIN,
        Area.SALES,
        _refunded,
    ),
    Metric(
        "refunds",
        N_("Refunds"),
        N_(
            "Refunded amount of the orders paid in the period; what the order's export, imported "
            "records and noted ones tell of one item is counted once"
        ),
        Unit.FEN,
        Good.DOWN,
        f"{DOMAIN}, {ANCHORS}",
        Area.SALES,
        _refund_amount,
    ),
    Metric(
        "repeat_rate",
        N_("Repeat purchase rate"),
        N_("Customers with at least 2 orders paid in the period ÷ customers with one"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        _repeaters,
    ),
    Metric(
        "old_buyers",
        N_("Share of returning buyers"),
        N_("Customers with payments in the period, none of them their first ever ÷ all with one"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        _old_buyers,
    ),
    Metric(
        "second_purchase",
        N_("Days to the second order"),
        N_("Mean over customers' second payments in the period: days since their first"),
        Unit.DAYS,
        Good.DOWN,
        DOMAIN,
        Area.SALES,
        lambda sample: _cycle(sample, second=True),
    ),
    Metric(
        "repurchase_cycle",
        N_("Repurchase cycle"),
        N_("Mean over payments in the period that are not the first: days since the one before"),
        Unit.DAYS,
        Good.DOWN,
        DOMAIN,
        Area.SALES,
        lambda sample: _cycle(sample, second=False),
    ),
    Metric(
        "active_customers",
        N_("Share of active customers"),
        N_("Customers with a payment in the period ÷ customers who ever paid until its end"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        _active,
    ),
)
