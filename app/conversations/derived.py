"""Keeps the derived columns of a conversation: its last line, unread count and waiting clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from db.models import Author, Conversation, ConversationStatus, Message, MessageKind

_INSIDE: Final = (MessageKind.NOTE, MessageKind.EVENT)
_PREVIEW: Final = 160

_NEWEST: Final = select(func.max(Message.at)).where(Message.conversation_id == bindparam("id"))

PREVIEW_MARKS: Final = {
    MessageKind.IMAGE: "[image]",
    MessageKind.FILE: "[file]",
    MessageKind.PRODUCT_CARD: "[product]",
    MessageKind.ORDER_CARD: "[order]",
    MessageKind.CONFIRM_CARD: "[confirmation]",
    MessageKind.CONFIRM_ANSWER: "[answer]",
}
"""Stand in `last_text` for what has no text; whoever shows the line translates them."""


def preview(kind: str, text: str) -> str:
    """One line that stands for a message in a list."""
    mark = PREVIEW_MARKS.get(MessageKind(kind))
    line = " ".join(text.split())[:_PREVIEW]
    return line if mark is None else f"{mark} {line}".rstrip()


def next_at(session: Session, conversation_id: bytes, at: int) -> int:
    """The time of a new message: `at`, but behind everything already in the thread."""
    newest = session.scalar(_NEWEST, {"id": conversation_id})
    return at if newest is None else max(at, newest + 1)


def note_message(conversation: Conversation, message: Message) -> None:
    """Take a new, newest message into its conversation's columns."""
    if message.kind in _INSIDE:
        return
    conversation.last_at = message.at
    conversation.last_text = preview(message.kind, message.text)
    conversation.last_author = message.author
    if message.author == Author.CUSTOMER:
        conversation.last_customer_at = message.at
        conversation.unread += 1
        if conversation.waiting_since is None:
            conversation.waiting_since = message.at
    elif answers(message.author, automatic=message.automatic):
        conversation.waiting_since = None


def answers(author: str, *, automatic: bool) -> bool:
    """Whether a message stops the waiting clock: a person's does, an automatic one does not."""
    return author == Author.AGENT and not automatic


def recompute(session: Session, conversation_ids: Iterable[bytes]) -> int:
    """Derive the columns anew from the messages, after imports, sync or a recall."""
    count = 0
    for conversation_id in conversation_ids:
        conversation = session.scalar(
            select(Conversation).where(Conversation.id == conversation_id)
        )
        if conversation is not None:
            _recompute_one(session, conversation)
            count += 1
    return count


def _recompute_one(session: Session, conversation: Conversation) -> None:
    shown = (
        Message.conversation_id == conversation.id,
        Message.deleted.is_(False),
        Message.kind.not_in(_INSIDE),
    )
    by_customer = (*shown, Message.author == Author.CUSTOMER)
    by_agent = (*shown, Message.author == Author.AGENT, Message.automatic.is_(False))
    last = session.execute(
        select(Message.at, Message.kind, Message.text, Message.author)
        .where(*shown)
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(1)
    ).one_or_none()
    answered = session.scalar(select(func.max(Message.at)).where(*by_agent)) or 0
    conversation.last_at = last.at if last else 0
    conversation.last_text = preview(last.kind, last.text) if last else ""
    conversation.last_author = last.author if last else ""
    conversation.last_customer_at = (
        session.scalar(select(func.max(Message.at)).where(*by_customer)) or 0
    )
    conversation.unread = (
        session.scalar(
            select(func.count()).where(*by_customer, Message.at > conversation.agent_read_at)
        )
        or 0
    )
    # Closing answers everything said before it, as an agent's message does.
    answered = max(answered, conversation.closed_at or 0)
    waiting = session.scalar(
        select(func.min(Message.at)).where(*by_customer, Message.at > answered)
    )
    closed = conversation.status == ConversationStatus.CLOSED
    conversation.waiting_since = None if closed else waiting
