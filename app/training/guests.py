"""Who comes to practise with: a customer of the practice shop, with the facts of a real order."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.conversations import CustomerHint
from app.core.errors import UserError
from app.core.i18n import _
from app.training.scenario import Scenario
from app.training.scripted import SAMPLE_FACTS
from db.models import Customer, Order, OrderItem, OrderShipment, Product, Shipment

_FORM: Final = re.compile("(?:快递|速递|速运|物流|快运|express)$", re.IGNORECASE)
_Candidate = Row[bytes, bytes | None, str]


@dataclass(frozen=True, slots=True)
class Guest:
    """A customer as a scenario needs them; `facts` fill its texts."""

    customer_id: bytes
    hint: CustomerHint
    facts: Mapping[str, str]


def find_guest(
    session: Session, scenario: Scenario, chance: random.Random, taken: Collection[bytes]
) -> Guest:
    """Draw somebody who has what the scenario is about; the same chance draws the same one.

    Nobody of `taken` (customers) comes twice at a time. Raises `UserError` in an empty shop.
    """
    order = _order(session, scenario, chance, taken)
    customer = session.scalar(select(Customer).where(Customer.id == order.customer_id))
    if customer is None:
        raise _empty()
    facts = dict(SAMPLE_FACTS) | _facts(session, scenario, order, chance)
    hint = CustomerHint(customer.platform, customer.shop, customer.nick)
    return Guest(customer.id, hint, facts)


def _order(
    session: Session, scenario: Scenario, chance: random.Random, taken: Collection[bytes]
) -> Order:
    query = (
        select(Order.id, Order.customer_id, Order.number)
        .join(Customer, Customer.id == Order.customer_id)
        .where(Order.deleted.is_(False), Customer.deleted.is_(False), Customer.nick != "")
        .order_by(Order.number)
    )
    if scenario.order:
        query = query.where(Order.status == scenario.order)
    rows = [row for row in session.execute(query) if row.customer_id not in taken]
    found = _fitting(session, scenario, rows) or rows
    if not found:
        raise _empty()
    return session.scalars(select(Order).where(Order.id == chance.choice(found).id)).one()


def _empty() -> UserError:
    return UserError(
        _("The practice shop has no customer left for this scenario."),
        hint=_("Reset the practice data, or end other practice first."),
        code="no_guest",
    )


def _fitting(session: Session, scenario: Scenario, rows: Sequence[_Candidate]) -> list[_Candidate]:
    """Those with as many orders, goods and parcels as the scenario speaks of."""
    if not scenario.order:
        return list(rows)
    count: dict[bytes | None, int] = {}
    for row in rows:
        count[row.customer_id] = count.get(row.customer_id, 0) + 1
    items: dict[bytes, list[str]] = {}
    for order_id, title in session.execute(select(OrderItem.order_id, OrderItem.title)):
        items.setdefault(order_id, []).append(title)
    sent = set(session.scalars(select(OrderShipment.order_id)))
    return [
        row
        for row in rows
        if count[row.customer_id] >= scenario.orders
        and len(items.get(row.id, ())) >= scenario.items
        and any(_is_of(title, scenario.goods) for title in items.get(row.id, ()))
        and (scenario.order != "shipped" or row.id in sent)
    ]


def _is_of(title: str, goods: Sequence[str]) -> bool:
    return not goods or any(word in title for word in goods)


def _facts(
    session: Session, scenario: Scenario, order: Order, chance: random.Random
) -> dict[str, str]:
    title, price_fen = _goods(session, scenario, order, chance)
    other = _somebody_else(session, order, chance)
    asks = any(need.action == "correct_address" for need in scenario.needs)
    about = order if scenario.order else None
    facts = {
        "order": order.number,
        "item": title,
        "price": f"{price_fen / 100:.2f}".removesuffix(".00"),
        # Whoever asks before buying asks about somebody else; nobody's own name is a secret.
        "name": about.recipient if about else other.name,
        "address": address_of(other if asks or about is None else about),
    }
    return facts | _parcel(session, order)


def _goods(
    session: Session, scenario: Scenario, order: Order, chance: random.Random
) -> tuple[str, int]:
    if scenario.order:
        query = select(OrderItem.title, OrderItem.price_fen).where(OrderItem.order_id == order.id)
        rows = session.execute(query.order_by(OrderItem.position)).all()
    else:
        products = select(Product.title, Product.price_fen).where(Product.deleted.is_(False))
        rows = session.execute(products.order_by(Product.number)).all()
    fitting = [row for row in rows if _is_of(row.title, scenario.goods)] or list(rows)
    if not fitting:
        raise _empty()
    chosen = fitting[0] if scenario.order else chance.choice(fitting)
    return str(chosen.title), int(chosen.price_fen)


def _somebody_else(session: Session, order: Order, chance: random.Random) -> Customer:
    others = session.scalars(
        select(Customer)
        .where(
            Customer.id != order.customer_id,
            Customer.deleted.is_(False),
            Customer.detail != "",
            Customer.name != "",
        )
        .order_by(Customer.nick)
        .limit(200)
    ).all()
    if not others:
        raise _empty()
    return chance.choice(others)


def address_of(row: Order | Customer) -> str:
    """An address in one piece, as it stands on a parcel."""
    return in_one_piece(row.province, row.city, row.district, row.detail)


def in_one_piece(*parts: str) -> str:
    """Parts of an address without gaps; a city that is its own province stands once."""
    return "".join(dict.fromkeys(filter(None, parts)))


def _parcel(session: Session, order: Order) -> dict[str, str]:
    query = (
        select(Shipment.carrier_name, Shipment.number)
        .join(OrderShipment, OrderShipment.shipment_id == Shipment.id)
        .where(OrderShipment.order_id == order.id, Shipment.deleted.is_(False))
        .order_by(Shipment.number)
    )
    row = session.execute(query.limit(1)).first()
    if row is None:
        return {}
    # Nobody says "Zhongtong Express Company": customers and agents use the short name.
    return {"carrier": _FORM.sub("", row.carrier_name), "tracking": row.number}
