"""Every number of the stats, once: what it is called, how it is worked out and where that is from.

The live tiles, the tab, the manual and `kefu stats` all read this table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.i18n import N_
from app.stats.model import Measure, share, spread
from app.stats.sample import Sale, Sample
from app.stats.settings import DAY_MS

DOMAIN: Final = "DOMAIN §9"
ANCHORS: Final = "ANCHORS §3"


class Unit(StrEnum):
    """What a value is counted in; `share` is a part of 1."""

    CUSTOMERS = "customers"
    MESSAGES = "messages"
    CHARACTERS = "characters"
    RECEPTIONS = "receptions"
    SESSIONS = "sessions"
    ORDERS = "orders"
    ITEMS = "items"
    SECONDS = "s"
    DAYS = "days"
    FEN = "fen"
    SHARE = "share"
    RATIO = "ratio"


class Good(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Area(StrEnum):
    """What a metric is about; those of sales can be told by product."""

    TALK = "talk"
    SALES = "sales"


@dataclass(frozen=True, slots=True)
class Metric:
    """One number. `name` and `formula` are message ids: translate them where they are shown."""

    key: str
    name: str
    formula: str
    unit: Unit
    good: Good
    source: str
    area: Area
    measure: Callable[[Sample], Measure]


Work = Callable[[Sample], Measure]


def _count(what: Callable[[Sample], int]) -> Work:
    def measure(sample: Sample) -> Measure:
        number = what(sample)
        return Measure(number, number)

    return measure


def _part_of(part: Callable[[Sample], float], whole: Callable[[Sample], int]) -> Work:
    return lambda sample: share(part(sample), whole(sample))


# --- conversations ---------------------------------------------------------------------------


def _replied(sample: Sample) -> int:
    return len(sample.first_wrote.keys() & sample.answered)


def _served(sample: Sample) -> int:
    return len(sample.first_wrote)


def _first_response(sample: Sample) -> Measure:
    return spread([a.waited for a in sample.asked if a.first and a.waited is not None], 1000)


def _response(sample: Sample) -> Measure:
    return spread([a.waited for a in sample.asked if a.waited is not None], 1000)


def _robot_response(sample: Sample) -> Measure:
    return spread(sample.robot_waits, 1000)


def _in_time(seconds: int, *, first: bool = False) -> Work:
    limit = seconds * 1000

    def measure(sample: Sample) -> Measure:
        known = [a for a in sample.asked if a.counts(limit) and (a.first or not first)]
        return share(sum(a.in_time(limit) for a in known), len(known))

    return measure


def _people_in_time(seconds: int) -> Work:
    limit = seconds * 1000

    def measure(sample: Sample) -> Measure:
        known = [a for a in sample.asked if a.counts(limit)]
        late = {a.customer for a in known if not a.in_time(limit)}
        people = {a.customer for a in known}
        return share(len(people) - len(late), len(people))

    return measure


def _slow(sample: Sample) -> Measure:
    rules = sample.rules
    waits = Counter(
        (a.customer, a.day)
        for a in sample.asked
        if a.waited is not None and a.waited > rules.slow_ms
    )
    number = sum(count >= rules.slow_gaps for count in waits.values())
    return Measure(number, number)


def _duration(sample: Sample) -> Measure:
    return spread([r.length for r in sample.receptions], 1000)


def _long(sample: Sample) -> int:
    return sum(r.length > sample.rules.long_ms for r in sample.receptions)


def _robot_alone(sample: Sample) -> Measure:
    met = [s for s in sample.sessions if s.robot and s.customer]
    return share(sum(not s.person for s in met), len(met))


def _handed_over(sample: Sample) -> Measure:
    met = [s for s in sample.sessions if s.robot and s.customer]
    return share(sum(s.person for s in met), len(met))


# --- inquiries -------------------------------------------------------------------------------


def _ordered(place: int) -> Work:
    return lambda sample: share(
        sum(i.ordered[place] for i in sample.inquiries), len(sample.inquiries)
    )


def _paid(place: int) -> Work:
    return lambda sample: share(sum(i.paid[place] for i in sample.inquiries), len(sample.inquiries))


# --- sales -----------------------------------------------------------------------------------


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


def _paid_of_ordered(sample: Sample) -> Measure:
    paid = _orders(s for s in sample.ordered if s.paid_at is not None)
    return share(paid, _orders(sample.ordered))


def _followed(keep: Callable[[Sale], bool]) -> Work:
    return _count(lambda sample: _orders(s for s in sample.paid if keep(s)))


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


_TALK: Final = Area.TALK
_SALES: Final = Area.SALES

METRICS: Final = (
    Metric(
        "customers_asking",
        N_("Customers asking"),
        N_("Different customers who wrote in the period"),
        Unit.CUSTOMERS,
        Good.NEITHER,
        ANCHORS,
        _TALK,
        _count(lambda sample: len(sample.wrote)),
    ),
    Metric(
        "customers_served",
        N_("Customers served"),
        N_("Customers asking, without blocked ones and those on the filter list"),
        Unit.CUSTOMERS,
        Good.UP,
        f"{ANCHORS}, {DOMAIN}",
        _TALK,
        _count(_served),
    ),
    Metric(
        "customers_replied",
        N_("Customers replied to"),
        N_("Customers served to whom a person wrote in the period; automatic replies do not count"),
        Unit.CUSTOMERS,
        Good.UP,
        f"{ANCHORS}, {DOMAIN}",
        _TALK,
        _count(_replied),
    ),
    Metric(
        "customers_unreplied",
        N_("Customers without a reply"),
        N_("Customers served − customers replied to"),
        Unit.CUSTOMERS,
        Good.DOWN,
        ANCHORS,
        _TALK,
        _count(lambda sample: _served(sample) - _replied(sample)),
    ),
    Metric(
        "reply_rate",
        N_("Reply rate"),
        N_("Customers replied to ÷ customers served"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        _TALK,
        _part_of(_replied, _served),
    ),
    Metric(
        "customer_messages",
        N_("Customer messages"),
        N_("Messages of customers served"),
        Unit.MESSAGES,
        Good.NEITHER,
        ANCHORS,
        _TALK,
        _count(lambda sample: sample.customer_messages),
    ),
    Metric(
        "agent_messages",
        N_("Agent messages"),
        N_("Messages people wrote to customers, without automatic replies, notes and failed ones"),
        Unit.MESSAGES,
        Good.NEITHER,
        ANCHORS,
        _TALK,
        _count(lambda sample: sample.agent_messages),
    ),
    Metric(
        "answer_ratio",
        N_("Answer ratio"),
        N_("Agent messages ÷ customer messages"),
        Unit.RATIO,
        Good.UP,
        f"{ANCHORS}, {DOMAIN}",
        _TALK,
        _part_of(lambda sample: sample.agent_messages, lambda sample: sample.customer_messages),
    ),
    Metric(
        "agent_characters",
        N_("Characters written"),
        N_("Characters of the agent messages"),
        Unit.CHARACTERS,
        Good.NEITHER,
        ANCHORS,
        _TALK,
        _count(lambda sample: sample.agent_chars),
    ),
    Metric(
        "automatic_messages",
        N_("Automatic replies"),
        N_("Agents' messages marked automatic or beginning like one of the set texts"),
        Unit.MESSAGES,
        Good.NEITHER,
        ANCHORS,
        _TALK,
        _count(lambda sample: sample.automatic_messages),
    ),
    Metric(
        "robot_messages",
        N_("Robot messages"),
        N_("Messages the robot sent"),
        Unit.MESSAGES,
        Good.NEITHER,
        DOMAIN,
        _TALK,
        _count(lambda sample: sample.robot_messages),
    ),
    Metric(
        "first_response",
        N_("First response time"),
        N_(
            "Mean over sessions: a person's first reply − the customer's first message; "
            "judged hours only"
        ),
        Unit.SECONDS,
        Good.DOWN,
        f"{ANCHORS}, {DOMAIN}",
        _TALK,
        _first_response,
    ),
    Metric(
        "response",
        N_("Average response time"),
        N_(
            "Mean over answered turns: a person's next message − the first message of the turn; "
            "a turn begins with the customer's first message after an agent's; judged hours only"
        ),
        Unit.SECONDS,
        Good.DOWN,
        f"{ANCHORS}, {DOMAIN}",
        _TALK,
        _response,
    ),
    Metric(
        "robot_first_response",
        N_("Robot's first response time"),
        N_("Mean over sessions: the robot's first message after the customer's first − that one"),
        Unit.SECONDS,
        Good.DOWN,
        DOMAIN,
        _TALK,
        _robot_response,
    ),
    Metric(
        "answered_30s",
        N_("Answered within 30 s"),
        N_("Turns a person answered within 30 s ÷ turns; those still waiting in time are left out"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        _TALK,
        _in_time(30),
    ),
    Metric(
        "answered_3min",
        N_("Answered within 3 min"),
        N_(
            "Turns a person answered within 3 min ÷ turns; those still waiting in time are left out"
        ),
        Unit.SHARE,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        _TALK,
        _in_time(180),
    ),
    Metric(
        "first_answered_30s",
        N_("First answer within 30 s"),
        N_("Sessions whose first turn a person answered within 30 s ÷ sessions with a turn"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        _TALK,
        _in_time(30, first=True),
    ),
    Metric(
        "people_answered_30s",
        N_("Customers always answered within 30 s"),
        N_("Customers none of whose turns waited longer than 30 s ÷ customers with a turn"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        _TALK,
        _people_in_time(30),
    ),
    Metric(
        "people_answered_3min",
        N_("Customers always answered within 3 min"),
        N_("Customers none of whose turns waited longer than 3 min ÷ customers with a turn"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        _TALK,
        _people_in_time(180),
    ),
    Metric(
        "slow_receptions",
        N_("Slow receptions"),
        N_("Customers a day with at least 3 answers that took longer than 120 s (settings)"),
        Unit.CUSTOMERS,
        Good.DOWN,
        ANCHORS,
        _TALK,
        _slow,
    ),
    Metric(
        "receptions",
        N_("Receptions"),
        N_(
            "Parts of sessions that one agent had; a session ends with 10 min of silence (setting); "
            "a customer's message is for whoever answers next, else for whoever spoke last"
        ),
        Unit.RECEPTIONS,
        Good.NEITHER,
        ANCHORS,
        _TALK,
        _count(lambda sample: len(sample.receptions)),
    ),
    Metric(
        "reception_time",
        N_("Reception time"),
        N_("Mean over receptions: the last message − the first"),
        Unit.SECONDS,
        Good.NEITHER,
        ANCHORS,
        _TALK,
        _duration,
    ),
    Metric(
        "long_receptions",
        N_("Long receptions"),
        N_("Receptions longer than 30 min (setting)"),
        Unit.RECEPTIONS,
        Good.DOWN,
        ANCHORS,
        _TALK,
        _count(_long),
    ),
    Metric(
        "busiest",
        N_("Most at the same time"),
        N_("The most receptions that ran at one moment"),
        Unit.RECEPTIONS,
        Good.NEITHER,
        ANCHORS,
        _TALK,
        _count(lambda sample: sample.busiest),
    ),
    Metric(
        "settled_at_once",
        N_("Settled in one go"),
        N_("Receptions whose customer began no later session in the period ÷ receptions"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        _TALK,
        _part_of(
            lambda sample: sum(r.settled for r in sample.receptions),
            lambda sample: len(sample.receptions),
        ),
    ),
    Metric(
        "arrivals",
        N_("Sessions of customers"),
        N_("Sessions begun in the period in which the customer wrote"),
        Unit.SESSIONS,
        Good.NEITHER,
        DOMAIN,
        _TALK,
        _count(lambda sample: sum(s.customer for s in sample.sessions)),
    ),
    Metric(
        "begun_by_agent",
        N_("Sessions begun by agents"),
        N_("Sessions whose first message a person of the shop wrote"),
        Unit.SESSIONS,
        Good.NEITHER,
        ANCHORS,
        _TALK,
        _count(lambda sample: sum(s.by_agent for s in sample.sessions)),
    ),
    Metric(
        "robot_alone",
        N_("Settled by the robot alone"),
        N_("Sessions the robot answered in and no person ÷ sessions the robot answered in"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        _TALK,
        _robot_alone,
    ),
    Metric(
        "robot_handed_over",
        N_("Handed over by the robot"),
        N_("Sessions a person answered in as well ÷ sessions the robot answered in"),
        Unit.SHARE,
        Good.NEITHER,
        DOMAIN,
        _TALK,
        _handed_over,
    ),
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
        _TALK,
        _count(lambda sample: len(sample.inquiries)),
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
        _TALK,
        _ordered(0),
    ),
    Metric(
        "ordered_next_day",
        N_("Ordered by the next day"),
        N_("As before, by the end of the next day"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        _TALK,
        _ordered(1),
    ),
    Metric(
        "inquiry_conversion",
        N_("Inquiry conversion"),
        N_("As before, within 48 h (setting)"),
        Unit.SHARE,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        _TALK,
        _ordered(2),
    ),
    Metric(
        "paid_same_day",
        N_("Paid the same day"),
        N_("Inquiring customers who ordered and paid the same day ÷ inquiring customers"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        _TALK,
        _paid(0),
    ),
    Metric(
        "paid_next_day",
        N_("Paid by the next day"),
        N_("Inquiring customers who ordered and paid by the end of the next day ÷ the same"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        _TALK,
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
        _TALK,
        _paid(2),
    ),
    Metric(
        "lost_inquiries",
        N_("Inquiries lost"),
        N_("Inquiring customers who did not order by the end of the next day"),
        Unit.CUSTOMERS,
        Good.DOWN,
        ANCHORS,
        _TALK,
        _count(lambda sample: sum(not i.ordered[1] for i in sample.inquiries)),
    ),
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
        _SALES,
        lambda sample: _sum(sample, sample.sold),
    ),
    Metric(
        "agent_sales",
        N_("Sales of agents"),
        N_("Sales credited to an agent by the rule in force"),
        Unit.FEN,
        Good.UP,
        ANCHORS,
        _SALES,
        lambda sample: _sum(sample, _of_agents(sample.sold)),
    ),
    Metric(
        "silent_sales",
        N_("Silent sales"),
        N_("Sales credited to nobody: no agent talked to the buyer in time"),
        Unit.FEN,
        Good.NEITHER,
        ANCHORS,
        _SALES,
        lambda sample: _sum(sample, _silent(sample.sold)),
    ),
    Metric(
        "net_sales",
        N_("Net sales"),
        N_("Amount of the orders sold − their refunds"),
        Unit.FEN,
        Good.UP,
        ANCHORS,
        _SALES,
        _net,
    ),
    Metric(
        "orders_sold",
        N_("Orders sold"),
        N_("Orders the sales come from"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        _SALES,
        _count(lambda sample: _orders(sample.sold)),
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
        _SALES,
        _count(lambda sample: _buyers(sample.sold)),
    ),
    Metric(
        "items_sold",
        N_("Items sold"),
        N_("Items of the orders sold"),
        Unit.ITEMS,
        Good.UP,
        ANCHORS,
        _SALES,
        _count(lambda sample: sum(s.quantity for s in sample.sold)),
    ),
    Metric(
        "sales_per_buyer",
        N_("Sales per buyer"),
        N_("Sales ÷ buyers"),
        Unit.FEN,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        _SALES,
        _per_buyer,
    ),
    Metric(
        "items_per_buyer",
        N_("Items per buyer"),
        N_("Items sold ÷ buyers"),
        Unit.RATIO,
        Good.UP,
        f"{DOMAIN}, {ANCHORS}",
        _SALES,
        _items_per_buyer,
    ),
    Metric(
        "sales_per_item",
        N_("Sales per item"),
        N_("Sales ÷ items sold"),
        Unit.FEN,
        Good.NEITHER,
        ANCHORS,
        _SALES,
        _per_item,
    ),
    Metric(
        "orders_made",
        N_("Orders made"),
        N_("Orders created in the period; of an agent, those credited at order time"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        _SALES,
        _count(lambda sample: _orders(sample.ordered)),
    ),
    Metric(
        "orders_landed",
        N_("Orders landed"),
        N_("Orders created in the period and credited to an agent at order time"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        _SALES,
        _count(lambda s: _orders(o for o in s.ordered if o.order_agent is not None)),
    ),
    Metric(
        "lost_payments",
        N_("Payments lost"),
        N_("Orders landed that are not paid"),
        Unit.ORDERS,
        Good.DOWN,
        ANCHORS,
        _SALES,
        _count(
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
        _SALES,
        _paid_of_ordered,
    ),
    Metric(
        "payments_landed",
        N_("Payments landed"),
        N_("Orders paid in the period and credited to an agent at payment time"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        _SALES,
        _followed(lambda sale: sale.pay_agent is not None),
    ),
    Metric(
        "payments_own",
        N_("Payments of own orders"),
        N_("Payments landed whose order is credited to the same agent"),
        Unit.ORDERS,
        Good.UP,
        ANCHORS,
        _SALES,
        _followed(_own),
    ),
    Metric(
        "payments_others",
        N_("Payments of others' orders"),
        N_("Payments landed whose order is credited to another agent"),
        Unit.ORDERS,
        Good.NEITHER,
        ANCHORS,
        _SALES,
        _followed(_others),
    ),
    Metric(
        "payments_silent",
        N_("Payments of silent orders"),
        N_("Payments landed whose order is credited to nobody"),
        Unit.ORDERS,
        Good.NEITHER,
        ANCHORS,
        _SALES,
        _followed(_without_order_talk),
    ),
    Metric(
        "wholly_silent",
        N_("Wholly silent orders"),
        N_("Orders paid in the period with no talk before the order nor before the payment"),
        Unit.ORDERS,
        Good.NEITHER,
        ANCHORS,
        _SALES,
        _followed(_wholly_silent),
    ),
    Metric(
        "paid_at_once",
        N_("Paid at once"),
        N_("Orders paid within 10 min of being made (setting) ÷ orders paid in the period"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        _SALES,
        _at_once,
    ),
    Metric(
        "dispatched_same_day",
        N_("Dispatched the same day"),
        N_("Orders shipped on the day of payment ÷ orders paid in the period"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        _SALES,
        _same_day,
    ),
    Metric(
        "refund_rate",
        N_("Refund rate"),
        N_("Orders with a refund ÷ orders paid in the period"),
        Unit.SHARE,
        Good.DOWN,
        DOMAIN,
        _SALES,
        _refunded,
    ),
    Metric(
        "refunds",
        N_("Refunds"),
        N_("Refunded amount of the orders paid in the period"),
        Unit.FEN,
        Good.DOWN,
        f"{DOMAIN}, {ANCHORS}",
        _SALES,
        _refund_amount,
    ),
    Metric(
        "repeat_rate",
        N_("Repeat purchase rate"),
        N_("Customers with at least 2 orders paid in the period ÷ customers with one"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        _SALES,
        _repeaters,
    ),
    Metric(
        "old_buyers",
        N_("Share of returning buyers"),
        N_("Customers with payments in the period, none of them their first ever ÷ all with one"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        _SALES,
        _old_buyers,
    ),
    Metric(
        "second_purchase",
        N_("Days to the second order"),
        N_("Mean over customers' second payments in the period: days since their first"),
        Unit.DAYS,
        Good.DOWN,
        DOMAIN,
        _SALES,
        lambda sample: _cycle(sample, second=True),
    ),
    Metric(
        "repurchase_cycle",
        N_("Repurchase cycle"),
        N_("Mean over payments in the period that are not the first: days since the one before"),
        Unit.DAYS,
        Good.DOWN,
        DOMAIN,
        _SALES,
        lambda sample: _cycle(sample, second=False),
    ),
    Metric(
        "active_customers",
        N_("Share of active customers"),
        N_("Customers with a payment in the period ÷ customers who ever paid until its end"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        _SALES,
        _active,
    ),
)
BY_KEY: Final = {metric.key: metric for metric in METRICS}
