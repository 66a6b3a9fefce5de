"""A report as an Excel file: numbers stay numbers, with their formats."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from app.core.i18n import _
from app.stats.definitions import Unit
from app.stats.export.book import Book, Grid
from app.stats.export.sheets import Paper, in_unit, unit_name

_FORMATS: Final = {
    Unit.FEN: "¥#,##0.00",
    Unit.SHARE: "0.0%",
    Unit.SECONDS: "[h]:mm:ss",
    Unit.DAYS: "0.0",
    Unit.RATIO: "0.00",
}


def write_excel(paper: Paper, path: Path) -> None:
    """Write the file: the period's numbers first, then the rows, then every definition."""
    with _workbook(path) as book:
        _Report(book, paper).write()


def write_book(pages: Book, path: Path) -> None:
    """Write the tables of a page, each on a sheet of its own, the facts above the first."""
    with _workbook(path) as book:
        _Grids(book).write(pages)


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    try:
        yield book
    finally:
        book.close()


class _Sheets:
    def __init__(self, book: Any) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True})
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._units = {
            unit: book.add_format({"num_format": _FORMATS.get(unit, "#,##0")}) for unit in Unit
        }


class _Grids(_Sheets):
    def write(self, pages: Book) -> None:
        """One sheet a table."""
        for number, grid in enumerate(pages.grids):
            sheet = self._book.add_worksheet(_sheet_name(grid.title, number))
            top = self._facts(sheet, pages) if number == 0 else 0
            self._grid(sheet, grid, top)

    def _facts(self, sheet: Any, pages: Book) -> int:
        for row, (name, value) in enumerate(pages.facts):
            sheet.write_string(row, 0, name, self._bold)
            sheet.write_string(row, 1, value)
        return len(pages.facts) + 1

    def _grid(self, sheet: Any, grid: Grid, top: int) -> None:
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, max(1, len(grid.heads) - 1), 16)
        for column, head in enumerate(grid.heads):
            sheet.write_string(top, column, head, self._head)
        sheet.freeze_panes(top + 1, 1)
        for line, row in enumerate(grid.rows, top + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(line, column, cell)
                elif (number := in_unit(cell.unit, cell.value)) is not None:
                    sheet.write_number(line, column, number, self._units[cell.unit])


def _sheet_name(title: str, number: int) -> str:
    """What Excel takes for the name of a sheet: 31 characters, some of them not."""
    clean = "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip(" '")
    return clean[:31] or str(number + 1)


class _Report(_Sheets):
    def __init__(self, book: Any, paper: Paper) -> None:
        super().__init__(book)
        self._paper = paper

    def write(self) -> None:
        """All sheets."""
        self._overview()
        if self._paper.report.by is not None:
            self._table()
        self._definitions()

    def _overview(self) -> None:
        sheet = self._book.add_worksheet(_("Numbers"))
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 5, 14)
        for row, (name, value) in enumerate(self._paper.facts()):
            sheet.write_string(row, 0, name, self._bold)
            sheet.write_string(row, 1, value)
        top = len(self._paper.facts()) + 1
        heads = (_("Number"), _("Figure"), _("Unit"), _("Rests on"), _("Median"), _("90 %"))
        for column, head in enumerate(heads):
            sheet.write_string(top, column, head, self._head)
        sheet.freeze_panes(top + 1, 1)
        for row, (metric, measure) in enumerate(self._paper.numbers(), top + 1):
            style = self._units[metric.unit]
            sheet.write_string(row, 0, _(metric.name))
            sheet.write_string(row, 2, unit_name(metric))
            sheet.write_number(row, 3, measure.n)
            figures = ((1, measure.value), (4, measure.median), (5, measure.p90))
            for column, figure in figures:
                if (number := in_unit(metric.unit, figure)) is not None:
                    sheet.write_number(row, column, number, style)

    def _table(self) -> None:
        sheet = self._book.add_worksheet(_("Table"))
        sheet.set_column(0, 0, 22)
        metrics = self._paper.metrics()
        sheet.set_column(1, len(metrics), 13)
        sheet.freeze_panes(1, 1)
        heads = (self._paper.row_head(), *(_(metric.name) for metric in metrics))
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self._head)
        for line, row in enumerate(self._paper.report.rows, 1):
            sheet.write_string(line, 0, row.name if row.key is not None else "–")
            for column, metric in enumerate(metrics, 1):
                number = in_unit(metric.unit, row.measures[metric.key].value)
                if number is not None:
                    sheet.write_number(line, column, number, self._units[metric.unit])
        if metrics:
            sheet.autofilter(0, 0, len(self._paper.report.rows), len(metrics))

    def _definitions(self) -> None:
        sheet = self._book.add_worksheet(_("Definitions"))
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 90)
        sheet.set_column(2, 2, 26)
        for column, head in enumerate((_("Number"), _("How"), "--metric")):
            sheet.write_string(0, column, head, self._head)
        for line, metric in enumerate(self._paper.metrics(), 1):
            for column, words in enumerate((_(metric.name), _(metric.formula), metric.key)):
                sheet.write_string(line, column, words, self._wrap)
