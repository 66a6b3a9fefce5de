"""Conversations, messages and drafts."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Document, Id, Moment
from db.models.base import Base, Synced


class ConversationStatus(StrEnum):
    """Where a conversation stands."""

    OPEN = "open"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    ROBOT = "robot"
    SYSTEM = "system"


class MessageKind(StrEnum):
    """What a message carries; cards keep their data in `payload`."""

    TEXT = "text"
    IMAGE = "image"
    FILE = "file"
    PRODUCT_CARD = "product_card"
    ORDER_CARD = "order_card"
    CONFIRM_CARD = "confirm_card"
    CONFIRM_ANSWER = "confirm_answer"
    SATISFACTION_CARD = "satisfaction_card"
    NOTE = "note"
    EVENT = "event"


class MessageState(StrEnum):
    """Life of a message (DESIGN §3)."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"


class DraftKind(StrEnum):
    """A draft is for the customer or for colleagues."""

    REPLY = "reply"
    NOTE = "note"


class Conversation(Synced, Base):
    """A customer's thread on one channel account.

    The columns from `last_at` on are derived from the messages: local, not synced.
    `waiting_since` is the time of the first unanswered customer message, else NULL.
    """

    __tablename__ = "conversations"

    channel: Mapped[str]
    account: Mapped[str] = mapped_column(default="")
    external_id: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[Id] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(default=ConversationStatus.OPEN)
    assignee_id: Mapped[Id | None] = mapped_column(default=None)
    opened_at: Mapped[Moment]
    closed_at: Mapped[Moment | None] = mapped_column(default=None)
    follow_up_at: Mapped[Moment | None] = mapped_column(default=None)
    agent_read_at: Mapped[Moment] = mapped_column(default=0)
    customer_read_at: Mapped[Moment] = mapped_column(default=0)
    last_at: Mapped[Moment] = mapped_column(default=0)
    last_text: Mapped[str] = mapped_column(default="")
    last_author: Mapped[str] = mapped_column(default="")
    last_customer_at: Mapped[Moment] = mapped_column(default=0)
    waiting_since: Mapped[Moment | None] = mapped_column(default=None)
    unread: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index("ix_conversations_status_last", "status", "last_at"),
        Index("ix_conversations_waiting", "waiting_since"),
        Index("ix_conversations_mine", "assignee_id", "status", "last_at"),
    )


class Message(Synced, Base):
    """One message; immutable but for delivery state and recall (`deleted`).

    Order in the thread is (`at`, `id`); the writer keeps `at` rising within a conversation.
    `external_id` is the channel's own message id, against doubles.
    """

    __tablename__ = "messages"

    conversation_id: Mapped[Id]
    author: Mapped[str]
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    kind: Mapped[str] = mapped_column(default=MessageKind.TEXT)
    text: Mapped[str] = mapped_column(default="")
    payload: Mapped[Document | None] = mapped_column(default=None)
    attachment_id: Mapped[Id | None] = mapped_column(default=None)
    external_id: Mapped[str] = mapped_column(default="")
    automatic: Mapped[bool] = mapped_column(default=False)
    at: Mapped[Moment]
    state: Mapped[str] = mapped_column(default=MessageState.DELIVERED)
    error: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index("ix_messages_conversation_at", "conversation_id", "at", "id"),
        # A handful of rows among millions: what the outbox looks for at every start.
        Index("ix_messages_queued", "state", sqlite_where=sql("state = 'queued'")),
        # Who else uses a file that is to go.
        Index(
            "ix_messages_attachment",
            "attachment_id",
            sqlite_where=sql("attachment_id IS NOT NULL"),
        ),
    )


class Draft(Synced, Base):
    """An unsent reply or note: id = natural_id("draft", conversation hex, staff hex, kind)."""

    __tablename__ = "drafts"

    conversation_id: Mapped[Id] = mapped_column(index=True)
    staff_id: Mapped[Id]
    kind: Mapped[str] = mapped_column(default=DraftKind.REPLY)
    text: Mapped[str]
    began_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class Attachment(Synced, Base):
    """An image or file; its bytes lie encrypted in the home's attachments folder under `sha256`."""

    __tablename__ = "attachments"

    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]
