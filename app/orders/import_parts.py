"""What an order row brings along: its buyer's customer card, its parcels, its goods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.carriers import carrier_code
from app.orders.import_store import ImportStore, Writes
from app.sources import ParsedOrder
from db.clock import now_ms
from db.ids import customer_id, natural_id, shipment_id
from db.models import Customer, OrderShipment, Shipment

_PLACE: Final = ("province", "city", "district", "detail", "zip")
_EMPTY_CARD: Final[Mapping[str, Any]] = dict.fromkeys(("name", "phone", *_PLACE), "")


def add_customers(
    store: ImportStore, rows: Sequence[tuple[dict[str, Any], ParsedOrder]], writes: Writes
) -> None:
    """Attach orders to their buyers by platform nick, making or filling in customer cards.

    `rows` are the orders' rows as they will be stored, with what the file said. A matching phone
    never joins two customers: that is a person's decision.
    """
    wanted: dict[bytes, tuple[dict[str, Any], Mapping[str, Any]]] = {}
    bought: list[tuple[dict[str, Any], bytes]] = []
    for row, parsed in rows:
        if nick := row["buyer_nick"]:
            card_id = customer_id(row["platform"], row["shop"], nick)
            bought.append((row, card_id))
            newest = wanted.get(card_id)
            if newest is None or row["created_at"] > newest[0]["created_at"]:
                wanted[card_id] = (row, parsed.fields)
    stored = store.customers(wanted)
    owners: dict[bytes, bytes] = {}
    for card_id, (row, fields) in wanted.items():
        card = stored.get(card_id)
        owners[card_id] = (card["merged_into"] if card else None) or card_id
        if card is None:
            writes.inserts[Customer].append(_new_card(card_id, row, fields))
        elif changes := _missing(card, row, fields):
            writes.updates[Customer].append((card["rid"], changes))
    for row, card_id in bought:
        # An order that a person linked to another card stays there.
        row["customer_id"] = row.get("customer_id") or owners[card_id]


def add_parcels(
    store: ImportStore, rows: Sequence[tuple[dict[str, Any], ParsedOrder]], writes: Writes
) -> dict[bytes, list[str]]:
    """Note the parcels of orders; returns the numbers that are new to an order, by order id."""
    parcels: dict[bytes, dict[str, Any]] = {}
    links: dict[bytes, tuple[bytes, bytes, str]] = {}
    for row, parsed in rows:
        for carrier_name, number in parsed.parcels:
            parcel = _parcel(row, carrier_name, number)
            parcels.setdefault(parcel["id"], parcel)
            link_id = natural_id("order_shipment", row["id"].hex(), parcel["id"].hex())
            links[link_id] = (row["id"], parcel["id"], number)
    known = store.known_parcels(parcels)
    writes.inserts[Shipment] += [p for key, p in parcels.items() if key not in known]
    fresh: dict[bytes, list[str]] = {}
    linked = store.known_links(links)
    for link_id, (order, parcel_id, number) in links.items():
        if link_id not in linked:
            writes.inserts[OrderShipment].append(
                {"id": link_id, "order_id": order, "shipment_id": parcel_id}
            )
            fresh.setdefault(order, []).append(number)
    return fresh


def _parcel(row: Mapping[str, Any], carrier_name: str, number: str) -> dict[str, Any]:
    code = carrier_code(carrier_name) or ""
    return {
        "id": shipment_id(code, number),
        "carrier": code,
        "carrier_name": carrier_name,
        "number": number.upper(),
        "phone_tail": row["phone"][-4:],
        "destination": " ".join(filter(None, (row["province"], row["city"]))),
        "shipped_at": row["shipped_at"],
        "created_at": row["shipped_at"] or row["paid_at"] or row["created_at"] or now_ms(),
    }


def _new_card(card_id: bytes, row: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    at = row["created_at"] or row["source_at"]
    card = {
        "id": card_id,
        "platform": row["platform"],
        "shop": row["shop"],
        "nick": row["buyer_nick"],
        "created_at": at,
        "last_seen_at": at,
    }
    return card | _missing({**_EMPTY_CARD, "last_seen_at": at}, row, fields)


def _missing(
    card: Mapping[str, Any], row: Mapping[str, Any], fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what an order tells of its buyer that the card does not hold; stars tell nothing."""
    changes: dict[str, Any] = {}
    name, phone = fields.get("recipient", ""), fields.get("phone", "")
    if name and not card["name"] and "*" not in name:
        changes["name"] = name
    if phone and not card["phone"] and "*" not in phone:
        changes["phone"], changes["phone_tail"] = phone, phone[-4:]
    place = {key: fields.get(key, "") for key in _PLACE}
    if place["detail"] and not any(card[key] for key in _PLACE) and "*" not in place["detail"]:
        changes |= {key: text for key, text in place.items() if text}
    if row["created_at"] > card["last_seen_at"]:
        changes["last_seen_at"] = row["created_at"]
    return changes
