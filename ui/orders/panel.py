"""Orders and their verification beside the conversation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.errors import UserError
from app.core.i18n import N_, _
from app.core.permissions import Permission
from app.orders import Action, Finding, OrderFacts, Receiver, WrongCustomer
from app.regions import Region
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

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._services = context, context.services
        self._talk: ConversationContext | None = None
        self._data = PanelOrders()
        self._chosen: bytes | None = None
        self.search = SearchBox(_("Find an order by number, phone or name"))
        self.picker = OrderPicker()
        self.page = OrderPage(context.services.staff)
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
        self.picker.picked.connect(self._choose)
        self.foreign.action.connect(self._link)
        self.page.remedy_chosen.connect(self._remedy)
        self.page.question_offered.connect(self.text_offered)
        self.page.receiver_saved.connect(self._fix)
        self.page.note_saved.connect(self._note)
        self.page.confirm_wanted.connect(self.send_confirmation)
        self.page.release_wanted.connect(self._release)
        self.page.order_opened.connect(self._open_order)
        self.page.address_copied.connect(self._on_copied)
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

    # --- what is shown -------------------------------------------------------------------------

    def show_conversation(self, context: ConversationContext | None) -> None:
        """Show the orders of a conversation's customer."""
        same = context is not None and self._talk is not None
        moved = not same or context.conversation_id != self._talk.conversation_id  # type: ignore[union-attr]
        self._talk = context
        if moved:
            self._chosen = None
            self.page.close_forms()
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
        work = partial(read_orders, self._services, self._talk.customer_id, text)
        self._context.jobs.run(self, work, self._show, key="orders")

    def _show(self, data: PanelOrders) -> None:
        self._data = data
        self._chosen = self.picker.show_orders(data, self._chosen)
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
        self.foreign.say("")
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
        """Send the chosen order's card into the conversation."""
        order, talk = self._order(), self._talk
        if order is None or talk is None:
            return
        work = partial(self._services.confirmations.send, order.id, talk.conversation_id)
        self._write(work, _("The confirmation card is on its way."))

    def _can_confirm(self) -> bool:
        order = self._order()
        return order is not None and self._talk is not None and order.status in OPEN

    def _remedy(self, finding: Finding) -> None:
        """Do what the button behind a finding says."""
        remedy, order = finding.remedy, self._order()
        if order is None:
            return
        region = remedy.region or Region()
        if remedy.action is Action.APPLY_REGION:
            work = partial(self._services.verification.apply, order.id, region)
            self._write(work, _("Taken over; the old value is kept."))
        elif remedy.action is Action.APPLY_ADDRESS:
            self.page.edit_receiver()
            self.page.form.region.show_region(region)
            self.page.form.detail.setText(remedy.detail)
        elif remedy.action is Action.RELEASE:
            self._release()
        elif remedy.action is Action.CONFIRM:
            self.send_confirmation()
        elif remedy.action is Action.MERGE:
            QGuiApplication.clipboard().setText("\n".join(remedy.numbers))
            self._context.notices.success(_("The order numbers are in the clipboard."))
        elif remedy.action is Action.SPLIT:
            self.page.note.open("remark", _("Split: "))
        else:
            self.page.edit_receiver(**({"extension": remedy.detail} if remedy.detail else {}))

    def _fix(self, receiver: Receiver) -> None:
        if (order := self._order()) is None:
            return
        work = partial(self._services.verification.fix, order.id, receiver)
        self._write(work, _("Saved; the old value is kept."), self.page.close_forms)

    def _release(self) -> None:
        if (order := self._order()) is not None:
            work = partial(self._services.verification.release, order.id)
            self._write(work, _("Released."))

    def _note(self, purpose: str, text: str, flag: str) -> None:
        if (order := self._order()) is None:
            return
        if purpose == "hold":
            work = partial(self._services.verification.hold, order.id, text)
            self._write(work, _("Held for review."), self.page.close_forms)
        else:
            remark = partial(self._services.orders.add_remark, order.id, text, flag)
            self._write(remark, _("Remark added."), self.page.close_forms)

    def _link(self) -> None:
        order, talk = self._order(), self._talk
        if order is None or talk is None:
            return
        work = partial(self._services.verification.link, order.id, talk.conversation_id)
        self._write(work, _("Linked to this customer."), self.search.clear)

    def _write(
        self, work: Callable[[], object], said: str, then: Callable[[], None] | None = None
    ) -> None:
        """Run a write; say that it is done, or in one sentence why not."""
        done = partial(self._on_written, said, then)
        self._context.jobs.run(self, work, done, failed=self._on_failed, lane="write")

    def _on_written(self, said: str, then: Callable[[], None] | None, _result: object) -> None:
        if then is not None:
            then()
        self._context.notices.success(said)
        self._reload()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        action = (_("Link it"), self._link) if isinstance(error, WrongCustomer) else None
        self._context.notices.error(error.message, error.hint, action)

    def _open_order(self) -> None:
        self.go_requested.emit("orders", self._chosen)

    def _on_copied(self) -> None:
        self._context.notices.success(_("Copied."))
