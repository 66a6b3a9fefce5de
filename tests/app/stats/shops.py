"""Shops made at random: talk, orders, corrections and deletions, in whatever order they arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import delete, insert, inspect, select, update
from sqlalchemy.orm import Session

from db.database import Database
from db.models import (
    AfterSale,
    Base,
    Conversation,
    Customer,
    Message,
    Order,
    OrderItem,
    OrderShipment,
    QualityCheck,
    Satisfaction,
    Shipment,
)
from tests.app.stats.plain import DAY, MINUTE, Tables

ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
)
BASES = tuple(
    int(datetime.fromisoformat(day + "T00:00+00:00").timestamp()) * 1000
    for day in ("2026-03-28", "2026-10-31", "2026-06-10", "2026-10-03")
)
"""Around the days on which some of the zones change their clocks, and an ordinary one."""

AGENTS = tuple(bytes([n]) * 16 for n in (21, 22, 23))
CUSTOMERS = tuple(bytes([n]) * 16 for n in (31, 32, 33, 34))
CONVERSATIONS = tuple(bytes([n]) * 16 for n in (41, 42, 43, 44, 45))
PRODUCTS = ("杯子", "帽子")


@st.composite
def moments(draw: Any) -> int:
    """Moments after the shop's first day, in clusters, so that there are sessions."""
    cluster = draw(st.sampled_from((0, 1, 2, 3, 4, 5, 6)))
    starts = (9 * 60, 9 * 60 + 25, 15 * 60 + 50, 23 * 60 + 55, 40 * 60, 70 * 60, 71 * 60 + 57)
    seconds = draw(st.sampled_from((0, 5, 20, 31, 65, 119, 121, 181, 300, 480, 595, 600, 900)))
    return (
        int(starts[cluster]) * MINUTE
        + int(seconds) * 1000
        + int(draw(st.sampled_from((0, 0, 1, 500))))
    )


@st.composite
def messages(draw: Any) -> dict[str, Any]:
    author = draw(st.sampled_from(("customer",) * 5 + ("agent",) * 5 + ("robot", "system")))
    kind = draw(st.sampled_from(("text",) * 7 + ("note",) + ("product_card",) * 4))
    return {
        "conversation_id": draw(st.sampled_from((*CONVERSATIONS, *CONVERSATIONS[:2] * 3))),
        "author": author,
        "staff_id": draw(st.sampled_from((*AGENTS, *AGENTS, None))) if author == "agent" else None,
        "kind": kind,
        "text": draw(st.sampled_from(("在吗", "[自动]您好", "好的，马上", "…"))),
        "payload": {"number": draw(st.sampled_from(("p1", "p2", None)))}
        if kind == "product_card"
        else None,
        "automatic": author == "agent" and draw(st.integers(0, 7)) == 0,
        "at": draw(moments()),
        "place": draw(st.sampled_from((None,) * 5 + (1, 2, 3, 4, 5))),
        "state": draw(st.sampled_from(("read",) * 8 + ("failed", "queued"))),
    }


@st.composite
def orders(draw: Any) -> dict[str, Any]:
    # Exactly 24 and 48 h after a message, and just beside, among others.
    away = (0, 0, 0, 2 * DAY, 2 * DAY + 1, DAY, DAY + 1, -5 * DAY, -21 * DAY, -25 * DAY)
    created = draw(moments()) + draw(st.sampled_from(away))
    wait = draw(st.sampled_from((None, 20_000, 9 * MINUTE, 30 * MINUTE, DAY, 3 * DAY)))
    paid = None if wait is None else created + wait
    return {
        "customer_id": draw(st.sampled_from((*CUSTOMERS, *CUSTOMERS, None))),
        "created_at": created,
        "paid_at": paid,
        "shipped_at": draw(st.sampled_from((None, 5 * MINUTE, DAY))),
        "status": draw(st.sampled_from(("paid", "paid", "closed"))),
        "ended_at": draw(st.sampled_from((None, DAY, 16 * DAY))),
        "total_fen": draw(st.integers(0, 9)) * 1_000,
        "paid_fen": draw(st.integers(0, 9)) * 990,
        "postage_fen": draw(st.sampled_from((0, 600))),
        "refund_fen": draw(st.sampled_from((0, 0, 500))),
        "quantity": draw(st.integers(0, 3)),
        "items": draw(st.lists(items(), max_size=2)),
        "parcels": draw(
            st.lists(st.sampled_from((None, 0, DAY, 2 * DAY, 2 * DAY + 1)), max_size=2)
        ),
    }


