"""Orders, their items, remarks and confirmation cards (DOMAIN §5, DESIGN §3)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Document, Fen, Id, Moment
from db.models.base import Base, Synced


class OrderStatus(StrEnum):
    """The desk's own order states; the platform's word is kept beside."""

    UNPAID = "unpaid"
    PAID = "paid"
    PART_SHIPPED = "part_shipped"
    SHIPPED = "shipped"
    RECEIVED = "received"
    COMPLETED = "completed"
    CLOSED = "closed"
    FROZEN = "frozen"
    UNKNOWN = "unknown"


class CloseReason(StrEnum):
    """Why a closed order was closed."""

    UNPAID = "unpaid"
    REFUNDED = "refunded"
    OTHER = "other"


class Review(StrEnum):
    """A person's decision on an order held for review."""

    NONE = ""
    HELD = "held"
    RELEASED = "released"


class ConfirmationState(StrEnum):
    """What the customer did with a confirmation card."""

    NONE = ""
    SENT = "sent"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


class Order(Synced, Base):
    """One order as the platform tells it, and beside it what the desk corrected.

    The `fixed_*` fields hold corrected values (empty = as imported) and are never touched by an
    import. `source_at` is the source's own time of the newest facts in this row.
    """

    __tablename__ = "orders"

    platform: Mapped[str]
    shop: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(default=OrderStatus.UNKNOWN)
    platform_status: Mapped[str] = mapped_column(default="")
    close_reason: Mapped[str] = mapped_column(default="")
    reviewed: Mapped[bool] = mapped_column(default=False)
    after_sale: Mapped[bool] = mapped_column(default=False)
    customer_id: Mapped[Id | None] = mapped_column(default=None, index=True)
    buyer_nick: Mapped[str] = mapped_column(default="", index=True)
    recipient: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="", index=True)
    phone_extension: Mapped[str] = mapped_column(default="")
    landline: Mapped[str] = mapped_column(default="")
    province: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    district: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    zip: Mapped[str] = mapped_column(default="")
    raw_address: Mapped[str] = mapped_column(default="")
    fixed_recipient: Mapped[str] = mapped_column(default="")
    fixed_phone: Mapped[str] = mapped_column(default="")
    fixed_phone_extension: Mapped[str] = mapped_column(default="")
    fixed_province: Mapped[str] = mapped_column(default="")
    fixed_city: Mapped[str] = mapped_column(default="")
    fixed_district: Mapped[str] = mapped_column(default="")
    fixed_detail: Mapped[str] = mapped_column(default="")
    fixed_by: Mapped[str] = mapped_column(default="")
    fixed_at: Mapped[Moment | None] = mapped_column(default=None)
    buyer_message: Mapped[str] = mapped_column(default="")
    seller_remark: Mapped[str] = mapped_column(default="")
    seller_flag: Mapped[str] = mapped_column(default="")
    invoice_title: Mapped[str] = mapped_column(default="")
    total_fen: Mapped[Fen] = mapped_column(default=0)
    postage_fen: Mapped[Fen] = mapped_column(default=0)
    paid_fen: Mapped[Fen] = mapped_column(default=0)
    refund_fen: Mapped[Fen] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(default="CNY")
    quantity: Mapped[int] = mapped_column(default=0)
    presale: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment] = mapped_column(default=0)
    paid_at: Mapped[Moment | None] = mapped_column(default=None)
    shipped_at: Mapped[Moment | None] = mapped_column(default=None)
    ended_at: Mapped[Moment | None] = mapped_column(default=None)
    promised_at: Mapped[Moment | None] = mapped_column(default=None)
    source_at: Mapped[Moment] = mapped_column(default=0)
    review: Mapped[str] = mapped_column(default=Review.NONE)
    review_reason: Mapped[str] = mapped_column(default="")
    reviewed_by: Mapped[Id | None] = mapped_column(default=None)
    review_at: Mapped[Moment | None] = mapped_column(default=None)
    confirmation: Mapped[str] = mapped_column(default=ConfirmationState.NONE)
    confirmed_at: Mapped[Moment | None] = mapped_column(default=None)
    extra: Mapped[Document | None] = mapped_column(default=None)

    __table_args__ = (
        Index("ix_orders_created", "created_at"),
        Index("ix_orders_status_created", "status", "created_at"),
    )


class OrderItem(Synced, Base):
    """A line of an order: id = natural_id("order_item", order hex, sub-number or ordinal)."""

    __tablename__ = "order_items"

    order_id: Mapped[Id] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(default="")
    product_number: Mapped[str] = mapped_column(default="")
    sku_code: Mapped[str] = mapped_column(default="", index=True)
    sku: Mapped[str] = mapped_column(default="")
    price_fen: Mapped[Fen] = mapped_column(default=0)
    quantity: Mapped[int] = mapped_column(default=1)
    paid_fen: Mapped[Fen | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(default=OrderStatus.UNKNOWN)
    platform_status: Mapped[str] = mapped_column(default="")
    refund_status: Mapped[str] = mapped_column(default="")
    refund_fen: Mapped[Fen] = mapped_column(default=0)
    source_at: Mapped[Moment] = mapped_column(default=0)


class OrderRemark(Synced, Base):
    """A remark made at the desk when an agreement is reached; `flag` red yellow green blue purple."""

    __tablename__ = "order_remarks"

    order_id: Mapped[Id] = mapped_column(index=True)
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    flag: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    at: Mapped[Moment]


class Confirmation(Synced, Base):
    """A confirmation card sent to the customer, what it showed, and what came back."""

    __tablename__ = "confirmations"

    order_id: Mapped[Id] = mapped_column(index=True)
    conversation_id: Mapped[Id] = mapped_column(index=True)
    message_id: Mapped[Id]
    shown: Mapped[Document]
    state: Mapped[str] = mapped_column(default=ConfirmationState.SENT)
    answer: Mapped[Document | None] = mapped_column(default=None)
    sent_at: Mapped[Moment]
    answered_at: Mapped[Moment | None] = mapped_column(default=None)


class ImportBatch(Base):
    """One import on this station: what it read and did, for the history and its undo."""

    __tablename__ = "import_batches"

    rid: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    file: Mapped[str]
    at: Mapped[Moment]
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    report: Mapped[Document]
