"""The metrics of conversations: who was served, how fast, how well."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_
from app.stats.metric import ANCHORS, DOMAIN, Area, Good, Metric, Unit, count_of, part_of
from app.stats.model import Measure, spread
from app.stats.sample import Sample
from app.stats.settings import MINUTE_MS
from app.stats.wait_metrics import WAITS


def _served(sample: Sample) -> int:
    return len(sample.asked)


def _replied(sample: Sample) -> int:
    return len(sample.asked.keys() & sample.answers.keys())


def _asked(sample: Sample) -> int:
    return sum(sample.asked.values())


def _answers(sample: Sample) -> int:
    return sum(sample.answers.values())


def _effective(sample: Sample) -> int:
    answers, least = sample.answers, sample.rules.effective
    return sum(min(n, answers.get(who, 0)) >= least for who, n in sample.asked.items())


def _duration(sample: Sample) -> Measure:
    return spread(sample.receptions, 1000)


def _long(sample: Sample) -> int:
    return sum(length > sample.rules.long_ms for length in sample.receptions)


def _characters_a_minute(sample: Sample) -> Measure:
    minutes = sum(sample.receptions) / MINUTE_MS
    return Measure(sample.agent_chars / minutes if minutes else None, len(sample.receptions))


TALK: Final = (
    Metric(
        "customers_asking",
        N_("Customers asking"),
        N_("Different customers who wrote in the period"),
        Unit.CUSTOMERS,
        Good.NEITHER,
        ANCHORS,
        Area.TALK,
        count_of(lambda sample: len(sample.wrote)),
    ),
    Metric(
        "customers_served",
        N_("Customers served"),
        N_("Customers asking, without blocked ones and those on the filter list"),
        Unit.CUSTOMERS,
        Good.UP,
        f"{ANCHORS}, {DOMAIN}",
        Area.TALK,
        count_of(_served),
    ),
    Metric(
        "customers_replied",
        N_("Customers replied to"),
        N_("Customers served to whom a person wrote in the period; automatic replies do not count"),
        Unit.CUSTOMERS,
        Good.UP,
        f"{ANCHORS}, {DOMAIN}",
        Area.TALK,
        count_of(_replied),
    ),
    Metric(
        "customers_effective",
        N_("Customers received in earnest"),
        N_("Customers served with at least 2 messages from each side in the period (setting)"),
        Unit.CUSTOMERS,
        Good.UP,
        ANCHORS,
        Area.TALK,
        count_of(_effective),
    ),
    Metric(
        "customers_unreplied",
        N_("Customers without a reply"),
        N_("Customers served − customers replied to"),
        Unit.CUSTOMERS,
        Good.DOWN,
        ANCHORS,
        Area.TALK,
        count_of(lambda sample: _served(sample) - _replied(sample)),
    ),
    Metric(
        "reply_rate",
        N_("Reply rate"),
        N_("Customers replied to ÷ customers served"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.TALK,
        part_of(_replied, _served),
    ),
    Metric(
        "customer_messages",
        N_("Customer messages"),
        N_("Messages of customers served"),
        Unit.MESSAGES,
        Good.NEITHER,
        ANCHORS,
        Area.TALK,
        count_of(_asked),
    ),
    Metric(
        "agent_messages",
        N_("Agent messages"),
        N_("Messages people wrote to customers, without automatic replies, notes and failed ones"),
        Unit.MESSAGES,
        Good.NEITHER,
        ANCHORS,
        Area.TALK,
        count_of(_answers),
    ),
    Metric(
        "answer_ratio",
        N_("Answer ratio"),
        N_("Agent messages ÷ customer messages"),
        Unit.RATIO,
        Good.UP,
        f"{ANCHORS}, {DOMAIN}",
        Area.TALK,
        part_of(_answers, _asked),
    ),
    Metric(
        "agent_characters",
        N_("Characters written"),
        N_("Characters of the agent messages"),
        Unit.CHARACTERS,
        Good.NEITHER,
        ANCHORS,
        Area.TALK,
        count_of(lambda sample: sample.agent_chars),
    ),
    Metric(
        "characters_a_minute",
        N_("Characters a minute"),
        N_("Characters written ÷ minutes of the receptions begun in the period"),
        Unit.RATIO,
        Good.UP,
        DOMAIN,
        Area.TALK,
        _characters_a_minute,
    ),
    Metric(
        "automatic_messages",
        N_("Automatic replies"),
        N_("Agents' messages marked automatic or beginning like one of the set texts"),
        Unit.MESSAGES,
        Good.NEITHER,
        ANCHORS,
        Area.TALK,
        count_of(lambda sample: sample.automatic_messages),
    ),
    Metric(
        "robot_messages",
        N_("Robot messages"),
        N_("Messages the robot sent"),
        Unit.MESSAGES,
        Good.NEITHER,
        DOMAIN,
        Area.TALK,
        count_of(lambda sample: sample.robot_messages),
    ),
    *WAITS,
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
        Area.TALK,
        count_of(lambda sample: len(sample.receptions)),
    ),
    Metric(
        "reception_time",
        N_("Reception time"),
        N_("Mean over receptions: the last message − the first"),
        Unit.SECONDS,
        Good.NEITHER,
        ANCHORS,
        Area.TALK,
        _duration,
    ),
    Metric(
        "long_receptions",
        N_("Long receptions"),
        N_("Receptions longer than 30 min (setting)"),
        Unit.RECEPTIONS,
        Good.DOWN,
        ANCHORS,
        Area.TALK,
        count_of(_long),
    ),
    Metric(
        "busiest",
        N_("Most at the same time"),
        N_("The most receptions that ran at one moment"),
        Unit.RECEPTIONS,
        Good.NEITHER,
        ANCHORS,
        Area.TALK,
        count_of(lambda sample: sample.busiest),
    ),
    Metric(
        "settled_at_once",
        N_("Settled in one go"),
        N_("Receptions whose customer began no later session in the period ÷ receptions"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.TALK,
        part_of(lambda sample: sample.settled, lambda sample: len(sample.receptions)),
    ),
    Metric(
        "arrivals",
        N_("Sessions of customers"),
        N_("Sessions begun in the period in which the customer wrote"),
        Unit.SESSIONS,
        Good.NEITHER,
        DOMAIN,
        Area.TALK,
        count_of(lambda sample: sample.sessions.met),
    ),
    Metric(
        "unserved",
        N_("Sessions without an answer"),
        N_("Sessions in which the customer wrote and no person did ÷ sessions of customers"),
        Unit.SHARE,
        Good.DOWN,
        ANCHORS,
        Area.TALK,
        part_of(lambda s: s.sessions.unserved, lambda s: s.sessions.met),
    ),
    Metric(
        "begun_by_agent",
        N_("Sessions begun by agents"),
        N_("Sessions whose first message a person of the shop wrote"),
        Unit.SESSIONS,
        Good.NEITHER,
        ANCHORS,
        Area.TALK,
        count_of(lambda sample: sample.sessions.by_agent),
    ),
    Metric(
        "robot_alone",
        N_("Settled by the robot alone"),
        N_("Sessions the robot answered in and no person ÷ sessions the robot answered in"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.TALK,
        part_of(lambda s: s.sessions.robot_alone, lambda s: s.sessions.robot_met),
    ),
    Metric(
        "robot_handed_over",
        N_("Handed over by the robot"),
        N_("Sessions a person answered in as well ÷ sessions the robot answered in"),
        Unit.SHARE,
        Good.NEITHER,
        DOMAIN,
        Area.TALK,
        part_of(
            lambda s: s.sessions.robot_met - s.sessions.robot_alone,
            lambda s: s.sessions.robot_met,
        ),
    ),
)
