"""One order beside the conversation: verdict, receiver, goods, findings and what one can do."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.i18n import _, ngettext
from app.core.permissions import Permission
from app.orders import (
    STATUS_NAMES,
    TO_SHIP,
    Action,
    OrderFacts,
    PromiseState,
    Receiver,
    Verdict,
)
from ui.orders.verification.data import OrderHistory
from ui.orders.verification.findings import Findings
from ui.orders.verification.note_form import NoteForm
from ui.orders.verification.picker import goods
from ui.orders.verification.receiver_box import ReceiverBox
from ui.orders.verification.receiver_form import ReceiverForm
from ui.orders.verification.words import (
    CONFIRMATION_KINDS,
    CONFIRMATION_NAMES,
    LEVEL_KINDS,
    LEVEL_NAMES,
    STATUS_KINDS,
)
from ui.theme import icon, role, theme_signals
from ui.widgets import (
    CopyLabel,
    FlowLayout,
    SectionHeader,
    StateBadge,
    hline,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.format import duration, moment, money

if TYPE_CHECKING:
    from app.staff import StaffService

OPEN: Final = frozenset({"unpaid", "paid", "part_shipped"})
"""Orders that can still be corrected and confirmed."""

_TICK_MS: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Typed:
    """What stands in the forms of an order that was left without saving."""

    receiver: Receiver | None = None
    note: tuple[str, str, int] | None = None


class OrderPage(QScrollArea):
    """Shows what it is given; signals say what is wanted."""

    remedy_chosen = Signal(object)
    question_offered = Signal(str)
    receiver_saved = Signal(object)
    note_saved = Signal(str, str, str)
    confirm_wanted = Signal()
    release_wanted = Signal()
    order_opened = Signal()
    address_copied = Signal()
    shown = Signal()
    explain_wanted = Signal()

    def __init__(self, staff: StaffService) -> None:
        super().__init__()
        self._staff = staff
        self.order: OrderFacts | None = None
        self._promise_at: int | None = None
        self._typed: dict[bytes, _Typed] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._make_parts()
        self.setWidget(self._arranged())
        self._connect()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        theme_signals().changed.connect(self._tint)
        self._tint()

    # --- what it shows -------------------------------------------------------------------------

    def show_order(self, order: OrderFacts, verdict: Verdict) -> None:
        """Show an order; an open form of the same order stays open."""
        moved = self.order is None or self.order.id != order.id
        if moved:
            self.put_away()
            self.verticalScrollBar().setValue(0)
        self.order = order
        self._show_head(order, verdict)
        editable = order.status in OPEN and self._staff.may(Permission.EDIT_ORDERS)
        self.receiver.show_order(order, editable=editable)
        if moved:
            self._take_up(order)
        self._goods.setText(goods(order))
        self._amount.setText(_amount(order))
        judged = order.status in OPEN or bool(verdict.findings)
        self.findings.setVisible(judged)
        self._found.setVisible(judged)
        self._found.set_remark(str(verdict.open) if verdict.open else "")
        ready = order.status in TO_SHIP
        self.findings.show_findings(verdict.findings, self._allowed(order), ready=ready)
        self._show_remarks(order)
        self._show_buttons(order)
        self._timer.start()
        self.shown.emit()

    def show_history(self, history: OrderHistory) -> None:
        """Show what was corrected, once it was read."""
        if self.order is not None and self.order.id == history.order_id:
            self.receiver.show_history(history.corrections)

    def edit_receiver(self, **changes: str) -> None:
        """Open the form, with some fields already changed; the keyboard goes to the first one."""
        if self.order is None:
            return
        self.receiver.hide()
        self.form.open(self.order.receiver)
        fields = {"name": self.form.name, "phone": self.form.phone, "detail": self.form.detail}
        for name, text in changes.items():
            if name == "extension":
                self.form.extension.setText(text)
            elif name in fields and text:
                fields[name].setText(text)
        self.form.paste.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(self.form)

    def explain_value(self) -> None:
        """Tell where a value of the order comes from."""
        self.explain_wanted.emit()

    def add_part(self, part: QWidget) -> None:
        """Put a part of another area below the rest."""
        inner = self.widget()
        layout = inner.layout() if inner is not None else None
        if isinstance(layout, QVBoxLayout):
            # The page ends in a stretch, which stays behind what is added.
            layout.insertWidget(layout.count() - 1, part)

    def put_away(self) -> None:
        """Another order follows; what is typed in the forms comes back with this one."""
        typed = _Typed(self.form.typed(), self.note.typed())
        if self.order is not None and typed != _Typed():
            self._typed[self.order.id] = typed
        self.order = None
        self.close_forms()

    def _take_up(self, order: OrderFacts) -> None:
        typed = self._typed.pop(order.id, _Typed())
        if typed.receiver is not None:
            self.receiver.hide()
            self.form.take_up(order.receiver, typed.receiver)
        if typed.note is not None:
            self.note.take_up(typed.note)

    def close_forms(self) -> None:
        """Leave the forms without saving."""
        self.form.hide()
        self.note.hide()
        self.receiver.show()

    # --- parts ---------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self._number = CopyLabel(mono=True, name=_("order number"))
        self.verdict, self.status, self._answer = StateBadge(), StateBadge(), StateBadge()
        self._promise = QLabel()
        self.receiver = ReceiverBox(masked=not self._staff.may(Permission.SEE_PERSONAL_DATA))
        self.form, self.note, self.findings = ReceiverForm(), NoteForm(), Findings()
        self.form.hide()
        self.note.hide()
        self.clashes = QWidget()
        self.clashes.hide()
        self.clash_rows = stack_vertically(self.clashes, spacing=2)
        self._goods = QLabel(wordWrap=True)
        self._goods.setTextFormat(Qt.TextFormat.PlainText)
        self._amount = role(QLabel(), "muted")
        self._found = SectionHeader(_("Verification"))
        self._remarks = role(QLabel(wordWrap=True), "muted")
        self._remarks.setTextFormat(Qt.TextFormat.PlainText)
        self.confirm = role(QPushButton(_("Send confirmation card")), "primary")
        self.remark = QPushButton(_("Add remark"))
        self.hold = QPushButton(_("Hold"))
        self.release = QPushButton(_("Release"))
        self.open_order = role(QPushButton(), "icon")
        self.open_order.setAccessibleName(_("Open this order"))
        self.open_order.setToolTip(_("Open this order"))

    def _arranged(self) -> QWidget:
        body = QWidget()
        head = stack_horizontally(None, self.verdict, self._number, self.open_order, spacing=6)
        head.setStretchFactor(self._number, 1)
        states = stack_horizontally(None, self.status, self._answer, self._promise, None, spacing=6)
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing=6)
        for button in (self.confirm, self.remark, self.hold, self.release):
            flow.addWidget(button)
        layout = stack_vertically(body, spacing=8)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.addLayout(head)
        layout.addLayout(states)
        for part in (self.receiver, self.form, self.clashes, self._goods, self._amount):
            layout.addWidget(part)
        for part in (buttons, self.note):
            layout.addWidget(part)
        for part in (hline(), self._found, self.findings, self._remarks):
            layout.addWidget(part)
        layout.addStretch(1)
        return body

    def _connect(self) -> None:
        self.receiver.edit_wanted.connect(self.edit_receiver)
        self.receiver.copied.connect(self.address_copied)
        self.form.saved.connect(self.receiver_saved)
        self.form.left.connect(self.close_forms)
        self.note.saved.connect(self.note_saved)
        self.note.left.connect(self.close_forms)
        self.findings.chosen.connect(self.remedy_chosen)
        self.findings.asked.connect(self.question_offered)
        self.confirm.clicked.connect(self.confirm_wanted)
        self.release.clicked.connect(self.release_wanted)
        self.open_order.clicked.connect(self.order_opened)
        self.remark.clicked.connect(self._on_remark)
        self.hold.clicked.connect(self._on_hold)

    # --- filling -------------------------------------------------------------------------------

    def _show_head(self, order: OrderFacts, verdict: Verdict) -> None:
        self._number.setText(order.number)
        judged = order.status in OPEN or bool(verdict.findings)
        level = _(LEVEL_NAMES[verdict.level]) if judged else ""
        self.verdict.show_state(level, LEVEL_KINDS[verdict.level])
        kind = STATUS_KINDS.get(order.status, "neutral")
        self.status.show_state(_(STATUS_NAMES[order.status]), kind)
        name = CONFIRMATION_NAMES.get(order.confirmation, "")
        answer_kind = CONFIRMATION_KINDS.get(order.confirmation, "neutral")
        self._answer.show_state(_(name), answer_kind)
        self._answer.setToolTip(moment(order.confirmed_at) if order.confirmed_at else "")
        self._promise_at = verdict.promise_at
        late = verdict.promise is not None and verdict.promise is not PromiseState.OK
        role(self._promise, "warning" if late else "hint")
        self._tick()

    def _tick(self) -> None:
        """The promise runs out while one looks at it."""
        self._promise.setHidden(self._promise_at is None)
        if self._promise_at is None:
            return
        left = self._promise_at / 1000 - time.time()
        span = duration(abs(left)) if abs(left) >= 3600 else _("under an hour")
        text = _("ship within {time}") if left >= 0 else _("late by {time}")
        self._promise.setText(text.format(time=span))
        self._promise.setToolTip(moment(self._promise_at))

    def _show_remarks(self, order: OrderFacts) -> None:
        lines = [
            f"{moment(remark.at)} {remark.staff_name} {remark.text}" for remark in order.remarks
        ]
        if order.seller_remark:
            lines.insert(0, _("Shop's remark: {text}").format(text=order.seller_remark))
        if order.buyer_message:
            lines.insert(0, _("Buyer's message: {text}").format(text=order.buyer_message))
        self._remarks.setText("\n".join(lines))
        self._remarks.setVisible(bool(lines))

    def _show_buttons(self, order: OrderFacts) -> None:
        open_, may = order.status in OPEN, self._staff.may
        self.confirm.setVisible(open_ and may(Permission.REPLY))
        self.remark.setVisible(may(Permission.EDIT_ORDERS))
        held, to_ship = order.review == "held", order.status in TO_SHIP
        self.hold.setVisible(to_ship and not held and may(Permission.EDIT_ORDERS))
        self.release.setVisible(held and may(Permission.RELEASE_HOLD))

    def _allowed(self, order: OrderFacts) -> frozenset[Action]:
        """What the buttons of the findings may do for the person at the desk."""
        allowed = {Action.MERGE}
        if self._staff.may(Permission.EDIT_ORDERS):
            allowed |= {Action.SPLIT}
            if order.status in OPEN:
                allowed |= {Action.FIX_RECIPIENT, Action.FIX_PHONE, Action.FIX_ADDRESS}
                allowed |= {Action.APPLY_REGION, Action.APPLY_ADDRESS}
        if self._staff.may(Permission.RELEASE_HOLD):
            allowed.add(Action.RELEASE)
        if self._staff.may(Permission.REPLY) and order.status in OPEN:
            allowed.add(Action.CONFIRM)
        return frozenset(allowed)

    def _on_remark(self) -> None:
        self.note.open("remark")

    def _on_hold(self) -> None:
        self.note.open("hold")

    def _tint(self) -> None:
        self.open_order.setIcon(icon("external"))
        self.remark.setIcon(icon("note"))
        self.hold.setIcon(icon("pause"))
        self.release.setIcon(icon("play"))
        self.confirm.setIcon(icon("send", "on_accent"))


def _amount(order: OrderFacts) -> str:
    """What it costs, and for how many pieces."""
    n = order.quantity or sum(item.quantity for item in order.items)
    text = ngettext("{amount} · {n} piece", "{amount} · {n} pieces", n)
    return text.format(amount=money(order.paid_fen or order.total_fen, order.currency), n=n)
