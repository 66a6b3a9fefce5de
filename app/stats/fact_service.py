"""Writes what the numbers need of after-sales records and of satisfaction answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.stats.stale import Note, Stale, pieces, root_of
from db.models import Party
from db.registry import BY_NAME

_CASES: Final = BY_NAME["after_sales"].number
_RATINGS: Final = BY_NAME["satisfaction"].number

_CASE: Final = (
    "SELECT rid, _del, item_id, item_title, order_id, staff_id, kind, state, reason_group, "
    "responsibility, grade, amount_fen, "
    f"CASE WHEN freight_payer IN ('{Party.SELLER}', '{Party.CARRIER}') THEN freight_fen ELSE 0 END,"
    " disputed, requested_at, done_at FROM after_sales WHERE id = ?"
)
_KEEP_CASE: Final = (
    "INSERT INTO stats_after_sales(rid, product, order_id, staff_id, kind, state, reason_group, "
    "responsibility, grade, amount_fen, freight_fen, disputed, requested_at, done_at) "
    f"VALUES (?{', ?' * 13})"
)
_RATING: Final = (
    "SELECT s.rid, s._del, c.customer_id, s.conversation_id, c.channel, s.staff_id, s.automatic, "
    "s.invited_at, s.answered_at, s.level FROM satisfaction s "
    "LEFT JOIN conversations c ON c.id = s.conversation_id AND c._del = 0 WHERE s.id = ?"
)
_KEEP_RATING: Final = (
    "INSERT INTO stats_ratings(rid, customer_id, conversation_id, channel, staff_id, automatic, "
    f"invited_at, answered_at, level) VALUES (?{', ?' * 8})"
)


def keep_cases(run: Any, ids: Iterable[bytes]) -> None:
    """Work these after-sales records out anew."""
    for record in ids:
        row = run.execute(_CASE, (record,)).fetchone()
        if row is None:
            continue
        rid, gone, item, title, order, *rest = row
        run.execute("DELETE FROM stats_after_sales WHERE rid = ?", (rid,))
        if not gone:
            product = _product(run, item, title, order)
            run.execute(_KEEP_CASE, (rid, product, order, *rest))


def keep_ratings(run: Any, ids: Iterable[bytes]) -> None:
    """Work these invitations and answers out anew; without their conversation they don't count."""
    for rating in ids:
        row = run.execute(_RATING, (rating,)).fetchone()
        if row is None:
            continue
        rid, gone, customer, *rest = row
        run.execute("DELETE FROM stats_ratings WHERE rid = ?", (rid,))
        if not gone and customer is not None:
            run.execute(_KEEP_RATING, (rid, root_of(run, customer), *rest))


def keep_stale(run: Any, notes: Sequence[Note], stale: Stale) -> None:
    """Work out anew what hangs on the rows of these notes, and on what was stale for them."""
    cases = [note for note in notes if note.table == _CASES]
    ratings = [note for note in notes if note.table == _RATINGS]
    # A row that was purged leaves nothing to be worked out, and its number may be used anew.
    run.executemany("DELETE FROM stats_after_sales WHERE rid = ?", [(n.rid,) for n in cases])
    run.executemany("DELETE FROM stats_ratings WHERE rid = ?", [(n.rid,) for n in ratings])
    of_orders = _of(run, "SELECT id FROM after_sales WHERE order_id", stale.orders)
    keep_cases(run, sorted(of_orders | {note.row for note in cases}))
    talks = _of(run, "SELECT id FROM satisfaction WHERE conversation_id", stale.conversations)
    keep_ratings(run, sorted(talks | {note.row for note in ratings}))


def _product(run: Any, item: bytes | None, title: str, order: bytes | None) -> str:
    """What a record is about: its item, or the only item of its order; else nothing is known."""
    if item is not None:
        row = run.execute(
            "SELECT title FROM order_items WHERE id = ? AND _del = 0", (item,)
        ).fetchone()
        if row is not None:
            return str(row[0])
    if title or order is None:
        return title
    rows = run.execute(
        "SELECT title FROM order_items WHERE order_id = ? AND _del = 0 LIMIT 2", (order,)
    ).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else ""


def _of(run: Any, statement: str, values: Iterable[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    for piece in pieces(values):
        marks = ", ".join("?" * len(piece))
        found.update(row for (row,) in run.execute(f"{statement} IN ({marks})", piece))
    return found
