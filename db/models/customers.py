"""Customers and their notes (DOMAIN §3)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Id, Moment
from db.models.base import Base, Synced


class Lifecycle(StrEnum):
    """Stage of the relationship with the shop."""

    POTENTIAL = "potential"
    TARGET = "target"
    FIRST_TIME = "first_time"
    REPEAT = "repeat"
    LOYAL = "loyal"
    LOST = "lost"
    NON_CUSTOMER = "non_customer"


class ValueClass(StrEnum):
    """What the customer is worth to the shop."""

    ORDINARY = "ordinary"
    POTENTIAL = "potential"
    CORE = "core"
    VIP = "vip"


class Customer(Synced, Base):
    """The customer card. `platform` + `shop` + `nick` identify who comes from a platform.

    `phone_tail` are the last four digits, for search where the phone itself is masked.
    `merged_into` names the record that took this one over.
    """

    __tablename__ = "customers"

    platform: Mapped[str] = mapped_column(default="")
    shop: Mapped[str] = mapped_column(default="")
    nick: Mapped[str] = mapped_column(default="", index=True)
    name: Mapped[str] = mapped_column(default="")
    salutation: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="", index=True)
    phone_tail: Mapped[str] = mapped_column(default="", index=True)
    email: Mapped[str] = mapped_column(default="")
    province: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    district: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    zip: Mapped[str] = mapped_column(default="")
    lifecycle: Mapped[str] = mapped_column(default=Lifecycle.POTENTIAL)
    value_class: Mapped[str] = mapped_column(default=ValueClass.ORDINARY)
    birthday: Mapped[str] = mapped_column(default="")
    family: Mapped[str] = mapped_column(default="")
    occupation: Mapped[str] = mapped_column(default="")
    personality: Mapped[str] = mapped_column(default="")
    education: Mapped[str] = mapped_column(default="")
    spending_view: Mapped[str] = mapped_column(default="")
    blocked: Mapped[bool] = mapped_column(default=False)
    merged_into: Mapped[Id | None] = mapped_column(default=None)
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment] = mapped_column(default=0, index=True)

    __table_args__ = (Index("ix_customers_blocked", "blocked", sqlite_where=text("blocked = 1")),)


class CustomerNote(Synced, Base):
    """A note that an agent leaves on a customer."""

    __tablename__ = "customer_notes"

    customer_id: Mapped[Id] = mapped_column(index=True)
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    text: Mapped[str]
    at: Mapped[Moment]
