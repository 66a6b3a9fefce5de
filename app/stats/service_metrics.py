"""The metrics of after-sales, reviews and satisfaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from app.core.i18n import N_
from app.stats.metric import ANCHORS, DOMAIN, Area, Good, Metric, Unit, Work, count_of, part_of
from app.stats.model import Measure, share, spread
from app.stats.sample import Sample
from app.stats.service_sample import Case, OrderCases
from app.stats.settings import DAY_MS
from db.models import AfterSaleKind, AfterSaleState, Grade, Party, ReasonGroup

SATISFIED: Final = 4
DISSATISFIED: Final = 2

_GIVEN: Final = frozenset({AfterSaleKind.COMPENSATION, AfterSaleKind.PRICE_REDUCTION})


def _refunded(keep: Callable[[OrderCases], bool]) -> Work:
    return part_of(
        lambda sample: sum(keep(cases) for cases in sample.sales.cases.values()),
        lambda sample: sample.sales.paid.orders,
    )


def _sum_of(sums: Callable[[OrderCases], dict[str, int]], key: str) -> Work:
    def measure(sample: Sample) -> Measure:
        found = [
            known[key] for cases in sample.sales.cases.values() if key in (known := sums(cases))
        ]
        return Measure(sum(found), len(found))

    return measure


def _groups(cases: OrderCases) -> dict[str, int]:
    return cases.groups


def _parties(cases: OrderCases) -> dict[str, int]:
    return cases.parties


def _living(cases: Iterable[Case], *kinds: str) -> list[Case]:
    """Records of these kinds that nobody withdrew."""
    return [c for c in cases if c.kind in kinds and c.state != AfterSaleState.WITHDRAWN]


def _complaints(sample: Sample) -> list[Case]:
    return _living(sample.service.asked, AfterSaleKind.COMPLAINT)


def _reviews(sample: Sample) -> list[Case]:
    return _living(sample.service.asked, AfterSaleKind.REVIEW)


def _per_thousand(sample: Sample) -> Measure:
    return share(1000 * len(_complaints(sample)), sample.sales.paid.orders)


def _good_reviews(sample: Sample) -> Measure:
    reviews = _reviews(sample)
    return share(sum(c.grade == Grade.GOOD for c in reviews), len(reviews))


def _requested(sample: Sample) -> int:
    return sum(c.kind != AfterSaleKind.REVIEW for c in sample.service.asked)


def _done(sample: Sample) -> list[Case]:
    return [
        c
        for c in sample.service.done
        if c.kind != AfterSaleKind.REVIEW and c.state == AfterSaleState.DONE
    ]


def _handling(sample: Sample) -> Measure:
    waits = [c.done_at - c.requested_at for c in _done(sample) if c.done_at is not None]
    return spread([wait for wait in waits if wait >= 0], DAY_MS)


def _compensated(sample: Sample) -> Measure:
    given = [c.amount for c in _done(sample) if c.kind in _GIVEN]
    return Measure(sum(given), len(given))


def _freight(sample: Sample) -> Measure:
    borne = [c.freight for c in _done(sample) if c.freight]
    return Measure(sum(borne), len(borne))


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


def _refund_pair(
    key: str, words: tuple[str, str, str, str], sums: Callable[[OrderCases], dict[str, int]]
) -> tuple[Metric, Metric]:
    name, formula, sum_name, sum_formula = words
    rate = _refunded(lambda cases: key in sums(cases))
    amount = _sum_of(sums, key)
    return (
        Metric(
            f"refund_rate_{key}", name, formula, Unit.SHARE, Good.DOWN, DOMAIN, Area.SALES, rate
        ),
        Metric(
            f"refunds_{key}", sum_name, sum_formula, Unit.FEN, Good.DOWN, DOMAIN, Area.SALES, amount
        ),
    )


_BY_REASON: Final = {
    ReasonGroup.SUBJECTIVE: (
        N_("Refund rate, buyer's own reason"),
        N_("Orders paid in the period with a refund that is done, for the buyer's own reason ÷ orders paid in it"),
        N_("Refunds, buyer's own reason"),
        N_("Amount of the refunds of orders paid in the period that are done, for the buyer's own reason"),
    ),
    ReasonGroup.PRODUCT: (
        N_("Refund rate, product"),
        N_("The same for reasons that lie in the product"),
        N_("Refunds, product"),
        N_("The same for reasons that lie in the product"),
    ),
    ReasonGroup.LOGISTICS: (
        N_("Refund rate, logistics"),
        N_("The same for reasons that lie in the delivery"),
        N_("Refunds, logistics"),
        N_("The same for reasons that lie in the delivery"),
    ),
    ReasonGroup.SERVICE: (
        N_("Refund rate, service"),
        N_("The same for reasons that lie in the service"),
        N_("Refunds, service"),
        N_("The same for reasons that lie in the service"),
    ),
}  # fmt: skip
_BY_PARTY: Final = {
    Party.BUYER: (
        N_("Refund rate, buyer responsible"),
        N_("Orders paid in the period with a refund that is done and for which the buyer answers ÷ orders paid in it"),
        N_("Refunds, buyer responsible"),
        N_("Amount of the refunds of orders paid in the period that are done and for which the buyer answers"),
    ),
    Party.SELLER: (
        N_("Refund rate, shop responsible"),
        N_("The same where the shop answers"),
        N_("Refunds, shop responsible"),
        N_("The same where the shop answers"),
    ),
    Party.CARRIER: (
        N_("Refund rate, carrier responsible"),
        N_("The same where the carrier answers"),
        N_("Refunds, carrier responsible"),
        N_("The same where the carrier answers"),
    ),
}  # fmt: skip

_RECORDS: Final = (
    Metric(
        "dispute_rate",
        N_("Dispute rate"),
        N_("Orders paid in the period with an after-sale the platform was called into ÷ orders paid in it"),
        Unit.SHARE, Good.DOWN, DOMAIN, Area.SALES, _refunded(lambda cases: cases.disputed),
    ),
    Metric(
        "after_sales",
        N_("After-sales requested"),
        N_("Records of the period without reviews; of an agent those they noted, imported ones by the order's agent; of a product those that name it or whose order has nothing else"),
        Unit.ORDERS, Good.DOWN, DOMAIN, Area.SALES, count_of(_requested),
    ),
    Metric(
        "after_sales_days",
        N_("Days to settle an after-sale"),
        N_("Mean over those done in the period: days since they were requested"),
        Unit.DAYS, Good.DOWN, DOMAIN, Area.SALES, _handling,
    ),
    Metric(
        "compensation",
        N_("Compensation"),
        N_("Amount of compensations and price reductions done in the period"),
        Unit.FEN, Good.DOWN, DOMAIN, Area.SALES, _compensated,
    ),
    Metric(
        "after_sales_freight",
        N_("Freight borne by the shop"),
        N_("Freight of the after-sales done in the period, where the shop pays or claims it from the carrier"),
        Unit.FEN, Good.DOWN, DOMAIN, Area.SALES, _freight,
    ),
    Metric(
        "complaints",
        N_("Complaints"),
        N_("Complaints of the period that were not withdrawn"),
        Unit.ORDERS, Good.DOWN, DOMAIN, Area.SALES, count_of(lambda s: len(_complaints(s))),
    ),
    Metric(
        "complaints_per_1000",
        N_("Complaints per 1,000 orders"),
        N_("1,000 × complaints of the period ÷ orders paid in it"),
        Unit.RATIO, Good.DOWN, DOMAIN, Area.SALES, _per_thousand,
    ),
    Metric(
        "reviews",
        N_("Reviews"),
        N_("Reviews of the period"),
        Unit.ORDERS, Good.NEITHER, DOMAIN, Area.SALES, count_of(lambda s: len(_reviews(s))),
    ),
    Metric(
        "good_review_rate",
        N_("Good review rate"),
        N_("Good reviews ÷ reviews of the period"),
        Unit.SHARE, Good.UP, DOMAIN, Area.SALES, _good_reviews,
    ),
)  # fmt: skip

_RATINGS: Final = (
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

SERVICE: Final = (
    *(
        metric
        for group, words in _BY_REASON.items()
        for metric in _refund_pair(group, words, _groups)
    ),
    *(
        metric
        for party, words in _BY_PARTY.items()
        for metric in _refund_pair(party, words, _parties)
    ),
    *_RECORDS,
    *_RATINGS,
)
