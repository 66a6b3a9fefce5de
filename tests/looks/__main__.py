"""`python -m tests.looks DIR [--shop NAME …] [--only STATE …] [--lang zh] [--theme dark] [--size 1366x768]`.

Pictures of numbers and after-sales in shops at the edge, to be looked at by a person.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

from ui.shell.run import make_application  # loads the lower layers before Qt

from PySide6.QtWidgets import QApplication, QScrollArea, QToolTip, QWidget  # isort: skip

from db.clock import now_ms
from tests.looks.edge_shops import SHOPS, make_shop
from ui.shell.camera import Camera, Style, asked, wait
from ui.shell.desk import Desk
from ui.stats.chart import TableToggle
from ui.stats.credit_page import CreditPage
from ui.stats.metric_page import MetricPage
from ui.stats.table_columns import BYS
from ui.stats.tables_page import TablesPage
from ui.stats.tile import Tile
from ui.stats.view import StatsView
from ui.widgets.format import local, today

_YEAR: Final = timedelta(days=364)
_EARLY: Final = 6
"""Before that hour the one day of a shop was mostly yesterday."""


class Looks(Camera):
    """Walks through the pages of one shop."""

    def __init__(self, desk: Desk, folder: Path, only: list[str], shop: str, period: str) -> None:
        super().__init__(desk, folder, only)
        self._name, self._period = shop, period

    def take_styles(self, styles: list[Style]) -> None:
        """Every state in each style."""
        for style in styles:
            self._put_on(style)
            for state, show in self._pages():
                if self._only and state not in self._only:
                    continue
                shown = show()
                self._settle()
                self._keep(shown, style.file(f"{self._name}-{state}"))

    def _pages(self) -> Iterator[tuple[str, Callable[[], QWidget]]]:
        yield "live", partial(self._page, "live")
        for number, part in enumerate(("top", "middle", "foot")):
            yield f"overview-{part}", partial(self._page, "overview", number / 2)
        for by in BYS:
            yield f"tables-{by}", partial(self._table, by)
        yield "credit", partial(self._page, "credit")
        yield "appeals", self._appeals
        for number, part in enumerate(("top", "middle", "foot")):
            yield f"worth-{part}", partial(self._page, "worth", number / 2)
        yield "as-tables", self._as_tables
        yield "staffing", partial(self._page, "staffing")
        yield "metric", partial(self._metric, "course")
        yield "metric-agent", partial(self._metric, "agent")
        yield "tooltip", self._tooltip
        yield "after_sales", partial(self._at, "after_sales")
        yield "quality", partial(self._at, "quality")

    def _stats(self) -> StatsView:
        self._at("stats")
        view = self._workspace().findChild(StatsView)
        if view is None:
            raise RuntimeError("there is no stats view")
        if self._period == "today" and local(now_ms()).hour < _EARLY:
            view.picker.choose("yesterday")
        elif self._period == "year":
            view.picker.choose_days(today() - _YEAR, today())
        elif view.picker.preset() != self._period:
            view.picker.choose(self._period)
        return view

    def _page(self, key: str, part: float = 0.0) -> QWidget:
        view = self._stats()
        view.show_page(key)
        self._settle()
        page = view.page()
        if isinstance(page, QScrollArea):
            bar = page.verticalScrollBar()
            bar.setValue(round(bar.maximum() * part))
        return self._desk.window

    def _table(self, by: str) -> QWidget:
        self._page("tables")
        page = self._stats().page()
        if isinstance(page, TablesPage):
            page.bys.set_value(by)
            page.bys.changed.emit(by)
        return self._desk.window

    def _appeals(self) -> QWidget:
        self._page("credit")
        page = self._stats().page()
        if isinstance(page, CreditPage):
            page.chips.set_value("appeals")
            page.chips.changed.emit("appeals")
            self._settle()
            if page.appeals.table.row_count():
                page.appeals.table.view.choose(0)
        return self._desk.window

    def _as_tables(self) -> QWidget:
        """Charts and heat maps as tables, back again afterwards."""
        self._page("worth")
        page = self._stats().page()
        for toggle in page.findChildren(TableToggle) if page is not None else ():
            toggle.setChecked(not toggle.isChecked())
        return self._desk.window

    def _metric(self, kind: str) -> QWidget:
        view = self._stats()
        view.show_page("overview")
        view.open_metric("response" if kind == "course" else "sales")
        page = view.page()
        if isinstance(page, MetricPage) and kind == "agent":
            page.views.set_value(kind)
            page.views.changed.emit(kind)
        self._settle()
        if isinstance(page, MetricPage) and page.chart.plot is not None:
            page.chart.plot.put_cursor(2)
        return self._desk.window

    def _tooltip(self) -> QWidget:
        """The tip is a window of its own: the picture is of it alone."""
        self._page("overview")
        tile = self._workspace().findChildren(Tile)[-1]
        QToolTip.showText(tile.mapToGlobal(tile.rect().center()), tile.toolTip(), tile)
        tips = (w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel"))
        return next(tips, self._desk.window)


def take(
    app: QApplication, folder: Path, shop: str, styles: list[Style], only: list[str]
) -> tuple[list[Path], list[str]]:
    """Make the shop, open the desk on it; returns the pictures and the faults met."""
    size, period = SHOPS[shop]
    with tempfile.TemporaryDirectory(prefix="kefu-looks-", ignore_cleanup_errors=True) as home:
        live = Path(home) / "shop"
        make_shop(live, size)
        desk = Desk(app, live, practice=True)
        desk.begin()
        desk.window.show()
        end = monotonic() + 60
        while desk.workspace is None and monotonic() < end:
            wait(50)
        looks = Looks(desk, folder, only, shop, period)
        try:
            looks.take_styles(styles)
        finally:
            desk.window.close()
            desk.window.deleteLater()
        return looks.taken, looks.faults


def main() -> int:
    """Take pictures as the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m tests.looks", description=__doc__)
    parser.add_argument("--shop", nargs="*", choices=SHOPS, default=list(SHOPS))
    options = asked(parser)
    app = make_application(sys.argv[:1])
    taken, faults = list[Path](), list[str]()
    for shop in options.shop:
        pictures, met = take(app, options.folder, shop, options.styles, options.only)
        taken += pictures
        faults += met
    sys.stdout.write(f"{len(taken)} pictures in {options.folder}\n")
    sys.stderr.write("\n".join(faults))
    return 0 if taken and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
