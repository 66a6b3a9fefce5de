"""Writes a report into a file that a person named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import SHOP_NAME, Settings
from app.staff import StaffService
from app.stats.export.sheets import Paper
from app.stats.model import Report
from app.stats.service import Stats


def _excel(paper: Paper, path: Path) -> None:
    from app.stats.export.excel import write_excel

    write_excel(paper, path)


def _csv(paper: Paper, path: Path) -> None:
    from app.stats.export.text import write_csv

    write_csv(paper, path)


def _pdf(paper: Paper, path: Path) -> None:
    from app.stats.export.pdf import write_pdf

    write_pdf(paper, path)


_WRITERS: Final[dict[str, Callable[[Paper, Path], None]]] = {
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
        writer = _WRITERS.get(path.suffix.lower())
        if writer is None:
            raise UserError(
                _("“{name}” has no ending a report can have.").format(name=path.name),
                hint=", ".join(ENDINGS),
                code="usage",
            )
        made_at = datetime.now(self._stats.zone).strftime("%Y-%m-%d %H:%M")
        paper = Paper(report, self._settings.get(SHOP_NAME), made_at)
        # Nothing half written stands under the name.
        unfinished = path.with_name(f".{path.stem}.part{path.suffix}")
        try:
            writer(paper, unfinished)
            unfinished.replace(path)
        except OSError as error:
            raise UserError(
                _("The report could not be written: {reason}").format(reason=error.strerror),
                hint=_("Is the file open in another program, or the folder full?"),
                code="not_written",
            ) from error
        finally:
            unfinished.unlink(missing_ok=True)
