"""Whole orders out of their rows: order, items, parcels and remarks read together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.corrections import imported_receiver, receiver_in_force
from app.orders.model import ItemFacts, OrderFacts, ParcelFacts, RemarkFacts
from db.models import Order, OrderItem, OrderRemark, OrderShipment, Shipment, Staff

_BATCH: Final = 1_000
_TITLES: Final = "宝贝标题"
_KINDS: Final = "宝贝种类"
T = TypeVar("T")


def facts_of(session: Session, rows: Sequence[Order]) -> list[OrderFacts]:
    """Return the orders with all that belongs to them, in the order of `rows`."""
    found: list[OrderFacts] = []
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        ids = [row.id for row in batch]
        items, parcels = items_of(session, ids), parcels_of(session, ids)
        remarks = _remarks_of(session, ids)
        for row in batch:
            bought = items.get(row.id) or titles_as_items(row.extra, row.quantity)
            found.append(
                _facts(row, tuple(bought), parcels.get(row.id, ()), remarks.get(row.id, ()))
            )
    return found


def items_of(session: Session, ids: Sequence[bytes]) -> Mapping[bytes, list[ItemFacts]]:
    """The items of orders."""
    query = (
        select(OrderItem)
        .where(OrderItem.order_id.in_(ids), OrderItem.deleted.is_(False))
        .order_by(OrderItem.position, OrderItem.rid)
    )
    found: dict[bytes, list[ItemFacts]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.order_id].append(_item(row))
    return found


def parcels_of(session: Session, ids: Sequence[bytes]) -> Mapping[bytes, list[ParcelFacts]]:
    """The parcels of orders."""
    query = (
        select(OrderShipment.order_id, Shipment)
        .join(Shipment, Shipment.id == OrderShipment.shipment_id)
        .where(OrderShipment.order_id.in_(ids), OrderShipment.deleted.is_(False))
        .where(Shipment.deleted.is_(False))
        .order_by(Shipment.rid)
    )
    found: dict[bytes, list[ParcelFacts]] = defaultdict(list)
    for order_id, row in session.execute(query):
        found[order_id].append(
            ParcelFacts(
                row.id,
                row.carrier,
                row.carrier_name,
                row.number,
                row.state,
                row.last_at,
                row.last_text,
            )
        )
    return found


def titles_as_items(extra: Mapping[str, str] | None, quantity: int) -> list[ItemFacts]:
    """What an order list says of the goods, as long as no item list has told more.

    It gives their titles only, joined by full-width commas that a title may hold as well, and how
    many kinds they are.
    """
    titles = (extra or {}).get(_TITLES, "")
    if not titles:
        return []
    parts = titles.split("，")
    if (extra or {}).get(_KINDS) != str(len(parts)):
        parts = [titles]
    one = len(parts) == 1
    return [ItemFacts(title.strip(), quantity=quantity if one else 1) for title in parts]


def _remarks_of(session: Session, ids: Sequence[bytes]) -> Mapping[bytes, list[RemarkFacts]]:
    query = (
        select(OrderRemark, Staff.reception_name, Staff.name)
        .outerjoin(Staff, Staff.id == OrderRemark.staff_id)
        .where(OrderRemark.order_id.in_(ids), OrderRemark.deleted.is_(False))
        .order_by(OrderRemark.at, OrderRemark.rid)
    )
    found: dict[bytes, list[RemarkFacts]] = defaultdict(list)
    for row, shown, name in session.execute(query):
        found[row.order_id].append(
            RemarkFacts(row.id, row.text, row.flag, row.at, shown or name or "")
        )
    return found


def _item(row: OrderItem) -> ItemFacts:
    return ItemFacts(
        title=row.title,
        sku=row.sku,
        sku_code=row.sku_code,
        quantity=row.quantity,
        price_fen=row.price_fen,
        paid_fen=row.paid_fen,
        number=row.number,
        product_number=row.product_number,
        status=row.status,
        platform_status=row.platform_status,
        refund_status=row.refund_status,
        refund_fen=row.refund_fen,
        id=row.id,
    )


_PLAIN: Final = (
    *("id", "platform", "shop", "number", "status", "platform_status", "close_reason"),
    *("reviewed", "after_sale", "customer_id", "raw_address", "fixed_by", "fixed_at"),
    *("buyer_message", "seller_remark", "seller_flag", "invoice_title", "total_fen"),
    *("postage_fen", "paid_fen", "refund_fen", "currency", "quantity", "presale", "created_at"),
    *("paid_at", "shipped_at", "ended_at", "promised_at", "source_at", "review"),
    *("review_reason", "review_at", "confirmation", "confirmed_at"),
)


def _facts(
    row: Order,
    items: tuple[ItemFacts, ...],
    parcels: Sequence[ParcelFacts],
    remarks: Sequence[RemarkFacts],
) -> OrderFacts:
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    return OrderFacts(
        **plain,
        buyer=row.buyer_nick,
        imported=imported_receiver(row),
        receiver=receiver_in_force(row),
        items=items,
        parcels=tuple(parcels),
        remarks=tuple(remarks),
        extra=row.extra or {},
    )
