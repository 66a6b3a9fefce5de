"""Orders as the rules in force see them: when they count, whose they are and what they come to.

One relation in SQL for each of what is sold, ordered and paid in a period. The numbers add it up,
and what stands behind a number lists it, so both mean the same orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from app.stats.local_time import LocalTime, day_name
from app.stats.model import By, Query
from app.stats.settings import DAY_MS, HOUR_MS, Rules

SIGNED_MS: Final = 48 * HOUR_MS
"""A parcel signed for within this time of its dispatch was quick."""

_LEDGER: Final = """
SELECT {key} AS key, o.order_id, coalesce(o.customer_id, o.order_id) AS buyer, o.created_at,
  o.paid_at, {gross} AS gross, {postage} AS postage, {refund} AS refund, {quantity} AS quantity,
  {owner} AS owner, a.agent_id AS order_agent, b.agent_id AS pay_agent,
  o.shipped_at > 0 AND {paid_day} = {shipped_day} AS same_day, {signed} AS signed,
  o.since_ms, o.place
FROM stats_orders o
LEFT JOIN stats_parts a ON a.rid = o.order_part
LEFT JOIN stats_parts b ON b.rid = o.pay_part
LEFT JOIN stats_parts c ON c.rid = o.jd_part
{joined}
WHERE {at} >= :start AND {at} < :end AND (:agent IS NULL OR {owner} = :agent) {only}
"""
# Decided on two stations at once, the later decision stands.
_GIVEN: Final = """
LEFT JOIN (
  SELECT order_id, agent_id, row_number() OVER (
    PARTITION BY order_id ORDER BY decided_at DESC, id DESC) AS later
  FROM appeals WHERE state = 'granted' AND _del = 0 AND agent_id IS NOT NULL
) g ON g.order_id = o.order_id AND g.later = 1
"""
_PARCELS: Final = """
LEFT JOIN (
  SELECT p.order_id, count(*) = count(s.signed_at) AS whole, max(s.signed_at) AS last
  FROM stats_orders p JOIN order_shipments l ON l.order_id = p.order_id AND l._del = 0
  JOIN shipments s ON s.id = l.shipment_id AND s._del = 0
  WHERE p.paid_at >= :start AND p.paid_at < :end AND p.shipped_at IS NOT NULL GROUP BY p.order_id
) sent ON sent.order_id = o.order_id
"""
_SIGNED: Final = (
    "CASE WHEN sent.whole THEN sent.last - o.shipped_at <= :signed_ms "
    "WHEN sent.whole = 0 AND :now - o.shipped_at > :signed_ms THEN 0 END"
)
_WHOLE: Final = {
    "postage": "o.postage_fen",
    "refund": "o.refund_fen",
    "quantity": "o.quantity",
}
_PIECE: Final = {
    "gross": "sum(i.amount_fen)",
    "postage": "0",
    "refund": "sum(i.refund_fen)",
    "quantity": "sum(i.quantity)",
}
_PIECES: Final = "JOIN stats_items i ON i.order_id = o.order_id"
_BY_PIECE: Final = " GROUP BY o.order_id, i.product"
_NOT_BACK: Final = "AND (o.closed_at IS NULL OR o.closed_at - o.created_at > :jd_cancel_ms)"
_BY_ORDER: Final = ("a.agent_id", "a.channel")
_BY_PAYMENT: Final = ("b.agent_id", "b.channel")
_RULES: Final = {
    "order": _BY_ORDER,
    "payment": _BY_PAYMENT,
    "order_first": ("coalesce(a.agent_id, b.agent_id)", "coalesce(a.channel, b.channel)"),
    "jd": ("c.agent_id", "c.channel"),
}


class Kind(StrEnum):
    """What happened to an order in the period."""

    SOLD = "sold"
    ORDERED = "ordered"
    PAID = "paid"


_JOINED: Final = {Kind.SOLD: _GIVEN, Kind.ORDERED: "", Kind.PAID: _PARCELS}


class Sale(NamedTuple):
    """An order, or what one product has of it; amounts in fen, times in Unix ms.

    `owner` has it: of what is sold by the rule in force, else by the order's or the payment's time.
    `since` are the ms since the customer's payment before, `place` counts the paid orders from 1.
    `signed_soon`: signed within 48 h of dispatch; None where that is not known (yet).
    """

    order: bytes
    buyer: bytes
    created_at: int
    paid_at: int | None
    gross: int
    postage: int
    refund: int
    quantity: int
    owner: bytes | None
    order_agent: bytes | None
    pay_agent: bytes | None
    same_day: bool
    signed_soon: bool | None
    since: int | None
    place: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The orders of a period, divided as the query says, or not at all without `by`."""

    run: Any
    query: Query
    rules: Rules
    clock: LocalTime

    def orders(self, kind: Kind) -> Iterator[tuple[Any, Sale]]:
        """Each order with the key of its row."""
        for key, *sale in self.read(self.relation(kind)):
            yield key, Sale(*sale)

    def read(self, statement: str) -> Iterator[tuple[Any, ...]]:
        """Run a statement over relations; the first column is the key of a row as people see it.

        Take them all before the cursor reads anything else.
        """
        values = {
            "start": self.query.start,
            "end": self.query.end,
            "agent": self.query.agent,
            "now": self.query.now,
            "signed_ms": SIGNED_MS,
            "jd_cancel_ms": self.rules.jd_cancel_ms,
        }
        rows: Iterator[tuple[Any, ...]] = self.run.execute(statement, values)
        if self.query.by in {By.HOUR, By.DAY}:
            return ((self._named(row[0]), *row[1:]) for row in rows)
        return rows

    def relation(self, kind: Kind) -> str:
        """The orders as a `SELECT`; its columns are `key` and those of `Sale`."""
        by_product = self.query.by is By.PRODUCT
        by_jd = self.rules.attribution == "jd"
        jd_sales = by_jd and kind is Kind.SOLD
        at = "o.created_at" if jd_sales or kind is Kind.ORDERED else "o.paid_at"
        owner, channel = self._owner(kind)
        whole = {**_WHOLE, "gross": "o.total_fen" if by_jd else "o.paid_fen"}
        return _LEDGER.format(
            **(_PIECE if by_product else whole),
            key=self._key(at, owner, channel),
            at=at,
            owner=owner,
            paid_day=self._day("o.paid_at"),
            shipped_day=self._day("o.shipped_at"),
            signed=_SIGNED if kind is Kind.PAID else "NULL",
            joined=_JOINED[kind] + (_PIECES if by_product else ""),
            only=(_NOT_BACK if jd_sales else "") + (_BY_PIECE if by_product else ""),
        )

    def _owner(self, kind: Kind) -> tuple[str, str]:
        """Whose an order is, and in which channel."""
        if kind is not Kind.SOLD:
            return _BY_ORDER if kind is Kind.ORDERED else _BY_PAYMENT
        agent, channel = _RULES[self.rules.attribution]
        talked = (
            "CASE WHEN g.agent_id IS NOT NULL THEN coalesce(a.channel, b.channel, c.channel) END"
        )
        return f"coalesce(g.agent_id, {agent})", f"coalesce({channel}, {talked})"

    def _key(self, at: str, owner: str, channel: str) -> str:
        match self.query.by:
            case By.AGENT:
                return owner
            case By.CHANNEL:
                return f"coalesce({channel}, '')"
            case By.DAY:
                return self._day(at)
            case By.HOUR:
                return f"{self._local(at)} % {DAY_MS} / {HOUR_MS}"
            case By.PRODUCT:
                return "i.product"
        return "NULL"

    def _day(self, column: str) -> str:
        return f"{self._local(column)} / {DAY_MS}"

    def _local(self, column: str) -> str:
        # Two days around the period: what lies further off is of no day of the period anyway.
        around = (self.query.start - 2 * DAY_MS, self.query.end + 2 * DAY_MS)
        return self.clock.in_sql(column, *around)

    def _named(self, key: int) -> str:
        return day_name(key) if self.query.by is By.DAY else f"{key:02d}"
