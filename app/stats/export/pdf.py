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
from app.stats.export.sheets import Paper, shown

_FONT: Final = "kefu"
_COLUMNS: Final = 6
"""So many numbers fit beside the name of a row on a page."""

_HEAD: Final = FontFace(fill_color=(232, 236, 242))


def write_pdf(paper: Paper, path: Path) -> None:
    """Write the file: what it is about, the numbers, the rows, the definitions."""
    # The subsetter tells every table it leaves out.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    pdf = _Page(orientation="landscape", format="A4")
    pdf.alias_nb_pages()
    pdf.add_font(_FONT, fname=str(resource("fonts", "wqy-microhei.ttf")))
    pdf.set_font(_FONT, size=9)
    pdf.set_title(_("The shop's numbers"))
    pdf.add_page()
    pdf.set_font_size(16)
    pdf.cell(h=12, text=_("The shop's numbers"), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font_size(9)
    for name, value in paper.facts():
        pdf.multi_cell(0, h=5.5, text=f"{name}  {value}", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
    heads = (_("Number"), _("Figure"), _("Rests on"), _("Median"), _("90 %"))
    rows = [
        (
            _(metric.name),
            shown(metric, measure.value),
            f"{measure.n:,}",
            shown(metric, measure.median),
            shown(metric, measure.p90),
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


def _rows(pdf: _Page, paper: Paper) -> None:
    metrics = paper.metrics()
    for start in range(0, len(metrics), _COLUMNS):
        part = metrics[start : start + _COLUMNS]
        pdf.add_page()
        rows = [
            (
                row.name if row.key is not None else "–",
                *(shown(metric, row.measures[metric.key].value) for metric in part),
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

    def table_of(
        self,
        heads: tuple[str, ...],
        rows: Sequence[tuple[str, ...]],
        widths: tuple[int, ...],
        align: str = "RIGHT",
    ) -> None:
        """A table whose head is said again on every page."""
        self.set_draw_color(190)
        self.set_line_width(0.1)
        aligned = ("LEFT", *[align] * (len(heads) - 1))
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
