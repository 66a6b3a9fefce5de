"""The plain facts of an order: times, amounts, parcels, and what else its file said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.core.i18n import _
from app.orders import OrderFacts, ParcelFacts
from app.shipments import STATE_NAMES
from ui.theme import role
from ui.widgets import Collapsible, SectionHeader, clear_layout, stack_vertically
from ui.widgets.format import full_moment, money

_STATES: Final[Mapping[str, str]] = {str(state): name for state, name in STATE_NAMES.items()}


class FactsBox(QWidget):
    """Shows facts; `parcel_chosen` carries the id of a parcel."""

    parcel_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._form, self._more = _form(), _form()
        facts, more = QWidget(), QWidget()
        facts.setLayout(self._form)
        more.setLayout(self._more)
        self._parcels = QVBoxLayout()
        self._parcels.setSpacing(2)
        self._parcel_head = SectionHeader(_("Parcels"))
        self._further = Collapsible(_("Further columns of the file"), more, opened=False)
        layout = stack_vertically(self, spacing=8)
        layout.addWidget(self._parcel_head)
        layout.addLayout(self._parcels)
        layout.addWidget(SectionHeader(_("Details")))
        layout.addWidget(facts)
        layout.addWidget(self._further)

    def show_order(self, order: OrderFacts) -> None:
        """Show another order."""
        _fill(self._form, _facts(order))
        _fill(self._more, ((name, str(text)) for name, text in order.extra.items()))
        self._further.setVisible(bool(order.extra))
        clear_layout(self._parcels)
        self._parcel_head.setVisible(bool(order.parcels))
        for parcel in order.parcels:
            self._parcels.addWidget(self._parcel(parcel))

    def _parcel(self, parcel: ParcelFacts) -> QPushButton:
        name = parcel.carrier_name or parcel.carrier
        state = _(_STATES.get(parcel.state, parcel.state))
        text = "  ".join(filter(None, (name, parcel.number, state)))
        button = role(QPushButton(text), "link")
        button.setAccessibleName(text)
        button.setToolTip(parcel.last_text or _("Open this parcel"))
        button.clicked.connect(partial(self.parcel_chosen.emit, parcel.id))
        return button


def _facts(order: OrderFacts) -> Iterable[tuple[str, str]]:
    currency = order.currency
    prices = "\n".join(
        f"{money(item.price_fen, currency)} × {item.quantity}  {item.refund_status}".rstrip()
        for item in order.items
        if item.price_fen is not None
    )
    yield _("Shop"), order.shop
    yield _("Buyer"), order.buyer
    yield _("Platform's state"), order.platform_status
    yield _("Ordered"), full_moment(order.created_at) if order.created_at else ""
    yield _("Paid on"), full_moment(order.paid_at) if order.paid_at else ""
    yield _("Shipped on"), full_moment(order.shipped_at) if order.shipped_at else ""
    yield _("Ended on"), full_moment(order.ended_at) if order.ended_at else ""
    yield _("Prices"), prices
    yield _("Total"), money(order.total_fen, currency)
    yield _("Postage"), money(order.postage_fen, currency) if order.postage_fen else ""
    yield _("Paid"), money(order.paid_fen, currency) if order.paid_fen else ""
    yield _("Refunded"), money(order.refund_fen, currency) if order.refund_fen else ""
    yield _("Invoice to"), order.invoice_title
    yield _("Pre-sale"), _("yes") if order.presale else ""


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(12)
    form.setVerticalSpacing(4)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
    return form


def _fill(form: QFormLayout, rows: Iterable[tuple[str, str]]) -> None:
    while form.rowCount():
        form.removeRow(0)
    for name, text in rows:
        if text:
            value = QLabel(text, wordWrap=True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            title = role(QLabel(name), "muted")
            # Beside a value of several lines the name stands at the first.
            title.setAlignment(Qt.AlignmentFlag.AlignTop)
            title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            form.addRow(title, value)
