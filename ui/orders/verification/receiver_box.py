"""Who gets the parcel and where; after a correction the old value stands struck through above."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from app.core.i18n import _
from app.core.phones import mask_phone
from app.orders import Correction, OrderFacts, Receiver
from ui.theme import icon, role, theme_signals
from ui.widgets import hide_unless, stack_horizontally, stack_vertically
from ui.widgets.format import moment


class ReceiverBox(QFrame):
    """`edit_wanted` asks for the form, `copied` tells that the address is in the clipboard."""

    edit_wanted = Signal()
    copied = Signal()

    def __init__(self, *, masked: bool) -> None:
        super().__init__()
        self._masked = masked
        self._receiver = Receiver()
        self.who = role(_label(), "strong")
        self.address = _label()
        self.old = role(_label(), "muted")
        self.history = role(_label(), "hint")
        self._edit = _button(_("Correct the receiver"))
        self._copy = _button(_("Copy name, phone and address"))
        hide_unless(not masked, self._copy)
        self._edit.clicked.connect(self.edit_wanted)
        self._copy.clicked.connect(self._on_copy)
        head = stack_horizontally(None, self.who, self._copy, self._edit, spacing=2)
        head.setStretchFactor(self.who, 1)
        layout = stack_vertically(self, spacing=2)
        layout.addLayout(head)
        for label in (self.address, self.old, self.history):
            layout.addWidget(label)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def show_order(self, order: OrderFacts, *, editable: bool) -> None:
        """Show an order's receiver as it holds, and as imported where that differs."""
        self._receiver = order.receiver
        self.who.setText(escape(self._who(order.receiver)))
        self.address.setText(escape(order.receiver.address) or "—")
        self.old.setHidden(not order.corrected)
        self.old.setText(f"<s>{escape(self._old(order))}</s>" if order.corrected else "")
        self._edit.setVisible(editable)
        self.show_history(())

    def show_history(self, corrections: Sequence[Correction]) -> None:
        """Say who corrected it last and when; all of it is in the tool tip."""
        self.history.setHidden(not corrections)
        if not corrections:
            return
        last = corrections[-1]
        who = _("the customer") if last.by_customer else last.by or _("the desk")
        text = _("Corrected by {who}, {time}").format(who=who, time=moment(last.at))
        self.history.setText(escape(text))
        self.history.setToolTip("\n".join(self._line(c) for c in corrections))

    def _line(self, change: Correction) -> str:
        who = _("the customer") if change.by_customer else change.by or _("the desk")
        old = f"{self._who(change.old)} {change.old.address}"
        new = f"{self._who(change.new)} {change.new.address}"
        return f"{moment(change.at)} {who}: {old} → {new}"

    def _who(self, receiver: Receiver) -> str:
        phone = receiver.full_phone
        phone = mask_phone(phone) if self._masked else phone
        name = receiver.name[:1] + "**" if self._masked and receiver.name else receiver.name
        return "  ".join(filter(None, (name, phone))) or "—"

    def _old(self, order: OrderFacts) -> str:
        """Only what is different."""
        old, new = order.imported, order.receiver
        parts = [
            old.name if old.name != new.name else "",
            old.full_phone if old.full_phone != new.full_phone else "",
            old.address if old.address != new.address else "",
        ]
        if self._masked:
            parts[:2] = ["", mask_phone(parts[1])]
        return "  ".join(filter(None, parts))

    def _on_copy(self) -> None:
        to = self._receiver
        QGuiApplication.clipboard().setText(f"{to.name} {to.full_phone} {to.address}".strip())
        self.copied.emit()

    def _tint(self) -> None:
        self._edit.setIcon(icon("edit"))
        self._copy.setIcon(icon("copy"))


def _label() -> QLabel:
    label = QLabel(wordWrap=True)
    label.setObjectName("rich")  # what stands in it is escaped
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _button(name: str) -> QPushButton:
    button = role(QPushButton(), "icon")
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button
