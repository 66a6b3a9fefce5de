"""One after-sale beside the list: in full, its steps, and the ways to its order and customer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QWidget

from app.after_sales import AfterSaleFacts, Draft
from app.core.i18n import _
from app.orders import OrderFacts
from ui.after_sales.actions import AfterSaleActions
from ui.after_sales.form import AfterSaleForm
from ui.after_sales.record_card import RecordCard
from ui.theme import icon, theme_signals
from ui.widgets import CopyLabel, EmptyState, FlowLayout, stack_horizontally, stack_vertically
from ui.widgets.list_view import ListDetail
from ui.widgets.revealing import KeptInSight

if TYPE_CHECKING:
    from app.services import Services
    from ui.shell.plugs import UiContext


@dataclass(frozen=True, slots=True)
class FullRecord:
    """A record and its order, if that is known."""

    record: AfterSaleFacts
    order: OrderFacts | None


def read_record(services: Services, record_id: bytes) -> FullRecord:
    """Read a record; raises `NotFound`."""
    record = services.after_sales.get(record_id)
    orders = services.orders.many([record.order_id]) if record.order_id else []
    return FullRecord(record, orders[0] if orders else None)


class AfterSaleDetail(ListDetail):
    """Shows one record, or that none is chosen."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._services = context, context.services
        self._wanted: bytes | None = None
        self._full: FullRecord | None = None
        self.number = CopyLabel(mono=True, name=_("order number"))
        self.card = RecordCard(context.services.staff)
        self.form = AfterSaleForm()
        self.form.hide()
        self._sight = KeptInSight(self.form)
        self.doing = AfterSaleActions(context, self)
        self.order = QPushButton(_("Open order"))
        self.talk = QPushButton(_("Open conversation"))
        self.customer = QPushButton(_("Open customer"))
        self._arrange()
        self._connect()
        theme_signals().changed.connect(self._tint)
        self._tint()

    def open_record(self, record_id: bytes | None) -> None:
        """Read and show a record; None shows that none is chosen."""
        if record_id != self._wanted:
            self.form.hide()
        self._wanted = record_id
        if record_id is None:
            self.setCurrentIndex(0)
            return
        work = partial(read_record, self._services, record_id)
        self._context.jobs.run(self, work, self._show, failed=self._gone, key="record")

    def reload(self) -> None:
        """Read the shown record again."""
        self.open_record(self._wanted)

    def is_empty(self) -> bool:
        """Whether no record is shown or on its way."""
        return self._wanted is None

    def _show(self, full: FullRecord) -> None:
        self._full, record = full, full.record
        self.number.setText(record.order_number)
        self.number.setVisible(bool(record.order_number))
        self.card.show_record(record)
        self.order.setVisible(full.order is not None)
        self.talk.setVisible(record.conversation_id is not None)
        self.customer.setVisible(record.customer_id is not None)
        self.setCurrentIndex(1)

    def _gone(self, _error: BaseException) -> None:
        self._wanted = None
        self.setCurrentIndex(0)

    def _arrange(self) -> None:
        nothing = EmptyState("return", _("No after-sale chosen"), _("Choose one from the list."))
        self.addWidget(nothing)
        body, ways = QWidget(), QWidget()
        flow = FlowLayout(ways, spacing=6)
        for button in (self.order, self.talk, self.customer):
            flow.addWidget(button)
        layout = stack_vertically(body, self.card, self.form, ways, spacing=10)
        layout.insertLayout(0, stack_horizontally(None, self.number, None, spacing=6))
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        self.addWidget(area)

    def _connect(self) -> None:
        self.card.step_wanted.connect(self._step)
        self.card.edit_wanted.connect(self._edit)
        self.form.saved.connect(self._save)
        self.form.left.connect(self.form.hide)
        self.form.grown.connect(self._sight.reveal)
        self.doing.written.connect(self._on_written)
        self.order.clicked.connect(self._open_order)
        self.talk.clicked.connect(self._open_talk)
        self.customer.clicked.connect(self._open_customer)

    # --- what one does ---------------------------------------------------------------------

    def _step(self, state: str, outcome: str, reaction: str) -> None:
        if self._full is not None:
            self.doing.move(self._full.record.id, state, outcome, reaction)

    def _edit(self) -> None:
        if self._full is not None:
            self.form.change(self._full.record, self._full.order)
            self._sight.reveal()

    def _save(self, draft: Draft) -> None:
        if self._full is not None:
            self.doing.edit(self._full.record.id, draft)

    def _on_written(self, _record: object) -> None:
        self.form.hide()
        self.reload()

    def _open_order(self) -> None:
        if self._full is not None and self._full.order is not None:
            self._context.go("orders", self._full.order.id)

    def _open_talk(self) -> None:
        if self._full is not None and self._full.record.conversation_id is not None:
            self._context.go("desk", self._full.record.conversation_id)

    def _open_customer(self) -> None:
        if self._full is not None and self._full.record.customer_id is not None:
            self._context.go("customers", self._full.record.customer_id)

    def _tint(self) -> None:
        self.order.setIcon(icon("orders"))
        self.talk.setIcon(icon("chat"))
        self.customer.setIcon(icon("user"))
