"""The metrics of after-sales records: how many, how fast, at what cost; complaints and reviews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.core.i18n import N_
from app.stats.metric import DOMAIN, Area, Good, Metric, Unit, count_of
from app.stats.model import Measure, share, spread
from app.stats.sample import Sample
from app.stats.service_sample import Case
from app.stats.settings import DAY_MS
from db.models import AfterSaleKind, AfterSaleState, Grade

_GIVEN: Final = frozenset({AfterSaleKind.COMPENSATION, AfterSaleKind.PRICE_REDUCTION})


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


CASES: Final = (
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
