"""Gathers a customer card: the record, tags, notes, orders, records with the same phone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.i18n import listing
from app.core.phones import mask_phone
from app.customers.model import CustomerCard, NoteView, OrderSummary
from app.customers.tags import tags_of
from db.models import Customer, CustomerNote, Erasure, Order, OrderItem, OrderStatus, Staff

_UNPAID: Final = (OrderStatus.UNPAID, OrderStatus.CLOSED, OrderStatus.UNKNOWN)


def build_card(
    session: Session, row: Customer, fields: Collection[str], *, bare: bool
) -> CustomerCard:
    """Gather a customer's card; `bare` shows phone and address to who may see them."""
    paid = select(func.count(), func.coalesce(func.sum(Order.paid_fen - Order.refund_fen), 0))
    count, amount = session.execute(
        paid.where(
            Order.customer_id == row.id,
            Order.status.not_in(_UNPAID),
            Order.deleted.is_(False),
        )
    ).one()
    plain = {
        name: getattr(row, name)
        for name in (*fields, "id", "platform", "shop", "nick", "created_at", "last_seen_at")
    }
    if not bare:
        plain |= {"phone": mask_phone(row.phone), "detail": "***" if row.detail else ""}
    return CustomerCard(
        **plain,
        tags=tags_of(session, [row.id]).get(row.id, ()),
        notes=_notes(session, row.id),
        orders=_orders(session, row.id),
        order_count=count,
        paid_fen=amount,
        same_phone=_same_phone(session, row),
        **_erased(session, row.id),
    )


def final_record(session: Session, customer_id: bytes) -> Customer | None:
    """Return a customer's record, or the one that it was merged into."""
    row = session.scalar(select(Customer).where(Customer.id == customer_id))
    for _hop in range(5):
        if row is None or row.merged_into is None:
            break
        row = session.scalar(select(Customer).where(Customer.id == row.merged_into))
    return row


def erased_among(session: Session, customers: Collection[bytes]) -> set[bytes]:
    """Return those of some customers who were erased."""
    query = select(Erasure.row_id).where(Erasure.row_id.in_(customers))
    return set(session.scalars(query))


def _erased(session: Session, customer_id: bytes) -> dict[str, Any]:
    found = session.execute(
        select(Erasure.at, Staff.reception_name, Staff.name)
        .outerjoin(Staff, Staff.id == Erasure.staff_id)
        .where(Erasure.row_id == customer_id)
        .order_by(Erasure.cutoff.desc())
    ).first()
    if found is None:
        return {}
    at, reception, name = found
    return {"erased_at": at, "erased_by": reception or name or ""}


def _notes(session: Session, customer_id: bytes) -> tuple[NoteView, ...]:
    query = (
        select(CustomerNote, Staff.reception_name, Staff.name)
        .outerjoin(Staff, Staff.id == CustomerNote.staff_id)
        .where(CustomerNote.customer_id == customer_id, CustomerNote.deleted.is_(False))
        .order_by(CustomerNote.at.desc())
        .limit(100)
    )
    return tuple(
        NoteView(note.id, note.text, reception or name or "", note.at)
        for note, reception, name in session.execute(query)
    )


def _orders(session: Session, customer_id: bytes) -> tuple[OrderSummary, ...]:
    orders = session.scalars(
        select(Order)
        .where(Order.customer_id == customer_id, Order.deleted.is_(False))
        .order_by(Order.created_at.desc())
        .limit(20)
    ).all()
    items: dict[bytes, list[str]] = {}
    rows = session.execute(
        select(OrderItem.order_id, OrderItem.title)
        .where(OrderItem.order_id.in_([o.id for o in orders]), OrderItem.deleted.is_(False))
        .order_by(OrderItem.position)
    )
    for order_id, title in rows:
        items.setdefault(order_id, []).append(title)
    return tuple(
        OrderSummary(
            o.id,
            o.number,
            o.status,
            listing(items.get(o.id, [])),
            o.paid_fen or 0,
            o.total_fen or 0,
            o.created_at,
        )
        for o in orders
    )


def _same_phone(session: Session, row: Customer) -> tuple[tuple[bytes, str], ...]:
    if not row.phone:
        return ()
    query = select(Customer).where(
        Customer.phone == row.phone,
        Customer.id != row.id,
        Customer.merged_into.is_(None),
        Customer.deleted.is_(False),
    )
    others = session.scalars(query.limit(5))
    return tuple((o.id, o.nick or o.name or o.salutation) for o in others)
