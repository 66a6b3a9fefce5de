"""Collects the orders of a period, and what came of inquiries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.stats.awards import awards
from app.stats.model import By
from app.stats.reminders import Due, reminded
from app.stats.sample import Inquiry, Sale, Sample
from app.stats.settings import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from app.stats.collect import Collector

_Part = tuple[bytes, str]
"""Agent and channel of a reception."""

_Order = tuple[int, int | None, bytes | None]
"""When an order was made and paid, and whose it is by the time it was made."""

_ORDERS = (
    "SELECT o.order_id, o.customer_id, o.created_at, o.paid_at, o.shipped_at, o.closed_at, "
    "o.total_fen, o.paid_fen, o.postage_fen, o.refund_fen, o.quantity, a.agent_id, a.channel, "
    "b.agent_id, b.channel, c.agent_id, c.channel, o.place, o.since_ms FROM stats_orders o "
    "LEFT JOIN stats_parts a ON a.rid = o.order_part "
    "LEFT JOIN stats_parts b ON b.rid = o.pay_part LEFT JOIN stats_parts c ON c.rid = o.jd_part "
    "WHERE (o.created_at >= :start AND o.created_at < :end) "
    "OR (o.paid_at >= :start AND o.paid_at < :end)"
)
_BUYERS = "SELECT count(*) FROM stats_orders WHERE place = 1 AND paid_at < ?"
_BETWEEN = (
    "SELECT o.customer_id, o.created_at, o.paid_at, a.agent_id, o.order_id, o.closed_at "
    "FROM stats_orders o "
    "LEFT JOIN stats_parts a ON a.rid = o.order_part WHERE o.created_at >= ? "
    "AND o.created_at < ? AND o.customer_id IS NOT NULL AND o.created_at > 0"
)
_SIGNED_MS = 48 * HOUR_MS
_SIGNED = (
    "SELECT o.order_id, o.shipped_at, count(*) = count(s.signed_at), max(s.signed_at) "
    "FROM stats_orders o JOIN order_shipments l ON l.order_id = o.order_id AND l._del = 0 "
    "JOIN shipments s ON s.id = l.shipment_id AND s._del = 0 "
    "WHERE o.paid_at >= ? AND o.paid_at < ? AND o.shipped_at IS NOT NULL GROUP BY o.order_id"
)
_ITEMS = "SELECT product, quantity, amount_fen, refund_fen FROM stats_items WHERE order_id = ?"


class OrderCollector:
    """Adds the orders to the samples of a `Collector`."""

    def __init__(self, run: Any, within: Collector) -> None:
        self._run, self._within = run, within
        self._query, self._rules, self._clock = within.query, within.rules, within.clock
        self._given = awards(run)
        self._signed = dict(self._parcels())

    def collect(self) -> None:
        """Read the orders and follow the inquiries up."""
        period = {"start": self._query.start, "end": self._query.end}
        for row in self._run.execute(_ORDERS, period).fetchall():
            self._take(row)
        if self._query.by is not By.PRODUCT:
            self._follow_inquiries()
        (buyers,) = self._run.execute(_BUYERS, (self._query.end,)).fetchone()
        for sample in (self._within.total, *self._within.groups.values()):
            sample.known_buyers = buyers

    def _parcels(self) -> Iterator[tuple[bytes, bool]]:
        """Orders paid in the period of which it is known whether they were signed for quickly."""
        query = self._query
        for order, shipped, whole, last in self._run.execute(
            _SIGNED, (query.start, query.end)
        ).fetchall():
            if whole:
                yield order, last - shipped <= _SIGNED_MS
            elif query.now - shipped > _SIGNED_MS:
                yield order, False

    def _take(self, row: tuple[Any, ...]) -> None:
        order, customer, created, paid, shipped, closed, total, gross = row[:8]
        by_order, by_pay, by_jd = _part(*row[11:13]), _part(*row[13:15]), _part(*row[15:17])
        by_rule, sold_at = self._rule(created, paid, closed, by_order, by_pay, by_jd)
        if (given := self._given.get(order)) is not None:
            talk = by_rule or by_order or by_pay or by_jd
            by_rule = (given, talk[1] if talk else "")
        place, since = row[17:] if paid is not None and paid < self._query.end else (0, None)
        sale = Sale(
            order=order,
            buyer=customer or order,
            created_at=created,
            paid_at=paid,
            shipped_at=shipped,
            gross=total if self._rules.attribution == "jd" else gross,
            postage=row[8],
            refund=row[9],
            quantity=row[10],
            agent=by_rule[0] if by_rule else None,
            order_agent=by_order[0] if by_order else None,
            pay_agent=by_pay[0] if by_pay else None,
            same_day_dispatch=bool(
                paid and shipped and self._clock.day(paid) == self._clock.day(shipped)
            ),
            signed_soon=self._signed.get(order),
            since=since,
            place=place,
        )
        for at, part, name in (
            (sold_at, by_rule, "sold"),
            (created, by_order, "ordered"),
            (paid, by_pay, "paid"),
        ):
            if at is not None and self._query.start <= at < self._query.end:
                self._add(sale, at, part, name)

    def _rule(
        self,
        created: int,
        paid: int | None,
        closed: int | None,
        by_order: _Part | None,
        by_pay: _Part | None,
        by_jd: _Part | None,
    ) -> tuple[_Part | None, int | None]:
        """Who gets it by the rule in force, and when it counts as sold (None: never)."""
        match self._rules.attribution:
            case "order":
                return by_order, paid
            case "payment":
                return by_pay, paid
            case "jd":
                back = closed is not None and closed - created <= self._rules.jd_cancel_ms
                return by_jd, None if back else created
        return by_order or by_pay, paid

    def _add(self, sale: Sale, at: int, part: _Part | None, name: str) -> None:
        agent, channel = part or (None, "")
        for sample in self._within.samples(agent, channel, at):
            getattr(sample, name).append(sale)
        if self._query.by is By.PRODUCT and self._query.agent in {None, agent}:
            for product, piece in self._pieces(sale):
                getattr(self._within.group(product), name).append(piece)

    def _pieces(self, sale: Sale) -> Iterator[tuple[str, Sale]]:
        for product, quantity, amount, refund in self._run.execute(
            _ITEMS, (sale.order,)
        ).fetchall():
            yield (
                product,
                sale._replace(gross=amount, postage=0, refund=refund, quantity=quantity),
            )

    def _follow_inquiries(self) -> None:
        """Tell who came to buy and what they did, in each sample from its own first message on."""
        rules, query = self._rules, self._query
        reach = max(rules.inquiry_ms, 3 * DAY_MS)
        span = (query.start - rules.after_sales_ms, query.end + reach)
        orders: dict[bytes, list[_Order]] = defaultdict(list)
        dues: dict[bytes, list[Due]] = defaultdict(list)
        for customer, created, paid, agent, order, closed in self._run.execute(_BETWEEN, span):
            orders[customer].append((created, paid, agent))
            dues[customer].append(Due(order, created, paid, closed))
        for sample in (self._within.total, *self._within.groups.values()):
            for customer, at in sample.begun:
                for order, paid in reminded(dues.get(customer, ()), at, rules.payment_ms):
                    sample.reminded[order] = paid or sample.reminded.get(order, False)
        self._follow(self._within.total, orders, (query.agent,) if query.agent else ())
        for key, sample in self._within.groups.items():
            by_agent = (key,) if query.by is By.AGENT else ()
            self._follow(sample, orders, (query.agent,) if query.agent else by_agent)

    def _follow(
        self, sample: Sample, orders: dict[bytes, list[_Order]], agents: tuple[bytes | None, ...]
    ) -> None:
        """Look at each customer's first message; only orders of `agents` count where they are named."""
        for customer, asked in sample.first_wrote.items():
            inquiry = self._inquiry(asked, orders.get(customer, []), agents)
            if inquiry is not None:
                sample.inquiries.append(inquiry)

    def _inquiry(
        self, asked: int, orders: list[_Order], agents: tuple[bytes | None, ...]
    ) -> Inquiry | None:
        rules, day = self._rules, self._clock.day
        fresh = [o for o in orders if o[0] > asked]
        new = any(o[0] - asked <= rules.inquiry_ms for o in fresh)
        if not new and any(0 <= asked - o[0] <= rules.after_sales_ms for o in orders):
            return None
        mine = [o for o in fresh if not agents or o[2] in agents]
        today = day(asked)
        ordered = tuple(
            (
                day(created) <= today,
                day(created) <= today + 1,
                created - asked <= rules.inquiry_ms,
            )
            for created, _paid, _agent in mine
        )
        paid = tuple(
            (
                in_time[0] and paid is not None and day(paid) <= today,
                in_time[1] and paid is not None and day(paid) <= today + 1,
                in_time[2]
                and paid is not None
                and paid - asked <= rules.inquiry_ms + rules.payment_ms,
            )
            for in_time, (_created, paid, _agent) in zip(ordered, mine, strict=True)
        )
        return Inquiry(_any(ordered), _any(paid))


def _part(agent: bytes | None, channel: str | None) -> _Part | None:
    return None if agent is None else (agent, channel or "")


def _any(rows: tuple[tuple[bool, bool, bool], ...]) -> tuple[bool, bool, bool]:
    return (
        any(row[0] for row in rows),
        any(row[1] for row in rows),
        any(row[2] for row in rows),
    )
