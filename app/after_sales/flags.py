"""The order's after-sale flag follows its records, whichever of the two came first."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.after_sales.model import OPEN
from db.models import AfterSale, AfterSaleKind, Order


def follow_orders(session: Session, order_ids: Iterable[bytes | None]) -> None:
    """Let orders be in after-sale while one of their records, reviews apart, is open."""
    known = {order_id for order_id in order_ids if order_id is not None}
    for start in range(0, len(known), 500):
        _follow(session, sorted(known)[start : start + 500])


def _follow(session: Session, order_ids: list[bytes]) -> None:
    opened = set(
        session.scalars(
            select(AfterSale.order_id).where(
                AfterSale.order_id.in_(order_ids),
                AfterSale.deleted.is_(False),
                AfterSale.state.in_(OPEN),
                AfterSale.kind != AfterSaleKind.REVIEW,
            )
        )
    )
    for order in session.scalars(select(Order).where(Order.id.in_(order_ids))):
        if order.after_sale != (order.id in opened):
            order.after_sale = order.id in opened


def match_orders(session: Session) -> None:
    """Give records that were imported before their orders to these, and let the flags follow."""
    known = aliased(Order)
    order_exists = select(known.rid).where(known.id == AfterSale.order_id).exists()
    waiting = (
        select(AfterSale, Order)
        .join(
            Order,
            and_(
                Order.number == AfterSale.order_number,
                or_(AfterSale.platform == "", Order.platform == AfterSale.platform),
                Order.deleted.is_(False),
            ),
        )
        .where(
            AfterSale.order_number != "",
            AfterSale.deleted.is_(False),
            ~order_exists | AfterSale.customer_id.is_(None),
        )
    )
    for record, order in session.execute(waiting).all():
        record.order_id, record.shop, record.platform = order.id, order.shop, order.platform
        if record.customer_id is None and order.customer_id is not None:
            record.customer_id = order.customer_id
    session.flush()
    behind = (
        select(Order.id)
        .join(AfterSale, AfterSale.order_id == Order.id)
        .where(
            Order.after_sale.is_(False),
            AfterSale.deleted.is_(False),
            AfterSale.state.in_(OPEN),
            AfterSale.kind != AfterSaleKind.REVIEW,
        )
    )
    follow_orders(session, session.scalars(behind).all())
