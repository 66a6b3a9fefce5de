"""The stats view: pages under one heading, one period for all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from app.core.i18n import N_, _
from app.core.permissions import Permission
from app.core.settings import Setting
from app.stats import BY_KEY, By
from app.stats.behind import EVERY
from ui.stats.commands import register_commands
from ui.stats.exporting import ExportButton
from ui.stats.period import Period, PeriodPicker, of_days
from ui.theme import role
from ui.widgets import FilterChips, Pages, stack_horizontally, stack_vertically
from ui.widgets.format import today

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext
    from ui.stats.metric_page import MetricPage

PERIOD: Final = Setting("stats.period", str, "week", scope="mine")
PAGES: Final = {
    "live": N_("Now"),
    "overview": N_("Period"),
    "tables": N_("Tables"),
    "credit": N_("Credit"),
    "worth": N_("Customers"),
    "staffing": N_("Staffing"),
}
_HEAD: Final = 52
_OF_THE_TEAM: Final = frozenset({"staffing", "worth"})
_WIDE: Final = 1_500
_TIMELESS: Final = frozenset({"live"})
_COMPARING: Final = frozenset({"overview"})


class StatsView(QWidget):
    """The heading shows at once, a page when it is first looked at, its numbers when they come."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setObjectName("stats")
        self._context = context
        self._pages: dict[str, QWidget] = {}
        self._metric: MetricPage | None = None
        self._from: QWidget | None = None
        team = context.services.staff.may(Permission.SEE_TEAM_STATS)
        self.keys = [key for key in PAGES if team or key not in _OF_THE_TEAM]
        self.chips = FilterChips([(key, _(PAGES[key])) for key in self.keys], "live", _("Page"))
        self.picker = PeriodPicker(context.services.settings.get(PERIOD))
        self.stack = Pages()
        head = QFrame()
        head.setObjectName("statsHead")
        head.setMinimumHeight(_HEAD)
        title = role(QLabel(_("Stats")), "title")
        self.export = ExportButton(context, self._shown)
        row = stack_horizontally(head, title, self.chips, self.picker, self.export, spacing=12)
        row.setStretch(1, 1)
        row.setContentsMargins(16, 10, 16, 10)
        stack_vertically(self, head, self.stack, spacing=0)
        self.chips.changed.connect(self._on_page)
        register_commands(context, self)
        self.picker.changed.connect(self._on_period)
        self.show_page("live")

    def show_page(self, key: str) -> None:
        """Bring a page to the front."""
        if key not in self.keys:
            return
        self.chips.set_value(key)
        if key not in self._pages:
            self._pages[key] = self._built(key)
            self.stack.addWidget(self._pages[key])
        self.stack.setCurrentWidget(self._pages[key])
        self._show_picker()

    def page(self) -> QWidget | None:
        """The page that shows."""
        return self.stack.currentWidget()

    def current_item(self) -> object:
        """The page, to return to after a rebuild."""
        return str(self.chips.value())

    def open_item(self, item: object) -> None:
        """Show a page by its key; `today:METRIC` and `metric:METRIC` look into a number."""
        if not isinstance(item, str):
            return
        kind, _colon, key = item.partition(":")
        if key and key in BY_KEY:
            if kind == "today":
                self.picker.set_preset("today")
                self._on_period(self.picker.value(), keep=False)
            self.open_metric(key)
        else:
            self.show_page(kind)

    def open_metric(
        self, metric: str, by: By | None = None, key: Any = EVERY, name: str = ""
    ) -> None:
        """Look into a number, or into what one row of a table has of it."""
        if not self._inside:
            self._from = self.stack.currentWidget()
        page = self._metric_page()
        self.stack.setCurrentWidget(page)
        self._show_picker()
        page.open_metric(metric, by=by, key=key, name=name)
        page.focus_first()

    def leave_metric(self) -> None:
        """Back to the page one came from."""
        if self._inside and self._from is not None:
            self.stack.setCurrentWidget(self._from)
            self._show_picker()
            self.focus_search()

    def focus_search(self) -> None:
        """Put the keyboard into the page."""
        if focus := getattr(self.page(), "focus_first", None):
            focus()

    def step(self, by: int) -> None:
        """To the page before or after."""
        place = self.keys.index(str(self.chips.value())) + by
        self.show_page(self.keys[place % len(self.keys)])
        self.focus_search()

    def _shown(self) -> tuple[Period, By, QWidget | None]:
        """What an export takes along."""
        period, page = self.picker.value(), self.page()
        if str(self.chips.value()) in _TIMELESS and not self._inside:
            period = of_days(today(), today())
        by = getattr(page, "rows_by", None)
        return period, by() if by else By.AGENT, page

    def _show_picker(self) -> None:
        key = str(self.chips.value())
        self.picker.setVisible(self._inside or key not in _TIMELESS)
        shown = self._inside or key in _COMPARING
        self.picker.show_against(shown=shown, narrow=self.width() < _WIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_picker()

    # --- pages -----------------------------------------------------------------------------

    @property
    def _inside(self) -> bool:
        return self._metric is not None and self.stack.currentWidget() is self._metric

    def _metric_page(self) -> MetricPage:
        if self._metric is None:
            from ui.stats.metric_page import MetricPage

            self._metric = MetricPage(self._context, self.picker.value())
            self._metric.left.connect(self.leave_metric)
            self.stack.addWidget(self._metric)
        return self._metric

    def _built(self, key: str) -> QWidget:
        builders: dict[str, Callable[[], QWidget]] = {
            "live": self._live,
            "overview": self._overview,
            "tables": self._tables,
            "credit": self._credit,
            "worth": self._worth,
            "staffing": self._staffing,
        }
        return builders[key]()

    def _live(self) -> QWidget:
        from ui.stats.live_page import LivePage

        return LivePage(self._context)

    def _overview(self) -> QWidget:
        from ui.stats.overview_page import OverviewPage

        page = OverviewPage(self._context, self.picker.value())
        page.entered.connect(self.open_metric)
        return page

    def _tables(self) -> QWidget:
        from ui.stats.tables_page import TablesPage

        page = TablesPage(self._context, self.picker.value())
        page.entered.connect(self.open_metric)
        return page

    def _credit(self) -> QWidget:
        from ui.stats.credit_page import CreditPage

        return CreditPage(self._context, self.picker.value())

    def _worth(self) -> QWidget:
        from ui.stats.worth_page import WorthPage

        return WorthPage(self._context, self.picker.value())

    def _staffing(self) -> QWidget:
        from ui.stats.staffing_page import StaffingPage

        return StaffingPage(self._context, self.picker.value())

    def _on_page(self, key: object) -> None:
        self.show_page(str(key))

    def _on_period(self, period: object, *, keep: bool = True) -> None:
        for page in (*self._pages.values(), self._metric):
            if show := getattr(page, "show_period", None):
                show(period)
        if keep and (preset := self.picker.preset()) != "custom":
            work = partial(self._context.services.settings.set, PERIOD, preset)
            self._context.jobs.run(self, work, lane="write", key="period")
