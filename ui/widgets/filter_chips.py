"""A row of choices of which one holds, such as the views of a list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from ui.widgets.layout import FlowLayout


class FilterChips(QWidget):
    """`changed` carries the key of the choice; each may show a count."""

    changed = Signal(object)

    def __init__(
        self, options: Sequence[tuple[object, str]], value: object = None, name: str = ""
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._keys: list[object] = []
        self._labels: list[str] = []
        self._one_line = False
        self._flow = flow = FlowLayout(self, centred=True)
        for number, (key, label) in enumerate(options):
            button = QPushButton(label)
            button.setCheckable(True)
            button.setProperty("role", "chip")
            button.setAccessibleName(label)
            self._group.addButton(button, number)
            self._keys.append(key)
            self._labels.append(label)
            flow.addWidget(button)
        self.set_value(value if value is not None else self._keys[0])
        self._group.idClicked.connect(self._on_clicked)

    def value(self) -> object:
        """The key of the choice that holds."""
        return self._keys[self._group.checkedId()]

    def set_value(self, key: object) -> None:
        """Choose without telling."""
        self._group.button(self._keys.index(key)).setChecked(True)

    def focus_choice(self) -> None:
        """Put the keyboard on the choice that holds; arrows move it."""
        chosen = self._group.checkedButton()
        if chosen is not None:
            chosen.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_shown(self, key: object, shown: bool) -> None:
        """Offer a choice or leave it out."""
        self._group.button(self._keys.index(key)).setVisible(shown)

    def keep_on_one_line(self) -> None:
        """Never wrap, for a place that has the room."""
        self._one_line = True
        buttons = [b for b in self._group.buttons() if not b.isHidden()]
        for button in buttons:
            button.ensurePolished()
        between = self._flow.spacing() * (len(buttons) - 1)
        self.setMinimumWidth(sum(b.sizeHint().width() for b in buttons) + between)

    def set_count(self, key: object, count: int | None) -> None:
        """Show how many there are behind a choice; None shows none."""
        number = self._keys.index(key)
        label = self._labels[number]
        text = label if count is None else f"{label} {count:,}"
        self._group.button(number).setText(text)
        if self._one_line:
            self.keep_on_one_line()

    def _on_clicked(self, number: int) -> None:
        self.changed.emit(self._keys[number])
