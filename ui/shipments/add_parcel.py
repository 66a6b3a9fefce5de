"""Adding a parcel by hand: type the number, see whose it may be, choose, done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QLineEdit, QPushButton

from app.carriers import Hints, recognise
from app.core.i18n import _
from app.shipments import OrderRef
from ui.shipments.carrier_box import CarrierBox
from ui.theme import role
from ui.widgets import stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class AddParcel(QFrame):
    """A card that opens in place; `added` carries the `ParcelDetail`. Esc closes it."""

    added = Signal(object)

    def __init__(self, context: UiContext, *, wide: bool = False) -> None:
        super().__init__()
        self._context, self._shipments = context, context.services.shipments
        self._history: dict[str, int] = {}
        role(self, "card")
        self.setAccessibleName(_("Add a parcel"))
        self._number = QLineEdit(placeholderText=_("Tracking number"))
        self._number.setAccessibleName(_("Tracking number"))
        self._number.textChanged.connect(self._look)
        self._number.returnPressed.connect(self._add)
        self._carrier = CarrierBox()
        self._order = QComboBox()
        self._order.setAccessibleName(_("Order in this parcel"))
        self._remark = role(QLabel(wordWrap=True), "hint")
        self._button = role(QPushButton(_("Add parcel")), "primary")
        self._button.clicked.connect(self._add)
        cancel = role(QPushButton(_("Cancel")), "ghost")
        cancel.clicked.connect(self.hide)
        fields = (self._number, self._carrier, self._order)
        if wide:
            row = stack_horizontally(None, *fields, cancel, self._button, spacing=8)
            row.setStretch(0, 3)
            row.setStretch(1, 2)
            row.setStretch(2, 2)
            stack_vertically(self, row, self._remark, margin=12, spacing=8)
        else:
            buttons = stack_horizontally(None, None, cancel, self._button, spacing=8)
            stack_vertically(self, *fields, self._remark, buttons, margin=12, spacing=8)
        self.hide()

    def open(self, orders: Sequence[OrderRef] = ()) -> None:
        """Show the card, empty, with the orders the parcel may belong to."""
        self._number.clear()
        self._order.clear()
        for order in orders:
            self._order.addItem(_("Order {number}").format(number=order.number), order.id)
        self._order.setVisible(bool(orders))
        self._look("")
        self.show()
        self._number.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._context.jobs.run(self, self._shipments.carrier_counts, self._know, key="history")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def _know(self, history: dict[str, int]) -> None:
        self._history = history
        self._look(self._number.text())

    def _look(self, text: str) -> None:
        candidates = recognise(text, Hints(history=self._history))
        best = candidates[0].carrier if candidates else ""
        self._carrier.offer(candidates, best)
        remark = ""
        if text.strip() and not candidates:
            remark = _("No carrier numbers its parcels like this. Check it, or choose the carrier.")
        elif candidates and candidates[0].check_digit == "bad":
            remark = _("The check digit is wrong: a digit may be mistyped.")
        elif len(candidates) > 1 and candidates[0].confidence < 0.7:
            remark = _("Several carriers use numbers like this; check the carrier.")
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))
        self._button.setEnabled(bool(text.strip()))

    def _add(self) -> None:
        if not self._button.isEnabled():
            return
        if not self._carrier.code():
            self._carrier.setFocus()
            self._carrier.showPopup()
            return
        order_id = self._order.currentData() if self._order.count() else None
        work = partial(self._shipments.add, self._number.text(), self._carrier.code(), order_id)
        self._context.jobs.run(self, work, self._done, lane="write")

    def _done(self, detail: object) -> None:
        self.hide()
        self.added.emit(detail)
