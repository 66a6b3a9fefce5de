"""The metrics of inquiries: who came to buy, and did."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_
from app.stats.metric import ANCHORS, DOMAIN, Area, Good, Metric, Unit, Work, count_of, part_of
from app.stats.model import share


def _ordered(place: int) -> Work:
    return lambda sample: share(
        sum(i.ordered[place] for i in sample.inquiries), len(sample.inquiries)
    )


def _paid(place: int) -> Work:
    return lambda sample: share(sum(i.paid[place] for i in sample.inquiries), len(sample.inquiries))


INQUIRIES: Final = (
    Metric(
        "inquirers",
        N_("Inquiring customers"),
        N_(
            "Customers served who had not ordered within 21 days before their first message, "
            "or ordered anew within 48 h after it (settings)"
        ),
        Unit.CUSTOMERS,
        Good.UP,
        ANCHORS,
        Area.TALK,
        count_of(lambda sample: len(sample.inquiries)),
    ),
    Metric(
        "ordered_same_day",
        N_("Ordered the same day"),
        N_(
            "Inquiring customers who ordered after their first message on the same day ÷ inquiring "
            "customers; of an agent, orders credited at order time only"
        ),
        Unit.SHARE,
        Good.UP,
        f"{ANCHORS}, {DOMAIN}",
        Area.TALK,
        _ordered(0),
    ),
    Metric(
        "ordered_next_day",
        N_("Ordered by the next day"),
        N_("As before, by the end of the next day"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.TALK,
        _ordered(1),
    ),
    Metric(
        "inquiry_conversion",
        N_("Inquiry conversion"),
        N_("As before, within 48 h (setting)"),
        Unit.SHARE,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        Area.TALK,
        _ordered(2),
    ),
    Metric(
        "paid_same_day",
        N_("Paid the same day"),
        N_("Inquiring customers who ordered and paid the same day ÷ inquiring customers"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.TALK,
        _paid(0),
    ),
    Metric(
        "paid_next_day",
        N_("Paid by the next day"),
        N_("Inquiring customers who ordered and paid by the end of the next day ÷ the same"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.TALK,
        _paid(1),
    ),
    Metric(
        "paid_conversion",
        N_("Paid conversion"),
        N_(
            "Inquiring customers who ordered within 48 h and paid within 96 h of their first "
            "message ÷ inquiring customers (settings)"
        ),
        Unit.SHARE,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        Area.TALK,
        _paid(2),
    ),
    Metric(
        "lost_inquiries",
        N_("Inquiries lost"),
        N_("Inquiring customers who did not order by the end of the next day"),
        Unit.CUSTOMERS,
        Good.DOWN,
        ANCHORS,
        Area.TALK,
        count_of(lambda sample: sum(not i.ordered[1] for i in sample.inquiries)),
    ),
    Metric(
        "reminders",
        N_("Orders reminded of"),
        N_(
            "Orders not paid yet when an agent began a session with their buyer, at most 48 h after "
            "they were made (setting)"
        ),
        Unit.ORDERS,
        Good.NEITHER,
        f"{DOMAIN}, {ANCHORS}",
        Area.TALK,
        count_of(lambda sample: len(sample.reminded)),
    ),
    Metric(
        "reminder_success",
        N_("Paid after a reminder"),
        N_("Orders reminded of that were paid within 48 h of it (setting) ÷ orders reminded of"),
        Unit.SHARE,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        Area.TALK,
        part_of(lambda sample: sum(sample.reminded.values()), lambda s: len(s.reminded)),
    ),
)
