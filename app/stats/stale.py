"""Which conversations and orders hang on the rows that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from db.registry import BY_NAME
from db.triggers import INSERTED, SET

_PIECE: Final = 500
_MERGED: Final = (
    "SELECT id, merged_into FROM customers WHERE id IN ({marks}) AND merged_into IS NOT NULL"
)


class Note(NamedTuple):
    """A row of `change`."""

    table: int
    rid: int
    row: bytes
    kind: int
    fields: str | None


@dataclass(slots=True)
class Stale:
    """Ids of what is to be worked out anew."""

    conversations: set[bytes] = field(default_factory=set)
    orders: set[bytes] = field(default_factory=set)


def _numbers(table: str, *names: str) -> frozenset[str]:
    found = {name: str(number) for number, name in BY_NAME[table].numbered()}
    return frozenset({"0", *(found[name] for name in names)})


_CUSTOMERS: Final = BY_NAME["customers"].number
_CONVERSATIONS: Final = BY_NAME["conversations"].number
_MESSAGES: Final = BY_NAME["messages"].number
_ORDERS: Final = BY_NAME["orders"].number
_ITEMS: Final = BY_NAME["order_items"].number
_CASES: Final = BY_NAME["after_sales"].number
_WATCHED: Final = {
    _CUSTOMERS: _numbers("customers", "merged_into"),
    _CONVERSATIONS: _numbers("conversations", "customer_id", "channel"),
    _MESSAGES: _numbers(
        "messages",
        *("conversation_id", "author", "staff_id", "kind", "text", "payload", "automatic"),
        *("at", "state"),
    ),
}
"""Fields the facts depend on; a note of others, e.g. that something was read, needs nothing."""

FOLLOWED: Final = (
    *(_CUSTOMERS, _CONVERSATIONS, _MESSAGES, _ORDERS, _ITEMS, _CASES),
    BY_NAME["satisfaction"].number,
)
"""Tables the facts are made of."""


def find_stale(run: Any, notes: Sequence[Note]) -> Stale:
    """What depends on the rows of these notes, as the tables stand now or as the facts knew it."""
    meant = [note for note in notes if _matters(note)]
    stale = Stale()
    stale.conversations.update(n.row for n in meant if n.table == _CONVERSATIONS)
    stale.orders.update(n.row for n in meant if n.table == _ORDERS)
    messages = [n.rid for n in meant if n.table == _MESSAGES]
    stale.conversations |= _ids(run, "SELECT conversation_id FROM messages WHERE rid", messages)
    stale.conversations |= _ids(
        run,
        "SELECT p.conversation_id FROM stats_messages m JOIN stats_parts p ON p.rid = m.part "
        "WHERE m.rid",
        messages,
    )
    items = [n.rid for n in meant if n.table == _ITEMS]
    stale.orders |= _ids(run, "SELECT order_id FROM order_items WHERE rid", items)
    stale.orders |= _ids(run, "SELECT order_id FROM stats_items WHERE rid", items)
    cases = [n.rid for n in meant if n.table == _CASES]
    stale.orders |= _ids(
        run, "SELECT order_id FROM after_sales WHERE order_id IS NOT NULL AND rid", cases
    )
    stale.orders |= _ids(
        run, "SELECT order_id FROM stats_after_sales WHERE order_id IS NOT NULL AND rid", cases
    )
    _add_customers(run, [n for n in meant if n.table == _CUSTOMERS], stale)
    return stale


def _matters(note: Note) -> bool:
    watched = _WATCHED.get(note.table)
    if watched is None or note.kind != SET or not note.fields:
        return True
    return not watched.isdisjoint(msgspec.json.decode(note.fields))


def _add_customers(run: Any, notes: Sequence[Note], stale: Stale) -> None:
    """Whose record was merged into another, or no longer is: all that their aliases own."""
    born = [note.row for note in notes if note.kind == INSERTED]
    changed = {note.row for note in notes if note.kind != INSERTED}
    changed |= _ids(run, "SELECT id FROM customers WHERE merged_into IS NOT NULL AND id", born)
    family, fresh = set(changed), set(changed)
    while fresh:
        fresh = _ids(run, "SELECT id FROM customers WHERE merged_into", fresh) - family
        family |= fresh
    stale.conversations |= _ids(run, "SELECT id FROM conversations WHERE customer_id", family)
    stale.orders |= _ids(run, "SELECT id FROM orders WHERE customer_id", family)


def _ids(run: Any, statement: str, values: Collection[Any]) -> set[bytes]:
    return {row_id for (row_id,) in rows_of(run, statement + " IN ({marks})", values)}


def pieces(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Values in portions a statement can take."""
    known = list(values)
    for start in range(0, len(known), _PIECE):
        yield known[start : start + _PIECE]


def rows_of(run: Any, statement: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement that holds `({marks})` once, for any number of values."""
    for piece in pieces(values):
        yield from run.execute(
            statement.format(marks=", ".join("?" * len(piece))), piece
        ).fetchall()


def roots_of(run: Any, customers: Iterable[bytes]) -> dict[bytes, bytes]:
    """For each customer the record that stands for it: where `merged_into` leads.

    Of records merged into each other, by two stations at once, it is the one with the least id.
    """
    asked: set[bytes] = set()
    into: dict[bytes, bytes] = {}
    wanted = set(customers)
    fresh = wanted
    while fresh:
        asked |= fresh
        found = dict(rows_of(run, _MERGED, fresh))
        into |= found
        fresh = set(found.values()) - asked
    return {customer: _root(customer, into) for customer in wanted}


def _root(customer: bytes, into: Mapping[bytes, bytes]) -> bytes:
    path = [customer]
    while (following := into.get(path[-1])) is not None:
        if following in path:
            return min(path[path.index(following) :])
        path.append(following)
    return path[-1]
