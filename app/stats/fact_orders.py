"""Writes what the numbers need of orders, and to which receptions they are credited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from app.stats.credit import Reception, asked_before, credited, credited_by_jd
from app.stats.fact_refunds import Given, Line, read_given, settle
from app.stats.settings import FactRules
from app.stats.stale import pieces, roots_of, rows_of
from db.clock import UNTIMED_BELOW

_ORDERS: Final = (
    "SELECT id, customer_id, created_at, paid_at, shipped_at, "
    "CASE WHEN status = 'closed' THEN ended_at END, "
    "total_fen, paid_fen, postage_fen, refund_fen, quantity "
    "FROM orders WHERE id IN ({marks}) AND _del = 0"
)
_ITEMS: Final = (
    "SELECT order_id, rid, id, title, quantity, coalesce(paid_fen, price_fen * quantity), "
    "refund_fen, product_number, sku_code FROM order_items "
    "WHERE order_id IN ({marks}) AND _del = 0"
)
_COLUMNS: Final = (
    *("customer_id", "created_at", "paid_at", "shipped_at", "closed_at", "total_fen", "paid_fen"),
    *("postage_fen", "refund_fen", "quantity", "order_part", "pay_part", "jd_part"),
)
_KEEP: Final = (
    f"INSERT INTO stats_orders(order_id, {', '.join(_COLUMNS)}) "
    f"VALUES (?{', ?' * len(_COLUMNS)}) ON CONFLICT(order_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)
    # Nobody's orders have no places among a buyer's; others' places are counted afterwards.
    + ", place = iif(excluded.customer_id IS NULL, 0, place)"
    + ", since_ms = iif(excluded.customer_id IS NULL, NULL, since_ms)"
)
_NEW_ITEM: Final = (
    "INSERT OR REPLACE INTO stats_items(rid, order_id, product, quantity, amount_fen, refund_fen) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
_BUYERS: Final = "SELECT order_id, customer_id FROM stats_orders WHERE order_id IN ({marks})"
_PAID: Final = (
    "SELECT customer_id, rid, paid_at, place, since_ms FROM stats_orders "
    "WHERE customer_id IN ({marks}) ORDER BY customer_id, paid_at, order_id"
)
_RECEPTIONS: Final = (
    "SELECT customer_id, rid, agent_id, conversation_id, session_at, starts_at, ends_at "
    "FROM stats_parts WHERE customer_id IN ({marks}) AND agent_id IS NOT NULL "
    f"AND ends_at >= {UNTIMED_BELOW}"
)
_SHOWN: Final = (
    "SELECT part, product, at FROM stats_messages WHERE part IN ({marks}) AND product <> ''"
)


@dataclass(slots=True)
class _Around:
    """What is known beside some orders. `shown` are the products shown in a reception, and when."""

    roots: dict[bytes, bytes]
    lines: dict[bytes, list[Line]]
    given: dict[bytes, list[Given]]
    receptions: dict[bytes, list[Reception]]
    shown: dict[int, list[tuple[str, int]]]


def receptions_of(run: Any, customers: Iterable[bytes]) -> dict[bytes, list[Reception]]:
    """All receptions of customers whose time is known, as the facts know them."""
    found: dict[bytes, list[Reception]] = defaultdict(list)
    for customer, *row in rows_of(run, _RECEPTIONS, customers):
        found[customer].append(Reception(*row))
    return found


def orders_of(run: Any, customers: Iterable[bytes]) -> set[bytes]:
    """The orders the facts know of these customers."""
    statement = "SELECT order_id FROM stats_orders WHERE customer_id IN ({marks})"
    return {order for (order,) in rows_of(run, statement, customers)}


def judge_orders(run: Any, orders: Iterable[bytes], rules: FactRules) -> None:
    """Work these orders out anew."""
    for piece in pieces(orders):
        _judge(run, piece, rules)


def _judge(run: Any, piece: list[bytes], rules: FactRules) -> None:
    known = {row[0]: row[1:] for row in rows_of(run, _ORDERS, piece)}
    around = _read_around(run, known, rules)
    buyers = {buyer for _order, buyer in rows_of(run, _BUYERS, piece)}
    buyers |= set(around.roots.values())
    orders, items = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for order, row in known.items():
        lines = around.lines[order]
        refunds = settle(row[8], lines, around.given[order])
        quantity = row[9] or sum(line.quantity for line in lines)
        root = around.roots.get(row[0])
        facts = (row[1], row[2] or None, *row[3:8], refunds.order, quantity)
        orders.append((order, root, *facts, *_credit(root, row[1], row[2], lines, around, rules)))
        items += [
            (line.rid, order, line.title, line.quantity, line.amount_fen, refunds.lines[line.rid])
            for line in lines
        ]
    # Of no order that is gone, and of none that lost a line, is anything left.
    run.execute(f"DELETE FROM stats_items WHERE order_id IN ({_marks(piece)})", piece)
    gone = [order for order in piece if order not in known]
    run.execute(f"DELETE FROM stats_orders WHERE order_id IN ({_marks(gone)})", gone)
    run.executemany(_KEEP, orders)
    run.executemany(_NEW_ITEM, items)
    _place(run, buyers - {None})


def _marks(values: list[bytes]) -> str:
    return ", ".join("?" * len(values))


def _read_around(run: Any, known: dict[bytes, tuple[Any, ...]], rules: FactRules) -> _Around:
    lines: dict[bytes, list[Line]] = defaultdict(list)
    for order, *line in rows_of(run, _ITEMS, known):
        lines[order].append(Line(*line))
    roots = roots_of(run, {row[0] for row in known.values() if row[0]})
    receptions = receptions_of(run, set(roots.values()))
    found = _Around(roots, lines, read_given(run, known), receptions, defaultdict(list))
    # What was shown matters only where JD's rule has more than one reception to choose from.
    open_to_choice = {
        part.rid
        for order, row in known.items()
        if row[1] and _names(lines[order]) and (root := roots.get(row[0])) is not None
        for part in _several(asked_before(receptions[root], row[1], rules.jd_ms))
    }
    for part, product, at in rows_of(run, _SHOWN, open_to_choice):
        found.shown[part].append((product, at))
    return found


def _several(parts: list[Reception]) -> Iterator[Reception]:
    return iter(parts if len(parts) > 1 else ())


def _place(run: Any, buyers: Iterable[bytes]) -> None:
    """Count the paid orders of these buyers anew."""
    moved: list[tuple[int, int | None, int]] = []
    for _buyer, orders in groupby(rows_of(run, _PAID, buyers), key=itemgetter(0)):
        count, before = 0, 0
        for _customer, rid, paid, *known in orders:
            place, since = 0, None
            if paid is not None:
                count += 1
                place, since = count, paid - before if count > 1 else None
                before = paid
            if known != [place, since]:
                moved.append((place, since, rid))
    run.executemany("UPDATE stats_orders SET place = ?, since_ms = ? WHERE rid = ?", moved)


def _names(lines: Iterable[Line]) -> set[str]:
    return {name for line in lines for name in (line.product_number, line.sku_code) if name}


def _credit(
    root: bytes | None,
    created: int,
    paid: int | None,
    lines: list[Line],
    around: _Around,
    rules: FactRules,
) -> tuple[int | None, int | None, int | None]:
    """The receptions an order is credited to: by its time, by its payment's, by JD's rule."""
    receptions = around.receptions.get(root, []) if root is not None else []
    if not receptions:
        return None, None, None
    at_order = credited(receptions, created, rules.credit_ms) if created else None
    at_pay = credited(receptions, paid, rules.credit_ms) if paid else None
    by_jd = None
    if created:
        about = _about(receptions, created, lines, around.shown) if around.shown else ()
        by_jd = credited_by_jd(receptions, created, rules.jd_ms, about)
    return _rid(at_order), _rid(at_pay), _rid(by_jd)


def _about(
    receptions: list[Reception],
    before: int,
    lines: list[Line],
    shown: dict[int, list[tuple[str, int]]],
) -> set[int]:
    """Receptions in which a card of one of the products was shown before the order."""
    names = _names(lines)
    return {
        r.rid
        for r in receptions
        if any(product in names and at < before for product, at in shown.get(r.rid, ()))
    }


def _rid(reception: Reception | None) -> int | None:
    return None if reception is None else reception.rid
