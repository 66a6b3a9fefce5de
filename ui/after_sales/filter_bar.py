"""Search and filters above the list of after-sales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from app.after_sales import (
    GROUP_NAMES,
    KIND_NAMES,
    PARTY_NAMES,
    AfterSaleFilter,
    AfterSaleTally,
)
from app.core.i18n import N_, _, ngettext
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

_GROUPS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "all": (N_("All"), frozenset()),
    "open": (N_("Not finished"), frozenset({"requested", "agreed", "refused"})),
    "decide": (N_("To decide"), frozenset()),
    "requested": (N_("Requested"), frozenset({"requested"})),
    "agreed": (N_("Agreed"), frozenset({"agreed"})),
    "refused": (N_("Declined"), frozenset({"refused"})),
    "done": (N_("Done"), frozenset({"done"})),
    "withdrawn": (N_("Withdrawn"), frozenset({"withdrawn"})),
}


class FilterBar(ListBar):
    """What of the after-sales is listed."""

    def __init__(self, *, may_import: bool) -> None:
        super().__init__()
        self.search = SearchBox(_("Order, buyer, goods or words"))
        self.search.setMinimumWidth(250)
        self.kind = _choice(_("Kind"), _("All kinds"), KIND_NAMES)
        self.group = _choice(_("Reason"), _("All reasons"), GROUP_NAMES)
        self.party = _choice(_("Responsible"), _("All parties"), PARTY_NAMES)
        self.dates = DateRange(name=_("Asked for"))
        self.states = FilterChips(
            [(key, _(title)) for key, (title, _states) in _GROUPS.items()], "all", _("State")
        )
        self.total = role(QLabel(), "hint")
        self.bring = role(QPushButton(_("Import…")), "primary")
        hide_unless(may_import, self.bring)
        tools = stack_horizontally(
            None, role(QLabel(_("After-sales")), "title"), self.total, None, self.search,
            self.bring, spacing=8,
        )  # fmt: skip
        filters = stack_horizontally(
            None, self.kind, self.group, self.party, self.dates, None, spacing=8
        )
        stack_vertically(self, tools, filters, self.states, spacing=10)
        self._connect()
        self._tint()

    def wanted(self) -> AfterSaleFilter:
        """The filter as it is set."""
        key = str(self.states.value())
        since, until = self.dates.value()
        return AfterSaleFilter(
            text=self.search.text().strip(),
            states=_GROUPS[key][1],
            kinds=_chosen(self.kind),
            groups=_chosen(self.group),
            parties=_chosen(self.party),
            since=since,
            until=until,
            to_decide=key == "decide",
        )

    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return self.wanted() != AfterSaleFilter()

    def reset(self) -> None:
        """Show all records."""
        self.search.clear()
        for box in (self.kind, self.group, self.party):
            box.setCurrentIndex(0)
        self.dates.set_preset("any")
        self.states.set_value("all")
        self.changed.emit()

    def show_count(self, count: int) -> None:
        """Say how many are listed."""
        self.total.setText(ngettext("{n} record", "{n} records", count).format(n=f"{count:,}"))

    def show_tally(self, tally: AfterSaleTally) -> None:
        """Say how many want somebody."""
        self.states.set_count("open", tally.open or None)
        self.states.set_count("decide", tally.to_decide or None)

    def _connect(self) -> None:
        self.search.searched.connect(self.changed)
        for box in (self.kind, self.group, self.party):
            box.activated.connect(self.changed)
        self.dates.changed.connect(self.changed)
        self.states.changed.connect(self.changed)
        self.bring.clicked.connect(self.import_wanted)
        theme_signals().changed.connect(self._tint)

    def _tint(self) -> None:
        self.bring.setIcon(icon("import", "on_accent"))


def _choice(name: str, all_: str, names: Mapping[str, str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.addItem(all_, "")
    for key, title in names.items():
        box.addItem(_(title), str(key))
    return box


def _chosen(box: QComboBox) -> frozenset[str]:
    value = str(box.currentData() or "")
    return frozenset({value}) if value else frozenset()
