"""Who gets a sale: try a rule before it is kept, see why each order is whose, settle appeals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.i18n import _
from app.stats import Rules
from app.stats.export import Book
from ui.stats.appeals_box import AppealsBox
from ui.stats.books import credit_book
from ui.stats.credited_orders import CreditedOrders
from ui.stats.loading import soon
from ui.stats.period import Period
from ui.stats.rule_trial import RuleTrial
from ui.widgets import FilterChips, Pages, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_TABLES = frozenset({"orders", "messages", "settings", "appeals"})


class CreditPage(QWidget):
    """Left the agents' sales under each rule, right the orders or the appeals."""

    def __init__(self, context: UiContext, period: Period) -> None:
        super().__init__()
        self.setObjectName("statsPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context, self._period, self._stale = context, period, True
        self.trial = RuleTrial(context)
        self.orders = CreditedOrders(context)
        self._appeals: AppealsBox | None = None
        self.chips = FilterChips(
            [("orders", _("Orders")), ("appeals", _("Appeals"))], "orders", _("Orders or appeals")
        )
        self.stack = Pages()
        self.stack.addWidget(self.orders)
        right = QWidget()
        stack_vertically(right, self.chips, self.stack, spacing=8)
        row = stack_horizontally(self, self.trial, right, spacing=12)
        for side in (self.trial, right):
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        row.setStretch(0, 10)
        row.setStretch(1, 11)
        row.setContentsMargins(16, 12, 16, 16)
        self.chips.changed.connect(self._on_chip)
        self.trial.tried.connect(self._on_rules)
        self.orders.appealed.connect(self._reload_appeals)
        context.store.changed.connect(self._on_store)

    def show_period(self, period: Period) -> None:
        """Show other days."""
        self._period, self._stale = period, True
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read all again."""
        self._stale = False
        self.trial.show_period(self._period)
        self.orders.show_orders(self._period, self.trial.rules())
        soon(self, self._context.jobs, self._reload_appeals, "appeals")

    @property
    def appeals(self) -> AppealsBox:
        """The log of appeals, made when the page itself shows."""
        if self._appeals is None:
            self._appeals = AppealsBox(self._context)
            self.stack.addWidget(self._appeals)
            self._appeals.changed.connect(self._on_decided)
            self._appeals.counted.connect(self._on_counted)
            self._appeals.order_wanted.connect(self._show_order)
        return self._appeals

    def _reload_appeals(self) -> None:
        self.appeals.reload()

    def book(self) -> Book | None:
        """What an export takes along."""
        return credit_book(
            self._period,
            self.trial.rules(),
            self.trial.in_force(),
            self.trial.lines(),
            self.orders.found(),
            self.appeals.views(),
        )

    def focus_first(self) -> None:
        """Put the keyboard on the rules."""
        self.trial.focus_first()

    def _on_chip(self, key: object) -> None:
        self.stack.setCurrentWidget(self.appeals if key == "appeals" else self.orders)

    def _on_rules(self, rules: Rules) -> None:
        self.orders.show_orders(self._period, rules)

    def _on_decided(self) -> None:
        self.trial.show_period(self._period)
        self.orders.show_orders(self._period, self.trial.rules())

    def _on_counted(self, count: int) -> None:
        self.chips.set_count("appeals", count or None)

    def _show_order(self, number: str) -> None:
        self.chips.set_value("orders")
        self.stack.setCurrentWidget(self.orders)
        self.orders.explain(number)

    def _on_store(self, changes: Changes) -> None:
        if not changes.touches(*_TABLES):
            return
        if not self.isVisible():
            self._stale = True
        elif changes.touches("appeals"):
            self.appeals.reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()
