"""Where real chats come from: the conversations of this shop, or files of chat records."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.i18n import _
from app.records import Hints, open_records
from app.sources import RejectedRow
from app.training.masking import Secret
from app.training.real_chats import Known, RealChat, Said, mask_chat
from db.models import (
    Author,
    Conversation,
    ConversationStatus,
    Customer,
    Message,
    Order,
    OrderShipment,
    Shipment,
    Staff,
)

Masked = tuple[RealChat, Counter[Secret]]
_NO_TITLES: Final = frozenset({"个人", "公司", "单位", "企业"})
"""Invoice titles that name nobody."""
_MOST_RECORDS: Final = 50_000
"""Messages of one file that are looked at: nobody practises more."""


def newest(session: Session, last: int, find: str = "") -> Sequence[bytes]:
    """Ids of the newest closed conversations in which customer and agent both wrote.

    With `find` only those in which somebody wrote that word.
    """
    said = (
        select(Message.conversation_id)
        .where(Message.deleted.is_(False), Message.kind == "text")
        .group_by(Message.conversation_id)
        .having(func.count(func.distinct(Message.author)) > 1)
    )
    query = (
        select(Conversation.id)
        .where(
            Conversation.deleted.is_(False),
            Conversation.status == ConversationStatus.CLOSED,
            Conversation.id.in_(said),
        )
        .order_by(Conversation.opened_at.desc())
    )
    if find:
        spoken = Message.text.contains(find, autoescape=True)
        having = select(Message.conversation_id).where(spoken, Message.deleted.is_(False))
        query = query.where(Conversation.id.in_(having))
    return session.scalars(query.limit(last)).all()


def chats_of(session: Session, conversation_ids: Iterable[bytes]) -> Iterator[Masked]:
    """Mask conversations of this shop; what is known of their people is taken out for certain."""
    names = _staff_names(session)
    for conversation_id in conversation_ids:
        row = session.scalar(select(Conversation).where(Conversation.id == conversation_id))
        if row is None or row.deleted:
            continue
        known = [*_known_of(session, row.customer_id), *names]
        yield mask_chat(_said(session, conversation_id), known, row.channel)


def chats_in(path: Path, zone: dt.tzinfo, hints: Hints) -> Iterator[Masked]:
    """Mask the chats of a file of records, in any format the desk imports; raises `UserError`."""
    file = open_records(path, "auto", zone, hints)
    people: dict[tuple[str, str], set[tuple[str, Secret]]] = {}
    chats: dict[tuple[str, str], list[tuple[int, Said]]] = {}
    for count, row in enumerate(file.rows):
        if isinstance(row, RejectedRow):
            continue
        if count >= _MOST_RECORDS:
            break
        key = (row.channel, row.conversation)
        chats.setdefault(key, []).append((row.at or 0, Said(row.author, row.kind, row.text)))
        person, known = row.customer, people.setdefault(key, set())
        known |= {(person.nick, Secret.NAME), (person.name, Secret.NAME), (row.agent, Secret.NAME)}
        known |= {(person.phone, Secret.PHONE), (person.email, Secret.EMAIL)}
    agents = [(name, Secret.NAME) for name in hints.agents]
    for key, timed in chats.items():
        # Records without times stand in their order.
        said = [one for _at, one in sorted(timed, key=itemgetter(0))]
        yield mask_chat(said, [*people[key], *agents], _("imported chats"))


def _said(session: Session, conversation_id: bytes) -> Iterator[Said]:
    rows = session.execute(
        select(Message.author, Message.kind, Message.text)
        .where(
            Message.conversation_id == conversation_id,
            Message.deleted.is_(False),
            Message.automatic.is_(False),
            Message.author.in_((Author.CUSTOMER, Author.AGENT)),
        )
        .order_by(Message.at, Message.id)
    )
    return (Said(*row) for row in rows)


def _staff_names(session: Session) -> Known:
    rows = session.execute(select(Staff.name, Staff.reception_name)).all()
    return [(name, Secret.NAME) for row in rows for name in row if name]


def _known_of(session: Session, customer_id: bytes | None) -> Iterator[tuple[str, Secret]]:
    if customer_id is None:
        return
    whose = (Customer.id == customer_id) | (Customer.merged_into == customer_id)
    for person in session.scalars(select(Customer).where(whose)):
        names = (person.name, person.nick, person.salutation)
        yield from _each(Secret.NAME, *names)
        yield from _each(Secret.PHONE, person.phone)
        yield from _each(Secret.EMAIL, person.email)
        yield from _each(Secret.ADDRESS, person.detail)
    orders = session.scalars(select(Order).where(Order.customer_id == customer_id)).all()
    for order in orders:
        title = "" if order.invoice_title in _NO_TITLES else order.invoice_title
        yield order.number, Secret.ORDER
        yield from _each(Secret.NAME, order.recipient, order.fixed_recipient)
        yield from _each(Secret.NAME, order.buyer_nick, title)
        yield from _each(Secret.PHONE, order.phone, order.fixed_phone, order.landline)
        yield from _each(Secret.ADDRESS, order.detail, order.fixed_detail, order.raw_address)
    numbers = session.scalars(
        select(Shipment.number)
        .join(OrderShipment, OrderShipment.shipment_id == Shipment.id)
        .where(OrderShipment.order_id.in_([order.id for order in orders]))
    )
    yield from ((number, Secret.ORDER) for number in numbers)


def _each(secret: Secret, *texts: str) -> Iterator[tuple[str, Secret]]:
    return ((text, secret) for text in texts if text)
