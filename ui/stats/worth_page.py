"""What customers are worth: segments, stages, who comes back and when, cohorts and tiers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QScrollArea, QWidget

from app.core.i18n import _, ngettext
from app.core.permissions import Permission
from app.stats import Unit
from app.stats.export import Book
from app.stats.worth import WorthReport
from app.stats.worth.lifecycle import STAGES, Stage
from ui.stats.books import worth_book
from ui.stats.chart import ChartCard
from ui.stats.cohort_card import CohortCard
from ui.stats.loading import when_drawing_is_loaded
from ui.stats.period import Period
from ui.stats.series import Series
from ui.stats.tile import Tile
from ui.stats.tile_grid import TileGrid
from ui.stats.words import count_text, customers_text, value_text
from ui.stats.worth_columns import REPEATS, SEGMENTS, TIERS, share_text
from ui.theme import role
from ui.widgets import Column, FilterChips, NoticeBar, stack_vertically
from ui.widgets.card import Card
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext


_LEAST: Final = 158
"""Seven tiles in a row on a small screen."""
_EIGHT_ROWS: Final = 300


class WorthPage(QScrollArea):
    """As it stood at the end of the period, by paid orders."""

    def __init__(self, context: UiContext, period: Period) -> None:
        super().__init__()
        self._context, self._period, self._stale = context, period, True
        self._worth = context.services.worth
        self._report: WorthReport | None = None
        self.trouble = NoticeBar()
        self._make_tiles()
        self.tag = role(QPushButton(_("Tag customers with their segment")), "ghost")
        self.tag.setVisible(context.services.staff.may(Permission.EDIT_TAGS))
        self.things = FilterChips(
            [("products", _("Products")), ("categories", _("Categories"))],
            "products",
            _("Products or categories"),
        )
        self.things.keep_on_one_line()
        self.segment_card, self.segments = self._table(_("RFM segments"), SEGMENTS, self.tag)
        self.stages = ChartCard(_("Stages"), context.jobs, 200)
        self.segments.setMinimumHeight(_EIGHT_ROWS)
        self._arrange()
        self.tag.clicked.connect(self._tag)
        self.things.changed.connect(self._show_things)
        self.trouble.action.connect(self.reload)
        context.store.changed.connect(self._on_store)
        when_drawing_is_loaded(self, context.jobs, self.stages.ready)

    def show_period(self, period: Period) -> None:
        """Show other days."""
        self._period, self._stale = period, True
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read again."""
        self._stale = False
        work = partial(self._worth.report, self._period.first, self._period.last)
        self._context.jobs.run(self, work, self._show, failed=self._failed, key="worth")

    def book(self) -> Book | None:
        """What an export takes along."""
        return worth_book(self._report, self._period) if self._report is not None else None

    def focus_first(self) -> None:
        """Put the keyboard into the segments."""
        self.segments.setFocus()

    # --- parts -----------------------------------------------------------------------------

    def _make_tiles(self) -> None:
        names = {
            "customers": (_("Customers who ever paid"), ""),
            "rate": (_("Shop's repeat rate"), _("Customers with at least 2 paid orders ÷ all")),
            "cycle": (_("Days between orders"), _("Mean over all orders but the first")),
            "old": (_("Regulars who returned"), _("Of those who were regulars when it began")),
            "new": (_("Newcomers who returned"), _("Of those with one order then")),
            "pre_lost": (_("Held back in time"), _("Of those about to be lost then")),
            "lost": (_("Won back"), _("Of those lost then")),
        }
        self.tiles = {key: Tile(name, hint, opens=False) for key, (name, hint) in names.items()}

    def _table(
        self, title: str, columns: Sequence[Column], *buttons: QWidget
    ) -> tuple[Card, ListTable]:
        card = Card(title, *buttons)
        table = ListTable(columns, self._context.jobs, title, _key)
        table.setMinimumHeight(200)
        hint = _("Import order files to see them here.")
        table.set_empty("customers", _("No paid orders yet"), hint)
        card.body.addWidget(table, 1)
        return card, table

    def _arrange(self) -> None:
        tiles = TileGrid(_LEAST)
        tiles.set_tiles([*self.tiles.values()])
        grid = QGridLayout()
        grid.setSpacing(12)
        grid.addWidget(self.segment_card, 0, 0)
        grid.addWidget(self.stages, 0, 1)
        self._grid, self._whole = grid, False
        grid.setColumnStretch(0, 11)
        grid.setColumnStretch(1, 9)
        inside = QWidget()
        inside.setObjectName("statsPage")
        layout = stack_vertically(inside, self.trouble, tiles, spacing=12)
        layout.addLayout(grid)
        layout.setContentsMargins(16, 12, 16, 16)
        self.setWidget(inside)
        self.setWidgetResizable(True)

    # --- showing ---------------------------------------------------------------------------

    def _make_lower(self) -> None:
        """What lies below the first screen is made when there is something to show."""
        self._whole = True
        self.cohorts = CohortCard(self._context)
        repeat_card, self.repeats = self._table(_("Bought again"), REPEATS, self.things)
        tier_card, self.tiers = self._table(_("Tiers"), TIERS)
        self._grid.addWidget(self.cohorts, 1, 0, 1, 2)
        self._grid.addWidget(repeat_card, 2, 0)
        self._grid.addWidget(tier_card, 2, 1)

    def _show(self, report: WorthReport) -> None:
        self.trouble.say("")
        if not self._whole:
            self._make_lower()
        self._report = report
        self.tag.setEnabled(bool(report.customers))
        self._fill_tiles(report)
        three = [segment for segment in report.segments if segment.dimensions == "RFM"]
        self.segments.show_rows(three if report.customers else [])
        self.cohorts.show_cohorts(report.cohorts)
        self.tiers.show_rows(report.tiers if report.customers else [])
        self._show_things()
        self._show_stages(report)

    def _fill_tiles(self, report: WorthReport) -> None:
        self.tiles["customers"].show_value(f"{report.customers:,}")
        self.tiles["rate"].show_value(share_text(report.shop.rate))
        cycle = report.shop.cycles.all
        note = ""
        if cycle.median is not None:
            note = _("median {value}").format(value=value_text(Unit.DAYS, cycle.median))
        self.tiles["cycle"].show_value(value_text(Unit.DAYS, cycle.value), note)
        for key in ("old", "new", "pre_lost", "lost"):
            came, of = getattr(report.returns, key)
            note = _("{n} of {total}").format(n=f"{came:,}", total=f"{of:,}")
            note = note if of else _("nobody at the beginning")
            self.tiles[key].show_value(share_text(came / of if of else None), note)

    def _show_stages(self, report: WorthReport) -> None:
        names = [_(STAGES[Stage(stage)]) for stage in report.stages]
        counts = [float(count) for count in report.stages.values()]
        self.stages.show_series(
            Series(
                names,
                names,
                counts if any(counts) else (),
                whole=True,
                words=customers_text,
                axis=count_text,
                alarming=frozenset(
                    n for n, stage in enumerate(report.stages) if stage == Stage.PRE_LOST
                ),
            ),
            _("No customers yet"),
        )

    def _show_things(self, _key: object = None) -> None:
        if self._report is not None:
            categories = self.things.value() == "categories"
            self.repeats.show_rows(self._report.categories if categories else self._report.products)

    # --- doing -----------------------------------------------------------------------------

    def _tag(self) -> None:
        self.tag.setEnabled(False)
        self._context.jobs.run(
            self, self._worth.tag, self._tagged, failed=self._failed, lane="write"
        )

    def _tagged(self, found: Any) -> None:
        self.tag.setEnabled(True)
        count = found.added + found.kept
        text = ngettext(
            "{n} customer has the tag of a segment now.",
            "{n} customers have the tag of their segment now.",
            count,
        )
        self._context.notices.success(text.format(n=f"{count:,}"))

    def _failed(self, error: BaseException) -> None:
        self.tag.setEnabled(True)
        self.trouble.say(str(error), "danger", _("Try again"))

    def _on_store(self, changes: Changes) -> None:
        if changes.touches("orders", "settings", "customers") and not self.isVisible():
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()


def _key(line: Any) -> Any:
    return getattr(line, "month", None) or line.name
