"""A list of like things in a form, each a card with fields: needs, answers, facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from app.core.i18n import _
from ui.theme import icon, role
from ui.training.form_fields import Field, Labelled
from ui.widgets import stack_horizontally, stack_vertically


@dataclass(frozen=True, slots=True)
class Spec:
    """A field of a card: its key in the document, its name for people, how it is made.

    Fields with the same `row` stand side by side.
    """

    key: str
    title: str
    make: Callable[[], Field]
    hint: str = ""
    row: int = 0


class FormCard(QFrame):
    """One of them."""

    changed = Signal()
    removed = Signal()
    raised = Signal()

    def __init__(self, specs: Sequence[Spec], title: str) -> None:
        super().__init__()
        role(self, "card")
        self.fields = {spec.key: Labelled(spec.title, spec.make(), spec.hint) for spec in specs}
        self._title = role(QLabel(), "heading")
        up, remove = _icon_button("arrow-up", _("Move up")), _icon_button("trash", _("Remove"))
        up.clicked.connect(self.raised)
        remove.clicked.connect(self.removed)
        self._word = title
        head = stack_horizontally(None, self._title, None, up, remove, spacing=4)
        self._column = stack_vertically(self, head, margin=12, spacing=10)
        for number in sorted({spec.row for spec in specs}):
            row = [self.fields[spec.key] for spec in specs if spec.row == number]
            line = stack_horizontally(None, *row, spacing=16)
            for place in range(len(row)):
                line.setStretch(place, 1)
            self._column.addLayout(line)
        for field in self.fields.values():
            field.field.changed.connect(self.changed)

    def number(self, number: int) -> None:
        """Tell its place in the list."""
        self._title.setText(f"{self._word} {number}")

    def value(self) -> dict[str, Any]:
        """The part of the document."""
        return {key: one.field.value() for key, one in self.fields.items()}

    def set_value(self, value: Mapping[str, Any]) -> None:
        """Show a part of a document."""
        for key, one in self.fields.items():
            one.field.set_value(value.get(key))


class CardList(QWidget):
    """All of them, with a button for one more."""

    changed = Signal()

    def __init__(self, specs: Sequence[Spec], word: str, add: str) -> None:
        super().__init__()
        self._specs, self._word = specs, word
        self.cards: list[FormCard] = []
        self.add = QPushButton(add)
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(self.add_card)
        self._column = stack_vertically(None, spacing=12)
        stack_vertically(self, self._column, stack_horizontally(None, self.add, None), spacing=12)

    def value(self) -> list[dict[str, Any]]:
        """The parts of the document."""
        return [card.value() for card in self.cards]

    def set_value(self, value: Any) -> None:
        """Show other parts."""
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards = []
        for part in value if isinstance(value, list | tuple) else ():
            self._make().set_value(part if isinstance(part, dict) else {})
        self._arrange()

    def add_card(self) -> None:
        """One more, to be filled in now."""
        card = self._make()
        self._arrange()
        next(iter(card.fields.values())).field.setFocus()
        self.changed.emit()

    def _make(self) -> FormCard:
        card = FormCard(self._specs, self._word)
        card.changed.connect(self.changed)
        card.removed.connect(partial(self._remove, card))
        card.raised.connect(partial(self._raise, card))
        self.cards.append(card)
        return card

    def _remove(self, card: FormCard) -> None:
        self.cards.remove(card)
        card.hide()
        card.deleteLater()
        self._arrange()
        self.changed.emit()

    def _raise(self, card: FormCard) -> None:
        place = self.cards.index(card)
        if place:
            self.cards.insert(place - 1, self.cards.pop(place))
            self._arrange()
            self.changed.emit()

    def _arrange(self) -> None:
        for number, card in enumerate(self.cards, 1):
            self._column.removeWidget(card)
            self._column.addWidget(card)
            card.number(number)


def _icon_button(picture: str, name: str) -> QPushButton:
    button = role(QPushButton(), "icon")
    button.setIcon(icon(picture))
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button
