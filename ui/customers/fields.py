"""The editable facts of a customer card; each is kept when one leaves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from app.core.i18n import N_, _
from app.customers import CustomerCard
from ui.customers.words import LIFECYCLES, VALUE_CLASSES
from ui.theme import role
from ui.widgets.clash_row import ClashRow

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


class Clash(Protocol):
    """Two values of a field; `lost_at` names the station that wrote the one that lost."""

    @property
    def stands(self) -> Any: ...
    @property
    def lost(self) -> Any: ...
    @property
    def lost_at(self) -> str: ...


def field_title(name: str) -> str:
    """What a field is called."""
    return _(dict((*CONTACT, *PERSON, *RELATION)).get(name, name))


def field_words(name: str, value: object) -> str:
    """A field's value as people read it."""
    text = "" if value is None else str(value)
    return _(_CHOICES[name].get(text, text)) if name in _CHOICES and text else text


class FieldsForm(QWidget):
    """`changed` carries a field's name and its new value.

    `clash_chosen` carries a `Clash` and whether its other value shall stand.
    """

    changed = Signal(str, str)
    clash_chosen = Signal(object, bool)

    def __init__(self, fields: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._edits: dict[str, QLineEdit] = {}
        self._boxes: dict[str, QComboBox] = {}
        self._titles = dict(fields)
        self._clashes: list[ClashRow] = []
        self._form = form = QFormLayout(self)
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

    def fields(self) -> Iterator[tuple[str, str, QWidget]]:
        """Name, title and widget of every field."""
        for name, title in self._titles.items():
            yield name, _(title), self._edits.get(name) or self._boxes[name]

    def show_clashes(self, clashes: Mapping[str, Sequence[Clash]], *, editable: bool) -> None:
        """Show below a field what another station wrote into it at the same time."""
        for row in self._clashes:
            self._form.removeRow(row)
        self._clashes = []
        for name, _title, field in self.fields():
            for clash in reversed(clashes.get(name, ())):
                row = ClashRow(
                    field_words(name, clash.stands), field_words(name, clash.lost), clash.lost_at
                )
                row.setEnabled(editable)
                row.chosen.connect(partial(self.clash_chosen.emit, clash))
                self._form.insertRow(self._place_of(field) + 1, row)
                self._clashes.append(row)

    def _place_of(self, field: QWidget) -> int:
        for number in range(self._form.rowCount()):
            item = self._form.itemAt(number, QFormLayout.ItemRole.FieldRole)
            if item is not None and item.widget() is field:
                return number
        return self._form.rowCount() - 1

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
