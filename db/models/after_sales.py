"""After-sales records (DOMAIN §7) and the satisfaction question after a conversation (§3)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Document, Fen, Id, Moment
from db.models.base import Base, Synced


class AfterSaleKind(StrEnum):
    """What is asked for, or said."""

    REFUND = "refund"
    RETURN_REFUND = "return_refund"
    EXCHANGE = "exchange"
    RESEND = "resend"
    REPAIR = "repair"
    COMPENSATION = "compensation"
    PRICE_REDUCTION = "price_reduction"
    COMPLAINT = "complaint"
    REVIEW = "review"


class AfterSaleState(StrEnum):
    """How far a record has come; the platform's word is kept beside."""

    REQUESTED = "requested"
    AGREED = "agreed"
    REFUSED = "refused"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class ReasonGroup(StrEnum):
    """Where a reason lies."""

    NONE = ""
    SUBJECTIVE = "subjective"
    PRODUCT = "product"
    LOGISTICS = "logistics"
    SERVICE = "service"


class Party(StrEnum):
    """Who is responsible, or pays the freight; for the carrier's share the shop claims."""

    NONE = ""
    BUYER = "buyer"
    SELLER = "seller"
    CARRIER = "carrier"


class Grade(StrEnum):
    """What a review says on the whole."""

    NONE = ""
    GOOD = "good"
    MIDDLING = "middling"
    BAD = "bad"


class AfterSale(Synced, Base):
    """A refund, return, exchange, …, a complaint or a review.

    Imported ones have the platform's `number`; id = natural_id("after_sale", platform, number).
    `source_at` is the source's own time of the newest facts in this row. What a person decided
    (`judged_at`: reason, responsibility, who pays the freight) is never touched by an import.
    `outcome` and `reaction` are what was done about it and what the customer said to that.
    """

    __tablename__ = "after_sales"

    kind: Mapped[str]
    platform: Mapped[str] = mapped_column(default="")
    shop: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="", index=True)
    order_id: Mapped[Id | None] = mapped_column(default=None, index=True)
    order_number: Mapped[str] = mapped_column(default="", index=True)
    item_id: Mapped[Id | None] = mapped_column(default=None)
    item_title: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[Id | None] = mapped_column(default=None, index=True)
    conversation_id: Mapped[Id | None] = mapped_column(default=None)
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default=AfterSaleState.REQUESTED)
    platform_status: Mapped[str] = mapped_column(default="")
    reason_group: Mapped[str] = mapped_column(default=ReasonGroup.NONE)
    reason: Mapped[str] = mapped_column(default="")
    platform_reason: Mapped[str] = mapped_column(default="")
    responsibility: Mapped[str] = mapped_column(default=Party.NONE)
    freight_payer: Mapped[str] = mapped_column(default=Party.NONE)
    judged_at: Mapped[Moment | None] = mapped_column(default=None)
    amount_fen: Mapped[Fen] = mapped_column(default=0)
    freight_fen: Mapped[Fen] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(default="CNY")
    grade: Mapped[str] = mapped_column(default=Grade.NONE)
    text: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    reaction: Mapped[str] = mapped_column(default="")
    disputed: Mapped[bool] = mapped_column(default=False)
    return_carrier: Mapped[str] = mapped_column(default="")
    return_number: Mapped[str] = mapped_column(default="")
    requested_at: Mapped[Moment]
    agreed_at: Mapped[Moment | None] = mapped_column(default=None)
    refused_at: Mapped[Moment | None] = mapped_column(default=None)
    done_at: Mapped[Moment | None] = mapped_column(default=None)
    withdrawn_at: Mapped[Moment | None] = mapped_column(default=None)
    deadline_at: Mapped[Moment | None] = mapped_column(default=None)
    approved_by: Mapped[Id | None] = mapped_column(default=None)
    approved_at: Mapped[Moment | None] = mapped_column(default=None)
    source_at: Mapped[Moment] = mapped_column(default=0)
    extra: Mapped[Document | None] = mapped_column(default=None)

    __table_args__ = (Index("ix_after_sales_requested", "requested_at"),)


class Satisfaction(Synced, Base):
    """The question after a conversation: `message_id` is the card, `staff_id` whose service it is.

    `automatic`: asked because the conversation was closed. `level` is 5 (very satisfied) to 1.
    """

    __tablename__ = "satisfaction"

    conversation_id: Mapped[Id] = mapped_column(index=True)
    message_id: Mapped[Id]
    customer_id: Mapped[Id | None] = mapped_column(default=None)
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    automatic: Mapped[bool] = mapped_column(default=False)
    invited_at: Mapped[Moment]
    answered_at: Mapped[Moment | None] = mapped_column(default=None)
    level: Mapped[int | None] = mapped_column(default=None)
    text: Mapped[str] = mapped_column(default="")
