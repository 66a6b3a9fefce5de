"""Orders and their verification beside the conversation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.i18n import N_, _
from app.core.permissions import Permission
from app.orders import OrderFacts
from ui.orders.actions import OrderActions
from ui.orders.addition import Additions, Builder
from ui.orders.verification.data import PanelOrders, read_history, read_orders
from ui.orders.verification.order_page import OPEN, OrderPage
from ui.orders.verification.picker import OrderPicker
from ui.shell.commands import Command
from ui.widgets import EmptyState, NoticeBar, SearchBox, hline, stack_vertically

if TYPE_CHECKING:
    from app.conversations import ConversationContext
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_LOW: Final = 560
"""Below this height the list of orders shrinks for the order itself."""

_TABLES: Final = ("orders", "order_items", "order_remarks", "settings", "skus")


class OrdersPanel(QWidget):
    """Follows the conversation: the customer's orders, one of them in full."""

    text_offered = Signal(str)
    badge_changed = Signal(int)
    go_requested = Signal(str, object)

    def __init__(self, context: UiContext, *additions: Builder) -> None:
        super().__init__()
        self._context, self._services = context, context.services
        self._talk: ConversationContext | None = None
        self._data = PanelOrders()
        self._chosen: bytes | None = None
        self.search = SearchBox(_("Find an order by number, phone or name"))
        self.picker = OrderPicker()
        self.page = OrderPage(context.services.staff)
        self.doing = OrderActions(context, self.page)
        self._additions = Additions(context, self.page, *additions)
        self.foreign = NoticeBar()
        self._empty = EmptyState("orders", "", "")
        self._arrange()
        self._connect()
        self._register()
        self._show(PanelOrders())

    def _arrange(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.page)
        head = QWidget()
        stack_vertically(head, self.search).setContentsMargins(12, 8, 12, 4)
        self._head = head
        layout = stack_vertically(self, head, self.picker, self.foreign, hline(), self._stack)
        layout.setStretchFactor(self._stack, 1)

    def _connect(self) -> None:
        self.search.searched.connect(self._reload)
        self.search.lead_to(self.picker)
        self.picker.picked.connect(self._choose)
        self.foreign.action.connect(self.doing.link)
        self.page.question_offered.connect(self.text_offered)
        self.page.order_opened.connect(self._open_order)
        self.doing.written.connect(self._reload)
        self.doing.linked.connect(self._on_linked)
        self._context.store.changed.connect(self._on_store)

    def _register(self) -> None:
        command = Command(
            "orders.confirm",
            N_("Send confirmation card"),
            "Ctrl+Shift+K",
            self.send_confirmation,
            self._can_confirm,
            N_("Orders"),
            "orders",
        )
        self._context.commands.register(command)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.picker.leave_room(little=event.size().height() < _LOW)

    def explain_value(self) -> None:
        """Tell where a value of the order comes from."""
        self.page.explain_value()

    # --- what is shown -------------------------------------------------------------------------

    def show_conversation(self, context: ConversationContext | None) -> None:
        """Show the orders of a conversation's customer."""
        before, now = (talk and talk.conversation_id for talk in (self._talk, context))
        moved = before != now
        self._talk = context
        if moved:
            # Until the new orders are read, nothing may be done to the old ones by key.
            self._chosen, self._data, self.doing.order = None, PanelOrders(), None
            self.page.put_away()
            self.search.blockSignals(True)
            self.search.clear()
            self.search.blockSignals(False)
        if context is None:
            self._show(PanelOrders())
        else:
            self._reload()

    def _reload(self) -> None:
        if self._talk is None:
            return
        text = self.search.text().strip()
        work = partial(read_orders, self._services, self._talk, text)
        self._context.jobs.run(self, work, self._show, key="orders")

    def _show(self, data: PanelOrders) -> None:
        self._data = data
        self._chosen = self.picker.show_orders(data, self._chosen or data.named)
        self._head.setVisible(self._talk is not None)
        if not self.search.text().strip():
            self.badge_changed.emit(data.open)
        self._show_chosen()

    def _choose(self, order_id: bytes) -> None:
        self._chosen = order_id
        self._show_chosen()

    def _order(self) -> OrderFacts | None:
        return next((order for order in self._data.orders if order.id == self._chosen), None)

    def _show_chosen(self) -> None:
        order = self._order()
        self.doing.order = order
        self.doing.conversation_id = self._talk.conversation_id if self._talk else None
        self.foreign.say("")
        self._additions.show_order(order, self.doing.conversation_id)
        if order is None:
            self._show_empty()
            return
        if order.id in self._data.found:
            may = self._services.staff.may(Permission.EDIT_ORDERS)
            text = _("This order is not this customer's yet.")
            self.foreign.say(text, "warning", _("Link it") if may else None)
        self._stack.setCurrentWidget(self.page)
        self.page.show_order(order, self._data.verdict(order.id))
        if order.corrected or order.fixed_at:
            work = partial(read_history, self._services, order.id)
            self._context.jobs.run(self, work, self.page.show_history, key="history")

    def _show_empty(self) -> None:
        if self._talk is None:
            self._empty.say(_("No customer"), _("Choose a conversation at the left."))
        elif self.search.text().strip():
            self._empty.say(_("No order fits"), _("Try the whole order number."))
        else:
            hint = _("Ask for the order number and type it above to link the order.")
            self._empty.say(_("No orders yet"), hint)
        self._stack.setCurrentWidget(self._empty)

    def _on_store(self, changes: Changes) -> None:
        if self._talk is not None and changes.touches(*_TABLES):
            self._reload()

    # --- what one does -------------------------------------------------------------------------

    def send_confirmation(self) -> None:
        """Send the chosen order's card into the conversation, or say why there is none to send."""
        order = self._order()
        if order is None or order.status not in OPEN:
            self._context.notices.info(
                _("There is no order to confirm."),
                _("Choose one of this customer's orders that is not shipped yet."),
            )
            return
        self.doing.confirm()

    def _can_confirm(self) -> bool:
        return self._talk is not None

    def _on_linked(self) -> None:
        self.search.clear()

    def _open_order(self) -> None:
        self.go_requested.emit("orders", self._chosen)
