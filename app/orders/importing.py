"""Takes order files into the desk: looks first, then writes, chunk by chunk, and tells all it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from app.core.permissions import Permission
from app.core.settings import SHOP_NAME, Settings
from app.orders.import_chunks import OrderChunks
from app.orders.import_undo import ORDERS, OrderUndo, UndoReport
from app.orders.report import ImportReport
from app.sources import (
    Chunks,
    FileReport,
    ImportLedger,
    OrderSource,
    Pace,
    ParsedOrder,
    Progress,
    Sheet,
    SheetKind,
    Stop,
    batches,
    conclude,
    good_rows,
    open_files,
    open_orders,
)
from app.staff import StaffService
from db.database import Database

CHUNK: Final = 8_000
"""Orders per transaction: colleagues' and customers' messages get in between."""


class OrderImport:
    """Imports order files; the same files a second time change nothing."""

    def __init__(
        self,
        db: Database,
        staff: StaffService,
        settings: Settings,
        sources: Sequence[OrderSource],
        arrived: Callable[[], object] | None = None,
    ) -> None:
        """`arrived` is called after an import, for what was waiting for its orders."""
        self._db, self._staff, self._settings = db, staff, settings
        self._sources, self._arrived = sources, arrived

    def preview(
        self,
        files: Sequence[Path],
        *,
        shop: str = "",
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> ImportReport:
        """Tell what an import of the files would do, without writing anything."""
        return self._import(files, shop, progress, stop)

    def run(
        self,
        files: Sequence[Path],
        *,
        shop: str = "",
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> ImportReport:
        """Import the files; what was done before a `stop` stays, and running again completes it.

        `shop` names the shop where the files don't; without it the shop's own name is taken.
        """
        member = self._staff.require(Permission.IMPORT_ORDERS)
        ledger = ImportLedger(ORDERS, files, member.id)
        report = self._import(files, shop, progress, stop, ledger)
        if report.taken:
            self._note_batch(report, ledger)
            if self._arrived is not None:
                self._arrived()
        return report

    def undo(
        self,
        batch: int | None = None,
        *,
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> UndoReport:
        """Take the last import on this computer back; raises `UserError` if there is none.

        What was new goes, what was changed gets its values from before; what people changed since
        stays. With `batch` (of an `ImportReport`) only if that is the last one.
        """
        self._staff.require(Permission.IMPORT_ORDERS)
        return OrderUndo(self._db, batch, progress, stop).run()

    def _import(
        self,
        paths: Sequence[Path],
        shop: str,
        progress: Progress | None,
        stop: Stop | None,
        ledger: ImportLedger | None = None,
    ) -> ImportReport:
        self._staff.require(Permission.IMPORT_ORDERS)
        dry_run = ledger is None
        report = ImportReport(dry_run)
        opened = open_files(paths, report, partial(open_orders, sources=self._sources))
        work = sorted(
            ((sheet, file, lines) for file, lines in opened for sheet in file.sheets),
            key=lambda task: task[0].kind is SheetKind.ITEMS,
        )
        orders = OrderChunks(
            shop or self._settings.get(SHOP_NAME), report, dry_run=dry_run, remember=len(work) > 1
        )
        pace = Pace(sum(sheet.size for sheet, *_rest in work), progress, stop)
        chunks = Chunks(self._db, report, pace, ledger)
        for sheet, file, lines in work:
            take = partial(orders.take, sheet=sheet, file=file, lines=lines)
            if not chunks.take(_groups(sheet, lines, pace), take):
                return report
            conclude(lines)
        orders.note_unlisted()
        return report

    def _note_batch(self, report: ImportReport, ledger: ImportLedger) -> None:
        with self._db.write(origin="import") as session:
            report.batch = ledger.conclude(session, report.document())


def _groups(sheet: Sheet, lines: FileReport, pace: Pace) -> Iterator[Sequence[ParsedOrder]]:
    """Yield chunks of rows, rejected ones put on the list; an order's items stay together."""
    rows = good_rows(sheet.rows, lines, pace)
    if sheet.kind is SheetKind.ORDERS:
        yield from batches(rows, CHUNK)
        return
    orders: dict[str, list[ParsedOrder]] = {}
    for row in rows:
        orders.setdefault(row.number, []).append(row)
    for numbers in batches(orders, CHUNK):
        yield [row for number in numbers for row in orders[number]]


__all__ = ["CHUNK", "OrderImport"]
