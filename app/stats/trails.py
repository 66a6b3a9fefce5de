"""Which facts stand behind each metric, and what each of them adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from app.stats.behind import Fact, FactReader, Met, Talk, Trail, Wait
from app.stats.cutting import Role, TurnKind
from app.stats.quality_metrics import read_checks
from app.stats.reminders import Due, reminded
from app.stats.sales_trails import SALES_TRAILS
from app.stats.sample import Inquiry
from app.stats.service_trails import SERVICE_TRAILS

_S: Final = 1000
_DUES: Final = (
    "SELECT order_id, created_at, paid_at, closed_at FROM stats_orders "
    "WHERE customer_id = ? AND created_at > 0"
)


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


def _effective(reader: FactReader) -> list[Fact]:
    """Conversations of customers served with enough messages from each side."""
    asked, answers = Counter[bytes | None](), Counter[bytes | None]()
    for talk in (talks := reader.talks()):
        asked[talk.fact.customer] += talk.said.get(Role.CUSTOMER, 0)
        answers[talk.fact.customer] += talk.said.get(Role.AGENT, 0)
    least = reader.rules.effective
    return [
        talk.fact
        for talk in talks
        if not talk.filtered
        and min(asked[talk.fact.customer], answers[talk.fact.customer]) >= least
    ]


def _reminders(reader: FactReader) -> list[Fact]:
    """An order each, at the first session that reminded of it."""
    found: dict[bytes, Fact] = {}
    for session in reader.begun():
        dues = [Due(*row) for row in reader.run.execute(_DUES, (session.customer,)).fetchall()]
        for order, paid in reminded(dues, session.at, reader.rules.payment_ms):
            known = found.get(order)
            first = session if known is None or session.at < known.at else known
            counts = paid or (known is not None and known.counts)
            found[order] = replace(first, order=order, counts=counts)
    return list(found.values())


def _all_of(trail: Trail) -> Trail:
    return lambda reader: [replace(fact, counts=True) for fact in trail(reader)]


def _inquiries(part: Callable[[Inquiry], bool] | None = None) -> Trail:
    return lambda reader: [
        replace(fact, counts=part(inquiry) if part else True)
        for fact, inquiry in reader.inquiries()
    ]


def _lost(reader: FactReader) -> list[Fact]:
    return [fact for fact, inquiry in reader.inquiries() if not inquiry.ordered[1]]


TRAILS: Final[dict[str, Trail]] = {
    **SERVICE_TRAILS,
    **SALES_TRAILS,
    "quality_score": _checks,
    "customers_asking": _talks(_wrote),
    "customers_served": _talks(_served),
    "customers_replied": _replied(wanted=True),
    "customers_effective": _effective,
    "customers_unreplied": _replied(wanted=False),
    "reply_rate": _replies,
    "customer_messages": _said(Role.CUSTOMER),
    "agent_messages": _said(Role.AGENT),
    "answer_ratio": _talks(lambda talk: not talk.filtered, _ratio),
    "agent_characters": _talks(
        lambda talk: not talk.filtered and talk.chars > 0, lambda talk: talk.chars
    ),
    "characters_a_minute": _talks(
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
    "first_answered_45s": _in_time(45, first=True),
    "first_answered_3min": _in_time(180, first=True),
    "people_answered_30s": _in_time(30),
    "people_answered_3min": _in_time(180),
    "slow_receptions": _slow,
    "receptions": _receptions,
    "reception_time": _receptions,
    "long_receptions": _long,
    "busiest": lambda reader: reader.busiest(),
    "settled_at_once": _settled,
    "arrivals": _sessions(lambda met: met.customer),
    "unserved": _sessions(lambda met: met.customer, lambda met: not met.person),
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
    "reminders": _all_of(_reminders),
    "reminder_success": _reminders,
}
"""By the key of the metric."""
