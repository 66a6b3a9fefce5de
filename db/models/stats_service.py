"""Facts for the numbers of after-sales and satisfaction: local, never synced."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Fen, Id, Moment
from db.models.base import Base


class StatsAfterSale(Base):
    """An after-sales record that counts, under its own rid.

    `product` is the title of the item it is about, empty where that is not known; `freight_fen`
    what the shop pays of the freight.
    """

    __tablename__ = "stats_after_sales"

    rid: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[Id | None] = mapped_column(default=None)
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    kind: Mapped[str]
    state: Mapped[str]
    reason_group: Mapped[str]
    responsibility: Mapped[str]
    grade: Mapped[str]
    amount_fen: Mapped[Fen]
    freight_fen: Mapped[Fen]
    disputed: Mapped[bool]
    requested_at: Mapped[Moment]
    done_at: Mapped[Moment | None] = mapped_column(default=None)
    product: Mapped[str]

    __table_args__ = (
        Index("ix_stats_after_sales_order", "order_id"),
        Index("ix_stats_after_sales_requested", "requested_at"),
        Index("ix_stats_after_sales_done", "done_at"),
    )


class StatsRating(Base):
    """An invitation to say how satisfied one is, under its own rid, and the answer to it."""

    __tablename__ = "stats_ratings"

    rid: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[Id]
    customer_id: Mapped[Id]
    channel: Mapped[str]
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    automatic: Mapped[bool]
    invited_at: Mapped[Moment]
    answered_at: Mapped[Moment | None] = mapped_column(default=None)
    level: Mapped[int | None] = mapped_column(default=None)

    __table_args__ = (
        Index("ix_stats_ratings_conversation", "conversation_id"),
        Index("ix_stats_ratings_invited", "invited_at"),
        Index("ix_stats_ratings_answered", "answered_at"),
    )
