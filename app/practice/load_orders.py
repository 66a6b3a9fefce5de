"""Orders of the practice shop, what they say of their buyers, and their parcels."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from app.practice.history import bought_after
from app.practice.load import Load
from db.ids import natural_id, order_id, shipment_id
from db.models import (
    Customer,
    Lifecycle,
    Order,
    OrderItem,
    OrderShipment,
    OrderStatus,
    Shipment,
    Trace,
    ValueClass,
)

DISPATCH_MS: Final = 48 * 3600 * 1000
LOST_AFTER_DAYS: Final = 120
DAY_MS: Final = 24 * 3600 * 1000


def add_orders(load: Load, orders: list[dict[str, Any]]) -> None:
    """Add the orders of the file."""
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
        load.see(order["customer"], created)
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


def add_past_orders(
    load: Load, talks: list[dict[str, Any]], products: list[dict[str, Any]]
) -> None:
    """Add what was bought after the talks of the past."""
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
        load.see(bought.customer, bought.created_at)
        item = natural_id("order_item", key.hex(), "practice-0")
        load.add(OrderItem, id=item, order_id=key, **bought.item_values())


def judge_relations(load: Load, now: datetime) -> None:
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


def add_shipments(load: Load, shipments: list[dict[str, Any]]) -> None:
    """Add the parcels with their traces."""
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
