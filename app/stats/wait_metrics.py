"""The metrics of answers: how long customers waited for one."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_
from app.stats.metric import ANCHORS, DOMAIN, Area, Good, Metric, Unit, Work, count_of
from app.stats.model import Measure, spread
from app.stats.sample import Sample


def _first_response(sample: Sample) -> Measure:
    return spread(sample.waits.first.answered, 1000)


def _response(sample: Sample) -> Measure:
    return spread(sample.waits.every.answered, 1000)


def _robot_response(sample: Sample) -> Measure:
    return spread(sample.waits.robot, 1000)


def _in_time(seconds: int) -> Work:
    return lambda sample: sample.waits.every.in_time(seconds * 1000)


def _first_in_time(seconds: int) -> Work:
    return lambda sample: sample.waits.first.in_time(seconds * 1000)


def _people_in_time(seconds: int) -> Work:
    return lambda sample: sample.waits.people_in_time(seconds * 1000)


def _slow(sample: Sample) -> int:
    return sum(count >= sample.rules.slow_gaps for count in sample.waits.slow.values())


WAITS: Final = (
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
        Area.TALK,
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
        Area.TALK,
        _response,
    ),
    Metric(
        "robot_first_response",
        N_("Robot's first response time"),
        N_("Mean over sessions: the robot's first message after the customer's first − that one"),
        Unit.SECONDS,
        Good.DOWN,
        DOMAIN,
        Area.TALK,
        _robot_response,
    ),
    Metric(
        "answered_30s",
        N_("Answered within 30 s"),
        N_("Turns a person answered within 30 s ÷ turns; those still waiting in time are left out"),
        Unit.SHARE,
        Good.UP,
        DOMAIN,
        Area.TALK,
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
        Area.TALK,
        _in_time(180),
    ),
    Metric(
        "first_answered_30s",
        N_("First answer within 30 s"),
        N_("Sessions whose first turn a person answered within 30 s ÷ sessions with a turn"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.TALK,
        _first_in_time(30),
    ),
    Metric(
        "first_answered_45s",
        N_("First answer within 45 s"),
        N_("Sessions whose first turn a person answered within 45 s ÷ sessions with a turn"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.TALK,
        _first_in_time(45),
    ),
    Metric(
        "first_answered_3min",
        N_("First answer within 3 min"),
        N_("Sessions whose first turn a person answered within 3 min ÷ sessions with a turn"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.TALK,
        _first_in_time(180),
    ),
    Metric(
        "people_answered_30s",
        N_("Customers always answered within 30 s"),
        N_("Customers none of whose turns waited longer than 30 s ÷ customers with a turn"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.TALK,
        _people_in_time(30),
    ),
    Metric(
        "people_answered_3min",
        N_("Customers always answered within 3 min"),
        N_("Customers none of whose turns waited longer than 3 min ÷ customers with a turn"),
        Unit.SHARE,
        Good.UP,
        ANCHORS,
        Area.TALK,
        _people_in_time(180),
    ),
    Metric(
        "slow_receptions",
        N_("Slow receptions"),
        N_("Customers a day with at least 3 answers that took longer than 120 s (settings)"),
        Unit.CUSTOMERS,
        Good.DOWN,
        ANCHORS,
        Area.TALK,
        count_of(_slow),
    ),
)
