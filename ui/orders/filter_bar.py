"""Search and filters above the order list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from app.core.i18n import N_, _, ngettext
from app.orders import OrderFilter
from ui.orders.listing import Tally, Wanted
from ui.theme import icon, role, theme_signals
from ui.widgets import (
    DateRange,
    FilterChips,
    SearchBox,
    hide_unless,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.list_view import ListBar

_PLATFORMS: Final = {
    "taobao": N_("Taobao"),
    "jd": N_("JD.com"),
    "pdd": N_("Pinduoduo"),
    "douyin": N_("Douyin"),
    "shopify": N_("Shopify"),
    "webchat": N_("Own site"),
}
_GROUPS: Final = {
    "all": N_("All"),
    "check": N_("To check"),
    "ship": N_("To ship"),
    "late": N_("Late"),
    "held": N_("Held"),
    "unpaid": N_("Unpaid"),
    "shipped": N_("Shipped"),
    "completed": N_("Completed"),
    "closed": N_("Closed"),
}
_STATUSES: Final = {
    "ship": frozenset({"paid", "part_shipped"}),
    "unpaid": frozenset({"unpaid"}),
    "shipped": frozenset({"shipped", "received"}),
    "completed": frozenset({"completed"}),
    "closed": frozenset({"closed"}),
}


class FilterBar(ListBar):
    """What of the orders is listed."""

    def __init__(self, *, may_import: bool) -> None:
        super().__init__()
        self.search = SearchBox(_("Order, buyer, recipient, phone or parcel"))
        self.search.setMinimumWidth(280)
        self.platform = QComboBox()
        self.platform.setAccessibleName(_("Platform"))
        self.platform.addItem(_("All platforms"), "")
        self.platform.hide()
        self.dates = DateRange(name=_("Ordered"))
        self.groups = FilterChips(
            [(key, _(title)) for key, title in _GROUPS.items()], "all", _("State")
        )
        self.total = role(QLabel(), "hint")
        self.bring = role(QPushButton(_("Import orders…")), "primary")
        hide_unless(may_import, self.bring)
        tools = stack_horizontally(
            None,
            role(QLabel(_("Orders")), "title"),
            self.total,
            None,
            self.search,
            self.platform,
            self.dates,
            self.bring,
            spacing=8,
        )
        stack_vertically(self, tools, self.groups, spacing=12)
        self.search.searched.connect(self.changed)
        self.platform.activated.connect(self.changed)
        self.dates.changed.connect(self.changed)
        self.groups.changed.connect(self.changed)
        self.bring.clicked.connect(self.import_wanted)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def wanted(self) -> Wanted:
        """The filter as it is set; the order of the rows is the list's own matter."""
        key = str(self.groups.value())
        since, until = self.dates.value()
        platform = str(self.platform.currentData() or "")
        orders = OrderFilter(
            text=self.search.text().strip(),
            statuses=_STATUSES.get(key, frozenset()),
            platforms=frozenset({platform}) if platform else frozenset(),
            since=since,
            until=until,
            held=key == "held",
            late=key == "late",
        )
        return Wanted(orders, to_check=key == "check")

    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return self.wanted() != Wanted()

    def reset(self) -> None:
        """Show all orders."""
        self.search.clear()
        self.platform.setCurrentIndex(0)
        self.dates.set_preset("any")
        self.groups.set_value("all")
        self.changed.emit()

    def show_platforms(self, platforms: Sequence[str]) -> None:
        """Offer the platforms there are orders of, if they are several."""
        chosen = self.platform.currentData()
        while self.platform.count() > 1:
            self.platform.removeItem(1)
        for name in platforms:
            self.platform.addItem(_(_PLATFORMS.get(name, name)), name)
        self.platform.setCurrentIndex(max(0, self.platform.findData(chosen)))
        self.platform.setVisible(len(platforms) > 1)

    def show_count(self, count: int) -> None:
        """Say how many orders are listed."""
        self.total.setText(ngettext("{n} order", "{n} orders", count).format(n=f"{count:,}"))

    def show_tally(self, counted: Tally) -> None:
        """Say how many want somebody."""
        self.groups.set_count("check", counted.to_check or None)
        self.groups.set_count("late", counted.late or None)

    def _tint(self) -> None:
        self.bring.setIcon(icon("import", "on_accent"))
