"""Finds words, names and numbers everywhere, and says where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from app.core.phones import mask_phone
from db.database import Database
from db.models import Customer, Order, Phrase, Shipment
from db.search import MessageRow, search_ids, search_messages
from db.tokens import Words, hits, holds

KINDS: Final = ("customers", "orders", "shipments", "messages", "phrases")
_BATCH: Final = 200
_MAX_READ: Final = 5_000


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found: what kind, which row, two lines to show, and the lit parts of the first."""

    kind: str
    id: bytes
    title: str
    detail: str
    hits: tuple[tuple[int, int], ...]
    at: int = 0
    conversation_id: bytes | None = None


class MessageHit(NamedTuple):
    """A message that holds the words; `hits` are [start, end) in its text."""

    id: bytes
    conversation_id: bytes
    customer: str
    author: str
    at: int
    text: str
    hits: tuple[tuple[int, int], ...]


class Search:
    """Chinese words of one and two characters are found like any others (DESIGN §3)."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def everything(self, query: str, per_kind: int = 6) -> list[Found]:
        """Return the best few of every kind, in the order of `KINDS`."""
        query = query.strip()
        if not query:
            return []
        with self._db.read() as session:
            cursor = session.connection().connection.cursor()
            return [
                *_customers(session, query, per_kind),
                *_orders(session, query, per_kind),
                *_shipments(session, query, per_kind),
                *(_as_found(hit) for hit in _messages(cursor, query, per_kind)),
                *_phrases(session, query, per_kind),
            ]

    def messages(self, query: str, limit: int = 50) -> list[MessageHit]:
        """Return messages holding the words, newest first."""
        with self._db.cursor() as cursor:
            return _messages(cursor, query.strip(), limit)


def _messages(cursor: DBAPICursor, query: str, limit: int) -> list[MessageHit]:
    found: list[MessageHit] = []
    words = Words(query)
    below: int | None = None
    batch, read = limit, 0
    while len(found) < limit and read < _MAX_READ:
        rows = search_messages(cursor, query, batch, below)
        # Pairs of characters may match without the word: read on until enough are real.
        found += _hits(rows, words)
        if len(rows) < batch:
            break
        read, below = read + len(rows), rows[-1].rid
        batch = _BATCH
    return found[:limit]


def _hits(rows: Iterable[MessageRow], words: Words) -> Iterator[MessageHit]:
    for _rid, gone, message, conversation, author, at, text, customer in rows:
        if not gone and (lit := words.spans(text)):
            yield MessageHit(message, conversation, customer, author, at, text, lit)


def _as_found(hit: MessageHit) -> Found:
    return Found("messages", hit.id, hit.text, hit.customer, hit.hits, hit.at, hit.conversation_id)


def _customers(session: Session, query: str, limit: int) -> list[Found]:
    rids = search_ids(session, "customers", query, _BATCH)
    rows = session.scalars(
        select(Customer)
        .where(Customer.rid.in_(rids), Customer.deleted.is_(False), Customer.merged_into.is_(None))
        .order_by(Customer.last_seen_at.desc())
    )
    found = []
    for row in rows:
        if not holds(f"{row.name} {row.nick} {row.salutation} {row.phone}", query):
            continue
        title = " ".join(dict.fromkeys(filter(None, (row.salutation, row.name, row.nick))))
        place = " ".join(filter(None, (mask_phone(row.phone), row.province, row.city)))
        found.append(Found("customers", row.id, title, place, _lit(title, query), row.last_seen_at))
    return found[:limit]


def _orders(session: Session, query: str, limit: int) -> list[Found]:
    rids = search_ids(session, "orders", query, _BATCH)
    rows = session.scalars(
        select(Order)
        .where(Order.rid.in_(rids), Order.deleted.is_(False))
        .order_by(Order.created_at.desc())
    )
    found = []
    for row in rows:
        words = (row.number, row.buyer_nick, row.recipient, row.phone, row.fixed_recipient)
        if holds(" ".join((*words, row.fixed_phone)), query):
            who = " ".join(filter(None, (row.buyer_nick, row.fixed_recipient or row.recipient)))
            found.append(
                Found("orders", row.id, row.number, who, _lit(row.number, query), row.created_at)
            )
    return found[:limit]


def _shipments(session: Session, query: str, limit: int) -> list[Found]:
    rids = search_ids(session, "shipments", query, _BATCH)
    rows = session.scalars(
        select(Shipment)
        .where(Shipment.rid.in_(rids), Shipment.deleted.is_(False))
        .order_by(Shipment.rid.desc())
    )
    return [
        Found(
            "shipments",
            row.id,
            row.number,
            " ".join(filter(None, (row.carrier_name, row.last_text))),
            _lit(row.number, query),
            row.last_at or 0,
        )
        for row in rows
        if holds(row.number, query)
    ][:limit]


def _phrases(session: Session, query: str, limit: int) -> list[Found]:
    rids = search_ids(session, "phrases", query, _BATCH)
    rows = session.scalars(select(Phrase).where(Phrase.rid.in_(rids), Phrase.deleted.is_(False)))
    return [
        Found("phrases", row.id, row.text, row.code, _lit(row.text, query))
        for row in rows
        if holds(f"{row.code} {row.title} {row.text}", query)
    ][:limit]


def _lit(text: str, query: str) -> tuple[tuple[int, int], ...]:
    return tuple(hits(text, query))
