"""The metrics of refunds: of how many orders, for which reasons and on whose account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.core.i18n import N_
from app.stats.metric import DOMAIN, Area, Good, Metric, Unit, Work, part_of
from app.stats.model import Measure
from app.stats.sample import Sample
from app.stats.service_sample import OrderCases
from db.models import Party, ReasonGroup


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

_DISPUTES: Final = Metric(
    "dispute_rate",
    N_("Dispute rate"),
    N_(
        "Orders paid in the period with an after-sale the platform was called into ÷ "
        "orders paid in it"
    ),
    Unit.SHARE,
    Good.DOWN,
    DOMAIN,
    Area.SALES,
    _refunded(lambda cases: cases.disputed),
)

REFUNDS: Final = (
    *(m for group, words in _BY_REASON.items() for m in _refund_pair(group, words, _groups)),
    *(m for party, words in _BY_PARTY.items() for m in _refund_pair(party, words, _parties)),
    _DISPUTES,
)
