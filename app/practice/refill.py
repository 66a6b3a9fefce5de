"""Fills the practice shop, the first time and at every reset: its tables hold just what belongs there.

Rows are updated where they stand, others become tombstones. So a reset is an edit like any other:
it syncs, and what stations share, the staff, settings, phrases and all results of training stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.paths import resource
from app.customers import load_default_tags
from app.practice.loader import PracticeShop, make_rows
from db.bulk import insert_rows, plain_defaults, select_rows, update_rows
from db.models import (
    AfterSale,
    Appeal,
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
    Product,
    QualityCheck,
    QualityComment,
    QualityScore,
    Satisfaction,
    Shipment,
    Sku,
    Staff,
    Tag,
    Trace,
)
from db.registry import TABLES

PRACTISED: Final[tuple[type[Base], ...]] = (
    *(Customer, CustomerNote, CustomerTag, Product, Sku),
    *(Order, OrderItem, OrderRemark, Confirmation, Shipment, OrderShipment, Trace),
    *(Conversation, Message, Draft, Satisfaction, AfterSale),
    *(Appeal, QualityCheck, QualityScore, QualityComment),
)
"""What one practises on. All other tables are kept by a reset."""
_NOWHERE: Final[Mapping[type[Base], Mapping[str, Any]]] = {Message: {"conversation_id": bytes(16)}}
"""What leaves with a row: a tombstone in a thread would read as a message that was recalled."""
_FIELDS: Final = {table.name: [name for _n, name in table.numbered()] for table in TABLES}


def refill(session: Session, now: datetime) -> PracticeShop:
    """Make the shop as new, as of `now`; the conversations' derived columns are still to be made."""
    if session.scalar(select(Tag.id).limit(1)) is None:
        groups = msgspec.json.decode(resource("tags", "default.json").read_bytes())
        load_default_tags(session, groups)
        session.flush()
    shop = make_rows(session, now)
    _add_missing(session, Staff, shop.rows[Staff])
    for model in PRACTISED:
        _replace(session, model, shop.rows.get(model, ()))
    return shop


def _add_missing(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    ids = [row["id"] for row in rows]
    known = {row["id"] for row in select_rows(session, model, ("id",), "id", ids)}
    insert_rows(session, model, [row for row in rows if row["id"] not in known])


def _replace(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    wanted = {row["id"]: row for row in rows}
    known = _known(session, model)
    plain = plain_defaults(model, _FIELDS[model.__tablename__]) | {"_del": False}
    leaves = {"_del": True, **_NOWHERE.get(model, {})}
    gone = ((rid, leaves) for key, rid in known.items() if key not in wanted)
    kept = (
        (known[key], plain | {name: value for name, value in row.items() if name != "id"})
        for key, row in wanted.items()
        if key in known
    )
    update_rows(session, model, [*gone, *kept])
    insert_rows(session, model, [row for key, row in wanted.items() if key not in known])


def _known(session: Session, model: type[Base]) -> dict[bytes, int]:
    """Rids by id, tombstones too: a deleted row of the shop comes back."""
    session.flush()
    table = model.__tablename__
    found = session.connection().exec_driver_sql(f"SELECT id, rid FROM {table}")  # noqa: S608 - a model's name
    return {row[0]: row[1] for row in found.all()}
