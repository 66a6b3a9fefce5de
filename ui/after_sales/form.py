"""The small form in which an after-sale is noted or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.after_sales import (
    COSTS_MONEY,
    GRADE_NAMES,
    GROUP_NAMES,
    GROUP_OF,
    KIND_NAMES,
    MOVES_GOODS,
    PARTY_NAMES,
    REASONS,
    AfterSaleFacts,
    AfterSaleKind,
    Draft,
    propose_freight,
    responsible_for,
)
from app.core.i18n import _
from app.orders import OrderFacts
from ui.after_sales.amount_field import AmountField
from ui.theme import role
from ui.widgets import SectionHeader, stack_horizontally, stack_vertically

_SHIPPED = frozenset({"part_shipped", "shipped", "received", "completed"})


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What was typed into a form that had to make room: its title, what it began with, and how."""

    title: str
    base: Draft
    draft: Draft
    imported: bool


class AfterSaleForm(QFrame):
    """`saved` carries the `Draft`; Ctrl+Enter saves, Escape leaves.

    Responsibility follows the reason and the freight follows both, until somebody chooses them.
    """

    saved = Signal(object)
    left = Signal()
    grown = Signal()
    """Other fields show, so it may be higher than before."""

    def __init__(self) -> None:
        super().__init__()
        role(self, "card")
        self._base, self._opened, self._imported = Draft(), Draft(), False
        self._make_fields()
        self._arrange()
        self._connect()

    def note(self, order: OrderFacts, conversation_id: bytes | None) -> None:
        """Ask for a new record of an order."""
        self._base = Draft(order_id=order.id, conversation_id=conversation_id)
        self._imported = False
        self._head.title.setText(_("Note an after-sale"))
        self._fill_items(order)
        kind = AfterSaleKind.RETURN_REFUND if order.status in _SHIPPED else AfterSaleKind.REFUND
        self._fill(replace(self._base, kind=kind))
        self.open()

    def change(self, record: AfterSaleFacts, order: OrderFacts | None) -> None:
        """Change a record; of an imported one only what the shop judges."""
        self._imported = record.imported
        self._head.title.setText(_("Change the after-sale"))
        self._fill_items(order)
        names = (
            *("kind", "order_id", "item_id", "quantity", "customer_id", "conversation_id"),
            *("reason", "responsibility", "freight_payer", "freight_fen", "amount_fen"),
            *("grade", "text", "requested_at"),
        )
        self._base = Draft(**{name: getattr(record, name) for name in names})
        self._fill(self._base)
        self.open()

    def put_away(self) -> Unsaved | None:
        """Close it; returns what to `take_up` later, None where nothing was changed."""
        if self.isHidden():
            return None
        self.hide()
        now = self._typed()
        if now == self._opened:
            return None
        title = self._head.title.text()
        return Unsaved(title, self._base, now, self._imported)

    def take_up(self, order: OrderFacts | None, unsaved: Unsaved) -> None:
        """Go on with what was put away; the keyboard stays where it is."""
        self._base = self._opened = unsaved.base
        self._imported = unsaved.imported
        self._head.title.setText(unsaved.title)
        self._fill_items(order)
        self._fill(unsaved.draft)
        self.show()

    def _typed(self) -> Draft:
        """The record as typed, nothing in place of an amount that is none."""
        return self._draft(self.amount.fen() or 0, self.freight.fen() or 0)

    def open(self) -> None:
        """Show it; the keyboard goes to the first field."""
        self._opened = self._typed()
        self.show()
        first = self.reason if self._imported else self.kind
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def current(self) -> Draft | None:
        """The record as typed; None where an amount is none."""
        amount, freight = self.amount.fen(), self.freight.fen()
        if amount is None or freight is None:
            return None
        return self._draft(amount, freight)

    def _draft(self, amount: int, freight: int) -> Draft:
        kind = self.kind.currentData()
        payer = self.payer.currentData() if kind in MOVES_GOODS else ""
        return replace(
            self._base,
            kind=kind,
            item_id=self.item.currentData(),
            reason=self.reason.currentData() or "",
            responsibility=self.party.currentData(),
            freight_payer=payer,
            freight_fen=freight if payer else 0,
            amount_fen=amount if kind in COSTS_MONEY or self._imported else 0,
            grade=self.grade.currentData() if kind == AfterSaleKind.REVIEW else "",
            text=self.text.toPlainText().strip(),
        )

    # --- parts -----------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self._head = SectionHeader("")
        self.kind = _choice(_("Kind"), KIND_NAMES)
        self.item = QComboBox()
        self.item.setAccessibleName(_("Item"))
        self.reason = QComboBox()
        self.reason.setAccessibleName(_("Reason"))
        self.reason.addItem(_("Not known"), "")
        for group, reasons in REASONS.items():
            for reason, name in reasons.items():
                self.reason.addItem(f"{_(GROUP_NAMES[group])} · {_(name)}", reason)
        self.party = _choice(_("Responsible"), PARTY_NAMES, _("Not known"))
        self.payer = _choice(_("Who pays the freight"), PARTY_NAMES, _("Not known"))
        self.grade = _choice(_("Grade"), GRADE_NAMES)
        self.amount, self.freight = AmountField(_("Amount")), AmountField(_("Freight"))
        self.why = role(QLabel(wordWrap=True), "hint")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(_("What was said"))
        self.text.setPlaceholderText(_("What the customer says, what was agreed"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(56)
        self.problem = role(QLabel(wordWrap=True), "danger")
        self.problem.hide()
        self.save = role(QPushButton(_("Save")), "primary")
        self.save.setToolTip("Ctrl+Enter")
        self.cancel = role(QPushButton(_("Cancel")), "ghost")
        for box in (self.kind, self.item, self.reason, self.party, self.payer, self.grade):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.setMinimumWidth(90)

    def _arrange(self) -> None:
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(10)
        self._form.setVerticalSpacing(6)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.freight.setMaximumWidth(84)
        freight = stack_horizontally(None, self.payer, self.freight, spacing=6)
        freight.setStretchFactor(self.payer, 1)
        self._rows: dict[str, QWidget | QHBoxLayout] = {
            _("Kind"): self.kind,
            _("Item"): self.item,
            _("Grade"): self.grade,
            _("Reason"): self.reason,
            _("Responsible"): self.party,
            _("Amount"): self.amount,
            _("Freight"): freight,
        }
        for name, field in self._rows.items():
            label = role(QLabel(name), "muted")
            self._form.addRow(label, field)
        layout = stack_vertically(self, self._head, margin=12, spacing=6)
        layout.addLayout(self._form)
        for part in (self.why, self.text, self.problem):
            layout.addWidget(part)
        layout.addLayout(stack_horizontally(None, None, self.cancel, self.save, spacing=8))

    def _connect(self) -> None:
        self.kind.activated.connect(self._propose)
        self.reason.activated.connect(self._propose)
        self.party.activated.connect(self._propose_freight)
        self.payer.activated.connect(self._explain)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.left)
        for field in self.findChildren(QWidget):
            field.installEventFilter(self)

    # --- filling ---------------------------------------------------------------------------

    def _fill_items(self, order: OrderFacts | None) -> None:
        self.item.clear()
        self.item.addItem(_("The whole order"), None)
        for item in order.items if order is not None else ():
            if item.id:
                name = " ".join(filter(None, (item.title, item.sku)))
                self.item.addItem(f"{name} ×{item.quantity}", item.id)

    def _fill(self, draft: Draft) -> None:
        for box, value in (
            (self.kind, draft.kind),
            (self.item, draft.item_id),
            (self.reason, draft.reason),
            (self.party, draft.responsibility),
            (self.payer, draft.freight_payer),
            (self.grade, draft.grade or "good"),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        self.amount.show_fen(draft.amount_fen)
        self.freight.show_fen(draft.freight_fen)
        self.text.setPlainText(draft.text)
        self.problem.hide()
        self._show_fields()

    def _propose(self) -> None:
        """The party that answers for such a reason, and who pays then."""
        party = responsible_for(GROUP_OF.get(self.reason.currentData() or "", ""))
        self.party.setCurrentIndex(max(0, self.party.findData(str(party))))
        self._propose_freight()

    def _propose_freight(self) -> None:
        proposal = propose_freight(self.kind.currentData(), self.party.currentData())
        self.payer.setCurrentIndex(max(0, self.payer.findData(str(proposal.payer))))
        self._show_fields()

    def _show_fields(self) -> None:
        kind = self.kind.currentData()
        self._form.setRowVisible(0, not self._imported)
        self._form.setRowVisible(1, self.item.count() > 2 and not self._imported)
        self._form.setRowVisible(2, kind == AfterSaleKind.REVIEW and not self._imported)
        self._form.setRowVisible(5, kind in COSTS_MONEY and not self._imported)
        self._form.setRowVisible(6, kind in MOVES_GOODS)
        self.text.setVisible(not self._imported)
        self._explain()

    def _explain(self) -> None:
        """Why this party is proposed to pay; another choice is the agent's own."""
        kind, party = self.kind.currentData(), self.party.currentData()
        proposal = propose_freight(kind, party)
        chosen = self.payer.currentData()
        own = bool(chosen) and chosen != proposal.payer
        self.why.setText(
            _("Chosen by hand; the rule says otherwise.") if own else _(proposal.reason)
        )
        self.why.setVisible(kind in MOVES_GOODS)
        if self.isVisible():
            self.grown.emit()

    def refuse(self, reason: str) -> None:
        """Say at the form why it was not kept; no reason says nothing any more."""
        self.problem.setText(reason)
        self.problem.setVisible(bool(reason))
        self.grown.emit()

    def _save(self) -> None:
        draft = self.current()
        self.refuse("" if draft is not None else _("This can't be an amount."))
        if draft is not None:
            self.saved.emit(draft)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
                return True
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._save()
                return True
        return super().eventFilter(watched, event)


def _choice(name: str, names: Mapping[str, str], nothing: str = "") -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    if nothing:
        box.addItem(nothing, "")
    for key, title in names.items():
        box.addItem(_(title), str(key))
    return box
