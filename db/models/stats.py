"""Facts for the numbers, worked out from conversations and orders: local, never synced."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Fen, Id, Moment
from db.models.base import Base

_ZERO = text("0")


class StatsPart(Base):
    """What one agent had in one session: a reception; without `agent_id` what nobody had.

    An empty `agent_id` is a person whose name is unknown. `session_at` is when the session began,
    `customer_id` the record that other records of the customer were merged into. `opened_by` is the
    role (see `StatsMessage`) of the session's first message. The counts are over its messages,
    `asked_at` is the first of the customer.
    """

    __tablename__ = "stats_parts"

    rid: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[Id]
    session_at: Mapped[Moment]
    agent_id: Mapped[Id | None] = mapped_column(default=None)
    customer_id: Mapped[Id]
    channel: Mapped[str]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    opened_by: Mapped[int]
    customer_messages: Mapped[int] = mapped_column(server_default=_ZERO)
    agent_messages: Mapped[int] = mapped_column(server_default=_ZERO)
    agent_chars: Mapped[int] = mapped_column(server_default=_ZERO)
    robot_messages: Mapped[int] = mapped_column(server_default=_ZERO)
    automatic_messages: Mapped[int] = mapped_column(server_default=_ZERO)
    asked_at: Mapped[Moment | None] = mapped_column(default=None)

    __table_args__ = (
        Index("ix_stats_parts_conversation", "conversation_id"),
        Index("ix_stats_parts_customer", "customer_id", "ends_at"),
        Index("ix_stats_parts_ends", "ends_at"),
    )


class StatsMessage(Base):
    """A message that counts, under its own rid. `role`: 1 customer, 2 agent, 3 robot, 4 automatic.

    `product` is the number on a product card.
    """

    __tablename__ = "stats_messages"

    rid: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[int]
    at: Mapped[Moment]
    role: Mapped[int]
    chars: Mapped[int] = mapped_column(server_default=_ZERO)
    product: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        Index("ix_stats_messages_at", "at"),
        Index("ix_stats_messages_part", "part"),
    )


class StatsTurn(Base):
    """A question and its answer. `kind`: 0 any, 1 the first of its session, 2 a robot's first."""

    __tablename__ = "stats_turns"

    rid: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[int]
    kind: Mapped[int]
    asked_at: Mapped[Moment]
    last_asked_at: Mapped[Moment]
    answered_at: Mapped[Moment | None] = mapped_column(default=None)

    __table_args__ = (
        Index("ix_stats_turns_asked", "asked_at"),
        Index("ix_stats_turns_part", "part"),
    )


class StatsOrder(Base):
    """An order as the numbers need it, with the receptions (`stats_parts.rid`) it is credited to.

    `order_part` by the time of the order, `pay_part` by that of payment, `jd_part` by JD's rule.
    `closed_at` is set where the order was closed. Of a paid order `place` counts its buyer's paid
    orders from 1, and `since_ms` is the time since the one before.
    """

    __tablename__ = "stats_orders"

    rid: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[Id] = mapped_column(unique=True)
    customer_id: Mapped[Id | None] = mapped_column(default=None)
    created_at: Mapped[Moment]
    paid_at: Mapped[Moment | None] = mapped_column(default=None)
    shipped_at: Mapped[Moment | None] = mapped_column(default=None)
    closed_at: Mapped[Moment | None] = mapped_column(default=None)
    total_fen: Mapped[Fen]
    paid_fen: Mapped[Fen]
    postage_fen: Mapped[Fen]
    refund_fen: Mapped[Fen]
    quantity: Mapped[int]
    order_part: Mapped[int | None] = mapped_column(default=None)
    pay_part: Mapped[int | None] = mapped_column(default=None)
    jd_part: Mapped[int | None] = mapped_column(default=None)
    place: Mapped[int] = mapped_column(server_default=_ZERO)
    since_ms: Mapped[int | None] = mapped_column(default=None)

    __table_args__ = (
        Index("ix_stats_orders_customer", "customer_id"),
        Index("ix_stats_orders_created", "created_at"),
        Index("ix_stats_orders_paid", "paid_at"),
        Index("ix_stats_orders_first", "paid_at", sqlite_where=text("place = 1")),
    )


class StatsItem(Base):
    """A line of an order, under its own rid; `product` is its title."""

    __tablename__ = "stats_items"

    rid: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[Id] = mapped_column(index=True)
    product: Mapped[str]
    quantity: Mapped[int]
    amount_fen: Mapped[Fen]
    refund_fen: Mapped[Fen]
