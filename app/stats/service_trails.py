"""The facts behind the metrics of after-sales and satisfaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from app.stats.behind import Fact, FactReader, Trail
from app.stats.ledger import Kind
from app.stats.model import By
from app.stats.settings import DAY_MS
from db.models import AfterSaleKind, AfterSaleState, Grade, Party, ReasonGroup

_CASES: Final = (
    "SELECT c.kind, c.state, c.grade, c.amount_fen, c.freight_fen, c.requested_at, c.done_at, "
    "c.product, c.staff_id, a.agent_id, a.channel, b.agent_id, b.channel, c.order_id, "
    "s.conversation_id, s.customer_id FROM stats_after_sales c "
    "JOIN after_sales s ON s.rid = c.rid LEFT JOIN stats_orders o ON o.order_id = c.order_id "
    "LEFT JOIN stats_parts a ON a.rid = o.order_part "
    "LEFT JOIN stats_parts b ON b.rid = o.pay_part "
    "WHERE (c.requested_at >= :start AND c.requested_at < :end) "
    "OR (c.done_at >= :start AND c.done_at < :end)"
)
_RATINGS: Final = (
    "SELECT conversation_id, customer_id, channel, staff_id, invited_at, answered_at, level "
    "FROM stats_ratings WHERE (invited_at >= :start AND invited_at < :end) "
    "OR (answered_at >= :start AND answered_at < :end)"
)
_BACK: Final = (
    "SELECT order_id, reason_group, responsibility, amount_fen FROM stats_after_sales "
    "WHERE kind IN ('refund', 'return_refund') AND state = 'done' AND (? IS NULL OR product = ?)"
)
_DISPUTED: Final = (
    "SELECT order_id FROM stats_after_sales WHERE disputed AND (? IS NULL OR product = ?)"
)
_GIVEN: Final = frozenset({AfterSaleKind.COMPENSATION, AfterSaleKind.PRICE_REDUCTION})
_SATISFIED: Final = 4
_DISSATISFIED: Final = 2


class _Case(NamedTuple):
    """A record: times in Unix ms, amounts in fen."""

    kind: str
    state: str
    grade: str
    amount: int
    freight: int
    requested_at: int
    done_at: int | None


def _product(reader: FactReader) -> str | None:
    return reader.key if reader.query.by is By.PRODUCT and reader.grouped else None


def _cases(reader: FactReader, *, done: bool) -> Iterator[tuple[_Case, Fact]]:
    query, product = reader.query, _product(reader)
    for row in reader.run.execute(_CASES, {"start": query.start, "end": query.end}).fetchall():
        case, about, staff = _Case(*row[:7]), row[7], row[8]
        at = case.done_at if done else case.requested_at
        # Who noted it; of an imported one who is credited with the order.
        credited, channel = row[9:11] if row[9] is not None else row[11:13]
        agent = credited if staff is None else staff
        if at is None or not query.start <= at < query.end:
            continue
        if product is not None:
            if about != product or query.agent not in {None, agent}:
                continue
        elif not reader.mine(agent, channel or "", at):
            continue
        yield case, Fact(at, row[15], agent, channel or "", row[14], row[13])


def _living(case: _Case) -> bool:
    return case.state != AfterSaleState.WITHDRAWN


def _is_complaint(case: _Case) -> bool:
    return case.kind == AfterSaleKind.COMPLAINT and _living(case)


def _is_review(case: _Case) -> bool:
    return case.kind == AfterSaleKind.REVIEW and _living(case)


def _is_done(case: _Case) -> bool:
    return case.kind != AfterSaleKind.REVIEW and case.state == AfterSaleState.DONE


def _asked(keep: Callable[[_Case], bool], part: Callable[[_Case], bool] | None = None) -> Trail:
    return lambda reader: [
        replace(fact, counts=part(case) if part else True)
        for case, fact in _cases(reader, done=False)
        if keep(case)
    ]


def _done(keep: Callable[[_Case], bool], value: Callable[[_Case], float]) -> Trail:
    return lambda reader: [
        replace(fact, value=value(case))
        for case, fact in _cases(reader, done=True)
        if _is_done(case) and keep(case)
    ]


def _took(case: _Case) -> float:
    return ((case.done_at or case.requested_at) - case.requested_at) / DAY_MS


# --- refunds of the orders paid in the period ----------------------------------------------------


def _refunds(place: int, key: str, *, only: bool) -> Trail:
    """Orders paid, those count that have such a refund; with `only` no others."""

    def find(reader: FactReader) -> list[Fact]:
        product = _product(reader)
        back: Counter[bytes] = Counter()
        known: set[bytes] = set()
        for row in reader.run.execute(_BACK, (product, product)).fetchall():
            if row[0] is not None and row[place] == key:
                known.add(row[0])
                back[row[0]] += row[3]
        return _of_orders(reader, known, back, only=only)

    return find


def _disputes(reader: FactReader) -> list[Fact]:
    product = _product(reader)
    rows = reader.run.execute(_DISPUTED, (product, product)).fetchall()
    return _of_orders(reader, {row[0] for row in rows}, Counter(), only=False)


def _of_orders(
    reader: FactReader, known: set[bytes], back: Counter[bytes], *, only: bool
) -> list[Fact]:
    sales = {sale.order: sale for sale in reader.sales(Kind.PAID)}
    return [
        Fact(
            sale.paid_at or sale.created_at,
            None if sale.buyer == sale.order else sale.buyer,
            sale.pay_agent,
            "",
            order=order,
            value=float(back[order]),
            counts=order in known,
        )
        for order, sale in sales.items()
        if order in known or not only
    ]


# --- satisfaction ------------------------------------------------------------------------------


def _ratings(
    *,
    answered: bool,
    keep: Callable[[int | None], bool] = lambda _level: True,
    part: Callable[[int | None], bool] = lambda _level: True,
) -> Trail:
    def find(reader: FactReader) -> list[Fact]:
        period = {"start": reader.query.start, "end": reader.query.end}
        return [
            Fact(at, row[1], row[3], row[2], row[0], value=row[6], counts=part(row[6]))
            for row in reader.run.execute(_RATINGS, period).fetchall()
            if (at := row[5] if answered else row[4]) is not None
            and reader.query.start <= at < reader.query.end
            and row[1] not in reader.filtered
            and reader.mine(row[3], row[2], at)
            and keep(row[6])
        ]

    return find


def _satisfied(level: int | None) -> bool:
    return (level or 0) >= _SATISFIED


def _dissatisfied(level: int | None) -> bool:
    return (level or _SATISFIED) <= _DISSATISFIED


_GROUPS: Final = {
    group.value: 1
    for group in (
        ReasonGroup.SUBJECTIVE,
        ReasonGroup.PRODUCT,
        ReasonGroup.LOGISTICS,
        ReasonGroup.SERVICE,
    )
}
_PARTIES: Final = {party.value: 2 for party in (Party.BUYER, Party.SELLER, Party.CARRIER)}

SERVICE_TRAILS: Final[dict[str, Trail]] = {
    **{
        f"refund_rate_{key}": _refunds(place, key, only=False)
        for key, place in (_GROUPS | _PARTIES).items()
    },
    **{
        f"refunds_{key}": _refunds(place, key, only=True)
        for key, place in (_GROUPS | _PARTIES).items()
    },
    "dispute_rate": _disputes,
    "after_sales": _asked(lambda case: case.kind != AfterSaleKind.REVIEW),
    "after_sales_days": _done(lambda case: _took(case) >= 0, _took),
    "compensation": _done(lambda case: case.kind in _GIVEN, lambda case: case.amount),
    "after_sales_freight": _done(lambda case: case.freight > 0, lambda case: case.freight),
    "complaints": _asked(_is_complaint),
    "complaints_per_1000": _asked(_is_complaint),
    "reviews": _asked(_is_review),
    "good_review_rate": _asked(_is_review, lambda case: case.grade == Grade.GOOD),
    "invitations": _ratings(answered=False),
    "invitation_rate": _ratings(answered=False),
    "rating_rate": _ratings(answered=True),
    "invitations_answered": _ratings(answered=False, part=lambda level: level is not None),
    "satisfaction": _ratings(answered=True, part=_satisfied),
    "dissatisfied": _ratings(answered=True, keep=_dissatisfied),
    "dissatisfaction": _ratings(answered=True, part=_dissatisfied),
    "low_ratings": _ratings(answered=True, part=lambda level: (level or _SATISFIED) < _SATISFIED),
}
"""By the key of the metric."""

RATINGS: Final = frozenset(
    (
        "invitations invitation_rate rating_rate invitations_answered satisfaction dissatisfied "
        "dissatisfaction low_ratings"
    ).split()
)
"""Metrics behind which the values of the rows are levels, 5 (very satisfied) to 1."""
