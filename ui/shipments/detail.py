"""One parcel in full: whose, where, what is wrong, what to do, its history."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.carriers import Candidate, Hints, carrier_info, recognise
from app.core.i18n import _
from app.core.permissions import Permission
from app.shipments import ADVICE, OrderRef, ParcelDetail, in_words, reason_text
from ui.shipments.asking import AskRow
from ui.shipments.carrier_box import CarrierBox
from ui.shipments.looks import state_kind, state_text
from ui.shipments.timeline import Timeline
from ui.theme import icon, role, theme_signals
from ui.widgets import (
    CopyLabel,
    EmptyState,
    NoticeBar,
    SectionHeader,
    StateBadge,
    clear_layout,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.format import moment

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class ParcelPane(QStackedWidget):
    """The right side of the logistics view; `changed` carries a `ParcelDetail` changed here."""

    changed = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._shipments = context, context.services.shipments
        self._detail: ParcelDetail | None = None
        self._wanted: bytes | None = None
        self._build_parts()
        self.addWidget(EmptyState("truck", _("No parcel chosen"), _("Choose one from the list.")))
        self.addWidget(self._page())
        theme_signals().changed.connect(self._tint)
        self._tint()

    @property
    def shows_parcel(self) -> bool:
        """Whether a parcel is shown or on its way."""
        return self._wanted is not None

    def open_parcel(self, parcel_id: bytes | None) -> None:
        """Read and show a parcel; None shows that none is chosen."""
        self._wanted = parcel_id
        if parcel_id is None:
            self._detail = None
            self.setCurrentIndex(0)
            return
        work = partial(self._shipments.detail, parcel_id)
        self._context.jobs.run(self, work, self._on_read, key="detail")

    def _on_read(self, detail: ParcelDetail) -> None:
        if detail.row.id == self._wanted:
            self.show_detail(detail)

    def reload(self) -> None:
        """Read the shown parcel again."""
        if self._detail is not None:
            self.open_parcel(self._detail.row.id)

    def show_detail(self, detail: ParcelDetail) -> None:
        """Show what was read."""
        self._detail, row = detail, detail.row
        self._wanted = row.id
        self.setCurrentIndex(1)
        self._number.setText(row.number)
        self._badge.show_state(state_text(row), state_kind(row))
        reason = reason_text(row)
        advice = _(ADVICE[row.trouble]) if row.trouble else ""
        self._trouble.say("\n".join(filter(None, (reason, advice))), "warning")
        self._show_carrier(detail)
        self._show_facts(detail)
        self._show_orders(detail.orders)
        self._ask.show_parcel(row)
        self._timeline.show_traces(detail.traces)
        self._no_traces.setVisible(not detail.traces)

    # --- parts ----------------------------------------------------------------------------

    def _build_parts(self) -> None:
        self._number = CopyLabel(mono=True, name=_("tracking number"))
        self._badge = StateBadge()
        self._carrier = CarrierBox()
        self._carrier.chosen.connect(self._set_carrier)
        self._carrier.setEnabled(self._context.services.staff.may(Permission.EDIT_ORDERS))
        self._facts = role(QLabel(wordWrap=True), "hint")
        self._trouble = NoticeBar()
        self._words = QPushButton(_("Copy message for the customer"))
        self._words.clicked.connect(self._copy_words)
        self._orders = QVBoxLayout()
        self._orders.setSpacing(4)
        self._ask = AskRow(self._context)
        self._ask.answered.connect(self._answered)
        self._timeline = Timeline()
        self._no_traces = role(
            QLabel(_("No news yet. Ask the carrier, or wait for the next import."), wordWrap=True),
            "muted",
        )

    def _page(self) -> QWidget:
        head = stack_horizontally(None, self._number, self._badge, spacing=8)
        words = stack_horizontally(None, self._words, None)
        body = QWidget()
        stack_vertically(
            body,
            head,
            self._carrier,
            self._facts,
            self._trouble,
            self._ask,
            words,
            SectionHeader(_("Orders in this parcel")),
            self._orders,
            SectionHeader(_("History")),
            self._no_traces,
            self._timeline,
            None,
            margin=16,
            spacing=8,
        )
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("Parcel"))
        area.setWidget(body)
        return area

    def _show_carrier(self, detail: ParcelDetail) -> None:
        row = detail.row
        candidates: tuple[Candidate, ...] = recognise(row.number, Hints(carrier=row.carrier))
        self._carrier.offer(candidates, row.carrier)

    def _show_facts(self, detail: ParcelDetail) -> None:
        row = detail.row
        hotline = carrier_info(row.carrier).hotline if row.carrier else ""
        shipped = _("Shipped {time}").format(time=moment(row.shipped_at)) if row.shipped_at else ""
        to = _("to {place}").format(place=row.destination) if row.destination else ""
        call = _("hotline {number}").format(number=hotline) if hotline else ""
        self._facts.setText(" · ".join(filter(None, (shipped, to, call))))
        self._facts.setVisible(bool(self._facts.text()))

    def _show_orders(self, orders: tuple[OrderRef, ...]) -> None:
        clear_layout(self._orders)
        if not orders:
            self._orders.addWidget(role(QLabel(_("No order names this parcel.")), "muted"))
        for order in orders:
            self._orders.addWidget(self._order_row(order))

    def _order_row(self, order: OrderRef) -> QWidget:
        button = role(QPushButton(order.number), "link")
        button.setAccessibleName(_("Open order {number}").format(number=order.number))
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.clicked.connect(partial(self._context.go, "orders", order.id))
        who = role(QLabel(" · ".join(filter(None, (order.recipient, order.phone)))), "muted")
        chat = role(QPushButton(_("Chat")), "link")
        chat.setAccessibleName(_("Open the conversation with the customer"))
        chat.setVisible(order.customer_id is not None)
        chat.clicked.connect(partial(self._open_chat, order.customer_id))
        line = QWidget()
        links = stack_horizontally(None, button, None, chat, spacing=8)
        stack_vertically(line, links, who, spacing=2)
        return line

    # --- deeds ----------------------------------------------------------------------------

    def _set_carrier(self, carrier: str) -> None:
        if self._detail is None or carrier == self._detail.row.carrier:
            return
        work = partial(self._shipments.set_carrier, self._detail.row.id, carrier)
        self._context.jobs.run(self, work, self._answered, lane="write")

    def _answered(self, detail: ParcelDetail) -> None:
        if self._detail is not None and self._detail.row.id == detail.row.id:
            self.show_detail(detail)
        self.changed.emit(detail)

    def _open_chat(self, customer_id: bytes | None) -> None:
        if customer_id is None:
            return
        work = partial(self._context.services.conversations.latest_of, customer_id)
        self._context.jobs.run(self, work, self._show_chat, key="chat")

    def _show_chat(self, conversation_id: bytes | None) -> None:
        if conversation_id is None:
            self._context.notices.info(_("This customer has not written yet."))
        else:
            self._context.go("desk", conversation_id)

    def _copy_words(self) -> None:
        if self._detail is not None:
            QGuiApplication.clipboard().setText(in_words(self._detail))
            self._context.notices.success(_("The message is in the clipboard."))

    def _tint(self) -> None:
        self._words.setIcon(icon("copy"))
