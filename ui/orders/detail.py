"""One order in full beside the list: verification, receiver, remarks, facts, parcels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.core.i18n import _
from app.core.permissions import Permission
from app.orders import Correction, OrderFacts, Verdict
from ui.orders.actions import OrderActions
from ui.orders.addition import Additions, Builder
from ui.orders.facts_box import FactsBox
from ui.orders.verification.data import OrderHistory
from ui.orders.verification.order_page import OrderPage
from ui.theme import icon, theme_signals
from ui.widgets import EmptyState, FlowLayout, hide_unless, stack_vertically
from ui.widgets.list_view import ListDetail

if TYPE_CHECKING:
    from app.services import Services
    from ui.shell.plugs import UiContext


@dataclass(frozen=True, slots=True)
class FullOrder:
    """All that is shown of an order, read in one job."""

    order: OrderFacts
    verdict: Verdict
    corrections: tuple[Correction, ...]
    conversation_id: bytes | None


def read_order(services: Services, order_id: bytes) -> FullOrder | None:
    """Read an order; None where it is gone."""
    found = services.orders.many([order_id])
    if not found:
        return None
    order = found[0]
    talk = services.conversations.latest_of(order.customer_id) if order.customer_id else None
    corrections = tuple(services.verification.corrections(order_id)) if order.fixed_at else ()
    return FullOrder(order, services.verification.of(order_id), corrections, talk)


class OrderDetail(ListDetail):
    """The order beside the list; `order_shown` carries its id."""

    order_shown = Signal(object)

    def __init__(self, context: UiContext, *additions: Builder) -> None:
        super().__init__()
        self._context, self._services = context, context.services
        self._wanted: bytes | None = None
        self._full: FullOrder | None = None
        self.page = OrderPage(context.services.staff)
        self.facts = FactsBox()
        self.doing = OrderActions(context, self.page)
        self.talk = QPushButton(_("Open conversation"))
        self.customer = QPushButton(_("Open customer"))
        self._arrange()
        self._additions = Additions(context, self.page, *additions)
        self._connect()
        theme_signals().changed.connect(self._tint)
        self._tint()

    def open_order(self, order_id: bytes | None) -> None:
        """Read and show an order; None shows that none is chosen."""
        self._wanted = order_id
        if order_id is None:
            self._show_nothing()
            return
        work = partial(read_order, self._services, order_id)
        self._context.jobs.run(self, work, self._show, key="order")

    def reload(self) -> None:
        """Read the shown order again."""
        if self._wanted is not None:
            self.open_order(self._wanted)

    def is_empty(self) -> bool:
        """Whether no order is shown or on its way."""
        return self._wanted is None

    def _show_nothing(self) -> None:
        self._full, self.doing.order = None, None
        self._additions.show_order(None)
        self.setCurrentIndex(0)

    def _show(self, full: FullOrder | None) -> None:
        if full is None:
            self._show_nothing()
            return
        self._full, order = full, full.order
        self.doing.order, self.doing.conversation_id = order, full.conversation_id
        self.page.show_order(order, full.verdict)
        self.page.show_history(OrderHistory(order.id, full.corrections))
        self.page.confirm.setEnabled(full.conversation_id is not None)
        self.facts.show_order(order)
        self._additions.show_order(order, full.conversation_id)
        self.talk.setVisible(full.conversation_id is not None)
        self.customer.setVisible(order.customer_id is not None)
        self.setCurrentIndex(1)
        self.order_shown.emit(order.id)

    def _arrange(self) -> None:
        self.addWidget(EmptyState("orders", _("No order chosen"), _("Choose one from the list.")))
        self.page.open_order.hide()
        hide_unless(self._services.staff.may(Permission.SEE_PERSONAL_DATA), self.facts)
        ways = QWidget()
        flow = FlowLayout(ways, spacing=6)
        flow.addWidget(self.talk)
        flow.addWidget(self.customer)
        self.page.add_part(ways)
        self.page.add_part(self.facts)
        holder = QWidget()
        stack_vertically(holder, self.page)
        self.addWidget(holder)

    def _connect(self) -> None:
        self.doing.written.connect(self.reload)
        self.page.question_offered.connect(self.doing.copy_question)
        self.talk.clicked.connect(self._open_talk)
        self.customer.clicked.connect(self._open_customer)
        self.facts.parcel_chosen.connect(self._open_parcel)

    def _open_talk(self) -> None:
        if self._full is not None and self._full.conversation_id is not None:
            self._context.go("desk", self._full.conversation_id)

    def _open_customer(self) -> None:
        if self._full is not None and self._full.order.customer_id is not None:
            self._context.go("customers", self._full.order.customer_id)

    def _open_parcel(self, parcel_id: object) -> None:
        self._context.go("shipments", parcel_id)

    def _tint(self) -> None:
        self.talk.setIcon(icon("chat"))
        self.customer.setIcon(icon("user"))
