"""Takes the last import of after-sales back, and spares what people did since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session

from app.after_sales.flags import follow_orders
from app.after_sales.report import CaseUndoReport
from app.sources import Trail, UndoLedger, read_trails
from db.bulk import select_rows, update_rows
from db.clock import now_ms
from db.database import Database
from db.models import AfterSale

AFTER_SALES: Final = "after_sales"
"""The kind of these imports in the history."""

CHUNK: Final = 4_000
"""Records per transaction: messages get in between."""

_ROW: Final = ("rid", "id", "_del", "_fc", "number", "order_id")
_MACHINE: Final = frozenset({"order_id", "shop", "platform", "customer_id"})
"""Given by the desk once the order came: nobody's work."""


class CaseUndo:
    """One undo on its way. A second run completes what a power cut has left half done."""

    def __init__(
        self,
        db: Database,
        batch: int | None,
        progress: Callable[[int, int], None] | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        """Raise `UserError` where there is no such import."""
        self._db, self._progress, self._stop = db, progress, stop
        with db.read() as session:
            self._ledger = UndoLedger(session, AFTER_SALES, batch)
            trails = read_trails(session, self._ledger.transactions)
        self._trail = trails.get(AfterSale.__tablename__, Trail(AfterSale.__tablename__))
        self.report = CaseUndoReport(self._ledger.batch.file, self._ledger.batch.at)

    def run(self) -> CaseUndoReport:
        """Take everything back; a `stop` in between leaves the rest for the next run."""
        rids = sorted(self._trail.rids())
        for start in range(0, len(rids), CHUNK):
            if self._stop is not None and self._stop():
                return self.report
            with self._db.write(origin="import") as session:
                self._ledger.note(session)
                self._take_back(session, rids[start : start + CHUNK])
            if self._progress is not None:
                self._progress(min(start + CHUNK, len(rids)), len(rids))
        with self._db.write(origin="import") as session:
            self._ledger.note(session, at=now_ms())
        self.report.complete = True
        return self.report

    def _take_back(self, session: Session, rids: Sequence[int]) -> None:
        changes: list[tuple[int, dict[str, Any]]] = []
        orders: set[bytes | None] = set()
        for row in select_rows(session, AfterSale, _ROW, "rid", rids):
            if not row["_del"] and (back := self._before(row)):
                changes.append((row["rid"], back))
                orders |= {row["order_id"], back.get("order_id")}
        update_rows(session, AfterSale, changes)
        follow_orders(session, orders)

    def _before(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What makes the record as it was; nothing where it stays."""
        rid, report = row["rid"], self.report
        clocks = msgspec.json.decode(row["_fc"]) if row["_fc"] else {}
        edited = self._trail.edited_since(rid, clocks, self._ledger.past)
        if rid in self._trail.inserted:
            if edited - _MACHINE:
                report.kept.append(row["number"])
                return {}
            report.removed += 1
            return {"_del": 1}
        back = self._trail.values_before(rid, edited)
        report.restored += bool(back)
        if edited & self._trail.before[rid].keys():
            report.kept.append(row["number"])
        return back
