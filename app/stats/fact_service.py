"""Writes what the numbers need of after-sales records and of satisfaction answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.stats.stale import Note, Stale, roots_of, rows_of
from db.models import Party
from db.registry import BY_NAME

_CASES: Final = BY_NAME["after_sales"].number
_RATINGS: Final = BY_NAME["satisfaction"].number

_CASES_NOW: Final = (
    "SELECT a.rid, coalesce(i.title, a.item_title), a.order_id, a.staff_id, a.kind, a.state, "
    "a.reason_group, a.responsibility, a.grade, a.amount_fen, "
    f"CASE WHEN a.freight_payer IN ('{Party.SELLER}', '{Party.CARRIER}') THEN a.freight_fen "
    "ELSE 0 END, a.disputed, a.requested_at, a.done_at FROM after_sales a "
    "LEFT JOIN order_items i ON i.id = a.item_id AND i._del = 0 "
    "WHERE a.id IN ({marks}) AND a._del = 0"
)
_ONLY_TITLES: Final = (
    "SELECT order_id, min(title) FROM order_items WHERE order_id IN ({marks}) AND _del = 0 "
    "GROUP BY order_id HAVING count(*) = 1"
)
_KEEP_CASE: Final = (
    "INSERT INTO stats_after_sales(rid, product, order_id, staff_id, kind, state, reason_group, "
    "responsibility, grade, amount_fen, freight_fen, disputed, requested_at, done_at) "
    f"VALUES (?{', ?' * 13})"
)
_RATINGS_NOW: Final = (
    "SELECT s.rid, c.customer_id, s.conversation_id, c.channel, s.staff_id, s.automatic, "
    "s.invited_at, s.answered_at, s.level FROM satisfaction s "
    "JOIN conversations c ON c.id = s.conversation_id AND c._del = 0 "
    "WHERE s.id IN ({marks}) AND s._del = 0"
)
_KEEP_RATING: Final = (
    "INSERT INTO stats_ratings(rid, customer_id, conversation_id, channel, staff_id, automatic, "
    f"invited_at, answered_at, level) VALUES (?{', ?' * 8})"
)


def keep_cases(run: Any, ids: Iterable[bytes]) -> None:
    """Work these after-sales records out anew."""
    known = list(ids)
    _forget(run, "stats_after_sales", "after_sales", known)
    rows = list(rows_of(run, _CASES_NOW, known))
    # A record that names no item is about the only one of its order; else nothing is known.
    nameless = {order for _rid, title, order, *_rest in rows if not title and order is not None}
    titles = dict(rows_of(run, _ONLY_TITLES, nameless))
    run.executemany(
        _KEEP_CASE,
        [(rid, title or titles.get(order, ""), order, *rest) for rid, title, order, *rest in rows],
    )


def keep_ratings(run: Any, ids: Iterable[bytes]) -> None:
    """Work these invitations and answers out anew; without their conversation they don't count."""
    known = list(ids)
    _forget(run, "stats_ratings", "satisfaction", known)
    rows = list(rows_of(run, _RATINGS_NOW, known))
    roots = roots_of(run, {row[1] for row in rows})
    run.executemany(_KEEP_RATING, [(rid, roots[who], *rest) for rid, who, *rest in rows])


def _forget(run: Any, facts: str, table: str, ids: list[bytes]) -> None:
    rids = rows_of(run, f"SELECT rid FROM {table} WHERE id IN ({{marks}})", ids)
    run.executemany(f"DELETE FROM {facts} WHERE rid = ?", list(rids))


def keep_stale(run: Any, notes: Sequence[Note], stale: Stale) -> None:
    """Work out anew what hangs on the rows of these notes, and on what was stale for them."""
    cases = [note for note in notes if note.table == _CASES]
    ratings = [note for note in notes if note.table == _RATINGS]
    # A row that was purged leaves nothing to be worked out, and its number may be used anew.
    run.executemany("DELETE FROM stats_after_sales WHERE rid = ?", [(n.rid,) for n in cases])
    run.executemany("DELETE FROM stats_ratings WHERE rid = ?", [(n.rid,) for n in ratings])
    of_orders = _of(run, "after_sales", "order_id", stale.orders)
    keep_cases(run, sorted(of_orders | {note.row for note in cases}))
    talks = _of(run, "satisfaction", "conversation_id", stale.conversations)
    keep_ratings(run, sorted(talks | {note.row for note in ratings}))


def _of(run: Any, table: str, owner: str, values: Iterable[bytes]) -> set[bytes]:
    statement = f"SELECT id FROM {table} WHERE {owner} IN ({{marks}})"
    return {row_id for (row_id,) in rows_of(run, statement, values)}
