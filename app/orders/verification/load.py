"""Reads orders for verification: in chunks, without ORM objects, so that 100,000 take seconds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from app.orders.model import ItemFacts, OrderFacts, Receiver, RemarkFacts
from app.orders.verification.judge import TO_SHIP
from app.orders.verification.model import Neighbours
from app.orders.verification.receiver import is_hidden
from db.models import CloseReason, Order, OrderStatus, Sku

CHUNK: Final = 4_000
REFUND_WINDOW_MS: Final = 90 * 86_400_000
_NOISE: Final = re.compile(r"[\s,,。.\-—_#()()、]+")

_PLAIN: Final = (
    "id", "platform", "shop", "number", "status", "after_sale", "customer_id", "buyer_message",
    "seller_remark", "paid_fen", "presale", "created_at", "paid_at", "promised_at", "review",
    "review_reason", "review_at",
)  # fmt: skip
_RECEIVER: Final = (
    "recipient", "fixed_recipient", "phone", "fixed_phone", "phone_extension",
    "fixed_phone_extension", "province", "fixed_province", "city", "fixed_city", "district",
    "fixed_district", "detail", "fixed_detail", "landline",
)  # fmt: skip
_LIGHT: Final = (
    "id", "number", "status", "platform", "shop", "buyer_nick", "after_sale", "presale",
)  # fmt: skip
_table: Final = Order.__table__.c
_COLUMNS: Final = [_table[name] for name in (*_PLAIN, "buyer_nick", *_RECEIVER)]
_LIGHT_COLUMNS: Final = [_table[name] for name in (*_LIGHT, *_RECEIVER)]

_ITEMS: Final = (
    "SELECT order_id, title, sku, sku_code, quantity, refund_status FROM order_items "
    "WHERE order_id IN ({ids}) AND _del = 0 ORDER BY position, rid"
)
_REMARKS: Final = (
    "SELECT order_id, id, text, flag, at FROM order_remarks "
    "WHERE order_id IN ({ids}) AND _del = 0 ORDER BY at"
)

Key = tuple[str, ...]


def receiver_of(values: Sequence[str]) -> Receiver:
    """The receiver in force, from `_RECEIVER`; a corrected phone brings its own extension."""
    name, own_name, phone, own_phone, extension, own_extension, *rest = values
    province, own_province, city, own_city, district, own_district, detail, own_detail, line = rest
    return Receiver(
        name=own_name or name,
        phone=own_phone or phone,
        extension=own_extension if own_phone else extension,
        landline=line,
        province=own_province or province,
        city=own_city or city,
        district=own_district or district,
        detail=own_detail or detail,
    )


def orders(session: Session, where: Sequence[ColumnElement[bool]]) -> Iterator[OrderFacts]:
    """The orders that match, oldest payment first, with items and remarks."""
    query = select(*_COLUMNS).where(_table["_del"].is_(False), *where)
    query = query.order_by(Order.paid_at, Order.created_at, Order.rid)
    for rows in session.execute(query).partitions(CHUNK):
        ids = [row[0] for row in rows]
        items, remarks = _items(session, ids), _remarks(session, ids)
        for row in rows:
            yield _facts(row, items.get(row[0], []), remarks.get(row[0], []))


def _facts(row: Row[Any], items: list[ItemFacts], remarks: list[RemarkFacts]) -> OrderFacts:
    plain = len(_PLAIN)
    return OrderFacts(
        **dict(zip(_PLAIN, row, strict=False)),
        buyer=row[plain],
        receiver=receiver_of(row[plain + 1 :]),
        items=tuple(items),
        remarks=tuple(remarks),
    )


def _items(session: Session, ids: Sequence[bytes]) -> dict[bytes, list[ItemFacts]]:
    found: dict[bytes, list[ItemFacts]] = defaultdict(list)
    for order_id, title, sku, code, quantity, refund in _of_orders(session, _ITEMS, ids):
        found[order_id].append(ItemFacts(title, sku, code, quantity, refund_status=refund))
    return found


def _remarks(session: Session, ids: Sequence[bytes]) -> dict[bytes, list[RemarkFacts]]:
    found: dict[bytes, list[RemarkFacts]] = defaultdict(list)
    for order_id, identity, text, flag, at in _of_orders(session, _REMARKS, ids):
        found[order_id].append(RemarkFacts(identity, text, flag, at))
    return found


def _of_orders(session: Session, query: str, ids: Sequence[bytes]) -> Sequence[Any]:
    # Plain SQL: naming four thousand parameters takes as long as reading their rows.
    marks = ",".join("?" * len(ids))
    return session.connection().exec_driver_sql(query.format(ids=marks), tuple(ids)).all()


# --- what other orders say ---------------------------------------------------------------------


def _squashed(text: str) -> str:
    return _NOISE.sub("", text)


def _place_key(to: Receiver) -> Key | None:
    detail = _squashed(to.detail)
    if len(detail) < 5 or is_hidden(detail):
        return None
    return to.province[:2], to.city[:2], detail


def _twin_key(platform: str, shop: str, to: Receiver, place: Key) -> Key | None:
    """One parcel: same shop, name, phone and address, nothing of it hidden."""
    if not to.name or not to.full_phone or is_hidden(to.name) or is_hidden(to.full_phone):
        return None
    return platform, shop, to.name, to.full_phone, *place


@dataclass(slots=True)
class Surroundings:
    """All that other orders say, gathered in one pass."""

    twins: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))
    buyers: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    twin_of: dict[bytes, Key] = field(default_factory=dict)
    place_of: dict[bytes, Key] = field(default_factory=dict)
    refunds: dict[str, int] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)

    def of(self, order: OrderFacts) -> Neighbours:
        """What they say about one order."""
        twin, place = self.twin_of.get(order.id), self.place_of.get(order.id)
        twins = self.twins[twin] if twin else []
        return Neighbours(
            twins=tuple(twins) if len(twins) > 1 else (),
            buyers=len(self.buyers[place]) if place else 1,
            refunds=self.refunds.get(order.buyer, 0),
            stock=self.stock,
        )

    def groups(self, chosen: Callable[[str], bool]) -> list[tuple[str, ...]]:
        """Groups of two or more orders for one parcel that hold a chosen order."""
        return [
            tuple(numbers)
            for numbers in self.twins.values()
            if len(numbers) > 1 and any(map(chosen, numbers))
        ]


def surroundings(
    session: Session, now: int, few: Sequence[OrderFacts] | None = None
) -> Surroundings:
    """Gather what other orders say; about `few` orders only, or about all that are to be shipped."""
    found = Surroundings(refunds=_refunds(session, now, few), stock=_stock(session, few))
    for row in session.execute(_paid(few)):
        identity, number, status, platform, shop, buyer, after_sale, presale, *values = row
        to = receiver_of(values)
        place = _place_key(to)
        if place is None:
            continue
        if buyer:
            found.buyers[place].add(buyer)
            found.place_of[identity] = place
        mergeable = status == OrderStatus.PAID and not after_sale and not presale
        if mergeable and (twin := _twin_key(platform, shop, to, place)):
            found.twins[twin].append(number)
            found.twin_of[identity] = twin
    return found


def _paid(few: Sequence[OrderFacts] | None) -> Any:
    query = select(*_LIGHT_COLUMNS).where(_table["_del"].is_(False), Order.status.in_(TO_SHIP))
    query = query.order_by(Order.created_at)
    if few is None:
        return query
    phones = {order.receiver.phone for order in few} - {""}
    details = {order.receiver.detail for order in few} - {""}
    return query.where(
        or_(
            Order.phone.in_(phones),
            Order.fixed_phone.in_(phones),
            Order.detail.in_(details),
            Order.fixed_detail.in_(details),
        )
    )


def _refunds(session: Session, now: int, few: Iterable[OrderFacts] | None) -> dict[str, int]:
    query = (
        select(Order.buyer_nick, func.count().label("n"))
        .where(
            Order.status == OrderStatus.CLOSED,
            Order.created_at >= now - REFUND_WINDOW_MS,
            Order.close_reason == CloseReason.REFUNDED,
            Order.buyer_nick != "",
            Order.deleted.is_(False),
        )
        .group_by(Order.buyer_nick)
    )
    if few is not None:
        query = query.where(Order.buyer_nick.in_({order.buyer for order in few}))
    return {row.buyer_nick: row.n for row in session.execute(query)}


def _stock(session: Session, few: Iterable[OrderFacts] | None) -> dict[str, int]:
    """Known stock by SKU code; where two products share a code, the larger one."""
    query = select(Sku.code, func.max(Sku.stock).label("n")).where(
        Sku.stock.is_not(None), Sku.code != "", Sku.deleted.is_(False)
    )
    if few is not None:
        codes = {item.sku_code for order in few for item in order.items}
        query = query.where(Sku.code.in_(codes))
    return {row.code: row.n for row in session.execute(query.group_by(Sku.code))}
