"""Keeps the derived columns of a conversation: its last line, unread count and waiting clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from db.derived import INSIDE, PREVIEW_MARKS, derive_conversations, preview
from db.models import Author, Conversation, Message

__all__ = ["PREVIEW_MARKS", "answers", "next_at", "note_message", "preview", "recompute"]

_NEWEST: Final = select(func.max(Message.at)).where(Message.conversation_id == bindparam("id"))


def next_at(session: Session, conversation_id: bytes, at: int) -> int:
    """The time of a new message: `at`, but behind everything already in the thread."""
    newest = session.scalar(_NEWEST, {"id": conversation_id})
    return at if newest is None else max(at, newest + 1)


def note_message(conversation: Conversation, message: Message) -> None:
    """Take a new, newest message into its conversation's columns."""
    if message.kind in INSIDE:
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
    """Derive the columns anew from the messages, after imports or a recall."""
    session.flush()
    count = derive_conversations(session.connection(), conversation_ids)
    for row in session.identity_map.values():
        if isinstance(row, Conversation):
            session.expire(row)
    return count
