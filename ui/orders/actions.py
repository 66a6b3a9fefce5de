"""What one does with the order on an `OrderPage`: correct, remark, hold, release, send a card."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.core.errors import UserError
from app.core.i18n import _
from app.orders import Action, Finding, OrderFacts, Receiver, RemarkFacts, WrongCustomer
from app.regions import Region
from ui.orders.insight import OrderInsight
from ui.orders.verification.order_page import OrderPage

if TYPE_CHECKING:
    from app.core.undo import Undo
    from ui.shell.plugs import UiContext

Result = TypeVar("Result")


class OrderActions(QObject):
    """Carries out what a page asks for; `written` tells that the order was changed.

    `link` makes the order the customer's who talks; it needs an `order` and a `conversation_id`.
    """

    written = Signal()
    linked = Signal()

    def __init__(self, context: UiContext, page: OrderPage) -> None:
        super().__init__(page)
        self._context, self._page = context, page
        self._services = context.services
        self.order: OrderFacts | None = None
        self.conversation_id: bytes | None = None
        self.insight = OrderInsight(context, page)
        page.remedy_chosen.connect(self._remedy)
        page.receiver_saved.connect(self._fix)
        page.note_saved.connect(self._note)
        page.release_wanted.connect(self._release)
        page.confirm_wanted.connect(self.confirm)
        page.address_copied.connect(self._on_copied)

    def confirm(self) -> None:
        """Send the confirmation card into the customer's conversation."""
        if self.order is None:
            return
        if self.conversation_id is None:
            self._context.notices.warning(
                _("This customer has no conversation yet."),
                _("The card can be sent once the customer has written."),
            )
            return
        work = partial(self._services.confirmations.send, self.order.id, self.conversation_id)
        self._write(work, _("The confirmation card is on its way."))

    def link(self) -> None:
        """Note that the order belongs to the customer of the conversation."""
        if self.order is None or self.conversation_id is None:
            return
        work = partial(self._services.verification.link, self.order.id, self.conversation_id)
        self._write(work, _("Linked to this customer."), self.linked.emit)

    def _remedy(self, finding: Finding) -> None:
        remedy, order = finding.remedy, self.order
        if order is None:
            return
        region = remedy.region or Region()
        if remedy.action is Action.APPLY_REGION:
            work = partial(self._services.verification.apply, order.id, region)
            self._decide(work, _("Taken over; the old value is kept."))
        elif remedy.action is Action.APPLY_ADDRESS:
            self._page.edit_receiver()
            self._page.form.region.show_region(region)
            self._page.form.detail.setText(remedy.detail)
        elif remedy.action is Action.RELEASE:
            self._release()
        elif remedy.action is Action.CONFIRM:
            self.confirm()
        elif remedy.action is Action.MERGE:
            QGuiApplication.clipboard().setText("\n".join(remedy.numbers))
            self._context.notices.success(_("The order numbers are in the clipboard."))
        elif remedy.action is Action.SPLIT:
            self._page.note.open("remark", _("Split: "))
        else:
            self._page.edit_receiver(**({"extension": remedy.detail} if remedy.detail else {}))

    def copy_question(self, text: str) -> None:
        """Where there is no composer beside the order, a question goes to the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self._context.notices.success(_("The question is in the clipboard."))

    def _fix(self, receiver: Receiver) -> None:
        if self.order is not None:
            work = partial(self._services.verification.fix, self.order.id, receiver)
            self._decide(work, _("Saved; the old value is kept."), self._page.close_forms)

    def _release(self) -> None:
        if self.order is not None:
            work = partial(self._services.verification.release, self.order.id)
            self._decide(work, _("Released."))

    def _note(self, purpose: str, text: str, flag: str) -> None:
        if self.order is None:
            return
        close = self._page.close_forms
        if purpose == "hold":
            hold = partial(self._services.verification.hold, self.order.id, text)
            self._decide(hold, _("Held for review."), close)
        else:
            orders = self._services.orders
            work = partial(orders.add_remark, self.order.id, text, flag)

            def take_back(remark: RemarkFacts) -> Callable[[], object]:
                return partial(orders.take_back_remark, remark.id)

            self._write(work, _("Remark added."), close, take_back)

    def _decide(
        self, work: Callable[[], Undo | None], said: str, then: Callable[[], None] | None = None
    ) -> None:
        """Carry out what verification can take back."""

        def take_back(undo: Undo | None) -> Callable[[], object] | None:
            return partial(self._services.verification.take_back, undo) if undo else None

        self._write(work, said, then, take_back)

    def _write(
        self,
        work: Callable[[], Result],
        said: str,
        then: Callable[[], None] | None = None,
        take_back: Callable[[Result], Callable[[], object] | None] | None = None,
    ) -> None:
        number = self.order.number if self.order else ""

        def done(result: Result) -> None:
            if then is not None:
                then()
            back = take_back(result) if take_back is not None else None
            if back is None:
                self._context.notices.success(said)
            else:
                what = _("order {number}").format(number=number)
                self._context.undoing.offer(what, back, self._on_taken_back, said=said)
            self.written.emit()

        self._context.jobs.run(self, work, done, failed=self._on_failed, lane="write")

    def _on_taken_back(self, _result: object) -> None:
        self.written.emit()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        action = (_("Link it"), self.link) if isinstance(error, WrongCustomer) else None
        self._context.notices.error(error.message, error.hint, action)

    def _on_copied(self) -> None:
        self._context.notices.success(_("Copied."))
