"""Takes the last import of after-sales back, and spares what people did since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session

from app.after_sales.flags import follow_orders
from app.after_sales.report import CaseUndoReport
from app.sources import ImportUndo, Progress, Stop, Trail
from db.bulk import select_rows, update_rows
from db.database import Database
from db.models import AfterSale
from db.models.base import Base

AFTER_SALES: Final = "after_sales"
"""The kind of these imports in the history."""

_ROW: Final = ("rid", "id", "_del", "_fc", "number", "order_id")
_MACHINE: Final = frozenset({"order_id", "shop", "platform", "customer_id"})
"""Given by the desk once the order came: nobody's work."""


class CaseUndo(ImportUndo[CaseUndoReport]):
    """Takes an import of after-sales back."""

    kind = AFTER_SALES
    tables = (AfterSale,)

    def __init__(
        self, db: Database, batch: int | None, progress: Progress | None, stop: Stop | None
    ) -> None:
        super().__init__(CaseUndoReport, db, batch, progress, stop)

    def take_back(
        self, session: Session, model: type[Base], trail: Trail, rids: Sequence[int]
    ) -> None:
        changes: list[tuple[int, dict[str, Any]]] = []
        orders: set[bytes | None] = set()
        for row in select_rows(session, model, _ROW, "rid", rids):
            if not row["_del"] and (back := self._before(trail, row)):
                changes.append((row["rid"], back))
                orders |= {row["order_id"], back.get("order_id")}
        update_rows(session, model, changes)
        follow_orders(session, orders)

    def _before(self, trail: Trail, row: Mapping[str, Any]) -> dict[str, Any]:
        """What makes the record as it was; nothing where it stays."""
        rid, report = row["rid"], self.report
        clocks = msgspec.json.decode(row["_fc"]) if row["_fc"] else {}
        edited = trail.edited_since(rid, clocks, self.ledger.past)
        if rid in trail.inserted:
            if edited - _MACHINE:
                report.kept.append(row["number"])
                return {}
            report.removed += 1
            return {"_del": 1}
        back = trail.values_before(rid, edited)
        report.restored += bool(back)
        if edited & trail.before[rid].keys():
            report.kept.append(row["number"])
        return back
