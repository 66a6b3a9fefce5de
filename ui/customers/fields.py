"""The editable facts of a customer card; each is kept when one leaves it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from app.core.i18n import N_, _
from app.customers import CustomerCard
from ui.customers.words import LIFECYCLES, VALUE_CLASSES
from ui.theme import role

CONTACT: Final = (
    ("salutation", N_("Call them")),
    ("name", N_("Name")),
    ("phone", N_("Phone")),
    ("province", N_("Province")),
    ("city", N_("City")),
    ("district", N_("District")),
    ("detail", N_("Address")),
    ("email", N_("E-mail")),
)
PERSON: Final = (
    ("birthday", N_("Birthday")),
    ("occupation", N_("Occupation")),
    ("family", N_("Family")),
    ("personality", N_("Personality")),
    ("education", N_("Education")),
    ("spending_view", N_("Spending")),
)
_CHOICES: Final = {"lifecycle": LIFECYCLES, "value_class": VALUE_CLASSES}
RELATION: Final = (("lifecycle", N_("Stage")), ("value_class", N_("Value")))


class FieldsForm(QWidget):
    """`changed` carries a field's name and its new value."""

    changed = Signal(str, str)

    def __init__(self, fields: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._edits: dict[str, QLineEdit] = {}
        self._boxes: dict[str, QComboBox] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 4)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, title in fields:
            field = self._box(name) if name in _CHOICES else self._edit(name)
            field.setAccessibleName(_(title))
            label = role(QLabel(_(title)), "muted")
            label.setMinimumWidth(64)
            form.addRow(label, field)

    def show_card(self, card: CustomerCard, *, editable: bool) -> None:
        """Show a card's values; a field one is typing in keeps what was typed."""
        for name, edit in self._edits.items():
            edit.setReadOnly(not editable)
            if not (edit.hasFocus() and edit.isModified()):
                edit.setText(getattr(card, name))
                edit.setCursorPosition(0)
        for name, box in self._boxes.items():
            box.setEnabled(editable)
            box.setCurrentIndex(max(0, box.findData(getattr(card, name))))

    def _edit(self, name: str) -> QLineEdit:
        edit = QLineEdit()
        role(edit, "bare")
        edit.setPlaceholderText("—")
        edit.setProperty("field", name)
        edit.editingFinished.connect(self._on_finished)
        self._edits[name] = edit
        return edit

    def _box(self, name: str) -> QComboBox:
        box = QComboBox()
        for value, title in _CHOICES[name].items():
            box.addItem(_(title), value)
        box.setProperty("field", name)
        box.activated.connect(self._on_activated)
        self._boxes[name] = box
        return box

    def _on_finished(self) -> None:
        edit = self.sender()
        if isinstance(edit, QLineEdit) and edit.isModified():
            edit.setModified(False)
            self.changed.emit(edit.property("field"), edit.text())

    def _on_activated(self) -> None:
        box = self.sender()
        if isinstance(box, QComboBox):
            self.changed.emit(box.property("field"), box.currentData())
