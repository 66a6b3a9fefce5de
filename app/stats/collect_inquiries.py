"""Tells who came to buy and what they did, from their first message of the period on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from app.stats.model import By
from app.stats.reminders import Due, reminded
from app.stats.sample import Inquiry, Sample
from app.stats.settings import DAY_MS

if TYPE_CHECKING:
    from app.stats.collect import Collector

# Of those who were talked to in the period: nobody else can have inquired in it. They are too many
# to be looked up one by one, hence the +.
_ORDERS: Final = (
    "SELECT o.customer_id, o.order_id, o.created_at, o.paid_at, o.closed_at, a.agent_id "
    "FROM stats_orders o LEFT JOIN stats_parts a ON a.rid = o.order_part "
    "WHERE o.created_at >= ? AND o.created_at < ? AND o.created_at > 0 AND +o.customer_id IN "
    "(SELECT customer_id FROM stats_parts WHERE ends_at >= ? AND session_at < ?)"
)
_NEVER: Final = (False, False, False)
_NOTHING: Final = Inquiry(_NEVER, _NEVER)


class InquiryCollector:
    """Adds the inquiries to the samples of a `Collector`, which know who wrote first when."""

    def __init__(self, run: Any, within: Collector) -> None:
        self._run, self._within = run, within
        self._query, self._rules, self._clock = within.query, within.rules, within.clock

    def collect(self) -> None:
        """Follow everybody up, in each sample from its own first message on."""
        orders, query = self._orders(), self._query
        for key, sample in ((None, self._within.total), *self._within.groups.items()):
            agents = {key} if query.by is By.AGENT and sample is not self._within.total else None
            self._follow(sample, orders, {query.agent} if query.agent else agents)
            for customer, at in sample.begun:
                for order, paid in reminded(orders.get(customer, ()), at, self._rules.payment_ms):
                    sample.reminded[order] = paid or sample.reminded.get(order, False)

    def _orders(self) -> dict[bytes, list[Due]]:
        rules, query = self._rules, self._query
        span = (
            query.start - rules.after_sales_ms,
            query.end + max(rules.inquiry_ms, 3 * DAY_MS),
        )
        found: dict[bytes, list[Due]] = defaultdict(list)
        period = (query.start, query.end)
        for customer, *order in self._run.execute(_ORDERS, (*span, *period)).fetchall():
            found[customer].append(Due(*order))
        return found

    def _follow(
        self, sample: Sample, orders: dict[bytes, list[Due]], agents: set[bytes | None] | None
    ) -> None:
        """Look at each customer's first message; where `agents` are named only their orders count."""
        for customer, asked in sample.first_wrote.items():
            theirs = orders.get(customer)
            inquiry = self._inquiry(asked, theirs, agents) if theirs else _NOTHING
            if inquiry is not None:
                sample.inquiries.append(inquiry)

    def _inquiry(
        self, asked: int, orders: Sequence[Due], agents: set[bytes | None] | None
    ) -> Inquiry | None:
        rules = self._rules
        fresh = [o for o in orders if o.created_at > asked]
        new = any(o.created_at - asked <= rules.inquiry_ms for o in fresh)
        if not new and any(0 <= asked - o.created_at <= rules.after_sales_ms for o in orders):
            return None
        ordered = paid = _NEVER
        for order in fresh:
            if agents is None or order.agent in agents:
                in_time = self._in_time(asked, order.created_at, rules.inquiry_ms)
                ordered = _either(ordered, in_time)
                if order.paid_at is not None:
                    most = rules.inquiry_ms + rules.payment_ms
                    paid = _either(paid, _both(in_time, self._in_time(asked, order.paid_at, most)))
        return Inquiry(ordered, paid)

    def _in_time(self, asked: int, at: int, most_ms: int) -> tuple[bool, bool, bool]:
        """Whether it came the same day, by the end of the next one, and soon enough."""
        days = self._clock.day(at) - self._clock.day(asked)
        return days <= 0, days <= 1, at - asked <= most_ms


_Three = tuple[bool, bool, bool]


def _either(one: _Three, other: _Three) -> _Three:
    return one[0] or other[0], one[1] or other[1], one[2] or other[2]


def _both(one: _Three, other: _Three) -> _Three:
    return one[0] and other[0], one[1] and other[1], one[2] and other[2]
