"""What an agent did in the desk, read from the store's changes: an address, a remark, a tag …"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.guests import in_one_piece
from db.changes import Changes
from db.models import (
    AfterSale,
    Confirmation,
    Conversation,
    ConversationStatus,
    CustomerTag,
    Message,
    MessageKind,
    Order,
    OrderRemark,
    OrderShipment,
    Shipment,
)

TABLES: Final = (
    *("orders", "order_remarks", "after_sales", "customer_tags", "confirmations", "shipments"),
    *("conversations", "messages"),
)
CLOSED: Final = "close"
NOTE: Final = "note"
"""These two are no actions of scenarios: the conversation was closed; a note was left in it."""
_PLACE: Final = ("province", "city", "district", "detail")
_BLANKS: Final = re.compile(r"[\s,，。;；]+")


@dataclass(frozen=True, slots=True)
class Doing:
    """Something done for a customer; `key` tells one doing from another, the same row is none.

    `text` is an address as it stands now, or whom (hex) the conversation was handed to.
    """

    customer_id: bytes
    action: str
    key: tuple[str, str]
    text: str = ""


def doings(session: Session, changes: Changes, talks: Mapping[bytes, bytes]) -> Iterator[Doing]:
    """What was done for those served; `talks` are their customers by conversation."""
    customers = set(talks.values())
    yield from _orders(session, changes, customers)
    yield from _of_orders(session, changes, customers)
    yield from _after_sales(session, changes, talks)
    yield from _tags(session, changes, customers)
    yield from _parcels(session, changes, customers)
    yield from _talks(session, changes, talks)


def same_address(told: str, stands: str) -> bool:
    """Whether an address in force is the one the customer told."""
    return _plain(told) == _plain(stands)


def _plain(address: str) -> str:
    return _BLANKS.sub("", address)


def _ids(changes: Changes, table: str) -> list[bytes]:
    return list(changes.ids(table) or ())


def _orders(session: Session, changes: Changes, customers: set[bytes]) -> Iterator[Doing]:
    query = select(Order).where(Order.id.in_(_ids(changes, "orders")), Order.fixed_at.is_not(None))
    for row in session.scalars(query) if changes.touches("orders") else ():
        if row.customer_id in customers:
            stands = in_one_piece(
                *(getattr(row, f"fixed_{name}") or getattr(row, name) for name in _PLACE)
            )
            key = ("correct_address", f"{row.id.hex()} {stands}")
            yield Doing(row.customer_id, "correct_address", key, stands)


def _of_orders(session: Session, changes: Changes, customers: set[bytes]) -> Iterator[Doing]:
    """Remarks and confirmation cards: made for an order, whose buyer is served."""
    remarks = select(OrderRemark.id, Order.customer_id).join(
        Order, Order.id == OrderRemark.order_id
    )
    ids = _ids(changes, "order_remarks")
    for key, customer in session.execute(
        remarks.where(OrderRemark.id.in_(ids), OrderRemark.deleted.is_(False))
    ):
        if customer in customers:
            yield Doing(customer, "remark", ("remark", key.hex()))
    cards = select(Confirmation, Order.customer_id).join(Order, Order.id == Confirmation.order_id)
    ids = _ids(changes, "confirmations")
    for card, customer in session.execute(cards.where(Confirmation.id.in_(ids))):
        if customer in customers:
            address = str(card.shown.get("address", ""))
            yield Doing(customer, "confirm_order", ("confirm_order", card.id.hex()), address)


def _after_sales(
    session: Session, changes: Changes, talks: Mapping[bytes, bytes]
) -> Iterator[Doing]:
    if not changes.touches("after_sales"):
        return
    query = (
        select(AfterSale, Order.customer_id.label("buyer"))
        .join(Order, Order.id == AfterSale.order_id, isouter=True)
        .where(AfterSale.id.in_(_ids(changes, "after_sales")), AfterSale.deleted.is_(False))
    )
    for row, buyer in session.execute(query):
        talked = talks.get(row.conversation_id or b"")
        for customer in set(talks.values()) & {row.customer_id, buyer, talked}:
            yield Doing(customer, "after_sale", ("after_sale", row.id.hex()))


def _tags(session: Session, changes: Changes, customers: set[bytes]) -> Iterator[Doing]:
    if not changes.touches("customer_tags"):
        return
    query = select(CustomerTag).where(
        CustomerTag.id.in_(_ids(changes, "customer_tags")), CustomerTag.deleted.is_(False)
    )
    for row in session.scalars(query):
        if row.customer_id in customers:
            yield Doing(row.customer_id, "tag", ("tag", row.id.hex()))


def _parcels(session: Session, changes: Changes, customers: set[bytes]) -> Iterator[Doing]:
    """A parcel somebody asked the carrier about, or noted news of."""
    if not changes.touches("shipments"):
        return
    query = (
        select(Shipment.id, Order.customer_id)
        .join(OrderShipment, OrderShipment.shipment_id == Shipment.id)
        .join(Order, Order.id == OrderShipment.order_id)
        .where(Shipment.id.in_(_ids(changes, "shipments")))
    )
    for key, customer in session.execute(query):
        if customer in customers:
            yield Doing(customer, "trace", ("trace", key.hex()))


def _talks(session: Session, changes: Changes, talks: Mapping[bytes, bytes]) -> Iterator[Doing]:
    """Handed to a colleague, closed, or a note left for colleagues."""
    ids = [key for key in _ids(changes, "conversations") if key in talks]
    for row in session.scalars(select(Conversation).where(Conversation.id.in_(ids))):
        if row.status == ConversationStatus.CLOSED:
            yield Doing(talks[row.id], CLOSED, (CLOSED, row.id.hex()))
    query = select(Message).where(
        Message.id.in_(_ids(changes, "messages")),
        Message.kind.in_([MessageKind.NOTE, MessageKind.EVENT]),
    )
    for message in session.scalars(query) if changes.touches("messages") else ():
        if message.conversation_id not in talks:
            continue
        customer, key = talks[message.conversation_id], message.id.hex()
        if message.kind == MessageKind.NOTE:
            yield Doing(customer, NOTE, (NOTE, key))
            continue
        told = message.payload or {}
        if told.get("event") == "assigned" and told.get("to_id"):
            yield Doing(customer, "escalate", ("escalate", key), str(told["to_id"]))
