"""Reads messages and contexts: keyset pages over (conversation, at, id), never an offset.

Plain SQL on a bare cursor: these are what an agent waits for at every switch of conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import msgspec
from sqlalchemy import Row, Select, select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from app.conversations.model import (
    ConversationContext,
    Cursor,
    FoundMessage,
    InboxTag,
    MessageView,
    UnknownConversation,
)
from app.conversations.receive import record_id
from app.core.i18n import _, current_language
from db.models import (
    Author,
    Conversation,
    ConversationStatus,
    CustomerTag,
    Message,
    MessageKind,
    MessageState,
    Staff,
    Tag,
    TagGroup,
)
from db.models.erasures import ERASED
from db.tokens import hits, holds

Query: TypeAlias = "Select[*tuple[Any, ...]]"
AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"

_MESSAGES: Final = """
SELECT m.id, m.conversation_id, m.author, m.staff_id, m.kind, m.text, m.payload, m.attachment_id,
       m.at, m.state, m.error, m.automatic, m._del, coalesce(nullif(s.reception_name, ''), s.name)
FROM messages m LEFT JOIN staff s ON s.id = m.staff_id
"""
PAGE_BEFORE: Final = (
    _MESSAGES + "WHERE m.conversation_id = ? AND (m.at, m.id) < (?, ?) "
    "ORDER BY m.at DESC, m.id DESC LIMIT ?"
)
PAGE_AFTER: Final = (
    _MESSAGES + "WHERE m.conversation_id = ? AND (m.at, m.id) > (?, ?) ORDER BY m.at, m.id LIMIT ?"
)
_NEVER: Final[Cursor] = (1 << 62, b"")
# Calling an enum costs more than all else of a row.
_AUTHORS: Final = {author.value: author for author in Author}
_KINDS: Final = {kind.value: kind for kind in MessageKind}
_STATES: Final = {state.value: state for state in MessageState}


def page_before(
    cursor: DBAPICursor, conversation_id: bytes, before: Cursor | None, limit: int
) -> list[MessageView]:
    """The newest `limit` messages older than `before`, oldest first."""
    cursor.execute(PAGE_BEFORE, (conversation_id, *(before or _NEVER), limit))
    return _views(reversed(cursor.fetchall()))


def page_after(
    cursor: DBAPICursor, conversation_id: bytes, after: Cursor, limit: int
) -> list[MessageView]:
    """The next `limit` messages behind `after`, oldest first."""
    cursor.execute(PAGE_AFTER, (conversation_id, *after, limit))
    return _views(cursor.fetchall())


def messages_by_id(cursor: DBAPICursor, ids: Sequence[bytes]) -> list[MessageView]:
    """The named messages in the order of the thread; unknown ids are left out."""
    marks = ",".join("?" * len(ids))
    cursor.execute(f"{_MESSAGES}WHERE m.id IN ({marks}) ORDER BY m.at, m.id", tuple(ids))
    return _views(cursor.fetchall())


def message(session: Session, message_id: bytes) -> MessageView | None:
    """One message, or None where it is unknown; what the session has flushed counts."""
    found = messages_by_id(bare(session), [message_id])
    return found[0] if found else None


def bare(session: Session) -> DBAPICursor:
    """A cursor within the session's transaction."""
    return session.connection().connection.cursor()


def _views(rows: Iterable[Sequence[Any]]) -> list[MessageView]:
    return [_view(*row) for row in rows]


def _view(
    message_id: bytes,
    conversation_id: bytes,
    author: str,
    staff_id: bytes | None,
    kind: str,
    text: str,
    payload: str | None,
    attachment_id: bytes | None,
    at: int,
    state: str,
    error: str,
    automatic: int,
    gone: int,
    staff_name: str | None,
) -> MessageView:
    if payload == ERASED:
        kind, text, payload = MessageKind.EVENT, _("This message was erased."), None
    return MessageView(
        message_id,
        conversation_id,
        _AUTHORS[author],
        staff_id,
        staff_name or "",
        _KINDS[kind],
        "" if gone else text,
        None if gone or payload is None else msgspec.json.decode(payload),
        None if gone else attachment_id,
        at,
        _STATES[state],
        error,
        bool(automatic),
        bool(gone),
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


_CONTEXT: Final = """
SELECT c.id, c.customer_id, c.channel, c.account, c.assignee_id, c.status, c.follow_up_at,
       c.waiting_since, c.external_id, c.last_customer_at, c.agent_read_at,
       coalesce(nullif(p.salutation, ''), nullif(p.name, ''), p.nick, ''),
       coalesce(nullif(s.reception_name, ''), s.name, '')
FROM conversations c
LEFT JOIN customers p ON p.id = c.customer_id
LEFT JOIN staff s ON s.id = c.assignee_id
WHERE c.id = ? AND c._del = 0
"""
_TAGS: Final = """
SELECT t.name, t.name_en, coalesce(nullif(t.colour, ''), g.colour)
FROM customer_tags c JOIN tags t ON t.id = c.tag_id JOIN tag_groups g ON g.id = t.group_id
WHERE c.customer_id = ? AND c._del = 0 AND t._del = 0
ORDER BY g.position, t.position
"""


def context(cursor: DBAPICursor, conversation_id: bytes) -> ConversationContext:
    """Who the conversation is with and where it stands; raises `UnknownConversation`."""
    cursor.execute(_CONTEXT, (conversation_id,))
    row = cursor.fetchone()
    if row is None:
        raise UnknownConversation
    here, customer, channel, account, assignee, status, follow_up, waiting, *rest = row
    external_id, last_customer_at, agent_read_at, name, assignee_name = rest
    cursor.execute(_TAGS, (customer,))
    return ConversationContext(
        conversation_id=here,
        customer_id=customer,
        customer_name=name,
        channel=channel,
        account=account,
        assignee_id=assignee,
        status=ConversationStatus(status),
        assignee_name=assignee_name,
        follow_up_at=follow_up,
        waiting_since=waiting,
        last_customer_at=last_customer_at,
        agent_read_at=agent_read_at,
        record=here == record_id(channel, account, external_id),
        tags=tuple(InboxTag(tag_name(*names), colour) for *names, colour in cursor.fetchall()),
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
