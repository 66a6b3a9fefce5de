"""The lists of the inbox: keyset pages over the indexes on waiting time and last message."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from app.conversations.model import (
    COUNT_CAP,
    InboxCounts,
    InboxRow,
    InboxView,
    LateSummary,
    TagChoice,
)
from app.conversations.read import AnyRow, Query, customer_tags, display_name, staff_names, tag_name
from db.models import (
    Author,
    Conversation,
    ConversationStatus,
    Customer,
    CustomerTag,
    Draft,
    DraftKind,
    Order,
    Tag,
    TagGroup,
)
from db.search import search_ids
from db.tokens import holds

_ACTIVE: Final = (ConversationStatus.OPEN, ConversationStatus.FOLLOW_UP)
_FOUND: Final = 400

_COLUMNS: Final = (
    Conversation.rid,
    Conversation.id,
    Conversation.customer_id,
    Conversation.channel,
    Conversation.account,
    Conversation.status,
    Conversation.assignee_id,
    Conversation.last_text,
    Conversation.last_author,
    Conversation.last_at,
    Conversation.waiting_since,
    Conversation.follow_up_at,
    Conversation.unread,
    Customer.salutation,
    Customer.name,
    Customer.nick,
)

Place = tuple[int, int]


def page(
    session: Session,
    view: InboxView,
    me: bytes | None,
    *,
    text: str,
    tags: Sequence[bytes],
    limit: int,
    before: Place | None,
) -> list[InboxRow]:
    """The next `limit` rows of a list behind `before`."""
    wanted = _filters(session, text, tags)
    rows = [
        row
        for query in page_queries(view, me, before=before, limit=limit)
        for row in session.execute(query.where(*wanted))
    ]
    if view in {InboxView.ALL, InboxView.MINE}:
        rows = heapq.nlargest(limit, rows, key=lambda row: (row.last_at, row.rid))
    return _rows(session, view, rows, me)


def page_queries(
    view: InboxView, me: bytes | None, *, before: Place | None, limit: int
) -> list[Query]:
    """The queries whose rows make a page; one per status, so that each runs down an index."""
    base = (
        select(*_COLUMNS)
        .outerjoin(Customer, Customer.id == Conversation.customer_id)
        .where(Conversation.deleted.is_(False))
        .limit(limit)
    )
    status = Conversation.status
    if view is InboxView.WAITING:
        return [_oldest_first(base, Conversation.waiting_since, before)]
    if view is InboxView.FOLLOW_UP:
        due = base.where(status == ConversationStatus.FOLLOW_UP)
        return [_oldest_first(due, Conversation.follow_up_at, before)]
    if view is InboxView.MINE:
        mine = base.where(Conversation.assignee_id == me)
        return [_newest_first(mine.where(status == one), before) for one in _ACTIVE]
    wanted = _ACTIVE if view is InboxView.ALL else (ConversationStatus.CLOSED,)
    return [_newest_first(base.where(status == one), before) for one in wanted]


def _oldest_first(
    query: Query, time: InstrumentedAttribute[int | None], before: Place | None
) -> Query:
    # "> 0" for "is set": a search from there; NOT NULL would walk past all the empty ones first.
    query = query.where(time > 0).order_by(time, Conversation.rid)
    return query if before is None else query.where(tuple_(time, Conversation.rid) > before)


def _newest_first(query: Query, before: Place | None) -> Query:
    query = query.order_by(Conversation.last_at.desc(), Conversation.rid.desc())
    if before is None:
        return query
    return query.where(tuple_(Conversation.last_at, Conversation.rid) < before)


def _filters(session: Session, text: str, tags: Sequence[bytes]) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        Conversation.customer_id.in_(
            select(CustomerTag.customer_id).where(
                CustomerTag.tag_id == tag, CustomerTag.deleted.is_(False)
            )
        )
        for tag in tags
    ]
    if text.strip():
        people = _people(session, text)
        last_line = Conversation.last_text.icontains(text.strip(), autoescape=True)
        wanted.append(or_(Conversation.customer_id.in_(people), last_line))
    return wanted


def _people(session: Session, text: str) -> list[bytes]:
    """Customers the words name, by themselves or by an order of theirs."""
    found = session.execute(
        select(
            Customer.id, Customer.name, Customer.nick, Customer.salutation, Customer.phone
        ).where(Customer.rid.in_(search_ids(session, "customers", text, _FOUND)))
    )
    people = [row.id for row in found if holds(" ".join(row[1:]), text)]
    orders = search_ids(session, "orders", text, _FOUND)
    owners = session.scalars(select(Order.customer_id).where(Order.rid.in_(orders)))
    return people + [owner for owner in owners if owner is not None]


def counts(session: Session, me: bytes | None) -> InboxCounts:
    """How many rows each list holds, up to `COUNT_CAP`."""

    def number(*conditions: ColumnElement[bool]) -> int:
        some = select(Conversation.rid).where(Conversation.deleted.is_(False), *conditions)
        return (
            session.scalar(select(func.count()).select_from(some.limit(COUNT_CAP).subquery())) or 0
        )

    status = Conversation.status
    return InboxCounts(
        waiting=number(Conversation.waiting_since > 0),
        mine=number(Conversation.assignee_id == me, status.in_(_ACTIVE)),
        all=min(COUNT_CAP, sum(number(status == one) for one in _ACTIVE)),
        follow_up=number(status == ConversationStatus.FOLLOW_UP),
        closed=number(status == ConversationStatus.CLOSED),
    )


def late(session: Session, before: int) -> LateSummary:
    """Who has waited since before `before` (Unix ms): how many, and the longest of them."""
    waited = (Conversation.waiting_since < before, Conversation.deleted.is_(False))
    some = select(Conversation.rid).where(*waited).limit(COUNT_CAP)
    count = session.scalar(select(func.count()).select_from(some.subquery())) or 0
    if not count:
        return LateSummary(0)
    first = _oldest_first(
        select(
            Conversation.id,
            Conversation.waiting_since,
            Customer.salutation,
            Customer.name,
            Customer.nick,
        )
        .outerjoin(Customer, Customer.id == Conversation.customer_id)
        .where(*waited),
        Conversation.waiting_since,
        None,
    ).limit(1)
    row = session.execute(first).one()
    name = display_name(row.salutation or "", row.name or "", row.nick or "")
    return LateSummary(count, row.id, name, row.waiting_since)


def _rows(
    session: Session, view: InboxView, rows: list[AnyRow], me: bytes | None
) -> list[InboxRow]:
    names = staff_names(session, {row.assignee_id for row in rows if row.assignee_id})
    drafts = _drafts(session, [row.id for row in rows], me)
    tags = customer_tags(session, {row.customer_id for row in rows})
    return [
        InboxRow(
            id=row.id,
            place=(_sorted_by(view, row), row.rid),
            customer_id=row.customer_id,
            customer_name=display_name(row.salutation or "", row.name or "", row.nick or ""),
            channel=row.channel,
            account=row.account,
            status=ConversationStatus(row.status),
            assignee_id=row.assignee_id,
            assignee_name=names.get(row.assignee_id, ""),
            last_text=row.last_text,
            last_author=Author(row.last_author) if row.last_author else None,
            last_at=row.last_at,
            waiting_since=row.waiting_since,
            follow_up_at=row.follow_up_at,
            unread=row.unread,
            draft=drafts.get(row.id, ""),
            tags=tags.get(row.customer_id, ()),
        )
        for row in rows
    ]


def _sorted_by(view: InboxView, row: AnyRow) -> int:
    if view is InboxView.WAITING:
        return int(row.waiting_since or 0)
    if view is InboxView.FOLLOW_UP:
        return int(row.follow_up_at or 0)
    return int(row.last_at)


def _drafts(session: Session, ids: list[bytes], me: bytes | None) -> dict[bytes, str]:
    if me is None or not ids:
        return {}
    query = select(Draft.conversation_id, Draft.text).where(
        Draft.conversation_id.in_(ids),
        Draft.staff_id == me,
        Draft.kind == DraftKind.REPLY,
        Draft.deleted.is_(False),
    )
    return {row.conversation_id: row.text for row in session.execute(query)}


def tag_choices(session: Session) -> list[TagChoice]:
    """All tags, by group and place."""
    query = (
        select(
            Tag.id,
            Tag.name,
            Tag.name_en,
            Tag.colour,
            TagGroup.name.label("group_name"),
            TagGroup.name_en.label("group_name_en"),
            TagGroup.colour.label("group_colour"),
        )
        .join(TagGroup, TagGroup.id == Tag.group_id)
        .where(Tag.deleted.is_(False), TagGroup.deleted.is_(False))
        .order_by(TagGroup.position, TagGroup.name, Tag.position, Tag.name)
    )
    return [
        TagChoice(
            row.id,
            tag_name(row.name, row.name_en),
            row.colour or row.group_colour,
            tag_name(row.group_name, row.group_name_en),
        )
        for row in session.execute(query)
    ]
