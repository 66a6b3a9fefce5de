"""What a confirmation card shows, and the words that stand for it where no card can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n import _
from app.core.phones import mask_phone
from app.orders.corrections import receiver_in_force
from db.clock import now_ms
from db.ids import new_id
from db.models import ConfirmationState, Order, OrderItem

MAX_ITEMS: Final = 20


def make_card(session: Session, order: Order, dispatch_ms: int, zone: tzinfo) -> dict[str, Any]:
    """The payload of the message; the web chat shows it, other channels its text.

    `zone` is the shop's: the promise is told in its time.
    """
    receiver = receiver_in_force(order)
    items = session.scalars(
        select(OrderItem)
        .where(OrderItem.order_id == order.id, OrderItem.deleted.is_(False))
        .order_by(OrderItem.position, OrderItem.rid)
        .limit(MAX_ITEMS)
    )
    return {
        "confirmation_id": new_id().hex(),
        "order_number": order.number,
        "recipient": receiver.name,
        "phone_masked": mask_phone(receiver.full_phone),
        "address": receiver.address,
        "province": receiver.province,
        "city": receiver.city,
        "district": receiver.district,
        "detail": receiver.detail,
        "items": [{"title": i.title, "sku": i.sku, "quantity": i.quantity} for i in items],
        "promise": _promise(order, dispatch_ms, zone),
        "state": ConfirmationState.SENT.value,
    }


def _promise(order: Order, dispatch_ms: int, zone: tzinfo) -> str:
    """When it leaves, in words; empty where nothing can be promised."""
    at = order.promised_at
    if at is None and order.paid_at and not order.presale:
        at = order.paid_at + dispatch_ms
    if at is None or at <= now_ms():
        return ""
    moment = datetime.fromtimestamp(at / 1000, zone)
    return _("Ships before {time}").format(time=moment.strftime("%m-%d %H:%M"))


def in_words(card: Mapping[str, Any]) -> str:
    """The card in words, for channels that know no cards."""
    lines = [
        _("Please check your order {number}:").format(number=card["order_number"]),
        _("Recipient: {name}").format(name=card["recipient"]),
        _("Phone: {phone}").format(phone=card["phone_masked"]),
        _("Address: {address}").format(address=card["address"]),
    ]
    for item in card["items"]:
        title = " ".join(filter(None, (item["title"], item["sku"])))
        lines.append(f"{title} × {item['quantity']}")
    if card["promise"]:
        lines.append(card["promise"])
    return "\n".join(lines)
