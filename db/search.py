"""Full-text search over what agents look for: messages, customers, orders, parcels, phrases.

The index is contentless FTS5 over our own tokens; a document's rowid is table number << 40 | rid,
so one index serves all tables and the newest come first by rowid.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.registry import BY_NAME
from db.tokens import index_tokens, query_expression

log = logging.getLogger(__name__)

SHIFT: Final = 40

_BATCH: Final = 2_000
_FEW: Final = 50

_SOURCES: Final[dict[str, str]] = {
    "messages": "text",
    "customers": "name || ' ' || nick || ' ' || salutation || ' ' || phone || ' ' || phone_tail",
    "orders": "number || ' ' || buyer_nick || ' ' || recipient || ' ' || phone || ' ' || "
    "fixed_recipient || ' ' || fixed_phone",
    "shipments": "number",
    "phrases": "code || ' ' || title || ' ' || text",
}
SEARCHED: Final = {BY_NAME[name].number: (name, columns) for name, columns in _SOURCES.items()}


def index_rows(connection: Connection, number: int, rids: Iterable[int]) -> None:
    """File or refile the given rows of one table; tombstones leave the index."""
    name, columns = SEARCHED[number]
    rids = sorted(set(rids))
    for start in range(0, len(rids), _BATCH):
        _index_batch(connection, number, name, columns, rids[start : start + _BATCH])


def _index_batch(
    connection: Connection, number: int, name: str, columns: str, rids: Sequence[int]
) -> None:
    base = number << SHIFT
    statement = f"SELECT rid, {columns} FROM {name} WHERE rid {{which}} AND _del = 0"
    if len(rids) < _FEW or _any_filed(connection, base | rids[0], base | rids[-1]):
        filed = _which([base | rid for rid in rids])
        connection.exec_driver_sql(f"DELETE FROM search WHERE rowid {filed}")
    documents = [
        (base | rid, " ".join(tokens))
        for rid, words in _readable(connection, statement, rids)
        if (tokens := _tokens(name, rid, words))
    ]
    if documents:
        connection.exec_driver_sql("INSERT INTO search(rowid, tokens) VALUES (?, ?)", documents)


def _any_filed(connection: Connection, first: int, last: int) -> bool:
    """Tell whether the index has any of these documents: to remove one that it has not costs, too."""
    found = connection.exec_driver_sql(
        "SELECT 1 FROM search_docsize WHERE id BETWEEN ? AND ? LIMIT 1", (first, last)
    )
    return found.first() is not None


def _which(numbers: Sequence[int]) -> str:
    """Sorted numbers as what a column has to be: many in a row are found without a list of them."""
    first, last = int(numbers[0]), int(numbers[-1])
    if last - first == len(numbers) - 1:
        return f"BETWEEN {first} AND {last}"
    return f"IN ({','.join(str(int(number)) for number in numbers)})"


def _readable(connection: Connection, statement: str, rids: Sequence[int]) -> list[tuple[int, Any]]:
    """Read rows; one whose text is no text is left out: it must not stop all that come after."""
    try:
        found = connection.exec_driver_sql(statement.format(which=_which(rids))).all()
    except OperationalError as error:
        if "decode" not in str(error):
            raise  # a busy or broken disk, not a broken row
        if len(rids) == 1:
            log.warning("row %s can't be indexed: %s", rids[0], statement.split("FROM")[1])
            return []
        half = len(rids) // 2
        parts = (rids[:half], rids[half:])
        return [row for part in parts for row in _readable(connection, statement, part)]
    return [(rid, words) for rid, words in found]


def _tokens(table: str, rid: int, words: Any) -> list[str]:
    try:
        return index_tokens(words) if words else []
    except Exception:
        # Without its words: they are what somebody wrote.
        log.exception("row %s of %s can't be indexed", rid, table)
        return []


def index_changes(connection: Connection, changes: Iterable[tuple[int, int]]) -> None:
    """Refile the rows of (table number, rid) pairs, those of searched tables only."""
    by_table: dict[int, set[int]] = {}
    for number, rid in changes:
        if number in SEARCHED:
            by_table.setdefault(number, set()).add(rid)
    for number, rids in by_table.items():
        index_rows(connection, number, rids)


_MERGE: Final = "search-merge"
"""Cursor: 1 where the index is to be written anew, 2 while it is."""


def forget_words(connection: Connection) -> None:
    """Have the words of rows that left the index taken out of its pages too, bit by bit."""
    connection.exec_driver_sql(
        "INSERT INTO cursors(name, seq) VALUES (?, 1) ON CONFLICT(name) DO UPDATE SET seq = 1",
        (_MERGE,),
    )


def merge_words(connection: Connection, pages: int = 250) -> bool:
    """Write some pages of the index anew, if that is to be done; tells whether more are left."""
    run = connection.exec_driver_sql
    state = run("SELECT seq FROM cursors WHERE name = ?", (_MERGE,)).scalar()
    if not state:
        return False
    before = run("SELECT total_changes()").scalar_one()
    # A negative number begins with all that there is; less than two changes mean that it is done.
    run("INSERT INTO search(search, rank) VALUES ('merge', ?)", (-pages if state == 1 else pages,))
    more: bool = run("SELECT total_changes()").scalar_one() - before > 1
    run("UPDATE cursors SET seq = ? WHERE name = ?", (2 if more else 0, _MERGE))
    return more


def search_ids(session: Session, table: str, query: str, limit: int = 50) -> list[int]:
    """Return the rids of rows of `table` that may hold the query's words, newest first.

    Callers check the text itself with `db.tokens.holds`: neighbouring pairs are not yet a word.
    """
    expression = query_expression(query)
    if not expression:
        return []
    base = BY_NAME[table].number << SHIFT
    rows = session.execute(
        text(
            "SELECT rowid FROM search WHERE search MATCH :query "
            "AND rowid BETWEEN :low AND :high ORDER BY rowid DESC LIMIT :limit"
        ),
        {"query": expression, "low": base, "high": base + (1 << SHIFT) - 1, "limit": limit},
    )
    return [rowid - base for (rowid,) in rows]


class MessageRow(NamedTuple):
    """A message that may hold the words, with the name its customer goes by."""

    rid: int
    gone: bool
    id: bytes
    conversation_id: bytes
    author: str
    at: int
    text: str
    customer: str


# One plain statement: a page of hits is asked for at every pause in typing, and building three
# statements costs more than running them.
_MESSAGES: Final = """
SELECT f.rid, coalesce(m._del, 1), m.id, m.conversation_id, m.author, m.at, m.text,
       coalesce(nullif(p.salutation, ''), nullif(p.name, ''), p.nick, '')
FROM (SELECT rowid - ? AS rid FROM search WHERE search MATCH ? AND rowid >= ? AND rowid < ?
      ORDER BY rowid DESC LIMIT ?) f
LEFT JOIN messages m ON m.rid = f.rid
LEFT JOIN conversations c ON c.id = m.conversation_id
LEFT JOIN customers p ON p.id = c.customer_id
ORDER BY f.rid DESC
"""


def search_messages(
    cursor: DBAPICursor, query: str, limit: int, below: int | None = None
) -> list[MessageRow]:
    """Return messages that may hold the query's words, newest first, those before rid `below`.

    Fewer than `limit` mean that there are no more. Rows of messages `gone` meanwhile are among
    them, to be left out by the caller.
    """
    expression = query_expression(query)
    if not expression:
        return []
    base = BY_NAME["messages"].number << SHIFT
    top = base + (1 << SHIFT if below is None else below)
    cursor.execute(_MESSAGES, (base, expression, base, top, limit))
    return [MessageRow._make(row) for row in cursor.fetchall()]
