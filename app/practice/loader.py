"""The rows of the invented shop of `resources/practice/shop.json`, their dates moved to today.

Ids are derived, so that filling the shop anew finds each row again, at every station alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.after_sales import OPEN
from app.core.paths import resource
from app.customers import element_id
from app.practice.aftermath import answer_of, cases_after, question_of, ratings_after
from app.practice.channel import PRACTICE_CHANNEL
from app.practice.history import bought_after
from db.ids import customer_id, natural_id, order_id, shipment_id
from db.models import (
    AfterSale,
    AfterSaleKind,
    Author,
    Base,
    Conversation,
    ConversationStatus,
    Customer,
    CustomerNote,
    CustomerTag,
    Lifecycle,
    Message,
    MessageKind,
    MessageState,
    Order,
    OrderItem,
    OrderShipment,
    OrderStatus,
    Product,
    Role,
    Satisfaction,
    Shipment,
    Sku,
    Staff,
    Tag,
    Trace,
    ValueClass,
)

ZONE: Final = ZoneInfo("Asia/Shanghai")
_STAFF: Final = (
    ("xiaoli", "李小丽", "小丽", Role.ADMIN),
    ("xiaobei", "陈小北", "小北", Role.AGENT),
    ("xiaoman", "周小满", "小满", Role.SUPERVISOR),
)
DISPATCH_MS: Final = 48 * 3600 * 1000
LOST_AFTER_DAYS: Final = 120
DAY_MS: Final = 24 * 3600 * 1000


Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class PracticeShop:
    """The shop's name and platform, its rows by model, and the ids of its conversations."""

    shop: str
    platform: str
    rows: Rows
    conversations: list[bytes]


@dataclass(slots=True)
class _Load:
    """What is on its way into the database, and how moments and people are found."""

    moment: Callable[[Any], int]
    shop: str
    platform: str
    staff: list[bytes] = field(default_factory=list)
    customers: list[bytes] = field(default_factory=list)
    rows: Rows = field(default_factory=dict)

    def order_id(self, number: str) -> bytes:
        return order_id(self.platform, self.shop, number)

    def add(self, model: type[Base], **values: Any) -> None:
        self.rows.setdefault(model, []).append(values)


def make_rows(session: Session, now: datetime) -> PracticeShop:
    """Return what the practice shop holds; tags are those the shop has."""
    data = msgspec.json.decode(resource("practice", "shop.json").read_bytes())
    load = _Load(_clock(now), data["shop"], data["platform"])
    _staff(load)
    _customers(load, data["customers"])
    _orders(load, data["orders"])
    _past_orders(load, data["conversations"], data["products"])
    _products(load, data["products"])
    _relations(load, now)
    _shipments(load, data["shipments"])
    conversations = _conversations(load, data["conversations"])
    _aftermath(load, int(now.timestamp() * 1000))
    _tag_customers(session, load, data["customers"])
    return PracticeShop(data["shop"], data["platform"], load.rows, conversations)


def _clock(now: datetime) -> Callable[[Any], int]:
    local = now.astimezone(ZONE)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    now_at = int(now.timestamp() * 1000)

    def moment(written: Any) -> int:
        if isinstance(written, int):
            return now_at - written * 1000
        day, clock = written.split()
        hours, minutes, seconds = (int(part) for part in clock.split(":"))
        at = midnight + timedelta(days=int(day), hours=hours, minutes=minutes, seconds=seconds)
        return int(at.timestamp() * 1000)

    return moment


def _staff(load: _Load) -> None:
    for login, name, reception, role in _STAFF:
        load.staff.append(natural_id("practice_staff", login))
        load.add(
            Staff,
            id=load.staff[-1],
            login=login,
            name=name,
            reception_name=reception,
            role=role,
            created_at=load.moment("-400 09:00:00"),
        )


def _products(load: _Load, products: list[dict[str, Any]]) -> None:
    for product in products:
        skus = product.pop("skus")
        product_id = natural_id("product", load.platform, load.shop, product["number"])
        load.add(
            Product,
            id=product_id,
            platform=load.platform,
            shop=load.shop,
            updated_at=load.moment("-30 10:00:00"),
            **product,
        )
        for sku in skus:
            load.add(
                Sku,
                id=natural_id("sku", product_id.hex(), sku["code"]),
                product_id=product_id,
                price_fen=product["price_fen"],
                **sku,
            )


