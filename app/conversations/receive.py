"""Takes in what customers write: once, in order, into the right conversation."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.conversations.derived import next_at, note_message
from app.conversations.model import CustomerHint, IncomingMessage
from db.clock import now_ms
from db.ids import customer_id, natural_id, new_id
from db.models import Author, Conversation, ConversationStatus, Customer, Message, MessageState

# Built once: every message of a customer passes here, and building costs more than running.
_KNOWN: Final = select(Message.rid).where(Message.id == bindparam("id"))
_CONVERSATION: Final = select(Conversation).where(Conversation.id == bindparam("id"))
_CUSTOMER: Final = select(Customer).where(Customer.id == bindparam("id"))


def message_id(channel: str, external_id: str) -> bytes:
    """The id of a channel's message: every station that sees it gives it the same one."""
    return natural_id("message", channel, external_id)


def conversation_id(channel: str, account: str, visitor: str) -> bytes:
    """The id of a visitor's conversation on a channel account."""
    return natural_id("conversation", channel, account, visitor)


def record_id(channel: str, account: str, key: str) -> bytes:
    """The id of a conversation brought along from elsewhere: never that of a living one."""
    return natural_id("record", channel, account, key)


def is_record(conversation: Conversation) -> bool:
    """Tell whether a conversation was brought along: it has no other end to send to."""
    row = conversation
    return row.id == record_id(row.channel, row.account, row.external_id)


def store(session: Session, incoming: IncomingMessage) -> bytes:
    """Keep the message unless it is already there; returns its id."""
    identity = message_id(incoming.channel, incoming.external_id)
    known = session.scalar(_KNOWN, {"id": identity})
    if known is None:
        conversation = _conversation(session, incoming)
        _add(session, conversation, identity, incoming)
    return identity


def _add(
    session: Session, conversation: Conversation, identity: bytes, incoming: IncomingMessage
) -> None:
    now = now_ms()
    # A customer's clock that runs ahead must not push all later messages into the future.
    written = min(now if incoming.at is None else incoming.at, now)
    message = Message(
        id=identity,
        conversation_id=conversation.id,
        author=Author.CUSTOMER,
        kind=incoming.kind,
        text=incoming.text,
        payload=incoming.payload,
        attachment_id=incoming.attachment_id,
        external_id=incoming.external_id,
        at=next_at(session, conversation.id, written),
        automatic=False,
        state=MessageState.DELIVERED,
    )
    session.add(message)
    note_message(conversation, message)
    if conversation.status == ConversationStatus.CLOSED:
        conversation.status = ConversationStatus.OPEN
        conversation.closed_at = None


def _conversation(session: Session, incoming: IncomingMessage) -> Conversation:
    identity = conversation_id(incoming.channel, incoming.account, incoming.visitor)
    found = session.scalar(_CONVERSATION, {"id": identity})
    if found is not None:
        if not found.external_id:
            found.external_id = incoming.visitor  # of somebody who was erased, and is back
        _touch_customer(session, found.customer_id, incoming.customer)
        return found
    made = Conversation(
        id=identity,
        channel=incoming.channel,
        account=incoming.account,
        external_id=incoming.visitor,
        customer_id=_customer(session, incoming.customer),
        status=ConversationStatus.OPEN,
        opened_at=now_ms(),
        unread=0,
    )
    session.add(made)
    return made


def _customer(session: Session, hint: CustomerHint) -> bytes:
    """The customer the hint names by nick, else a new one: a like phone proves nothing."""
    identity = customer_id(hint.platform, hint.shop, hint.nick) if hint.nick else new_id()
    if hint.nick and _touch_customer(session, identity, hint):
        return identity
    session.add(
        Customer(
            id=identity,
            platform=hint.platform,
            shop=hint.shop,
            nick=hint.nick,
            name=hint.name,
            phone=hint.phone,
            phone_tail=hint.phone[-4:],
            created_at=now_ms(),
            last_seen_at=now_ms(),
        )
    )
    return identity


def _touch_customer(session: Session, identity: bytes, hint: CustomerHint) -> bool:
    """Note the visit and fill gaps of the card; what the card already says stays."""
    customer = session.scalar(_CUSTOMER, {"id": identity})
    if customer is None:
        return False
    # Rounded to minutes: a change note per message for a time nobody reads to the second
    # would double the sync log.
    customer.last_seen_at = max(customer.last_seen_at, now_ms() // 60_000 * 60_000)
    if hint.nick and not customer.nick:
        customer.nick = hint.nick
    if hint.name and not customer.name:
        customer.name = hint.name
    if hint.phone and not customer.phone:
        customer.phone, customer.phone_tail = hint.phone, hint.phone[-4:]
    return True
