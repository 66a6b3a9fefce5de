"""Reads messages and contexts: keyset pages over (conversation, at, id), never an offset."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from sqlalchemy import Row, Select, bindparam, select, tuple_
from sqlalchemy.orm import Session

from app.conversations.model import (
    ConversationContext,
    Cursor,
    FoundMessage,
    InboxTag,
    MessageView,
    UnknownConversation,
)
from app.core.i18n import current_language
from db.models import (
    Author,
    Conversation,
    ConversationStatus,
    Customer,
    CustomerTag,
    Message,
    MessageKind,
    MessageState,
    Staff,
    Tag,
    TagGroup,
)
from db.tokens import hits, holds

Query: TypeAlias = "Select[*tuple[Any, ...]]"
AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"

_COLUMNS: Final = (
    Message.id,
    Message.conversation_id,
    Message.author,
    Message.staff_id,
    Message.kind,
    Message.text,
    Message.payload,
    Message.attachment_id,
    Message.at,
    Message.state,
    Message.error,
    Message.automatic,
    Message.deleted,
)


def page_before(conversation_id: bytes, before: Cursor | None, limit: int) -> Query:
    """The newest `limit` messages older than `before`, newest first."""
    query = select(*_COLUMNS).where(Message.conversation_id == conversation_id)
    if before is not None:
        query = query.where(tuple_(Message.at, Message.id) < before)
    return query.order_by(Message.at.desc(), Message.id.desc()).limit(limit)


_ONE: Final = select(*_COLUMNS).where(Message.id == bindparam("id"))


def page_after(conversation_id: bytes, after: Cursor, limit: int) -> Query:
    """The next `limit` messages behind `after`, oldest first."""
    return (
        select(*_COLUMNS)
        .where(Message.conversation_id == conversation_id)
        .where(tuple_(Message.at, Message.id) > after)
        .order_by(Message.at, Message.id)
        .limit(limit)
    )


def messages_by_id(session: Session, ids: list[bytes]) -> list[MessageView]:
    """The named messages in the order of the thread; unknown ids are left out."""
    rows = session.execute(select(*_COLUMNS).where(Message.id.in_(ids))).all()
    return views(session, sorted(rows, key=lambda row: (row.at, row.id)))


def message(session: Session, message_id: bytes) -> MessageView | None:
    """One message, or None where it is unknown."""
    rows = session.execute(_ONE, {"id": message_id}).all()
    return views(session, list(rows))[0] if rows else None


def views(session: Session, rows: list[AnyRow]) -> list[MessageView]:
    """Turn rows into views, with the names customers see for who wrote."""
    names = staff_names(session, {row.staff_id for row in rows if row.staff_id})
    return [_view(row, names) for row in rows]


def _view(row: AnyRow, names: dict[bytes, str]) -> MessageView:
    gone = bool(row.deleted)
    return MessageView(
        id=row.id,
        conversation_id=row.conversation_id,
        author=Author(row.author),
        staff_id=row.staff_id,
        staff_name=names.get(row.staff_id, ""),
        kind=MessageKind(row.kind),
        text="" if gone else row.text,
        payload=None if gone else row.payload,
        attachment_id=None if gone else row.attachment_id,
        at=row.at,
        state=MessageState(row.state),
        error=row.error,
        automatic=row.automatic,
        deleted=gone,
    )


def staff_names(session: Session, ids: set[bytes]) -> dict[bytes, str]:
    """The reception name, else the name, of each member of staff."""
    if not ids:
        return {}
    query = select(Staff.id, Staff.reception_name, Staff.name).where(Staff.id.in_(ids))
    return {row.id: row.reception_name or row.name for row in session.execute(query)}


def display_name(salutation: str, name: str, nick: str) -> str:
    """What a customer is called at the desk; empty for one who gave no name at all."""
    return salutation or name or nick


def tag_name(name: str, english: str) -> str:
    """What a tag is called in the language of the desk."""
    return english or name if current_language() == "en" else name


def customer_tags(session: Session, customers: set[bytes]) -> dict[bytes, tuple[InboxTag, ...]]:
    """The tags of each customer, by group and place."""
    query = (
        select(
            CustomerTag.customer_id,
            Tag.name,
            Tag.name_en,
            Tag.colour,
            TagGroup.colour.label("group_colour"),
        )
        .join(Tag, Tag.id == CustomerTag.tag_id)
        .join(TagGroup, TagGroup.id == Tag.group_id)
        .where(CustomerTag.customer_id.in_(customers))
        .where(CustomerTag.deleted.is_(False), Tag.deleted.is_(False))
        .order_by(TagGroup.position, Tag.position)
    )
    found: dict[bytes, tuple[InboxTag, ...]] = {}
    for row in session.execute(query):
        chip = InboxTag(tag_name(row.name, row.name_en), row.colour or row.group_colour)
        found[row.customer_id] = (*found.get(row.customer_id, ()), chip)
    return found


_CONTEXT: Final = (
    select(
        Conversation.id,
        Conversation.customer_id,
        Conversation.channel,
        Conversation.account,
        Conversation.assignee_id,
        Conversation.status,
        Conversation.follow_up_at,
        Conversation.waiting_since,
        Conversation.last_customer_at,
        Conversation.agent_read_at,
        Customer.salutation,
        Customer.name,
        Customer.nick,
        Staff.reception_name,
        Staff.name.label("staff_name"),
    )
    .outerjoin(Customer, Customer.id == Conversation.customer_id)
    .outerjoin(Staff, Staff.id == Conversation.assignee_id)
    .where(Conversation.id == bindparam("id"), Conversation.deleted.is_(False))
)


def context(session: Session, conversation_id: bytes) -> ConversationContext:
    """Who the conversation is with and where it stands; raises `UnknownConversation`."""
    row = session.connection().execute(_CONTEXT, {"id": conversation_id}).one_or_none()
    if row is None:
        raise UnknownConversation
    return ConversationContext(
        conversation_id=row.id,
        customer_id=row.customer_id,
        customer_name=display_name(row.salutation or "", row.name or "", row.nick or ""),
        channel=row.channel,
        account=row.account,
        assignee_id=row.assignee_id,
        status=ConversationStatus(row.status),
        assignee_name=row.reception_name or row.staff_name or "",
        follow_up_at=row.follow_up_at,
        waiting_since=row.waiting_since,
        last_customer_at=row.last_customer_at,
        agent_read_at=row.agent_read_at,
        tags=customer_tags(session, {row.customer_id}).get(row.customer_id, ()),
    )


def latest_of(session: Session, customer_id: bytes) -> bytes | None:
    """The customer's conversation with the newest message."""
    query = (
        select(Conversation.id)
        .where(Conversation.customer_id == customer_id, Conversation.deleted.is_(False))
        .order_by(Conversation.last_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def find_words(
    session: Session, conversation_id: bytes, words: str, limit: int
) -> list[FoundMessage]:
    """Messages of one thread that hold all the words, newest first."""
    query = (
        select(Message.id, Message.at, Message.text)
        .where(Message.conversation_id == conversation_id, Message.deleted.is_(False))
        .where(Message.text != "")
        .order_by(Message.at.desc(), Message.id.desc())
    )
    found: list[FoundMessage] = []
    for row in session.execute(query):
        if holds(row.text, words) and (spans := hits(row.text, words)):
            found.append(FoundMessage(row.id, row.at, tuple(spans)))
            if len(found) == limit:
                break
    return found
