"""By which numbers and lists orders are judged before dispatch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from app.after_sales.settings import AGENT_LIMIT_FEN
from app.core.errors import UserError
from app.core.i18n import _
from app.orders.settings import (
    DISPATCH_HOURS,
    HOLD_ON_MESSAGE,
    HOLD_ON_REMARK,
    LARGE_AMOUNT_FEN,
    MANY_BUYERS,
    PROMISE_SOON_HOURS,
    REFUNDS_IN_90_DAYS,
)
from app.satisfaction.settings import ASK_ON_CLOSE
from ui.settings.form import setting_row
from ui.settings.kept import KeptPage
from ui.settings.list_field import ListField
from ui.shell.plugs import UiContext
from ui.widgets import NoticeBar

_HOURS: Final = 720
_YUAN: Final = 1_000_000


class OrderRulesPage(KeptPage):
    """A list of areas is kept with Enter or when one leaves the field."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, _("Order rules"))
        self._rules = context.services.verification
        self._told = NoticeBar()
        self.add_group(_("Dispatch promise"), *self._promise())
        self.add_group(_("To be read by a person"), *self._reading())
        self.add_group(_("Remote areas"), *self._areas())
        self._column.addWidget(self._told)
        self.add_group(_("Out of the ordinary"), *self._doubts())
        self.add_group(_("After-sales and ratings"), *self._afterwards())

    def _promise(self) -> list[QWidget]:
        hint = _("A time that the order itself names always wins.")
        soon = _("From then on the order counts as urgent.")
        return [
            setting_row(
                _("Hours until dispatch"), hint, self.number(DISPATCH_HOURS, 1, _HOURS, _(" h"))
            ),
            setting_row(
                _("Warn before it ends"), soon, self.number(PROMISE_SOON_HOURS, 1, _HOURS, _(" h"))
            ),
        ]

    def _reading(self) -> list[QWidget]:
        hint = _("Otherwise it is only pointed out.")
        return [
            setting_row(_("Hold orders with a buyer's message"), hint, self.tick(HOLD_ON_MESSAGE)),
            setting_row(_("Hold orders with a remark"), hint, self.tick(HOLD_ON_REMARK)),
        ]

    def _areas(self) -> list[QWidget]:
        self.surcharge, self.unserved = ListField(), ListField()
        self._show_areas()
        rules = self._rules
        for field, keep in (
            (self.surcharge, rules.set_surcharge_areas),
            (self.unserved, rules.set_unserved_areas),
        ):
            field.kept.connect(partial(self._keep_areas, field, keep))
        how = _("Provinces, or province and city; separated by commas.")
        return [
            setting_row(_("With a surcharge"), how, self.surcharge),
            setting_row(_("Not delivered to"), how, self.unserved),
        ]

    def _doubts(self) -> list[QWidget]:
        amount = self.number(LARGE_AMOUNT_FEN, 0, _YUAN, _(" yuan"), unit=100)
        off = _("0 turns it off.")
        return [
            setting_row(_("Amount from"), off, amount),
            setting_row(_("Accounts at one address"), off, self.number(MANY_BUYERS, 0, 99)),
            setting_row(_("Refunds in 90 days"), off, self.number(REFUNDS_IN_90_DAYS, 0, 99)),
        ]

    def _afterwards(self) -> list[QWidget]:
        limit = self.number(AGENT_LIMIT_FEN, 0, _YUAN, _(" yuan"), unit=100)
        return [
            setting_row(
                _("Agents decide up to"), _("What costs the shop more a supervisor decides."), limit
            ),
            setting_row(
                _("Ask for a rating on closing"),
                _("Customers of the web chat, once a session; otherwise only by hand."),
                self.tick(ASK_ON_CLOSE),
            ),
        ]

    # --- controls ------------------------------------------------------------------------------

    def _show_areas(self) -> None:
        self.surcharge.show_values(self._rules.surcharge_areas())
        self.unserved.show_values(self._rules.unserved_areas())

    def _keep_areas(
        self, field: ListField, keep: Callable[[Sequence[str]], None], areas: list[str]
    ) -> None:
        failed = partial(self._failed, field)
        self._context.jobs.run(self, partial(keep, areas), self._kept, failed=failed, lane="write")

    def _kept(self, _none: None) -> None:
        self._told.say("")
        self._show_areas()

    def _failed(self, field: ListField, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        field.show_wrong()
        self._told.say(f"{error.message} {error.hint}".strip(), "danger")