@st.composite
def items(draw: Any) -> dict[str, Any]:
    return {
        "title": draw(st.sampled_from(PRODUCTS)),
        "product_number": draw(st.sampled_from(("", "p1", "p2"))),
        "sku_code": draw(st.sampled_from(("", "p2"))),
        "price_fen": draw(st.integers(0, 5)) * 100,
        "quantity": draw(st.integers(1, 3)),
        "paid_fen": draw(st.sampled_from((None, 333))),
        "refund_fen": draw(st.sampled_from((0, 100))),
    }


@st.composite
def cases(draw: Any) -> dict[str, Any]:
    requested = draw(moments())
    wait = draw(st.sampled_from((None, 0, DAY, 3 * DAY, -MINUTE)))
    return {
        "number": draw(st.sampled_from(("", "", "r1", "r2"))),
        "kind": draw(
            st.sampled_from(
                (
                    *("refund", "refund", "return_refund", "refund", "exchange"),
                    *("compensation", "price_reduction", "complaint", "review", "review"),
                )
            )
        ),
        "state": draw(st.sampled_from(("requested", "done", "done", "done", "withdrawn"))),
        "order": draw(st.sampled_from((None, 0, 0, 1, 1, 2, 3, 4, 9))),
        "item": draw(st.sampled_from((None, None, 0, 1))),
        "item_title": draw(st.sampled_from(("", "", *PRODUCTS))),
        "staff_id": draw(st.sampled_from((None, None, *AGENTS))),
        "reason_group": draw(st.sampled_from(("", "subjective", "product", "logistics"))),
        "responsibility": draw(st.sampled_from(("", "buyer", "seller", "carrier"))),
        "freight_payer": draw(st.sampled_from(("", "buyer", "seller", "carrier"))),
        "freight_fen": draw(st.sampled_from((0, 800))),
        "amount_fen": draw(st.integers(0, 5)) * 100,
        "grade": draw(st.sampled_from(("good", "good", "bad"))),
        "disputed": draw(st.booleans()),
        "requested_at": requested,
        "done_at": None if wait is None else requested + wait,
    }


@st.composite
def ratings(draw: Any) -> dict[str, Any]:
    invited = draw(moments())
    wait = draw(st.sampled_from((None, 5_000, DAY)))
    return {
        "conversation_id": draw(st.sampled_from((*CONVERSATIONS, bytes([49]) * 16))),
        "staff_id": draw(st.sampled_from((*AGENTS, None))),
        "automatic": draw(st.booleans()),
        "invited_at": invited,
        "answered_at": None if wait is None else invited + wait,
        "level": None if wait is None else draw(st.integers(1, 5)),
    }


@st.composite
def checks(draw: Any) -> dict[str, Any]:
    possible = draw(st.sampled_from((100, 90, 30, 7, 0)))
    return {
        "agent_id": draw(st.sampled_from(AGENTS)),
        "conversation_id": draw(st.sampled_from((*CONVERSATIONS, bytes([49]) * 16))),
        "state": draw(st.sampled_from(("done",) * 4 + ("started", "planned", "skipped"))),
        "done_at": draw(st.one_of(st.none(), moments(), moments())),
        "points": draw(st.integers(0, possible)),
        "possible": possible,
    }


