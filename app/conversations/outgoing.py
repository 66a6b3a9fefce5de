"""What the desk says: replies, notes, events, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.conversations.derived import next_at, note_message, recompute
from app.conversations.model import ConversationOfThePast, NotRecallable, UnknownConversation
from app.conversations.receive import is_record
from db.clock import now_ms
from db.models import Author, Conversation, Message, MessageKind, MessageState

RECALL_MS: Final = 2 * 60_000
"""Own messages can be taken back this long, as on the shop platforms."""

_RANK: Final = {
    MessageState.QUEUED: 0,
    MessageState.SENDING: 1,
    MessageState.FAILED: 2,
    MessageState.UNKNOWN: 2,
    MessageState.SENT: 3,
    MessageState.DELIVERED: 4,
    MessageState.READ: 5,
}


def conversation(session: Session, conversation_id: bytes) -> Conversation:
    """The row to write to; raises `UnknownConversation`."""
    found = session.scalar(
        select(Conversation).where(
            Conversation.id == conversation_id, Conversation.deleted.is_(False)
        )
    )
    if found is None:
        raise UnknownConversation
    return found


def living(session: Session, conversation_id: bytes) -> Conversation:
    """The row of a conversation that goes on; raises `ConversationOfThePast` for an imported one."""
    found = conversation(session, conversation_id)
    if is_record(found):
        raise ConversationOfThePast
    return found


def append(
    session: Session,
    to: Conversation,
    *,
    author: Author,
    kind: MessageKind,
    text: str = "",
    payload: Any = None,
    staff_id: bytes | None = None,
    attachment_id: bytes | None = None,
    automatic: bool = False,
    state: MessageState = MessageState.QUEUED,
) -> Message:
    """Add a message behind everything else in the thread."""
    message = Message(
        conversation_id=to.id,
        author=author,
        staff_id=staff_id,
        kind=kind,
        text=text,
        payload=payload,
        attachment_id=attachment_id,
        automatic=automatic,
        at=next_at(session, to.id, now_ms()),
        state=state,
    )
    session.add(message)
    note_message(to, message)
    return message


def add_event(
    session: Session,
    thread: Conversation,
    staff_id: bytes | None,
    *,
    text: str = "",
    **payload: Any,
) -> None:
    """Put a line into the thread for colleagues, e.g. `event="closed"`."""
    append(
        session,
        thread,
        author=Author.SYSTEM,
        kind=MessageKind.EVENT,
        staff_id=staff_id,
        text=text,
        payload=payload,
        state=MessageState.DELIVERED,
    )


def raise_states(
    session: Session, message_ids: Sequence[bytes], state: MessageState, error: str
) -> None:
    """Move messages forward to `state`; those further on stay where they are."""
    behind = [known for known, rank in _RANK.items() if rank < _RANK[state]]
    session.execute(
        update(Message)
        .where(Message.id.in_(message_ids), Message.state.in_(behind))
        .values(state=state, error=error)
        .execution_options(synchronize_session=False)
    )


def retry(session: Session, message_id: bytes) -> None:
    """Put a message that failed, or whose fate is unknown, into the queue again."""
    session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.state.in_([MessageState.FAILED, MessageState.UNKNOWN]),
        )
        .values(state=MessageState.QUEUED, error="")
        .execution_options(synchronize_session=False)
    )


def read_by_customer(session: Session, to: Conversation, up_to: int) -> None:
    """Note that the customer has seen everything up to `up_to`."""
    if up_to <= to.customer_read_at:
        return
    seen = select(Message.id).where(
        Message.conversation_id == to.id,
        Message.at > to.customer_read_at,
        Message.at <= up_to,
        Message.author.in_([Author.AGENT, Author.ROBOT]),
        Message.kind.not_in([MessageKind.NOTE, MessageKind.EVENT]),
    )
    raise_states(session, list(session.scalars(seen)), MessageState.READ, "")
    to.customer_read_at = up_to


def recallable(staff_id: bytes | None, kind: str, at: int, me: bytes | None) -> bool:
    """Whether `me` may still take a message back."""
    own = me is not None and staff_id == me and kind != MessageKind.EVENT
    return own and now_ms() - at <= RECALL_MS


def recall(session: Session, message_id: bytes, me: bytes) -> None:
    """Take back one's own fresh message; raises `NotRecallable`."""
    message = session.scalar(select(Message).where(Message.id == message_id))
    if message is None or not recallable(message.staff_id, message.kind, message.at, me):
        raise NotRecallable
    message.deleted = True
    session.flush()
    recompute(session, [message.conversation_id])
