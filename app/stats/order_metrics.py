"""The metrics of orders made and paid: by whom they were won, how they went on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.core.i18n import N_
from app.stats.metric import ANCHORS, DOMAIN, Area, Good, Metric, Unit, Work, count_of, part_of
from app.stats.model import Measure
from app.stats.sales_sample import Paid


def _of_paid(part: Callable[[Paid], int]) -> Work:
    return part_of(lambda s: part(s.sales.paid), lambda s: s.sales.paid.orders)


ORDERS: Final = (
    Metric(
        "orders_made",
        N_("Orders made"),
        N_("Orders created in the period; of an agent, those credited at order time"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: sample.sales.ordered.orders),
    ),
    Metric(
        "orders_landed",
        N_("Orders landed"),
        N_("Orders created in the period and credited to an agent at order time"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: sample.sales.ordered.landed),
    ),
    Metric(
        "lost_payments",
        N_("Payments lost"),
        N_("Orders landed that are not paid"),
        Unit.ORDERS,
        Good.DOWN,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: sample.sales.ordered.lost),
    ),
    Metric(
        "payment_rate",
        N_("Payment rate"),
        N_("Orders made that are paid ÷ orders made"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.SALES,
        part_of(lambda s: s.sales.ordered.paid, lambda s: s.sales.ordered.orders),
    ),
    Metric(
        "payments_landed",
        N_("Payments landed"),
        N_("Orders paid in the period and credited to an agent at payment time"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: sample.sales.paid.landed),
    ),
    Metric(
        "payments_own",
        N_("Payments of own orders"),
        N_("Payments landed whose order is credited to the same agent"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: sample.sales.paid.own),
    ),
    Metric(
        "payments_others",
        N_("Payments of others' orders"),
        N_("Payments landed whose order is credited to another agent"),
        Unit.ORDERS,
        Good.NEITHER,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: sample.sales.paid.others),
    ),
    Metric(
        "payments_silent",
        N_("Payments of silent orders"),
        N_("Payments landed whose order is credited to nobody"),
        Unit.ORDERS,
        Good.NEITHER,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: sample.sales.paid.silent),
    ),
    Metric(
        "wholly_silent",
        N_("Wholly silent orders"),
        N_("Orders paid in the period with no talk before the order nor before the payment"),
        Unit.ORDERS,
        Good.NEITHER,
        ANCHORS,
        Area.SALES,
        count_of(lambda sample: sample.sales.paid.wholly_silent),
    ),
    Metric(
        "paid_at_once",
        N_("Paid at once"),
        N_("Orders paid within 10 min of being made (setting) ÷ orders paid in the period"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        _of_paid(lambda paid: paid.at_once),
    ),
    Metric(
        "dispatched_same_day",
        N_("Dispatched the same day"),
        N_("Orders shipped on the day of payment ÷ orders paid in the period"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.SALES,
        _of_paid(lambda paid: paid.same_day),
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
        part_of(lambda s: s.sales.paid.signed_soon, lambda s: s.sales.paid.sent),
    ),
    Metric(
        "refund_rate",
        N_("Refund rate"),
        N_("Orders with a refund ÷ orders paid in the period"),
        Unit.SHARE,
        Good.DOWN,
        DOMAIN,
        Area.SALES,
        _of_paid(lambda paid: paid.refunded),
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
        lambda sample: Measure(sample.sales.paid.refund, sample.sales.paid.refunded),
    ),
)