def _customers(load: _Load, customers: list[dict[str, Any]]) -> None:
    plain = ("name", "nick", "phone", "province", "city", "district", "detail", "birthday")
    for customer in customers:
        key = customer_id(load.platform, load.shop, customer["nick"])
        load.customers.append(key)
        load.add(
            Customer,
            id=key,
            platform=load.platform,
            shop=load.shop,
            phone_tail=customer["phone"][-4:],
            occupation=customer["occupation"],
            created_at=load.moment(customer["created"]),
            last_seen_at=load.moment(customer["created"]),
            **{name: customer[name] for name in plain},
        )
        if customer["note"]:
            load.add(
                CustomerNote,
                id=natural_id("practice_note", key.hex()),
                customer_id=key,
                staff_id=load.staff[0],
                text=customer["note"],
                at=load.moment("-20 15:00:00"),
            )


def _tag_customers(session: Session, load: _Load, customers: list[dict[str, Any]]) -> None:
    living = select(Tag.id, Tag.name).where(Tag.deleted.is_(False))
    tags = {name: key for key, name in session.execute(living)}
    for key, customer in zip(load.customers, customers, strict=True):
        for name in (name for name in customer["tags"] if name in tags):
            load.add(
                CustomerTag,
                id=element_id(key, tags[name]),
                customer_id=key,
                tag_id=tags[name],
                staff_id=load.staff[0],
                at=load.moment("-20 15:00:00"),
            )


def _orders(load: _Load, orders: list[dict[str, Any]]) -> None:
    same = (
        *("number", "status", "platform_status", "close_reason", "recipient", "province", "city"),
        *("district", "detail", "total_fen", "postage_fen", "paid_fen", "refund_fen"),
        *("buyer_message", "seller_remark"),
    )
    for order in orders:
        key = order_id(load.platform, load.shop, order["number"])
        phone, _dash, extension = order["phone"].partition("-")
        created = load.moment(order["created"])
        paid = load.moment(order["paid"]) if order["paid"] else None
        shipped = load.moment(order["shipped"]) if order.get("shipped") else None
        ended = load.moment(order["ended"]) if order.get("ended") else None
        load.add(
            Order,
            id=key,
            platform=load.platform,
            shop=load.shop,
            customer_id=load.customers[order["customer"]],
            buyer_nick=load.rows[Customer][order["customer"]]["nick"],
            phone=phone,
            phone_extension=extension,
            raw_address=" ".join(order[k] for k in ("province", "city", "district", "detail")),
            seller_flag=order["flag"],
            quantity=sum(item["quantity"] for item in order["items"]),
            created_at=created,
            paid_at=paid,
            shipped_at=shipped,
            ended_at=ended,
            promised_at=paid + DISPATCH_MS if paid else None,
            source_at=ended or shipped or paid or created,
            **{name: order[name] for name in same},
        )
        _see(load, order["customer"], created)
        for position, item in enumerate(order["items"]):
            load.add(
                OrderItem,
                id=natural_id("order_item", key.hex(), f"practice-{position}"),
                order_id=key,
                position=position,
                title=item["title"],
                product_number=item["product"],
                sku_code=item["code"],
                sku=item["sku"],
                price_fen=item["price_fen"],
                quantity=item["quantity"],
                status=order["status"],
                platform_status=order["platform_status"],
            )


def _past_orders(load: _Load, talks: list[dict[str, Any]], products: list[dict[str, Any]]) -> None:
    for bought in bought_after(talks, products, load.moment):
        buyer, key = load.rows[Customer][bought.customer], load.order_id(bought.number)
        load.add(
            Order,
            id=key,
            platform=load.platform,
            shop=load.shop,
            customer_id=buyer["id"],
            promised_at=bought.paid_at + DISPATCH_MS,
            **bought.order_values(buyer),
        )
        _see(load, bought.customer, bought.created_at)
        item = natural_id("order_item", key.hex(), "practice-0")
        load.add(OrderItem, id=item, order_id=key, **bought.item_values())


def _relations(load: _Load, now: datetime) -> None:
    """Stage and value of each customer, from what they bought (DOMAIN §3)."""
    bought: dict[bytes, list[dict[str, Any]]] = {}
    for order in load.rows[Order]:
        if order["paid_at"] and order["status"] != OrderStatus.CLOSED:
            bought.setdefault(order["customer_id"], []).append(order)
    lost_before = int(now.timestamp() * 1000) - LOST_AFTER_DAYS * DAY_MS
    for customer in load.rows[Customer]:
        orders = bought.get(customer["id"], [])
        stages = (Lifecycle.POTENTIAL, Lifecycle.FIRST_TIME, Lifecycle.REPEAT, Lifecycle.REPEAT)
        stage = stages[len(orders)] if len(orders) < len(stages) else Lifecycle.LOYAL
        if orders and max(order["paid_at"] for order in orders) < lost_before:
            stage = Lifecycle.LOST
        customer["lifecycle"] = stage
        spent = sum(order["paid_fen"] for order in orders)
        steps = ((100_000, ValueClass.VIP), (70_000, ValueClass.CORE), (0, ValueClass.ORDINARY))
        customer["value_class"] = next(value for least, value in steps if spent >= least)


