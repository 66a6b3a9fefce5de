"""Fields a scenario is written with; each has `value`, `set_value` and `changed`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from app.core.i18n import _
from ui.theme import icon, role, set_state
from ui.widgets import (
    NumberBox,
    clear_layout,
    stack_horizontally,
    stack_vertically,
)

NARROW: Final = 220


class Field(QWidget):
    """What all fields have in common. `set_value` does not say `changed`."""

    changed = Signal()

    def value(self) -> Any:
        """What stands in it."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Let it hold another value."""
        raise NotImplementedError

    def name(self, name: str) -> None:
        """Tell screen readers what it is."""
        self.setAccessibleName(name)


class StillBox(QComboBox):
    """The wheel scrolls the form it stands in, and never changes what was chosen."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _StillNumber(NumberBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class LineField(Field):
    """One line of text."""

    def __init__(self, hint: str = "", most: int = 400) -> None:
        super().__init__()
        self.edit = QLineEdit(placeholderText=hint, maxLength=most)
        self.edit.textChanged.connect(self.changed)
        self.setFocusProxy(self.edit)
        stack_vertically(self, self.edit)

    def value(self) -> str:
        return self.edit.text()

    def set_value(self, value: Any) -> None:
        with QSignalBlocker(self.edit):
            self.edit.setText(str(value or ""))

    def name(self, name: str) -> None:
        self.edit.setAccessibleName(name)


class NumberField(Field):
    """A whole number."""

    def __init__(self, least: int, most: int, suffix: str = "") -> None:
        super().__init__()
        self.box = _StillNumber(least, most, suffix)
        self.box.valueChanged.connect(self.changed)
        self.setFocusProxy(self.box)
        stack_horizontally(self, self.box, None)

    def value(self) -> int:
        return self.box.value()

    def set_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setValue(value if isinstance(value, int) else self.box.minimum())

    def name(self, name: str) -> None:
        self.box.setAccessibleName(name)


class ChoiceField(Field):
    """One of some keys, shown by their words; an unknown key stays as it is."""

    def __init__(self, options: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.box = StillBox()
        self.box.setMinimumWidth(NARROW)
        for key, words in options:
            self.box.addItem(words, key)
        self.box.currentIndexChanged.connect(self.changed)
        self.setFocusProxy(self.box)
        stack_horizontally(self, self.box, None)

    def value(self) -> str:
        return str(self.box.currentData() or "")

    def set_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            place = self.box.findData(str(value or ""))
            if place < 0:
                self.box.addItem(str(value), str(value))
                place = self.box.count() - 1
            self.box.setCurrentIndex(place)

    def name(self, name: str) -> None:
        self.box.setAccessibleName(name)


class PairField(Field):
    """A text in Chinese and in English; one that is empty is taken from the other."""

    removed = Signal()

    def __init__(self, *, removable: bool = False) -> None:
        super().__init__()
        self.zh, self.en = LineField("中文"), LineField("English")
        for side in (self.zh, self.en):
            side.changed.connect(self.changed)
        row = stack_horizontally(self, self.zh, self.en, spacing=8)
        self.setFocusProxy(self.zh)
        if removable:
            button = role(QPushButton(), "icon")
            button.setIcon(icon("close"))
            button.setAccessibleName(_("Remove this text"))
            button.setToolTip(_("Remove this text"))
            button.clicked.connect(self.removed)
            row.addWidget(button)

    def value(self) -> list[str]:
        return [self.zh.value(), self.en.value()]

    def set_value(self, value: Any) -> None:
        whole = isinstance(value, list | tuple) and len(value) == 2
        for side, text in zip((self.zh, self.en), value if whole else ("", ""), strict=True):
            side.set_value(text)

    def name(self, name: str) -> None:
        self.zh.name(f"{name}, 中文")
        self.en.name(f"{name}, English")


class PairsField(Field):
    """Texts in two languages below each other; one of them is drawn, or all said in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[PairField] = []
        self._name = ""
        self.add = role(QPushButton(_("Add a text")), "link")
        self.add.clicked.connect(self.add_row)
        self._column = stack_vertically(None, spacing=6)
        foot = stack_horizontally(None, self.add, None)
        stack_vertically(self, self._column, foot, spacing=4)

    def value(self) -> list[list[str]]:
        return [pair for row in self.rows if any(map(str.strip, pair := row.value()))]

    def set_value(self, value: Any) -> None:
        clear_layout(self._column)
        self.rows.clear()
        for pair in value if isinstance(value, list | tuple) else ():
            self._make().set_value(pair)

    def add_row(self) -> None:
        """One more, to be typed now."""
        self._make().setFocus()

    def name(self, name: str) -> None:
        self._name = name
        self.add.setAccessibleName(f"{name}: {_('Add a text')}")

    def _make(self) -> PairField:
        row = PairField(removable=True)
        row.name(f"{self._name} {len(self.rows) + 1}")
        row.changed.connect(self.changed)
        row.removed.connect(partial(self._remove, row))
        self.rows.append(row)
        self._column.addWidget(row)
        return row

    def _remove(self, row: PairField) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self.changed.emit()


class WordsField(LineField):
    """Values with commas between."""

    def value(self) -> Any:
        return [
            word.strip() for word in self.edit.text().replace("，", ",").split(",") if word.strip()
        ]

    def set_value(self, value: Any) -> None:
        super().set_value(", ".join(map(str, value)) if isinstance(value, list | tuple) else "")


class Labelled(QWidget):
    """A field below its name, and below it what the checker says."""

    def __init__(self, title: str, field: Field, hint: str = "") -> None:
        super().__init__()
        self.field = field
        field.name(title)
        label = role(QLabel(title), "strong")
        label.setBuddy(field)
        head = stack_horizontally(None, label, role(QLabel(hint), "hint"), None, spacing=8)
        self._fault = role(QLabel(wordWrap=True), "warning")
        self._fault.hide()
        stack_vertically(self, head, field, self._fault, None, spacing=4)

    def show_faults(self, faults: Sequence[str]) -> None:
        """Say what is wrong with it; nothing takes the word away."""
        self._fault.setText("\n".join(f"✗ {fault}" for fault in dict.fromkeys(faults)))
        self._fault.setVisible(bool(faults))
        set_state(self.field, faulty=bool(faults))
