"""A period at a glance: tiles with their change and course, and what is best seen as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from app.core.i18n import N_, _
from app.stats import BY_KEY, METRICS, Area, By
from app.stats.service_metrics import SERVICE
from app.stats.shapes import Answers, CarrierLine, CaseLine, PhraseLine, Waits, Week
from ui.stats.figures import Figures, read_figures
from ui.stats.loading import soon
from ui.stats.period import Period
from ui.stats.pictures import Pictures
from ui.stats.tile import Tile
from ui.stats.tile_grid import TileGrid
from ui.stats.words import change, value_text
from ui.theme import role
from ui.widgets import EmptyState, NoticeBar, SectionHeader, stack_vertically

if TYPE_CHECKING:
    from app.services import Services
    from db.changes import Changes
    from ui.shell.plugs import UiContext

SECTIONS: Final = (
    (
        N_("Serving customers"),
        (
            "customers_served",
            "first_response",
            "response",
            "answered_30s",
            "answered_3min",
            "reply_rate",
            "answer_ratio",
            "settled_at_once",
            "inquirers",
            "inquiry_conversion",
            "paid_conversion",
            "lost_inquiries",
        ),
        tuple(m.key for m in METRICS if m.area is Area.TALK and m not in SERVICE),
    ),
    (
        N_("Sales and orders"),
        (
            "sales",
            "agent_sales",
            "orders_sold",
            "buyers",
            "sales_per_buyer",
            "items_per_buyer",
            "payment_rate",
            "paid_at_once",
            "dispatched_same_day",
            "refund_rate",
            "repeat_rate",
            "old_buyers",
        ),
        tuple(m.key for m in METRICS if m.area is Area.SALES and m not in SERVICE),
    ),
    (
        N_("After-sales and satisfaction"),
        (
            "satisfaction",
            "invitations_answered",
            "good_review_rate",
            "after_sales",
            "after_sales_days",
            "compensation",
            "complaints",
            "dispute_rate",
            "refund_rate_product",
            "refund_rate_logistics",
            "refund_rate_service",
            "refund_rate_subjective",
        ),
        tuple(m.key for m in SERVICE),
    ),
)
_CASES: Final = ("invitations", "after_sales", "reviews")
"""The last section is there once one of these is."""
_TABLES: Final = frozenset(
    "messages conversations orders order_items settings shipments after_sales satisfaction appeals".split()
)
_SIGNS: Final = ("customers_asking", "agent_messages", "orders_made", "orders_sold")
"""Where all of these are nothing, there is nothing to show."""
_SOON_MS: Final = 2_000
_ALONE: Final = 100
"""What says that there is nothing stands in the middle of the page."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """What the pictures show."""

    week: Week
    waits: Waits
    cases: list[CaseLine]
    answers: Answers
    carriers: list[CarrierLine]
    phrases: list[PhraseLine]


def read_shapes(services: Services, period: Period) -> Shapes:
    """Read them; for a job, after the report has brought the facts up to date."""
    board = services.board
    return Shapes(
        board.week(period.first, period.last),
        board.waits(period.first, period.last),
        board.cases(period.first, period.last),
        board.answers(period.first, period.last),
        board.carriers(period.first, period.last),
        board.phrases(),
    )


class OverviewPage(QScrollArea):
    """`entered` carries the key of a metric somebody wants to look into."""

    entered = Signal(str)

    def __init__(self, context: UiContext, period: Period) -> None:
        super().__init__()
        self._context, self._period = context, period
        self._stale = True
        self._figures: Figures | None = None
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self.reload)
        self.tiles: dict[str, Tile] = {}
        self.trouble = NoticeBar()
        self.empty = EmptyState(
            "stats",
            _("No numbers in this period"),
            _("Choose other days, or import chats and orders of the past."),
        )
        self.empty.hide()
        inside = QWidget()
        inside.setObjectName("statsPage")
        layout = stack_vertically(inside, self.trouble, self.empty, spacing=12)
        self._grids: list[tuple[TileGrid, tuple[str, ...], tuple[str, ...]]] = []
        self._sections = [self._section(*section) for section in SECTIONS]
        for widget in self._sections:
            layout.addWidget(widget)
        layout.addStretch(1)
        self._layout = layout
        self._pictures: Pictures | None = None
        layout.setStretchFactor(self.empty, _ALONE)
        layout.setContentsMargins(16, 12, 16, 16)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.trouble.action.connect(self.reload)
        context.store.changed.connect(self._on_store)

    def focus_first(self) -> None:
        """Put the keyboard on the first tile."""
        next(iter(self.tiles.values())).setFocus()

    def rows_by(self) -> By:
        """What the rows of an export are."""
        return By.HOUR if self._period.days == 1 else By.DAY

    def show_period(self, period: Period) -> None:
        """Show other days."""
        self._period, self._stale = period, True
        for tile in self.tiles.values():
            tile.clear_value()
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read all again."""
        self._stale = False
        services, period = self._context.services, self._period
        work = partial(read_figures, services.stats, period)
        self._context.jobs.run(self, work, self._show, failed=self._failed, key="figures")

    # --- parts -----------------------------------------------------------------------------

    def _section(self, title: str, keys: tuple[str, ...], every: tuple[str, ...]) -> QWidget:
        more = role(QPushButton(_("All numbers")), "ghost")
        more.setCheckable(True)
        more.setAccessibleName(_("All numbers of {section}").format(section=_(title)))
        rest = tuple(key for key in every if key not in keys)
        grid = TileGrid()
        self._grids.append((grid, keys, rest))
        for key in keys:
            self._tile(key)
        grid.set_tiles([self.tiles[key] for key in keys])
        more.toggled.connect(partial(self._show_more, len(self._grids) - 1))
        box = QWidget()
        stack_vertically(box, SectionHeader(_(title), "", more), grid, spacing=4)
        return box

    def _tile(self, key: str) -> Tile:
        if key not in self.tiles:
            metric = BY_KEY[key]
            tile = Tile(_(metric.name), _(metric.formula))
            tile.clicked.connect(partial(self.entered.emit, key))
            self.tiles[key] = tile
        return self.tiles[key]

    def _show_more(self, number: int, wanted: bool) -> None:
        grid, keys, rest = self._grids[number]
        shown = (*keys, *rest) if wanted else keys
        grid.set_tiles([self._tile(key) for key in shown])
        if self._figures is not None:
            self._fill(self._figures)

    @property
    def pictures(self) -> Pictures:
        """The lower part of the page, made when there are numbers to show."""
        if self._pictures is None:
            self._pictures = Pictures(self._context)
            self._pictures.entered.connect(self.entered)
            self._layout.insertWidget(self._layout.count() - 1, self._pictures)
            self._pictures.prepare()
        return self._pictures

    # --- showing ---------------------------------------------------------------------------

    def _show(self, figures: Figures) -> None:
        if figures.period != self._period:
            return
        self.trouble.say("")
        self._figures = figures
        nothing = not any(figures.measure(key).value for key in _SIGNS)
        self.empty.setVisible(nothing)
        for widget in self._sections:
            widget.setVisible(not nothing)
        if self._pictures is not None:
            self._pictures.setVisible(not nothing)
        if not any(figures.measure(key).value for key in _CASES):
            self._sections[-1].hide()
        self._fill(figures)
        if not nothing:
            soon(self, self._context.jobs, partial(self._show_pictures, figures), "pictures")

    def _show_pictures(self, figures: Figures) -> None:
        if figures is not self._figures:
            return
        self.pictures.show()
        self.pictures.show_funnel(figures)
        work = partial(read_shapes, self._context.services, figures.period)
        self._context.jobs.run(self, work, self._show_shapes, failed=self._failed, key="shapes")

    def _fill(self, figures: Figures) -> None:
        for key, tile in self.tiles.items():
            metric, found = BY_KEY[key], figures.measure(key)
            value = value_text(metric.unit, found.value, short=True)
            if (team := figures.team(key)) is not None:
                note = _("team {value}").format(value=value_text(metric.unit, team.value))
                tile.show_value(value, note, spark=figures.course(key))
                continue
            partly = figures.period.running()
            moved = change(metric, found, figures.measure_before(key), partly=partly)
            tile.show_value(value, moved.text, moved.tone, figures.course(key))

    def _show_shapes(self, shapes: Shapes) -> None:
        pictures = self.pictures
        pictures.offer(shapes.cases, shapes.answers.asked, shapes.carriers, shapes.phrases)
        pictures.show_week(shapes.week)
        pictures.show_waits(shapes.waits)
        pictures.show_cases(shapes.cases)
        pictures.show_answers(shapes.answers)
        pictures.show_carriers(shapes.carriers)
        pictures.show_phrases(shapes.phrases)

    def _failed(self, error: BaseException) -> None:
        self.trouble.say(str(error) or _("This could not be read."), "danger", _("Try again"))

    def _on_store(self, changes: Changes) -> None:
        if not changes.touches(*_TABLES):
            return
        if self.isVisible():
            self._soon.start()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()