def _shipments(load: _Load, shipments: list[dict[str, Any]]) -> None:
    for parcel in shipments:
        key = shipment_id(parcel["carrier"], parcel["number"])
        of_order = order_id(load.platform, load.shop, parcel["order"])
        traces = [trace | {"at": load.moment(trace["at"])} for trace in parcel["traces"]]
        first = next((t["at"] for t in traces if t["state"] == "picked_up"), None)
        signed = next((t["at"] for t in reversed(traces) if t["state"] == "signed"), None)
        load.add(
            Shipment,
            id=key,
            carrier=parcel["carrier"],
            carrier_name=parcel["carrier_name"],
            number=parcel["number"],
            state=parcel["state"],
            destination=parcel["destination"],
            shipped_at=load.moment(parcel["shipped"]),
            picked_up_at=first,
            signed_at=signed,
            last_at=traces[-1]["at"] if traces else None,
            last_text=traces[-1]["text"] if traces else "",
            created_at=load.moment(parcel["shipped"]),
        )
        link = natural_id("order_shipment", of_order.hex(), key.hex())
        load.add(OrderShipment, id=link, order_id=of_order, shipment_id=key)
        for place, trace in enumerate(traces):
            trace_id = natural_id("trace", key.hex(), f"practice-{place}")
            load.add(Trace, id=trace_id, shipment_id=key, **trace)


def _conversations(load: _Load, conversations: list[dict[str, Any]]) -> list[bytes]:
    keys = []
    for number, talk in enumerate(conversations):
        key = natural_id("conversation", PRACTICE_CHANNEL, load.shop, str(number))
        keys.append(key)
        times = [load.moment(message[0]) for message in talk["messages"]]
        closed = times[-1] if talk["status"] == ConversationStatus.CLOSED else None
        follow_up = talk["status"] == ConversationStatus.FOLLOW_UP
        agent = None if talk["agent"] is None else load.staff[talk["agent"]]
        load.add(
            Conversation,
            id=key,
            channel=PRACTICE_CHANNEL,
            account=load.shop,
            external_id=str(number),
            customer_id=load.customers[talk["customer"]],
            status=talk["status"],
            assignee_id=agent,
            opened_at=times[0],
            closed_at=closed,
            follow_up_at=load.moment(-3600 * (1 + number % 30)) if follow_up else None,
            agent_read_at=_read_until(talk, times),
            customer_read_at=times[-1],
        )
        _see(load, talk["customer"], times[-1])
        for place, (_when, who, text) in enumerate(talk["messages"]):
            by_staff = who != "C"
            load.add(
                Message,
                id=natural_id("practice_message", key.hex(), str(place)),
                conversation_id=key,
                author=Author.AGENT if by_staff else Author.CUSTOMER,
                staff_id=(agent or load.staff[0]) if by_staff else None,
                kind=MessageKind.NOTE if who == "N" else MessageKind.TEXT,
                text=text,
                at=times[place],
                state=MessageState.READ,
            )
    # Message rows in the order of time: search shows the newest first.
    load.rows[Message].sort(key=lambda row: row["at"])
    return keys


def _aftermath(load: _Load, now: int) -> None:
    """After-sales of the orders, and what customers said of the talks."""
    for row in cases_after(load.rows[Order], load.staff, now):
        load.add(AfterSale, **row)
    under_way = {
        row["order_id"]
        for row in load.rows[AfterSale]
        if row["kind"] != AfterSaleKind.REVIEW and row["state"] in OPEN
    }
    for order in load.rows[Order]:
        order["after_sale"] = order["id"] in under_way
    last = {row["conversation_id"]: row["at"] for row in load.rows[Message]}
    for rating in ratings_after(load.rows[Conversation], last):
        load.add(Satisfaction, **rating)
        load.add(Message, **question_of(rating))
        if rating["level"] is not None:
            load.add(Message, **answer_of(rating))
    load.rows[Message].sort(key=lambda row: row["at"])


def _read_until(talk: dict[str, Any], times: list[int]) -> int:
    """An open conversation is read up to the shop's last words, others to their end."""
    if talk["status"] != ConversationStatus.OPEN:
        return times[-1]
    ours = [at for at, message in zip(times, talk["messages"], strict=True) if message[1] != "C"]
    return max(ours, default=0)


def _see(load: _Load, customer: int, at: int) -> None:
    row = load.rows[Customer][customer]
    row["last_seen_at"] = max(row["last_seen_at"], at)
