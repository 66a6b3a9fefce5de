"""Takes the last import of orders back by the change notes, and spares what people did since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session

from app.core.i18n import _
from app.sources import ImportUndo, Progress, Stop, Trail, UndoneImport, batches
from db.bulk import select_rows, update_rows
from db.database import Database
from db.models import (
    Customer,
    Order,
    OrderItem,
    OrderShipment,
    Product,
    Shipment,
    Sku,
)
from db.models.base import Base

ORDERS: Final = "orders"
"""The kind of these imports in the history."""

_TABLES: Final[Sequence[type[Base]]] = (
    Order, OrderItem, OrderShipment, Shipment, Customer, Sku, Product,
)  # fmt: skip
"""Owners before what they own, users before what they use."""

_MACHINE: Final[Mapping[str, frozenset[str]]] = {
    "shipments": frozenset(
        {"state", "picked_up_at", "signed_at", "last_at", "last_text", "queried_at", "query_error"}
    ),
    "customers": frozenset({"last_seen_at"}),
}
"""Fields the desk keeps by itself: a new value there is nobody's work."""

_IN_USE: Final[Mapping[str, str]] = {
    "orders": "EXISTS (SELECT 1 FROM order_remarks r WHERE r.order_id = t.id AND r._del = 0)"
    " OR EXISTS (SELECT 1 FROM confirmations c WHERE c.order_id = t.id AND c._del = 0)"
    " OR EXISTS (SELECT 1 FROM after_sales a WHERE a.order_id = t.id AND a.number = ''"
    " AND a._del = 0)",
    "shipments": "EXISTS (SELECT 1 FROM order_shipments l"
    " WHERE l.shipment_id = t.id AND l._del = 0)",
    "customers": "EXISTS (SELECT 1 FROM conversations c WHERE c.customer_id = t.id AND c._del = 0)"
    " OR EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = t.id AND o._del = 0)"
    " OR EXISTS (SELECT 1 FROM customer_tags g WHERE g.customer_id = t.id AND g._del = 0)"
    " OR EXISTS (SELECT 1 FROM customer_notes n WHERE n.customer_id = t.id AND n._del = 0)"
    " OR t.id IN (SELECT merged_into FROM customers WHERE merged_into IS NOT NULL)",
    "skus": "EXISTS (SELECT 1 FROM order_items i WHERE i.sku_code = t.code AND i._del = 0)",
    "products": "EXISTS (SELECT 1 FROM skus s WHERE s.product_id = t.id AND s._del = 0)"
    " OR t.number IN (SELECT product_number FROM order_items WHERE _del = 0)",
}


@dataclass(slots=True)
class UndoReport(UndoneImport):
    """What taking an import back did; `kept` are numbers of orders that people changed since."""

    cards_kept: int = 0

    def document(self) -> dict[str, Any]:
        """The JSON answer."""
        answer = UndoneImport.document(self)
        return answer | {"orders": self.counts(), "customers_kept": self.cards_kept}


def undo_words(report: UndoReport) -> str:
    """What it did, in one line."""
    return report.words(_("Orders: {removed} removed, {restored} as before"))


class OrderUndo(ImportUndo[UndoReport]):
    """Takes an import of orders back."""

    kind = ORDERS
    tables = _TABLES

    def __init__(
        self, db: Database, batch: int | None, progress: Progress | None, stop: Stop | None
    ) -> None:
        super().__init__(UndoReport, db, batch, progress, stop)
        self._kept_orders: set[bytes] = set()
        self._restored: set[bytes] = set()

    def take_back(
        self, session: Session, model: type[Base], trail: Trail, rids: Sequence[int]
    ) -> None:
        used = _in_use(session, model, [rid for rid in rids if rid in trail.inserted])
        changes: list[tuple[int, dict[str, Any]]] = []
        for row in _rows(session, model, rids):
            rid, table = row["rid"], model.__tablename__
            edited = trail.edited_since(rid, row["_fc"], self.ledger.past)
            if rid not in trail.inserted:
                if back := trail.values_before(rid, edited):
                    changes.append((rid, back))
                    self._note_restored(model, row)
                if edited & trail.before[rid].keys():
                    self._note_kept(model, row)
            elif self._stays(model, row, used, bool(edited - _MACHINE.get(table, frozenset()))):
                self._note_kept(model, row)
            else:
                changes.append((rid, {"_del": 1}))
                self._note_removed(model, row)
        update_rows(session, model, changes)

    def _stays(
        self, model: type[Base], row: Mapping[str, Any], used: set[int], edited: bool
    ) -> bool:
        of_kept = row.get("order_id") in self._kept_orders
        return edited or of_kept or row["rid"] in used

    def _note_restored(self, model: type[Base], row: Mapping[str, Any]) -> None:
        if model is Order or model is OrderItem:
            self._restored.add(row["id"] if model is Order else row["order_id"])
            self.report.restored = len(self._restored)

    def _note_removed(self, model: type[Base], row: Mapping[str, Any]) -> None:
        if model is Order:
            self.report.removed += 1

    def _note_kept(self, model: type[Base], row: Mapping[str, Any]) -> None:
        if model is Order:
            self._kept_orders.add(row["id"])
            self.report.kept.append(row["number"])
        elif model is Customer:
            self.report.cards_kept += 1


def _rows(session: Session, model: type[Base], rids: Collection[int]) -> Iterator[dict[str, Any]]:
    owner = {"order_items": ("order_id",), "order_shipments": ("order_id",), "orders": ("number",)}
    names = ("rid", "id", "_del", "_fc", *owner.get(model.__tablename__, ()))
    for row in select_rows(session, model, names, "rid", rids):
        if not row["_del"]:  # What somebody has deleted since, or an undo that was cut off.
            row["_fc"] = msgspec.json.decode(row["_fc"]) if row["_fc"] else {}
            yield row


def _in_use(session: Session, model: type[Base], rids: Collection[int]) -> set[int]:
    condition = _IN_USE.get(model.__tablename__)
    found: set[int] = set()
    for batch in batches(rids if condition else (), 1_000):
        marks = ", ".join("?" * len(batch))
        rows = session.connection().exec_driver_sql(
            f"SELECT t.rid FROM {model.__tablename__} t WHERE t.rid IN ({marks}) AND ({condition})",  # noqa: S608 - names of ours
            tuple(batch),
        )
        found.update(rid for (rid,) in rows)
    return found
