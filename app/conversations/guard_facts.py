"""Gathers what the wrong-buyer guard must know, by bounded look-ups on indexes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.conversations.guards import Facts, PersonFacts, amounts_in, numbers_in, phones_in
from app.conversations.read import display_name
from db.models import Conversation, Customer, Order, Sku

_ORDERS_EACH: Final = 30
_RECENT: Final = 30


def gather(session: Session, text: str, conversation_id: bytes, recent: Sequence[bytes]) -> Facts:
    """What is known of this customer, of recently seen ones, and of whose numbers stand in `text`.

    `recent` are conversations the agent looked at lately; at most 30 are considered.
    """
    own = _customer_of(session, [conversation_id])
    others = _customer_of(session, recent[:_RECENT]) | _owners(session, text)
    return Facts(
        own=_merge([_facts(session, customer) for customer in own]),
        others=tuple(_facts(session, customer) for customer in others - own),
        prices=_prices(session, [fen for _, fen in amounts_in(text)]),
    )


def _customer_of(session: Session, conversations: Sequence[bytes]) -> set[bytes]:
    query = select(Conversation.customer_id).where(Conversation.id.in_(conversations))
    return set(session.scalars(query))


def _owners(session: Session, text: str) -> set[bytes]:
    """Customers to whom a phone or an order number in the text belongs."""
    phones, numbers = phones_in(text), numbers_in(text)
    if not phones and not numbers:
        return set()
    people = set(session.scalars(select(Customer.id).where(Customer.phone.in_(phones))))
    orders = select(Order.customer_id).where(
        or_(Order.number.in_(numbers), Order.phone.in_(phones)), Order.customer_id.is_not(None)
    )
    return people | {owner for owner in session.scalars(orders) if owner is not None}


def _prices(session: Session, amounts: list[int]) -> frozenset[int]:
    """Those of the amounts that are prices of the shop, and so say nothing of a customer."""
    if not amounts:
        return frozenset()
    return frozenset(session.scalars(select(Sku.price_fen).where(Sku.price_fen.in_(amounts))))


def _facts(session: Session, customer: bytes) -> PersonFacts:
    card = session.scalar(select(Customer).where(Customer.id == customer))
    orders = session.scalars(
        select(Order)
        .where(Order.customer_id == customer, Order.deleted.is_(False))
        .order_by(Order.created_at.desc())
        .limit(_ORDERS_EACH)
    ).all()
    names = {order.recipient for order in orders} | {order.fixed_recipient for order in orders}
    phones = {order.phone for order in orders} | {order.fixed_phone for order in orders}
    details = {order.detail for order in orders} | {order.fixed_detail for order in orders}
    label = ""
    if card is not None:
        label = display_name(card.salutation, card.name, card.nick)
        names |= {card.name, card.nick, card.salutation}
        phones.add(card.phone)
        details.add(card.detail)
    return PersonFacts(
        label=label,
        names=frozenset(names - {""}),
        phones=frozenset(phones - {""}),
        orders=frozenset(order.number for order in orders),
        addresses=frozenset(details - {""}),
        amounts=frozenset({o.total_fen for o in orders} | {o.paid_fen for o in orders}),
    )


def _merge(people: list[PersonFacts]) -> PersonFacts:
    return people[0] if people else PersonFacts("")
