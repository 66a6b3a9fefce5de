"""Reads parcels: one ordered list of row numbers, then the rows of the pages that are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVarTuple

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from app.carriers import carrier_name, clean_number
from app.shipments.model import (
    OrderRef,
    ParcelDetail,
    ParcelFilter,
    ParcelRow,
    SortKey,
    TraceView,
    Trouble,
)
from app.shipments.settings import Limits
from app.shipments.watch import QUIET_STATES, Facts, judge, shown_state, urgency
from db.models import Order, OrderShipment, OrderStatus, Shipment, Trace
from db.search import search_ids

FOUND_ORDERS: Final = 2_000
CHUNK: Final = 500

_NEWS: Final = func.coalesce(Shipment.last_at, Shipment.shipped_at, Shipment.created_at)
_SORTS: Final[dict[SortKey, Any]] = {
    "": _NEWS,
    "number": Shipment.number,
    "carrier": Shipment.carrier_name,
    "state": Shipment.state,
    "shipped": Shipment.shipped_at,
    "news": _NEWS,
}
_DONE: Final = (OrderStatus.RECEIVED, OrderStatus.COMPLETED)
_RECEIVED: Final = (
    exists()
    .where(
        OrderShipment.shipment_id == Shipment.id,
        OrderShipment.deleted.is_(False),
        Order.id == OrderShipment.order_id,
        Order.status.in_(_DONE),
    )
    .correlate(Shipment)
)
Columns = TypeVarTuple("Columns")
Mask = Callable[[OrderRef], OrderRef]


def parcel_rids(session: Session, wanted: ParcelFilter, limits: Limits, now: int) -> list[int]:
    """Return the row numbers of all parcels that fit the filter, in its order."""
    if wanted.trouble:
        return [rid for rid, _trouble, _since in troubled(session, wanted, limits, now)]
    key = _SORTS[wanted.sort]
    falling = wanted.descending if wanted.sort else True
    query = _filtered(select(Shipment.rid), session, wanted)
    query = query.order_by(key.desc() if falling else key.asc(), Shipment.rid.desc())
    return list(session.scalars(query))


def troubled(
    session: Session, wanted: ParcelFilter, limits: Limits, now: int
) -> list[tuple[int, Trouble, int]]:
    """Return (row number, trouble, since) of the parcels on the watch list, the worst first."""
    columns = select(
        Shipment.rid,
        Shipment.state,
        Shipment.carrier,
        Shipment.destination,
        Shipment.shipped_at,
        Shipment.picked_up_at,
        Shipment.last_at,
        Shipment.queried_at,
        _RECEIVED,
    )
    query = _filtered(columns, session, wanted).where(
        Shipment.state.not_in(QUIET_STATES), now - limits.watched <= _NEWS
    )
    found = [
        (line[0], *judged)
        for line in session.execute(query)
        if (judged := judge(Facts(*line[1:]), limits, now))
    ]
    return sorted(found, key=lambda entry: urgency(entry[1], entry[2]))


def _filtered(query: Select[*Columns], session: Session, wanted: ParcelFilter) -> Select[*Columns]:
    query = query.where(Shipment.deleted.is_(False))
    if wanted.states:
        query = query.where(Shipment.state.in_(wanted.states))
    if wanted.carrier:
        query = query.where(Shipment.carrier == wanted.carrier)
    if wanted.text.strip():
        query = query.where(_holds(session, wanted.text.strip()))
    return query


def _holds(session: Session, text: str) -> ColumnElement[bool]:
    """Number (any part), phone tail, or an order found by number, nick, name or phone."""
    number = clean_number(text)
    orders = search_ids(session, "orders", text, FOUND_ORDERS)
    parcels = (
        select(OrderShipment.shipment_id)
        .join(Order, Order.id == OrderShipment.order_id)
        .where(Order.rid.in_(orders), OrderShipment.deleted.is_(False), Order.deleted.is_(False))
    )
    conditions: list[ColumnElement[bool]] = [
        Shipment.id.in_(parcels),
        Shipment.phone_tail == number,
    ]
    if number:
        conditions.append(Shipment.number.contains(number, autoescape=True))
    return or_(*conditions)


def parcel_rows(
    session: Session, rids: Sequence[int], limits: Limits, now: int, mask: Mask
) -> list[ParcelRow]:
    """Return the rows with these numbers, in the same order; vanished ones are left out."""
    found: dict[int, Shipment] = {}
    for start in range(0, len(rids), CHUNK):
        part = rids[start : start + CHUNK]
        query = select(Shipment).where(Shipment.rid.in_(part), Shipment.deleted.is_(False))
        found |= {row.rid: row for row in session.scalars(query)}
    orders = orders_of(session, [row.id for row in found.values()], mask)
    return [
        _row(found[rid], orders.get(found[rid].id, ()), limits, now) for rid in rids if rid in found
    ]


def orders_of(
    session: Session, parcels: Sequence[bytes], mask: Mask
) -> dict[bytes, tuple[OrderRef, ...]]:
    """Return the orders in each parcel, the newest first."""
    found: dict[bytes, tuple[OrderRef, ...]] = {}
    for start in range(0, len(parcels), CHUNK):
        query = (
            select(OrderShipment.shipment_id, Order)
            .join(Order, Order.id == OrderShipment.order_id)
            .where(
                OrderShipment.shipment_id.in_(parcels[start : start + CHUNK]),
                OrderShipment.deleted.is_(False),
                Order.deleted.is_(False),
            )
            .order_by(Order.created_at.desc())
        )
        for parcel, order in session.execute(query):
            found[parcel] = (*found.get(parcel, ()), mask(_order(order)))
    return found


def customers_parcels(session: Session, customer_id: bytes) -> list[int]:
    """Return the row numbers of a customer's parcels, the newest first."""
    return _parcels_where(session, Order.customer_id == customer_id)


