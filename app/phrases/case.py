"""Gathers what a phrase may speak of: the customer at hand, their order and its parcel."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.settings import SHOP_NAME, Settings
from app.core.zones import shop_zone
from app.phrases.filling import PhraseContext
from app.staff import StaffService
from db.database import Database
from db.models import Conversation, Customer, Order, OrderItem, OrderShipment, Shipment
from db.models.orders import OrderStatus

_SHOWN_ITEMS: Final = 3
_NOT_A_NAME: Final = re.compile(r"[\d*_@#]|^.{13,}$", re.DOTALL)


def case_of(
    db: Database,
    settings: Settings,
    staff: StaffService,
    conversation_id: bytes | None,
    order_id: bytes | None = None,
) -> PhraseContext:
    """Return the context of a conversation; the parcel is always that of the same order.

    Without `order_id` it is the customer's newest order that is not closed, else the newest.
    """
    agent = staff.current.shown_name if staff.current else ""
    with db.read() as session:
        customer = _customer(session, conversation_id)
        order = _order(session, customer, order_id)
        parcel = _parcel(session, order) if order else None
        case = PhraseContext(
            customer=called(customer) if customer else "",
            agent=agent,
            shop=settings.get(SHOP_NAME) or (order.shop if order else ""),
            tracking_no=parcel.number if parcel else "",
            carrier=parcel.carrier_name if parcel else "",
            now=datetime.now(shop_zone(settings)),
        )
        return _with_order(case, session, order) if order else case


def called(customer: Customer) -> str:
    """How to address a customer: salutation, name, or a nick that reads like a name."""
    if customer.salutation or customer.name:
        return customer.salutation or customer.name
    return "" if _NOT_A_NAME.search(customer.nick) else customer.nick


def _customer(session: Session, conversation_id: bytes | None) -> Customer | None:
    if conversation_id is None:
        return None
    return session.scalar(
        select(Customer)
        .join(Conversation, Conversation.customer_id == Customer.id)
        .where(Conversation.id == conversation_id, Customer.deleted.is_(False))
    )


def _order(session: Session, customer: Customer | None, order_id: bytes | None) -> Order | None:
    query = select(Order).where(Order.deleted.is_(False))
    if order_id is not None:
        return session.scalar(query.where(Order.id == order_id))
    if customer is None:
        return None
    return session.scalar(
        query.where(Order.customer_id == customer.id)
        .order_by(Order.status == OrderStatus.CLOSED, Order.created_at.desc())
        .limit(1)
    )


def _parcel(session: Session, order: Order) -> Shipment | None:
    return session.scalar(
        select(Shipment)
        .join(OrderShipment, OrderShipment.shipment_id == Shipment.id)
        .where(
            OrderShipment.order_id == order.id,
            OrderShipment.deleted.is_(False),
            Shipment.deleted.is_(False),
        )
        .order_by(Shipment.created_at.desc(), Shipment.rid.desc())
        .limit(1)
    )


def _with_order(case: PhraseContext, session: Session, order: Order) -> PhraseContext:
    titles = session.scalars(
        select(OrderItem.title)
        .where(OrderItem.order_id == order.id, OrderItem.deleted.is_(False))
        .order_by(OrderItem.position)
        .limit(_SHOWN_ITEMS)
    )
    return replace(
        case,
        order_no=order.number,
        items=tuple(title for title in titles if title),
        paid_fen=order.paid_fen if order.paid_at or order.paid_fen else None,
        total_fen=order.total_fen,
        currency=order.currency,
        recipient=order.fixed_recipient or order.recipient,
        address=_address(order),
    )


def _address(order: Order) -> str:
    if order.fixed_province or order.fixed_detail:
        parts = (
            order.fixed_province,
            order.fixed_city,
            order.fixed_district,
            order.fixed_detail,
        )
    else:
        parts = (order.province, order.city, order.district, order.detail)
    # Municipalities repeat their name as the city.
    return "".join(dict.fromkeys(parts)) or order.raw_address
