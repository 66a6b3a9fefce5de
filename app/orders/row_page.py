"""Lines of the order list out of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from app.orders.corrections import receiver_in_force
from app.orders.fact_rows import items_of, parcels_of, titles_as_items
from app.orders.model import ItemFacts, OrderRow, ParcelFacts
from db.models import Order, OrderStatus

_TO_SHIP: Final = (OrderStatus.PAID, OrderStatus.PART_SHIPPED)


def page_rows(session: Session, rows: Sequence[Order], dispatch_ms: int) -> list[OrderRow]:
    """Return lines of the list; `dispatch_ms` is how long after payment orders are to ship."""
    ids = [row.id for row in rows]
    items, parcels = items_of(session, ids), parcels_of(session, ids)
    return [
        _line(
            row,
            items.get(row.id) or titles_as_items(row.extra, row.quantity),
            parcels.get(row.id, []),
            dispatch_ms,
        )
        for row in rows
    ]


def _line(
    row: Order, items: Sequence[ItemFacts], parcels: Sequence[ParcelFacts], dispatch_ms: int
) -> OrderRow:
    receiver = receiver_in_force(row)
    parcel = parcels[-1] if parcels else None
    return OrderRow(
        id=row.id,
        platform=row.platform,
        shop=row.shop,
        number=row.number,
        buyer=row.buyer_nick,
        recipient=receiver.name,
        phone=receiver.full_phone,
        region=receiver.region,
        items=_summary(items),
        quantity=row.quantity,
        paid_fen=row.paid_fen,
        total_fen=row.total_fen,
        currency=row.currency,
        status=row.status,
        after_sale=row.after_sale,
        review=row.review,
        corrected=row.fixed_at is not None,
        confirmation=row.confirmation,
        created_at=row.created_at,
        paid_at=row.paid_at,
        promised_at=_promise(row, dispatch_ms),
        parcel_number=parcel.number if parcel else "",
        parcel_state=parcel.state if parcel else "",
    )


def _summary(items: Sequence[ItemFacts]) -> str:
    if not items:
        return ""
    first = " ".join(filter(None, (items[0].title, items[0].sku)))
    more = f" +{len(items) - 1}" if len(items) > 1 else ""
    return f"{first} ×{items[0].quantity}{more}"


def _promise(row: Order, dispatch_ms: int) -> int | None:
    if row.status not in _TO_SHIP:
        return None
    if row.promised_at or row.presale or not row.paid_at:
        return row.promised_at
    return row.paid_at + dispatch_ms
