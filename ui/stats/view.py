"""The stats view: pages under one heading, one period for all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QWidget

from app.core.i18n import N_, _
from app.core.permissions import Permission
from app.core.settings import Setting
from ui.stats.period import PeriodPicker
from ui.theme import role
from ui.widgets import FilterChips, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

PERIOD: Final = Setting("stats.period", str, "week", scope="mine")
PAGES: Final = {
    "live": N_("Now"),
    "overview": N_("Period"),
    "tables": N_("Tables"),
    "credit": N_("Credit"),
    "staffing": N_("Staffing"),
}
_TIMELESS: Final = frozenset({"live"})


class StatsView(QWidget):
    """The heading shows at once, a page when it is first looked at, its numbers when they come."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setObjectName("stats")
        self._context = context
        self._pages: dict[str, QWidget] = {}
        team = context.services.staff.may(Permission.SEE_TEAM_STATS)
        self.keys = [key for key in ("live", "overview") if team or key != "staffing"]
        self.chips = FilterChips([(key, _(PAGES[key])) for key in self.keys], "live", _("Page"))
        self.picker = PeriodPicker(context.services.settings.get(PERIOD))
        self.stack = QStackedWidget()
        head = QFrame()
        head.setObjectName("statsHead")
        title = role(QLabel(_("Stats")), "title")
        row = stack_horizontally(head, title, self.chips, None, self.picker, spacing=16)
        row.setContentsMargins(16, 10, 16, 10)
        stack_vertically(self, head, self.stack, spacing=0)
        self.chips.changed.connect(self._on_page)
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
        self.picker.setVisible(key not in _TIMELESS)

    def page(self) -> QWidget | None:
        """The page that shows."""
        return self.stack.currentWidget()

    def current_item(self) -> object:
        """The page, to return to after a rebuild."""
        return str(self.chips.value())

    def open_item(self, item: object) -> None:
        """Show a page by its key."""
        if isinstance(item, str):
            self.show_page(item)

    def _built(self, key: str) -> QWidget:
        builders: dict[str, Callable[[], QWidget]] = {
            "live": self._live,
            "overview": self._overview,
        }
        return builders[key]()

    def _live(self) -> QWidget:
        from ui.stats.live_page import LivePage

        return LivePage(self._context)

    def _overview(self) -> QWidget:
        from ui.stats.overview_page import OverviewPage

        return OverviewPage(self._context, self.picker.value())

    def _on_page(self, key: object) -> None:
        self.show_page(str(key))

    def _on_period(self, period: object) -> None:
        for page in self._pages.values():
            if show := getattr(page, "show_period", None):
                show(period)
        if (preset := self.picker.preset()) != "custom":
            keep = partial(self._context.services.settings.set, PERIOD, preset)
            self._context.jobs.run(self, keep, lane="write", key="period")
