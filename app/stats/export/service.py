"""Writes a report into a file that a person named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import SHOP_NAME, Settings
from app.staff import StaffService
from app.stats.export.book import Book
from app.stats.export.sheets import Paper
from app.stats.model import Report
from app.stats.service import Stats


def _excel(matter: Paper | Book, path: Path) -> None:
    from app.stats.export.excel import write_book, write_excel

    write_book(matter, path) if isinstance(matter, Book) else write_excel(matter, path)


def _csv(matter: Paper | Book, path: Path) -> None:
    from app.stats.export.text import write_book, write_csv

    write_book(matter, path) if isinstance(matter, Book) else write_csv(matter, path)


def _pdf(matter: Paper | Book, path: Path) -> None:
    from app.stats.export.pdf import write_book, write_pdf

    write_book(matter, path) if isinstance(matter, Book) else write_pdf(matter, path)


_WRITERS: Final[dict[str, Callable[[Paper | Book, Path], None]]] = {
    ".xlsx": _excel,
    ".csv": _csv,
    ".pdf": _pdf,
}
ENDINGS: Final = tuple(_WRITERS)


class Exports:
    """Needs the right to export; a report holds no more than the one who asked may see."""

    def __init__(self, staff: StaffService, settings: Settings, stats: Stats) -> None:
        self._staff, self._settings, self._stats = staff, settings, stats

    def write(self, report: Report, path: Path) -> None:
        """Write a report; the ending picks the format. Raises `UserError`."""
        self._staff.require(Permission.EXPORT)
        self._write(Paper(report, self._settings.get(SHOP_NAME), self._now()), path)

    def write_book(self, book: Book, path: Path) -> None:
        """Write the tables of a page, headed by the shop and the time. Raises `UserError`."""
        self._staff.require(Permission.EXPORT)
        shop, written = (_("Shop"), self._settings.get(SHOP_NAME)), (_("Written"), self._now())
        self._write(replace(book, facts=(shop, *book.facts, written)), path)

    def _now(self) -> str:
        return datetime.now(self._stats.zone).strftime("%Y-%m-%d %H:%M")

    def _write(self, matter: Paper | Book, path: Path) -> None:
        writer = _WRITERS.get(path.suffix.lower())
        if writer is None:
            raise UserError(
                _("“{name}” has no ending a report can have.").format(name=path.name),
                hint=", ".join(ENDINGS),
                code="usage",
            )
        # Nothing half written stands under the name.
        unfinished = path.with_name(f".{path.stem}.part{path.suffix}")
        try:
            writer(matter, unfinished)
            unfinished.replace(path)
        except OSError as error:
            raise UserError(
                _("The report could not be written: {reason}").format(reason=error.strerror),
                hint=_("Is the file open in another program, or the folder full?"),
                code="not_written",
            ) from error
        finally:
            unfinished.unlink(missing_ok=True)