@st.composite
def edits(draw: Any) -> tuple[str, int, dict[str, Any] | None]:
    """A later change to the nth row of a table; None purges it."""
    tables = "messages messages orders order_items conversations customers customers"
    tables += " after_sales satisfaction quality_checks shipments order_shipments"
    table = draw(st.sampled_from(tables.split()))
    place = draw(st.integers(0, 30))
    gone = {"deleted": draw(st.booleans())}
    changes: dict[str, list[dict[str, Any] | None]] = {
        "messages": [
            *(gone, None, {"at": draw(moments())}, {"state": "failed"}, {"state": "sent"}),
            *({"automatic": draw(st.booleans())}, {"staff_id": draw(st.sampled_from(AGENTS))}),
        ],
        "orders": [
            *(gone, None, {"paid_at": draw(moments())}, {"refund_fen": 700}),
            *({"customer_id": draw(st.sampled_from(CUSTOMERS))}, {"created_at": draw(moments())}),
        ],
        "order_items": [gone, None, {"title": PRODUCTS[0], "quantity": 2, "product_number": "p1"}],
        "conversations": [
            *(gone, None, {"customer_id": draw(st.sampled_from(CUSTOMERS))}),
            *({"channel": "phone"}, {"agent_read_at": 5}),
        ],
        "after_sales": [
            *(gone, {"state": draw(st.sampled_from(("requested", "done")))}, {"amount_fen": 777}),
            *({"order_id": (5000).to_bytes(16, "big")}, {"number": "r3"}),
            *({"reason_group": "service"}, {"responsibility": "seller", "disputed": True}),
            *({"done_at": draw(moments())}, {"item_title": PRODUCTS[1], "item_id": None}),
        ],
        "satisfaction": [gone, {"level": 1, "answered_at": draw(moments())}],
        "shipments": [gone, {"signed_at": None}],
        "order_shipments": [gone],
        "quality_checks": [
            *(gone, None, {"done_at": draw(moments())}, {"state": "started"}),
            {"points": 3, "possible": 9},
        ],
        "customers": [
            *({"merged_into": draw(st.sampled_from((*CUSTOMERS, None)))} for _ in range(3)),
            *({"blocked": draw(st.booleans())}, {"nick": "自己人"}, None),
        ],
    }
    return table, place, draw(st.sampled_from(changes[table]))


MODELS: dict[str, type[Base]] = {
    "customers": Customer,
    "conversations": Conversation,
    "messages": Message,
    "orders": Order,
    "order_items": OrderItem,
    "after_sales": AfterSale,
    "satisfaction": Satisfaction,
    "quality_checks": QualityCheck,
    "shipments": Shipment,
    "order_shipments": OrderShipment,
}
Action = Callable[[Session], None]
MOMENTS = frozenset({"at", "paid_at", "created_at", "done_at", "answered_at"})


def births(shop: dict[str, Any]) -> list[Action]:
    """Every row of a shop as something that arrives by itself."""
    base = shop["base"]
    found: list[Action] = [
        _adds(Customer, id=key, created_at=0, nick=f"n{n}") for n, key in enumerate(CUSTOMERS)
    ]
    for n, key in enumerate(CONVERSATIONS):
        found.append(
            _adds(
                Conversation,
                id=key,
                channel="webchat" if n % 2 else "taobao",
                customer_id=CUSTOMERS[n % 4],
                opened_at=0,
            )
        )
    for n, row in enumerate(shop["messages"]):
        key = (1000 + n).to_bytes(16, "big")
        facts = {name: value for name, value in row.items() if name != "place"}
        facts["at"] = row["place"] or row["at"] + base
        found.append(_adds(Message, id=key, **facts))
    for n, row in enumerate(shop["orders"]):
        key = (5000 + n).to_bytes(16, "big")
        facts = {name: value for name, value in row.items() if name not in {"items", "parcels"}}
        for name in ("shipped_at", "ended_at"):
            after = row["paid_at"] if name == "shipped_at" else row["created_at"]
            late = row[name] is not None and after is not None
            facts[name] = base + after + row[name] if late else None
        for name in ("created_at", "paid_at"):
            facts[name] = None if row[name] is None else row[name] + base
        found.append(_adds(Order, id=key, platform="taobao", number=str(n), **facts))
        for m, wait in enumerate(row["parcels"]):
            parcel = (50_000 + 10 * n + m).to_bytes(16, "big")
            sent = facts["shipped_at"] or base
            signed = None if wait is None else sent + wait
            found.append(_adds(Shipment, id=parcel, number=str(n), signed_at=signed))
            found.append(_adds(OrderShipment, id=parcel, order_id=key, shipment_id=parcel))
        for m, item in enumerate(row["items"]):
            item_key = (9000 + 10 * n + m).to_bytes(16, "big")
            found.append(_adds(OrderItem, id=item_key, order_id=key, **item))
    return found + _service_births(shop, base)


