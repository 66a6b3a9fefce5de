"""Collects after-sales and satisfaction for the samples of a `Collector`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from app.stats.model import By
from app.stats.sample import Sample
from app.stats.service_sample import Case, Rated

if TYPE_CHECKING:
    from app.stats.collect import Collector

_CASES: Final = (
    "SELECT c.kind, c.state, c.grade, c.amount_fen, c.freight_fen, c.requested_at, c.done_at, "
    "c.product, c.staff_id, a.agent_id, a.channel, b.agent_id, b.channel FROM stats_after_sales c "
    "LEFT JOIN stats_orders o ON o.order_id = c.order_id "
    "LEFT JOIN stats_parts a ON a.rid = o.order_part "
    "LEFT JOIN stats_parts b ON b.rid = o.pay_part "
    "WHERE (c.requested_at >= :start AND c.requested_at < :end) "
    "OR (c.done_at >= :start AND c.done_at < :end)"
)
_RATINGS: Final = (
    "SELECT customer_id, channel, staff_id, invited_at, answered_at, level FROM stats_ratings "
    "WHERE (invited_at >= :start AND invited_at < :end) "
    "OR (answered_at >= :start AND answered_at < :end)"
)


class ServiceCollector:
    """Adds after-sales and satisfaction."""

    def __init__(self, run: Any, within: Collector) -> None:
        self._run, self._within = run, within
        self._query = within.query
        self._period = {"start": within.query.start, "end": within.query.end}

    def collect(self) -> None:
        """Read the records of the period."""
        self._take_cases()
        if self._query.by is not By.PRODUCT:
            self._take_ratings()

    def _take_cases(self) -> None:
        for row in self._run.execute(_CASES, self._period).fetchall():
            case, product, staff = Case(*row[:7]), row[7], row[8]
            # Who noted it; of an imported one who is credited with the order.
            credited, channel = row[9:11] if row[9] is not None else row[11:13]
            agent = credited if staff is None else staff
            for at, name in ((case.requested_at, "asked"), (case.done_at, "done")):
                if at is not None and self._inside(at):
                    for sample in self._meant(agent, channel or "", at, product):
                        getattr(sample.service, name).append(case)

    def _meant(self, agent: bytes | None, channel: str, at: int, product: str) -> Iterable[Sample]:
        yield from self._within.samples(agent, channel, at)
        if self._query.by is By.PRODUCT and product and self._query.agent in {None, agent}:
            yield self._within.group(product)

    def _take_ratings(self) -> None:
        within = self._within
        filtered = within.filtered
        for customer, channel, agent, invited, answered, level in self._run.execute(
            _RATINGS, self._period
        ).fetchall():
            if customer in filtered:
                continue
            rating = Rated(customer, level)
            for at, name in ((invited, "invited"), (answered, "rated")):
                if at is not None and self._inside(at):
                    for sample in within.samples(agent, channel, at):
                        getattr(sample.service, name).append(rating)

    def _inside(self, at: int) -> bool:
        return self._query.start <= at < self._query.end
