"""Parcels and their traces (DOMAIN §6)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Id, Moment
from db.models.base import Base, Synced


class ShipmentState(StrEnum):
    """The desk's own parcel states (DESIGN §3)."""

    WAITING = "waiting"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AWAITING_PICKUP = "awaiting_pickup"
    SIGNED = "signed"
    PROBLEM = "problem"
    RETURNING = "returning"
    RETURNED = "returned"
    REFUSED = "refused"
    CUSTOMS = "customs"
    STALLED = "stalled"
    UNKNOWN = "unknown"


class Shipment(Synced, Base):
    """A parcel: id = shipment_id(carrier, number); `carrier` is the Kuaidi100 code or empty.

    `last_at`, `last_text` repeat the newest trace. `queried_at` is when a carrier was last asked.
    """

    __tablename__ = "shipments"

    carrier: Mapped[str] = mapped_column(default="")
    carrier_name: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default=ShipmentState.UNKNOWN)
    phone_tail: Mapped[str] = mapped_column(default="")
    destination: Mapped[str] = mapped_column(default="")
    shipped_at: Mapped[Moment | None] = mapped_column(default=None)
    picked_up_at: Mapped[Moment | None] = mapped_column(default=None)
    signed_at: Mapped[Moment | None] = mapped_column(default=None)
    last_at: Mapped[Moment | None] = mapped_column(default=None)
    last_text: Mapped[str] = mapped_column(default="")
    queried_at: Mapped[Moment | None] = mapped_column(default=None)
    query_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Moment] = mapped_column(default=0)

    __table_args__ = (Index("ix_shipments_state_last", "state", "last_at"),)


class OrderShipment(Synced, Base):
    """A parcel carries (part of) an order: id = natural_id("order_shipment", order hex, parcel hex)."""

    __tablename__ = "order_shipments"

    order_id: Mapped[Id] = mapped_column(index=True)
    shipment_id: Mapped[Id] = mapped_column(index=True)


class Trace(Synced, Base):
    """One line of a parcel's history: id = natural_id("trace", parcel hex, str(at), text)."""

    __tablename__ = "traces"

    shipment_id: Mapped[Id]
    at: Mapped[Moment]
    text: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("ix_traces_shipment_at", "shipment_id", "at"),)
