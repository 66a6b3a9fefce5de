"""A report as CSV: one row a number, or a row of the table with a column a number."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from app.core.i18n import _
from app.stats.definitions import Unit
from app.stats.export.book import Book, Cell, Figure
from app.stats.export.sheets import Paper, unit_name

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_csv(paper: Paper, path: Path) -> None:
    """Write the file for Excel to open: amounts in yuan, times in seconds, shares as parts of 1."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        if paper.report.by is None:
            rows.writerow([_("Number"), _("Figure"), _("Unit"), _("Rests on"), "--metric"])
            for metric, measure in paper.numbers():
                value = _plain(metric.unit, measure.value)
                unit = "s" if metric.unit is Unit.SECONDS else unit_name(metric)
                rows.writerow([_(metric.name), value, unit, measure.n, metric.key])
            return
        metrics = paper.metrics()
        rows.writerow([paper.row_head(), *(_(metric.name) for metric in metrics)])
        for row in paper.report.rows:
            values = [_plain(metric.unit, row.measures[metric.key].value) for metric in metrics]
            rows.writerow([_safe(row.name if row.key is not None else ""), *values])


def write_book(book: Book, path: Path) -> None:
    """Write the tables of a page below each other, each under its name."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        for number, grid in enumerate(book.grids):
            if number:
                rows.writerow([])
            if len(book.grids) > 1:
                rows.writerow([grid.title])
            rows.writerow(grid.heads)
            for row in grid.rows:
                rows.writerow([_cell(cell) for cell in row])


def _cell(cell: Cell) -> str:
    return _plain(cell.unit, cell.value) if isinstance(cell, Figure) else _safe(cell)


def _plain(unit: Unit, value: float | None) -> str:
    if value is None:
        return ""
    number = value / 100 if unit is Unit.FEN else value
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _safe(text: str) -> str:
    """A name that a spreadsheet would take for a formula stays a name."""
    return f"'{text}" if text.startswith(_FORMULA) else text
