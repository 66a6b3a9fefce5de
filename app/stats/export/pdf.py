"""A report as PDF, with the characters it uses of the bundled Chinese font."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.fonts import FontFace

from app.core.i18n import _
from app.core.paths import resource
from app.stats.export.book import Book, Cell, Figure, Grid
from app.stats.export.sheets import Paper, shown

_FONT: Final = "kefu"
_COLUMNS: Final = 6
"""So many numbers fit beside the name of a row on a page."""

_HEAD: Final = FontFace(fill_color=(232, 236, 242))


def write_pdf(paper: Paper, path: Path) -> None:
    """Write the file: what it is about, the numbers, the rows, the definitions."""
    pdf = _begun(_("The shop's numbers"), paper.facts())
    heads = (_("Number"), _("Figure"), _("Rests on"), _("Median"), _("90 %"))
    rows = [
        (
            _(metric.name),
            shown(metric.unit, measure.value),
            f"{measure.n:,}",
            shown(metric.unit, measure.median),
            shown(metric.unit, measure.p90),
        )
        for metric, measure in paper.numbers()
    ]
    pdf.table_of(heads, rows, (34, 18, 14, 14, 14))
    if paper.report.by is not None:
        _rows(pdf, paper)
    pdf.add_page()
    words = [(_(metric.name), _(metric.formula)) for metric in paper.metrics()]
    pdf.table_of((_("Number"), _("How")), words, (26, 90), align="LEFT")
    pdf.output(str(path))


def write_book(book: Book, path: Path) -> None:
    """Write the tables of a page, each under its name."""
    pdf = _begun(book.title, book.facts)
    for grid in book.grids:
        pdf.heading(grid.title)
        rows = [tuple(map(_words, row)) for row in grid.rows]
        pdf.table_of(grid.heads, rows, _widths(grid), alignments=_alignments(grid))
        pdf.ln(4)
    pdf.output(str(path))


def _begun(title: str, facts: Sequence[tuple[str, str]]) -> _Page:
    """A first page with its title and what is said of the whole."""
    # The subsetter tells every table it leaves out.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    pdf = _Page(orientation="landscape", format="A4")
    pdf.alias_nb_pages()
    pdf.add_font(_FONT, fname=str(resource("fonts", "wqy-microhei.ttf")))
    pdf.set_font(_FONT, size=9)
    pdf.set_title(title)
    pdf.add_page()
    pdf.set_font_size(16)
    pdf.cell(h=12, text=title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font_size(9)
    for name, value in facts:
        pdf.multi_cell(0, h=5.5, text=f"{name}  {value}", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
    return pdf


def _words(cell: Cell) -> str:
    return shown(cell.unit, cell.value) if isinstance(cell, Figure) else cell


def _widths(grid: Grid) -> tuple[int, ...]:
    """As its longest words ask for, within bounds."""
    lines = [grid.heads, *(tuple(map(_words, row)) for row in grid.rows)]
    return tuple(max(5, min(40, max(map(_breadth, column)))) for column in zip(*lines, strict=True))


def _breadth(text: str) -> int:
    """Chinese characters are twice as broad."""
    return sum(1 + (sign >= "\u2e80") for sign in text)


def _alignments(grid: Grid) -> tuple[str, ...]:
    first = grid.rows[0] if grid.rows else ("",) * len(grid.heads)
    return tuple("RIGHT" if isinstance(cell, Figure) else "LEFT" for cell in first)


def _rows(pdf: _Page, paper: Paper) -> None:
    metrics = paper.metrics()
    for start in range(0, len(metrics), _COLUMNS):
        part = metrics[start : start + _COLUMNS]
        pdf.add_page()
        rows = [
            (
                row.name if row.key is not None else "–",
                *(shown(metric.unit, row.measures[metric.key].value) for metric in part),
            )
            for row in paper.report.rows
        ]
        heads = (paper.row_head(), *(_(metric.name) for metric in part))
        pdf.table_of(heads, rows, (28, *[16] * len(part)))


class _Page(FPDF):
    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(_FONT, size=8)
        self.cell(0, text=f"{self.page_no()} / {{nb}}", align="C")

    def heading(self, text: str) -> None:
        """The name of a table, on the page of its first rows."""
        if self.will_page_break(30):
            self.add_page()
        self.set_font_size(12)
        self.cell(h=8, text=text, new_x="LMARGIN", new_y="NEXT")
        self.set_font_size(9)

    def table_of(
        self,
        heads: tuple[str, ...],
        rows: Sequence[tuple[str, ...]],
        widths: tuple[int, ...],
        align: str = "RIGHT",
        alignments: tuple[str, ...] = (),
    ) -> None:
        """A table whose head is said again on every page."""
        self.set_draw_color(190)
        self.set_line_width(0.1)
        aligned = alignments or ("LEFT", *[align] * (len(heads) - 1))
        with self.table(
            col_widths=widths,
            text_align=aligned,
            headings_style=_HEAD,
            borders_layout="HORIZONTAL_LINES",
            line_height=5,
            padding=(1, 1.5),
            v_align="MIDDLE",
        ) as table:
            for row in (heads, *rows):
                table.row(row)
