"""Which facts stand behind each metric, and what each of them adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from app.stats.behind import Fact, FactReader, Met, Talk, Trail, Wait
from app.stats.cutting import Role, TurnKind
from app.stats.quality_metrics import read_checks
from app.stats.sample import Inquiry, Sale
from app.stats.service_trails import SERVICE_TRAILS
from app.stats.settings import DAY_MS

_S: Final = 1000


def _checks(reader: FactReader) -> list[Fact]:
    return [
        Fact(
            check.at,
            check.customer,
            check.agent,
            check.channel,
            check.conversation,
            value=float(check.share),
        )
        for check in read_checks(reader.run, reader.query)
        if reader.mine(check.agent, check.channel, check.at)
    ]


def _person_waits(reader: FactReader) -> list[Wait]:
    return [wait for wait in reader.waits() if wait.kind is not TurnKind.ROBOT]


def _waited(waits: Iterable[Wait]) -> list[Fact]:
    return [replace(w.fact, value=w.seconds()) for w in waits if w.waited is not None]


def _first_waits(reader: FactReader) -> list[Fact]:
    return _waited(w for w in reader.waits() if w.kind is TurnKind.FIRST)


def _robot_waits(reader: FactReader) -> list[Fact]:
    return _waited(w for w in reader.waits() if w.kind is TurnKind.ROBOT)


def _in_time(seconds: int, *, first: bool = False) -> Trail:
    limit = seconds * _S

    def find(reader: FactReader) -> list[Fact]:
        return [
            replace(w.fact, value=w.seconds(), counts=w.in_time(limit))
            for w in _person_waits(reader)
            if w.known(limit) and (w.kind is TurnKind.FIRST or not first)
        ]

    return find


def _slow(reader: FactReader) -> list[Fact]:
    rules = reader.rules
    late = [w for w in _person_waits(reader) if w.waited is not None and w.waited > rules.slow_ms]
    often = Counter((w.fact.customer, w.day) for w in late)
    return _waited(w for w in late if often[w.fact.customer, w.day] >= rules.slow_gaps)


def _talks(
    keep: Callable[[Talk], bool], value: Callable[[Talk], float | None] | None = None
) -> Trail:
    def find(reader: FactReader) -> list[Fact]:
        return [
            replace(talk.fact, value=value(talk) if value else None)
            for talk in reader.talks()
            if keep(talk)
        ]

    return find


def _wrote(talk: Talk) -> bool:
    return talk.first_asked is not None


def _served(talk: Talk) -> bool:
    return _wrote(talk) and not talk.filtered


def _said(role: Role) -> Trail:
    return _talks(
        lambda talk: not talk.filtered and talk.said.get(role, 0) > 0,
        lambda talk: talk.said.get(role, 0),
    )


def _ratio(talk: Talk) -> float | None:
    asked = talk.said.get(Role.CUSTOMER, 0)
    return talk.said.get(Role.AGENT, 0) / asked if asked else None


def _replies(reader: FactReader) -> list[Fact]:
    """Conversations of customers served; those count who got a reply in any of them."""
    talks = reader.talks()
    answered = {t.fact.customer for t in talks if not t.filtered and t.said.get(Role.AGENT)}
    return [replace(t.fact, counts=t.fact.customer in answered) for t in talks if _served(t)]


def _replied(*, wanted: bool) -> Trail:
    return lambda reader: [
        replace(fact, counts=True) for fact in _replies(reader) if fact.counts is wanted
    ]


def _receptions(reader: FactReader) -> list[Fact]:
    return [part.fact for part in reader.receptions()]


def _long(reader: FactReader) -> list[Fact]:
    long_s = reader.rules.long_ms / _S
    return [p.fact for p in reader.receptions() if (p.fact.value or 0) > long_s]


def _settled(reader: FactReader) -> list[Fact]:
    return [replace(part.fact, counts=part.settled) for part in reader.receptions()]


def _sessions(keep: Callable[[Met], bool], part: Callable[[Met], bool] | None = None) -> Trail:
    return lambda reader: [
        replace(met.fact, counts=part(met) if part else True)
        for met in reader.sessions()
        if keep(met)
    ]


def _met_robot(met: Met) -> bool:
    return met.robot and met.customer


def _inquiries(part: Callable[[Inquiry], bool] | None = None) -> Trail:
    return lambda reader: [
        replace(fact, counts=part(inquiry) if part else True)
        for fact, inquiry in reader.inquiries()
    ]


def _lost(reader: FactReader) -> list[Fact]:
    return [fact for fact, inquiry in reader.inquiries() if not inquiry.ordered[1]]


# --- orders ------------------------------------------------------------------------------------

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


def _agent_of(sale: Sale, kind: str) -> bytes | None:
    return {"sold": sale.agent, "ordered": sale.order_agent}.get(kind, sale.pay_agent)


def _sales(
    kind: str,
    keep: Callable[[Sale], bool] = lambda _sale: True,
    value: Value = _gross,
    part: Callable[[FactReader, Sale], bool] | None = None,
) -> Trail:
    def find(reader: FactReader) -> list[Fact]:
        return [
            Fact(
                sale.created_at if kind == "ordered" else sale.paid_at or sale.created_at,
                None if sale.buyer == sale.order else sale.buyer,
                _agent_of(sale, kind),
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
    found = _sales("paid")(reader)
    orders = Counter(fact.customer or fact.order for fact in found)
    return [replace(f, counts=orders[f.customer or f.order] >= 2) for f in found]


def _net(_reader: FactReader, sale: Sale) -> float:
    return sale.gross - sale.refund


TRAILS: Final[dict[str, Trail]] = {
    **SERVICE_TRAILS,
    "quality_score": _checks,
    "customers_asking": _talks(_wrote),
    "customers_served": _talks(_served),
    "customers_replied": _replied(wanted=True),
    "customers_unreplied": _replied(wanted=False),
    "reply_rate": _replies,
    "customer_messages": _said(Role.CUSTOMER),
    "agent_messages": _said(Role.AGENT),
    "answer_ratio": _talks(lambda talk: not talk.filtered, _ratio),
    "agent_characters": _talks(
        lambda talk: not talk.filtered and talk.chars > 0, lambda talk: talk.chars
    ),
    "automatic_messages": _said(Role.AUTOMATIC),
    "robot_messages": _said(Role.ROBOT),
    "first_response": _first_waits,
    "response": lambda reader: _waited(_person_waits(reader)),
    "robot_first_response": _robot_waits,
    "answered_30s": _in_time(30),
    "answered_3min": _in_time(180),
    "first_answered_30s": _in_time(30, first=True),
    "people_answered_30s": _in_time(30),
    "people_answered_3min": _in_time(180),
    "slow_receptions": _slow,
    "receptions": _receptions,
    "reception_time": _receptions,
    "long_receptions": _long,
    "busiest": lambda reader: reader.busiest(),
    "settled_at_once": _settled,
    "arrivals": _sessions(lambda met: met.customer),
    "begun_by_agent": _sessions(lambda met: met.by_agent),
    "robot_alone": _sessions(_met_robot, lambda met: not met.person),
    "robot_handed_over": _sessions(_met_robot, lambda met: met.person),
    "inquirers": _inquiries(),
    "ordered_same_day": _inquiries(lambda inquiry: inquiry.ordered[0]),
    "ordered_next_day": _inquiries(lambda inquiry: inquiry.ordered[1]),
    "inquiry_conversion": _inquiries(lambda inquiry: inquiry.ordered[2]),
    "paid_same_day": _inquiries(lambda inquiry: inquiry.paid[0]),
    "paid_next_day": _inquiries(lambda inquiry: inquiry.paid[1]),
    "paid_conversion": _inquiries(lambda inquiry: inquiry.paid[2]),
    "lost_inquiries": _lost,
    "sales": _sales("sold", value=_amount),
    "agent_sales": _sales("sold", lambda sale: sale.agent is not None, _amount),
    "silent_sales": _sales("sold", lambda sale: sale.agent is None, _amount),
    "net_sales": _sales("sold", value=_net),
    "orders_sold": _sales("sold", value=_amount),
    "buyers": _sales("sold", value=_amount),
    "items_sold": _sales("sold", value=_items),
    "sales_per_buyer": _sales("sold", value=_amount),
    "items_per_buyer": _sales("sold", value=_items),
    "sales_per_item": _sales("sold", value=_amount),
    "orders_made": _sales("ordered"),
    "orders_landed": _sales("ordered", _landed),
    "lost_payments": _sales("ordered", lambda sale: _landed(sale) and sale.paid_at is None),
    "payment_rate": _sales("ordered", part=lambda _reader, sale: sale.paid_at is not None),
    "payments_landed": _sales("paid", _paid_landed),
    "payments_own": _sales("paid", lambda s: _paid_landed(s) and s.order_agent == s.pay_agent),
    "payments_others": _sales(
        "paid", lambda s: _paid_landed(s) and s.order_agent not in {None, s.pay_agent}
    ),
    "payments_silent": _sales("paid", lambda s: _paid_landed(s) and s.order_agent is None),
    "wholly_silent": _sales("paid", lambda s: s.pay_agent is None and s.order_agent is None),
    "paid_at_once": _sales("paid", part=_quick),
    "dispatched_same_day": _sales("paid", part=lambda _reader, sale: sale.same_day_dispatch),
    "refund_rate": _sales("paid", value=_refund, part=lambda _reader, sale: sale.refund > 0),
    "refunds": _sales("paid", lambda sale: sale.refund > 0, _refund),
    "repeat_rate": _repeats,
    "old_buyers": _sales("paid", part=lambda _reader, sale: sale.place > 1),
    "second_purchase": _sales("paid", lambda s: s.since is not None and s.place == 2, _days),
    "repurchase_cycle": _sales("paid", lambda sale: sale.since is not None, _days),
    "active_customers": _sales("paid", lambda sale: sale.place > 0),
}
"""By the key of the metric."""
