"""Rejected rows of an import as a table somebody can work through."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Protocol

from app.core.errors import UserError
from app.core.i18n import _
from app.orders.report import FileReport


class HasFiles(Protocol):
    """The report of any import: one part per file."""

    files: list[FileReport]


def write_rejected(report: HasFiles, path: Path) -> int:
    """Write rows, columns and reasons as .csv that spreadsheets open as it is; returns how many."""
    rows = [
        (Path(file.file).name, row.sheet, str(row.row), row.column, row.reason)
        for file in report.files
        for row in file.rejected
    ]
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow((_("File"), _("Sheet"), _("Row"), _("Column"), _("Reason")))
            writer.writerows([_harmless(cell) for cell in row] for row in rows)
    except OSError as error:
        raise UserError(
            _("The file can't be written."), hint=error.strerror or "", code="not_written"
        ) from error
    return len(rows)


def _harmless(cell: str) -> str:
    # A spreadsheet would run a cell that begins as a formula.
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell
