"""Writes what the numbers need of orders, and to which receptions they are credited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.stats.credit import Reception, credited, credited_by_jd
from app.stats.settings import FactRules
from app.stats.stale import pieces, root_of
from db.clock import UNTIMED_BELOW

_ORDER: Final = (
    "SELECT customer_id, created_at, paid_at, shipped_at, "
    "CASE WHEN status = 'closed' THEN ended_at END, "
    "total_fen, paid_fen, postage_fen, refund_fen, quantity "
    "FROM orders WHERE id = ? AND _del = 0"
)
_ITEMS: Final = (
    "SELECT rid, title, quantity, coalesce(paid_fen, price_fen * quantity), refund_fen, "
    "product_number, sku_code FROM order_items WHERE order_id = ? AND _del = 0"
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
_BUYER: Final = "SELECT customer_id FROM stats_orders WHERE order_id = ?"
_PAID: Final = (
    "SELECT rid, paid_at, place, since_ms FROM stats_orders WHERE customer_id = ? "
    "ORDER BY paid_at, order_id"
)
_RECEPTIONS: Final = (
    "SELECT rid, agent_id, conversation_id, session_at, starts_at, ends_at FROM stats_parts "
    f"WHERE customer_id = ? AND agent_id IS NOT NULL AND ends_at >= {UNTIMED_BELOW}"
)


def receptions_of(run: Any, customer: bytes) -> list[Reception]:
    """All receptions of a customer whose time is known, as the facts know them."""
    return [Reception(*row) for row in run.execute(_RECEPTIONS, (customer,)).fetchall()]


def orders_of(run: Any, customers: Iterable[bytes]) -> set[bytes]:
    """The orders the facts know of these customers."""
    found: set[bytes] = set()
    for piece in pieces(customers):
        marks = ", ".join("?" * len(piece))
        statement = f"SELECT order_id FROM stats_orders WHERE customer_id IN ({marks})"
        found.update(order for (order,) in run.execute(statement, piece))
    return found


def judge_orders(run: Any, orders: Iterable[bytes], rules: FactRules) -> None:
    """Work these orders out anew."""
    known: dict[bytes, list[Reception]] = {}
    buyers: set[bytes] = set()
    for order in orders:
        before = run.execute(_BUYER, (order,)).fetchone()
        buyers.update(before or ())
        run.execute("DELETE FROM stats_items WHERE order_id = ?", (order,))
        row = run.execute(_ORDER, (order,)).fetchone()
        if row is None:
            run.execute("DELETE FROM stats_orders WHERE order_id = ?", (order,))
            continue
        items = run.execute(_ITEMS, (order,)).fetchall()
        root = root_of(run, row[0]) if row[0] else None
        buyers.add(root or b"")
        if root is not None and root not in known:
            known[root] = receptions_of(run, root)
        receptions = known[root] if root is not None else []
        credit = _credit(run, receptions, row[1], row[2] or None, _names(items), rules)
        quantity = row[9] or sum(item[2] for item in items)
        run.execute(_KEEP, (order, root, row[1], row[2] or None, *row[3:9], quantity, *credit))
        run.executemany(
            "INSERT OR REPLACE INTO stats_items"
            "(rid, order_id, product, quantity, amount_fen, refund_fen) VALUES (?, ?, ?, ?, ?, ?)",
            [(item[0], order, *item[1:5]) for item in items],
        )
    _place(run, buyers - {None, b""})


def _place(run: Any, buyers: Iterable[bytes]) -> None:
    """Count the paid orders of these buyers anew."""
    moved: list[tuple[int, int | None, int]] = []
    for buyer in buyers:
        count, before = 0, 0
        for rid, paid, *known in run.execute(_PAID, (buyer,)).fetchall():
            place, since = 0, None
            if paid is not None:
                count += 1
                place, since = count, paid - before if count > 1 else None
                before = paid
            if known != [place, since]:
                moved.append((place, since, rid))
    run.executemany("UPDATE stats_orders SET place = ?, since_ms = ? WHERE rid = ?", moved)


def _names(items: Iterable[tuple[Any, ...]]) -> set[str]:
    return {name for item in items for name in item[5:7] if name}


def _credit(
    run: Any,
    receptions: list[Reception],
    created: int,
    paid: int | None,
    products: set[str],
    rules: FactRules,
) -> tuple[int | None, int | None, int | None]:
    if not receptions:
        return None, None, None
    at_order = credited(receptions, created, rules.credit_ms) if created else None
    at_pay = credited(receptions, paid, rules.credit_ms) if paid else None
    by_jd = None
    if created:
        about = _about(run, receptions, created, products)
        by_jd = credited_by_jd(receptions, created, rules.jd_ms, about)
    return _rid(at_order), _rid(at_pay), _rid(by_jd)


def _rid(reception: Reception | None) -> int | None:
    return None if reception is None else reception.rid


def _about(run: Any, receptions: list[Reception], before: int, products: set[str]) -> set[int]:
    """Receptions in which a card of one of the products was shown before the order."""
    if not products:
        return set()
    found: set[int] = set()
    for piece in pieces(r.rid for r in receptions):
        marks = ", ".join("?" * len(piece))
        rows = run.execute(
            "SELECT part, product FROM stats_messages "
            f"WHERE part IN ({marks}) AND product <> '' AND at < ?",
            (*piece, before),
        )
        found.update(part for part, product in rows.fetchall() if product in products)
    return found