def orders_parcels(session: Session, order_id: bytes) -> list[int]:
    """Return the row numbers of an order's parcels, the newest first."""
    return _parcels_where(session, Order.id == order_id)


def customers_orders(
    session: Session, customer_id: bytes, mask: Mask, limit: int
) -> list[OrderRef]:
    """Return a customer's orders, the newest first."""
    query = (
        select(Order)
        .where(Order.customer_id == customer_id, Order.deleted.is_(False))
        .order_by(Order.created_at.desc())
        .limit(limit)
    )
    return [mask(_order(row)) for row in session.scalars(query)]


def _parcels_where(session: Session, condition: ColumnElement[bool]) -> list[int]:
    query = (
        select(Shipment.rid)
        .join(OrderShipment, OrderShipment.shipment_id == Shipment.id)
        .join(Order, Order.id == OrderShipment.order_id)
        .where(
            condition,
            Order.deleted.is_(False),
            OrderShipment.deleted.is_(False),
            Shipment.deleted.is_(False),
        )
        .group_by(Shipment.rid)
        .order_by(_NEWS.desc(), Shipment.rid.desc())
    )
    return list(session.scalars(query))


def parcel_detail(
    session: Session, parcel: Shipment, limits: Limits, now: int, mask: Mask
) -> ParcelDetail:
    """Return a parcel with its orders and its history."""
    orders = orders_of(session, [parcel.id], mask).get(parcel.id, ())
    query = (
        select(Trace)
        .where(Trace.shipment_id == parcel.id, Trace.deleted.is_(False))
        .order_by(Trace.at.desc(), Trace.rid.desc())
    )
    traces = tuple(_trace(row) for row in session.scalars(query))
    return ParcelDetail(_row(parcel, orders, limits, now), orders, traces)


def _row(parcel: Shipment, orders: Iterable[OrderRef], limits: Limits, now: int) -> ParcelRow:
    facts = Facts(
        parcel.state,
        parcel.carrier,
        parcel.destination,
        parcel.shipped_at,
        parcel.picked_up_at,
        parcel.last_at,
        parcel.queried_at,
        any(order.received for order in orders),
    )
    trouble, since = judge(facts, limits, now) or (None, None)
    order = next(iter(orders), None)
    return ParcelRow(
        id=parcel.id,
        carrier=parcel.carrier,
        carrier_name=carrier_name(parcel.carrier) or parcel.carrier_name,
        number=parcel.number,
        state=shown_state(parcel.state, trouble),
        trouble=trouble,
        since=since,
        order=order,
        phone_tail=parcel.phone_tail or (order.phone[-4:] if order else ""),
        destination=parcel.destination,
        shipped_at=parcel.shipped_at,
        last_at=parcel.last_at,
        last_text=parcel.last_text,
        queried_at=parcel.queried_at,
        query_error=parcel.query_error,
    )


def _order(order: Order) -> OrderRef:
    return OrderRef(
        order.id,
        order.number,
        order.fixed_recipient or order.recipient,
        order.fixed_phone or order.phone,
        order.customer_id,
        order.status in _DONE,
    )


def _trace(row: Trace) -> TraceView:
    return TraceView(row.at, row.text, row.place, row.state)
