"""Made persons for the tests: all that a shop may hold of one, in words that are easy to look for."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.database import Database
from db.ids import natural_id
from db.models import (
    AfterSale,
    AfterSaleKind,
    Attachment,
    Base,
    Confirmation,
    Conversation,
    Customer,
    CustomerNote,
    CustomerTag,
    Draft,
    Message,
    Order,
    OrderItem,
    OrderRemark,
    OrderShipment,
    Satisfaction,
    Shipment,
    Trace,
)

STAFF: Final = b"s" * 16


def ident(kind: str, who: str) -> bytes:
    """The id of somebody's record."""
    return natural_id(kind, who)


def add_person(session: Session, who: str) -> bytes:
    """Add a person with one of everything; every personal field holds `who`."""
    customer, talk, order = (ident(kind, who) for kind in ("customers", "conversations", "orders"))
    parcel, file = ident("shipments", who), ident("attachments", who)
    session.add_all(
        [
            Customer(
                id=customer, nick=f"{who}-nick", name=f"{who}-name", phone=f"{who}-phone",
                detail=f"{who}-street", family=f"{who}-family", created_at=1,
            ),
            CustomerNote(
                id=ident("customer_notes", who), customer_id=customer, text=f"{who}-note", at=1
            ),
            CustomerTag(
                id=ident("customer_tags", who), customer_id=customer, tag_id=b"t" * 16,
                reason=f"{who}-reason", at=1,
            ),
            Conversation(
                id=talk, channel="taobao", external_id=f"{who}-visitor", customer_id=customer,
                opened_at=1,
            ),
            Message(
                id=ident("messages", who), conversation_id=talk, author="customer",
                text=f"{who}-text", payload={"card": f"{who}-card"}, attachment_id=file, at=5,
            ),
            Draft(
                id=ident("drafts", who), conversation_id=talk, staff_id=STAFF,
                text=f"{who}-draft", began_at=1, updated_at=1,
            ),
            Attachment(
                id=file, sha256=hashlib.sha256(who.encode()).hexdigest(), name=f"{who}-file.png",
                media_type="image/png", size=3, created_at=1,
            ),
            Order(
                id=order, platform="taobao", number=f"no-{order.hex()[:8]}", customer_id=customer,
                buyer_nick=f"{who}-nick", recipient=f"{who}-name", phone=f"{who}-phone",
                raw_address=f"{who}-street", fixed_phone=f"{who}-other", paid_fen=4200,
                buyer_message=f"{who}-wish", extra={"more": f"{who}-extra"}, source_at=7,
            ),
            OrderItem(id=ident("order_items", who), order_id=order, title="cup", paid_fen=4200),
            OrderRemark(
                id=ident("order_remarks", who), order_id=order, text=f"{who}-remark", at=1
            ),
            Confirmation(
                id=ident("confirmations", who), order_id=order, conversation_id=talk,
                message_id=ident("messages", who), shown={"recipient": f"{who}-name"},
                answer={"phone": f"{who}-phone"}, sent_at=1,
            ),
            Shipment(
                id=parcel, number=f"sf-{parcel.hex()[:8]}", phone_tail=f"{who}-tail",
                destination=f"{who}-town", last_text=f"signed by {who}", last_at=9,
                state="signed",
            ),
            OrderShipment(
                id=ident("order_shipments", who), order_id=order, shipment_id=parcel
            ),
            Trace(
                id=ident("traces", who), shipment_id=parcel, at=9, text=f"signed by {who}",
                place=f"{who}-town",
            ),
            AfterSale(
                id=ident("after_sales", who), kind=AfterSaleKind.REFUND, customer_id=customer,
                order_id=order, text=f"{who}-complaint", amount_fen=100, requested_at=1,
            ),
            Satisfaction(
                id=ident("satisfaction", who), conversation_id=talk,
                message_id=ident("messages", who), text=f"{who}-praise", invited_at=1,
            ),
        ]
    )  # fmt: skip
    return customer


def edit(session: Session, model: type[Base], who: str, **values: Any) -> None:
    """Set fields of somebody's record."""
    names = ", ".join(f"{name} = :{name}" for name in values)
    session.execute(
        text(f"UPDATE {model.__tablename__} SET {names} WHERE id = :id"),
        {**values, "id": ident(model.__tablename__, who)},
    )


def found(database: Database, word: str) -> list[str]:
    """Every table and column of the file in which a word stands, in whatever form."""
    needle = word.encode()
    hex_needles = (needle.hex().encode(), needle.hex().upper().encode())
    places: list[str] = []
    with database.read() as session:
        tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        for table in tables:
            if table.startswith("sqlite_"):
                continue
            rows = session.connection().exec_driver_sql(f'SELECT * FROM "{table}"')
            names = list(rows.keys())
            for row in rows:
                for name, value in zip(names, row, strict=True):
                    data = _bytes(value)
                    if needle in data or any(spelt in data for spelt in hex_needles):
                        places.append(f"{table}.{name}")
    return sorted(set(places))


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        plain = value.encode()
        if "\\u" in value:
            plain += msgspec.json.encode(msgspec.json.decode(plain))
        return plain
    return b""
