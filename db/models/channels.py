"""What the web chat must remember on the station that serves it."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Id, Moment
from db.models.base import Base


class WebVisitor(Base):
    """A browser that talked to the web chat; only the hash of its token is kept."""

    __tablename__ = "web_visitors"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[Id] = mapped_column(index=True)
    customer_id: Mapped[Id]
    origin: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]


class ChannelEvent(Base):
    """A refused or noteworthy request, for Settings → Channels."""

    __tablename__ = "channel_events"

    rid: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    at: Mapped[Moment] = mapped_column(index=True)
    kind: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