def _service_births(shop: dict[str, Any], base: int) -> list[Action]:
    found: list[Action] = []
    for n, row in enumerate(shop.get("cases", ())):
        facts = {name: value for name, value in row.items() if name not in {"order", "item"}}
        order, item = row["order"], row["item"]
        if order is not None and order < 9 and shop["orders"]:
            order %= len(shop["orders"])  # 9 never comes
        facts["order_id"] = None if order is None else (5000 + order).to_bytes(16, "big")
        known = order is not None and item is not None
        facts["item_id"] = (9000 + 10 * order + item).to_bytes(16, "big") if known else None
        for name in ("requested_at", "done_at"):
            facts[name] = None if row[name] is None else row[name] + base
        found.append(_adds(AfterSale, id=(20_000 + n).to_bytes(16, "big"), **facts))
    for n, row in enumerate(shop.get("ratings", ())):
        facts = dict(row)
        for name in ("invited_at", "answered_at"):
            facts[name] = None if row[name] is None else row[name] + base
        key = (30_000 + n).to_bytes(16, "big")
        found.append(_adds(Satisfaction, id=key, message_id=key, **facts))
    for n, row in enumerate(shop.get("checks", ())):
        done = None if row["done_at"] is None else row["done_at"] + base
        times = {"starts_at": base, "ends_at": base, "planned_at": base, "done_at": done}
        key = (40_000 + n).to_bytes(16, "big")
        found.append(_adds(QualityCheck, id=key, week="2026-03-23", **{**row, **times}))
    return found


def edit(base: int, change: tuple[str, int, dict[str, Any] | None]) -> Action:
    """A correction as something that happens."""
    table, place, values = change

    def act(session: Session) -> None:
        model: Any = MODELS[table]
        keys = session.scalars(select(model.id).order_by(model.id)).all()
        if not keys:
            return
        key = keys[place % len(keys)]
        if values is None:
            session.execute(delete(model).where(model.id == key))
            return
        moved = {
            name: value + base if name in MOMENTS and value is not None else value
            for name, value in values.items()
        }
        session.execute(update(model).where(model.id == key).values(**moved))

    return act


def empty(db: Database) -> None:
    """Purge all rows: the numbers must follow that too."""
    with db.write() as session:
        for model in MODELS.values():
            session.execute(delete(model))


def tables_of(db: Database) -> Tables:
    """What the plain computation reads."""
    with db.read() as session:
        rows = {
            name: [
                {c.key: getattr(row, c.key) for c in inspect(model).column_attrs}
                for row in session.scalars(select(model))
            ]
            for name, model in MODELS.items()
        }
    for message in rows["messages"]:
        card = message["kind"] == "product_card" and isinstance(message["payload"], dict)
        message["product"] = (message["payload"].get("number") or "") if card else ""
    channels = {row["id"]: row["channel"] for row in rows["conversations"]}
    for check in rows["quality_checks"]:
        check["channel"] = channels.get(check["conversation_id"], "")
    known = {row["id"]: row for row in rows["conversations"] if not row["deleted"]}
    return Tables(
        {row["id"]: row for row in rows["customers"]},
        known,
        [m for m in rows["messages"] if not m["deleted"] and m["conversation_id"] in known],
        [o for o in rows["orders"] if not o["deleted"]],
        [i for i in rows["order_items"] if not i["deleted"]],
        [c for c in rows["after_sales"] if not c["deleted"]],
        [q for q in rows["quality_checks"] if not q["deleted"]],
        _parcels(rows),
    )


def _parcels(rows: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Each order's parcels that are known."""
    signed = {row["id"]: row["signed_at"] for row in rows["shipments"] if not row["deleted"]}
    return [
        {"order_id": link["order_id"], "signed_at": signed[link["shipment_id"]]}
        for link in rows["order_shipments"]
        if not link["deleted"] and link["shipment_id"] in signed
    ]


def service_rows(db: Database) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The living after-sales records and invitations, for the plain computation."""
    found: list[list[dict[str, Any]]] = []
    with db.read() as session:
        models: tuple[Any, ...] = (AfterSale, Satisfaction)
        for model in models:
            names = [column.key for column in inspect(model).column_attrs]
            rows = session.scalars(select(model).where(model.deleted.is_(False)))
            found.append([{name: getattr(row, name) for name in names} for row in rows])
    return found[0], found[1]


def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _adds(model: type[Base], **values: Any) -> Action:
    return lambda session: (session.execute(insert(model).values(**values)), None)[1]
