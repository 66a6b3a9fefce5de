"""The metrics of satisfaction: who was asked, who answered, and what."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_
from app.stats.metric import ANCHORS, DOMAIN, Area, Good, Metric, Unit, Work, count_of
from app.stats.model import Measure, share
from app.stats.sample import Sample

SATISFIED: Final = 4
DISSATISFIED: Final = 2


def _invited_share(sample: Sample) -> Measure:
    return share(len({r.customer for r in sample.service.invited}), len(sample.asked))


def _rated_share(sample: Sample) -> Measure:
    return share(len({r.customer for r in sample.service.rated}), len(sample.asked))


def _answered(sample: Sample) -> Measure:
    invited = sample.service.invited
    return share(sum(r.level is not None for r in invited), len(invited))


def _satisfaction(sample: Sample) -> Measure:
    rated = sample.service.rated
    return share(sum((r.level or 0) >= SATISFIED for r in rated), len(rated))


def _dissatisfied(sample: Sample) -> int:
    return sum((r.level or SATISFIED) <= DISSATISFIED for r in sample.service.rated)


def _rated_at_most(level: int) -> Work:
    def measure(sample: Sample) -> Measure:
        rated = sample.service.rated
        return share(sum((r.level or SATISFIED) <= level for r in rated), len(rated))

    return measure


RATINGS: Final = (
    Metric(
        "invitations",
        N_("Invitations to rate"),
        N_("How often customers were asked how satisfied they are"),
        Unit.SESSIONS, Good.NEITHER, ANCHORS, Area.TALK, count_of(lambda s: len(s.service.invited)),
    ),
    Metric(
        "invitation_rate",
        N_("Invitation rate"),
        N_("Customers asked ÷ customers served"),
        Unit.SHARE, Good.UP, ANCHORS, Area.TALK, _invited_share,
    ),
    Metric(
        "rating_rate",
        N_("Rating rate"),
        N_("Customers who rated in the period ÷ customers served"),
        Unit.SHARE, Good.UP, ANCHORS, Area.TALK, _rated_share,
    ),
    Metric(
        "invitations_answered",
        N_("Invitations answered"),
        N_("Invitations of the period that were answered ÷ invitations"),
        Unit.SHARE, Good.UP, ANCHORS, Area.TALK, _answered,
    ),
    Metric(
        "satisfaction",
        N_("Satisfaction"),
        N_("Ratings of the period that say satisfied or very satisfied ÷ ratings"),
        Unit.SHARE, Good.UP, f"{DOMAIN}, {ANCHORS}", Area.TALK, _satisfaction,
    ),
    Metric(
        "dissatisfied",
        N_("Dissatisfied ratings"),
        N_("Ratings of the period that say dissatisfied or very dissatisfied"),
        Unit.SESSIONS, Good.DOWN, DOMAIN, Area.TALK, count_of(_dissatisfied),
    ),
    Metric(
        "dissatisfaction",
        N_("Dissatisfaction"),
        N_("Ratings of the period that say dissatisfied or very dissatisfied ÷ ratings"),
        Unit.SHARE, Good.DOWN, ANCHORS, Area.TALK, _rated_at_most(DISSATISFIED),
    ),
    Metric(
        "low_ratings",
        N_("Ratings of 3 and less"),
        N_("Ratings of the period that say so-so or worse ÷ ratings"),
        Unit.SHARE, Good.DOWN, ANCHORS, Area.TALK, _rated_at_most(3),
    ),
)  # fmt: skip
