"""The rows of the invented shop of `resources/practice/shop.json`, their dates moved to today.

Ids are derived, so that filling the shop anew finds each row again, at every station alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.paths import resource
from app.customers import element_id
from app.practice.load import Load, Rows
from app.practice.load_orders import add_orders, add_past_orders, add_shipments, judge_relations
from app.practice.load_talks import add_aftermath, add_conversations
from db.ids import customer_id, natural_id
from db.models import (
    Customer,
    CustomerNote,
    CustomerTag,
    Product,
    Role,
    Sku,
    Staff,
    Tag,
)

ZONE: Final = ZoneInfo("Asia/Shanghai")
_STAFF: Final = (
    ("xiaoli", "李小丽", "小丽", Role.ADMIN),
    ("xiaobei", "陈小北", "小北", Role.AGENT),
    ("xiaoman", "周小满", "小满", Role.SUPERVISOR),
)


@dataclass(frozen=True, slots=True)
class PracticeShop:
    """The shop's name and platform, its rows by model, and the ids of its conversations."""

    shop: str
    platform: str
    rows: Rows
    conversations: list[bytes]


def make_rows(session: Session, now: datetime) -> PracticeShop:
    """Return what the practice shop holds; tags are those the shop has."""
    data = msgspec.json.decode(resource("practice", "shop.json").read_bytes())
    load = Load(_clock(now), data["shop"], data["platform"])
    _staff(load)
    _customers(load, data["customers"])
    add_orders(load, data["orders"])
    add_past_orders(load, data["conversations"], data["products"])
    _products(load, data["products"])
    judge_relations(load, now)
    add_shipments(load, data["shipments"])
    conversations = add_conversations(load, data["conversations"])
    add_aftermath(load, int(now.timestamp() * 1000))
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


def _staff(load: Load) -> None:
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


def _products(load: Load, products: list[dict[str, Any]]) -> None:
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


def _customers(load: Load, customers: list[dict[str, Any]]) -> None:
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


def _tag_customers(session: Session, load: Load, customers: list[dict[str, Any]]) -> None:
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
