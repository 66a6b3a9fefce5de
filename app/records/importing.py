"""Brings chats of the past along: looks first, then writes, chunk by chunk, and tells all it did."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from app.core.errors import UserError
from app.core.i18n import _, ngettext
from app.core.permissions import Permission
from app.core.settings import SHOP_NAME, Settings
from app.core.zones import shop_zone
from app.records.chunks import RecordChunks
from app.records.model import Hints
from app.records.reading import RecordFile, open_records
from app.records.report import RecordReport
from app.sources import FileReport, Progress, Stop, batches, good_rows
from app.staff import StaffService
from db.database import Database

CHUNK: Final = 4_000
"""Messages per transaction: agents' and customers' own get in between."""


class RecordImport:
    """Imports chat records; the same files a second time change nothing."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings) -> None:
        self._db, self._staff, self._settings = db, staff, settings

    def preview(
        self,
        files: Sequence[Path],
        *,
        format: str = "auto",  # noqa: A002 - the word people know
        shop: str = "",
        agents: Sequence[str] = (),
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> RecordReport:
        """Tell what an import of the files would do, without writing anything."""
        report = RecordReport(dry_run=True)
        return self._import(files, format, shop, agents, _Pace(progress, stop), report)

    def run(
        self,
        files: Sequence[Path],
        *,
        format: str = "auto",  # noqa: A002 - the word people know
        shop: str = "",
        agents: Sequence[str] = (),
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> RecordReport:
        """Import the files; what was done before a `stop` stays, and running again completes it.

        `shop` is told where the same conversation numbers come from two shops. `agents` are the
        shop's own names in copied text, where the text itself doesn't show them.
        """
        report = RecordReport(dry_run=False)
        return self._import(files, format, shop, agents, _Pace(progress, stop), report)

    def _import(
        self,
        paths: Sequence[Path],
        wanted: str,
        shop: str,
        agents: Sequence[str],
        pace: _Pace,
        report: RecordReport,
    ) -> RecordReport:
        self._staff.require(Permission.IMPORT_RECORDS)
        hints = self._hints(shop, agents)
        chunks = RecordChunks(shop, hints.shop, report, dry_run=report.dry_run)
        pace.total = sum(path.stat().st_size for path in paths if path.is_file())
        for path in paths:
            lines = FileReport(str(path))
            report.files.append(lines)
            try:
                file = open_records(path, wanted, shop_zone(self._settings), hints)
                lines.encoding, lines.format = file.text.encoding, file.format
                self._take(file, lines, chunks, pace, report)
            except UserError as error:
                lines.fail(error)
            if report.cancelled:
                return report
        return report

    def _take(
        self,
        file: RecordFile,
        lines: FileReport,
        chunks: RecordChunks,
        pace: _Pace,
        report: RecordReport,
    ) -> None:
        chunks.begin_file()
        for rows in batches(good_rows(file.rows, lines), CHUNK):
            if pace.stopped():
                report.cancelled = True
                return
            with self._session(dry_run=report.dry_run) as session:
                chunks.take(session, rows, lines)
            pace.tell(file.text.done)
        pace.before += file.text.size
        lines.rejected.sort(key=lambda row: row.row)
        _finish(file, lines)

    def _session(self, *, dry_run: bool) -> AbstractContextManager[Session]:
        return self._db.read() if dry_run else self._db.write(origin="import")

    def _hints(self, shop: str, agents: Sequence[str]) -> Hints:
        known = {
            name
            for member in self._staff.members(with_inactive=True)
            for name in (member.name, member.reception_name, member.login)
        }
        named = shop or self._settings.get(SHOP_NAME)
        return Hints(named, frozenset(known | set(agents)) - {""})


class _Pace:
    """Tells how many bytes are read, of how many, and hears whether to stop."""

    def __init__(self, progress: Progress | None, stop: Stop | None) -> None:
        self._progress, self._stop = progress, stop
        self.total = self.before = 0

    def stopped(self) -> bool:
        return self._stop is not None and self._stop()

    def tell(self, done: int) -> None:
        if self._progress is not None:
            self._progress(self.before + done, max(self.total, self.before + done))


def _finish(file: RecordFile, lines: FileReport) -> None:
    if left_out := file.notes.left_out:
        lines.note = ngettext(
            "{n} line or event that is nobody's message was left out.",
            "{n} lines or events that are nobody's messages were left out.",
            left_out,
        ).format(n=left_out)
    if not lines.rows:
        lines.problem, lines.code = _("There is no message in this file."), "no_rows"
    elif not lines.taken:
        lines.problem = ngettext(
            "The only message can't be taken: {reason}",
            "None of the {n} messages can be taken. The first: {reason}",
            lines.rows,
        ).format(n=lines.rows, reason=lines.rejected[0].reason)
        lines.code = "nothing_taken"
