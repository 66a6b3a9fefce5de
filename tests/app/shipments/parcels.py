"""Parcels and orders for the tests of this area, written straight into the database."""

from __future__ import annotations

from collections.abc import Sequence

from db.clock import now_ms
from db.database import Database
from db.ids import natural_id, order_id, shipment_id
from db.models import Order, OrderShipment, Shipment, ShipmentState

HOUR = 3_600_000


def put_order(
    db: Database,
    number: str = "2801",
    recipient: str = "张伟",
    phone: str = "13800001234",
    **more: object,
) -> bytes:
    """Write an order and return its id."""
    key = order_id("taobao", "", number)
    with db.write() as session:
        session.add(
            Order(
                id=key, platform="taobao", number=number, recipient=recipient, phone=phone, **more
            )
        )
    return key


def put_parcel(
    db: Database,
    number: str = "YT9900000000001",
    carrier: str = "yuantong",
    state: str = ShipmentState.IN_TRANSIT,
    orders: Sequence[bytes] = (),
    *,
    shipped_h: float | None = 30,
    news_h: float | None = 1,
    **more: object,
) -> bytes:
    """Write a parcel shipped and last heard of so many hours ago; return its id."""
    key, now = shipment_id(carrier, number), now_ms()
    with db.write() as session:
        session.add(
            Shipment(
                id=key,
                carrier=carrier,
                number=number,
                state=state,
                shipped_at=None if shipped_h is None else now - int(shipped_h * HOUR),
                last_at=None if news_h is None else now - int(news_h * HOUR),
                created_at=now,
                **more,
            )
        )
        for order in orders:
            tie = natural_id("order_shipment", order.hex(), key.hex())
            session.add(OrderShipment(id=tie, order_id=order, shipment_id=key))
    return key
