"""Where the values of an order come from, and what two stations wrote at the same time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject

from app.core.i18n import N_, _
from app.core.permissions import Permission
from app.orders import STATUS_NAMES
from app.sync import is_shared
from ui.orders.verification.order_page import OrderPage
from ui.widgets import clear_layout
from ui.widgets.clash_row import ClashRow
from ui.widgets.field_history import FieldRef, WhyHere, plain
from ui.widgets.format import money

if TYPE_CHECKING:
    from app.sync.disputes import Dispute
    from app.sync.history import Step
    from ui.shell.plugs import UiContext

REVIEWS: Final[Mapping[str, str]] = {"held": N_("Held"), "released": N_("Released")}
RECEIVER: Final[Mapping[str, str]] = {
    "fixed_recipient": N_("Recipient"),
    "fixed_phone": N_("Phone"),
    "fixed_province": N_("Province"),
    "fixed_city": N_("City"),
    "fixed_district": N_("District"),
    "fixed_detail": N_("Street and number"),
}
"""Fields of the receiver as corrected; as imported they are called without `fixed_`."""
STATES: Final[Mapping[str, str]] = {"status": N_("State"), "review": N_("Decision")}
AMOUNTS: Final[Mapping[str, str]] = {"total_fen": N_("Total"), "paid_fen": N_("Paid")}
TITLES: Final[Mapping[str, str]] = {**RECEIVER, **STATES, **AMOUNTS}


class OrderInsight(QObject):
    """Adds to a page the history of its fields and the values that lost."""

    def __init__(self, context: UiContext, page: OrderPage) -> None:
        super().__init__(page)
        self._context, self._page = context, page
        self._services = context.services
        self._shared = is_shared(context.services.db)
        self.why = WhyHere(page, context.jobs, self._read_history)
        self.why.watch(page.status, partial(self._refs, ("status",)))
        self.why.watch(page.verdict, partial(self._refs, ("review",)))
        for label in (page.receiver.who, page.receiver.address):
            self.why.watch(label, self._receiver_refs)
        page.explain_wanted.connect(self.why.ask)
        page.shown.connect(self.refresh)

    def refresh(self) -> None:
        """Read again what two stations wrote into this order."""
        if self._shared and (order := self._page.order) is not None:
            work = partial(self._read_clashes, order.id)
            self._context.jobs.run(self, work, partial(self._show, order.id), key="clashes")

    # --- history --------------------------------------------------------------------------

    def _refs(self, fields: tuple[str, ...]) -> list[FieldRef]:
        order = self._page.order
        if order is None:
            return []
        return [
            FieldRef("orders", order.id, field, _(TITLES[field]), words_of(field))
            for field in fields
        ]

    def _receiver_refs(self) -> list[FieldRef]:
        if not self._services.staff.may(Permission.SEE_PERSONAL_DATA):
            return []
        return self._refs(tuple(RECEIVER))

    def _read_history(self, table: str, row: bytes, field: str) -> list[Step]:
        """A value that was never corrected is the one of the platform."""
        steps = self._services.history.of(table, row, field)
        if field in RECEIVER and not any(step.value for step in steps):
            return self._services.history.of(table, row, field.removeprefix("fixed_"))
        return steps

    # --- values that lost -----------------------------------------------------------------

    def _read_clashes(self, order_id: bytes) -> list[Dispute]:
        return self._services.disputes.of("orders", order_id)

    def _show(self, order_id: bytes, found: list[Dispute]) -> None:
        order = self._page.order
        if order is None or order.id != order_id:
            return
        may_see = self._services.staff.may(Permission.SEE_PERSONAL_DATA)
        found = [d for d in found if d.field in TITLES and (may_see or d.field not in RECEIVER)]
        rows = self._page.clash_rows
        clear_layout(rows)
        for dispute in found:
            rows.addWidget(self._row(dispute))
        self._page.clashes.setVisible(bool(found))

    def _row(self, dispute: Dispute) -> ClashRow:
        words = words_of(dispute.field)
        row = ClashRow(
            words(dispute.stands), words(dispute.lost), dispute.lost_at, _(TITLES[dispute.field])
        )
        row.setEnabled(self._services.staff.may(Permission.EDIT_ORDERS))
        row.chosen.connect(partial(self._settle, dispute))
        return row

    def _settle(self, dispute: Dispute, take_lost: bool) -> None:
        work = partial(self._services.disputes.choose, dispute, take_lost=take_lost)
        self._context.jobs.run(self, work, self._settled, lane="write")

    def _settled(self, _nothing: object) -> None:
        self.refresh()


def words_of(field: str) -> Callable[[Any], str]:
    """How values of a field read."""
    if field.endswith("_fen"):
        return _amount
    named = {"status": STATUS_NAMES, "review": REVIEWS}.get(field)
    return plain if named is None else partial(_named, named)


def _named(names: Mapping[str, str], value: Any) -> str:
    text = plain(value)
    return _(names.get(text, text)) if text else ""


def _amount(value: Any) -> str:
    return "" if value is None else money(int(value))
