"""Takes the platforms' refund and after-sales exports into the desk: looks first, then writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from app.after_sales.exports import CaseSheet, open_cases
from app.after_sales.import_chunks import CaseChunks
from app.after_sales.import_undo import AFTER_SALES, CaseUndo
from app.after_sales.parsed import ParsedCase
from app.after_sales.report import CaseReport, CaseUndoReport
from app.core.i18n import ngettext
from app.core.permissions import Permission
from app.core.settings import SHOP_NAME, Settings
from app.sources import (
    Chunks,
    FileReport,
    ImportLedger,
    Pace,
    Progress,
    Stop,
    batches,
    conclude,
    good_rows,
    open_files,
)
from app.staff import StaffService
from db.database import Database

CHUNK: Final = 2_000
"""Records per transaction: colleagues' and customers' messages get in between."""


class AfterSaleImport:
    """Imports export files; the same files a second time change nothing."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings) -> None:
        self._db, self._staff, self._settings = db, staff, settings

    def preview(
        self,
        files: Sequence[Path],
        *,
        shop: str = "",
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> CaseReport:
        """Tell what an import of the files would do, without writing anything."""
        return self._import(files, shop, progress, stop, CaseReport(dry_run=True))

    def run(
        self,
        files: Sequence[Path],
        *,
        shop: str = "",
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> CaseReport:
        """Import the files; what was done before a `stop` stays, and running again completes it.

        `shop` names the shop of orders that are not known yet.
        """
        member = self._staff.require(Permission.IMPORT_ORDERS)
        ledger = ImportLedger(AFTER_SALES, files, member.id)
        report = self._import(files, shop, progress, stop, CaseReport(dry_run=False), ledger)
        if report.taken:
            with self._db.write(origin="import") as session:
                report.batch = ledger.conclude(session, report.document())
        return report

    def undo(
        self,
        batch: int | None = None,
        *,
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> CaseUndoReport:
        """Take the last import on this computer back; raises `UserError` if there is none.

        What was new goes, what was changed gets its values from before; what people changed since
        stays. With `batch` (of a `CaseReport`) only if that is the last one.
        """
        self._staff.require(Permission.IMPORT_ORDERS)
        return CaseUndo(self._db, batch, progress, stop).run()

    def _import(
        self,
        paths: Sequence[Path],
        shop: str,
        progress: Progress | None,
        stop: Stop | None,
        report: CaseReport,
        ledger: ImportLedger | None = None,
    ) -> CaseReport:
        self._staff.require(Permission.IMPORT_ORDERS)
        opened = open_files(paths, report, open_cases)
        work = [(sheet, file, lines) for file, lines in opened for sheet in file.sheets]
        pace = Pace(sum(sheet.size for sheet, *_rest in work), progress, stop)
        cases = CaseChunks(shop or self._settings.get(SHOP_NAME), report)
        chunks = Chunks(self._db, report, pace, ledger)
        for sheet, file, lines in work:
            take = partial(cases.take, sheet=sheet, file=file, lines=lines)
            if not chunks.take(_groups(sheet, lines, pace), take):
                return report
        for _file, lines in opened:
            conclude(lines)
        return report


def _groups(sheet: CaseSheet, lines: FileReport, pace: Pace) -> Iterator[Sequence[ParsedCase]]:
    """Yield chunks of rows, rejected ones put on the list, unknown states in the note."""
    unknown: Counter[str] = Counter()
    yield from batches(_noted(good_rows(sheet.rows, lines, pace), unknown), CHUNK)
    if unknown:
        lines.note = ngettext(
            "{n} row has a state the desk does not know: {words}",
            "{n} rows have states the desk does not know: {words}",
            unknown.total(),
        ).format(n=unknown.total(), words=", ".join(word or "–" for word in sorted(unknown)[:5]))


def _noted(cases: Iterable[ParsedCase], unknown: Counter[str]) -> Iterator[ParsedCase]:
    for case in cases:
        if not case.known_state:
            unknown[case.fields["platform_status"]] += 1
        yield case
