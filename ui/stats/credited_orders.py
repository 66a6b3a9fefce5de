"""The orders sold in a period, and of the chosen one why it is whose."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.core.i18n import N_, _, ngettext
from app.stats import Rules, Unit
from app.stats.board import Behind, RowsBehind
from ui.stats.period import Period
from ui.stats.why_credited import WhyCredited
from ui.stats.words import NOTHING, value_text
from ui.widgets import Column, SearchBox, stack_vertically
from ui.widgets.card import Card
from ui.widgets.format import full_moment, moment
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_COLUMNS: Final = (
    Column("number", N_("Order number"), 176, role="mono", text=lambda r: r.number),
    Column("customer", N_("Customer"), 100, text=lambda r: r.customer or NOTHING, stretch=True),
    Column("value", N_("Amount"), 96, align="right", role="mono", text=lambda r: value_text(Unit.FEN, r.value)),
    Column("agent", N_("Credited to"), 100, role="strong", text=lambda r: r.agent or _("nobody")),
    Column("at", N_("Paid at"), 92, role="muted", text=lambda r: moment(r.at), tip=lambda r: full_moment(r.at)),
)  # fmt: skip


class CreditedOrders(QWidget):
    """`appealed` tells that somebody filed an appeal here."""

    appealed = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._found = RowsBehind("", 0, 0, ())
        self._rules: Rules | None = None
        self.search = SearchBox(_("Order number, customer or agent"))
        self.card = Card(_("Sold orders"), self.search)
        self.search.setFixedWidth(264)
        self.table = ListTable(_COLUMNS, context.jobs, _("Sold orders"), lambda row: row.order_id)
        self.table.set_empty("orders", _("No orders here"), _("Choose other days or another word."))
        self.card.body.addWidget(self.table, 1)
        self.why = WhyCredited(context)
        layout = stack_vertically(self, self.card, self.why, spacing=12)
        layout.setStretch(0, 1)
        self.search.searched.connect(self._filter)
        self.table.selection_changed.connect(self._on_chosen)
        self.table.row_activated.connect(self._open)
        self.table.loaded.connect(self._on_loaded)
        self.why.appealed.connect(self.appealed)

    def show_orders(self, period: Period, rules: Rules) -> None:
        """Show the orders of these days, credited by these rules."""
        self._rules = rules
        work = partial(
            self._context.services.board.rows_behind,
            "orders_sold",
            period.first,
            period.last,
            rules=rules,
        )
        self._context.jobs.run(self, work, self._show, key="orders")
        self.why.show_rules(rules)

    def found(self) -> RowsBehind:
        """The orders of these days, whatever is searched for."""
        return self._found

    def explain(self, number: str) -> None:
        """Explain an order, whether it is listed or not."""
        self.search.setText(number)
        self.search.search_now()
        self.why.explain(number, self._rules)

    def _show(self, found: RowsBehind) -> None:
        self._found = found
        self._filter()

    def _filter(self, _text: Any = None) -> None:
        word = self.search.text().strip().casefold()
        rows = [row for row in self._found.rows if not word or word in _words(row)]
        self.table.show_rows(sorted(rows, key=lambda row: (not row.agent, -row.at)))
        text = ngettext("{n} order", "{n} orders", len(rows)).format(n=f"{len(rows):,}")
        self.card.remark.setText(text)

    def _on_loaded(self) -> None:
        if self.table.row_count() and self.table.current_row() is None:
            self.table.view.choose(0)

    def _on_chosen(self, row: Behind | None) -> None:
        if row is not None:
            self.why.explain(row.number, self._rules)

    def _open(self, row: Behind) -> None:
        self._context.go("orders", row.order_id)


def _words(row: Behind) -> str:
    return f"{row.number} {row.customer} {row.agent}".casefold()
