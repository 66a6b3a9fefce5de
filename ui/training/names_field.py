"""A field for some of many names: what is written, needs that come before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from ui.training.form_fields import NARROW, Field, StillBox
from ui.widgets import FlowLayout, TagChip, stack_horizontally, stack_vertically

Options = Callable[[], Sequence[tuple[str, str]]]
"""Gives keys with the words people see, as they are when asked."""


class NamesField(Field):
    """Some of many names, as chips; another is added from a list."""

    def __init__(self, options: Options, add: str) -> None:
        super().__init__()
        self._options, self._chosen = options, list[str]()
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips, 4)
        self.box = _AddBox(options, add)
        self.box.picked.connect(self._add)
        self.setFocusProxy(self.box)
        stack_vertically(self, self._chips, stack_horizontally(None, self.box, None), spacing=4)

    def value(self) -> list[str]:
        return list(self._chosen)

    def set_value(self, value: Any) -> None:
        self._chosen = [str(one) for one in value] if isinstance(value, list | tuple) else []
        self._show()

    def name(self, name: str) -> None:
        self.box.setAccessibleName(name)

    def _add(self, key: str) -> None:
        if key not in self._chosen:
            self._chosen.append(key)
            self._show()
            self.changed.emit()

    def _drop(self, key: str) -> None:
        self._chosen.remove(key)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        words = dict(self._options())
        for key in self._chosen:
            chip = TagChip(words.get(key, key), "blue", removable=True)
            chip.removed.connect(partial(self._drop, key))
            self._flow.addWidget(chip)
        self._chips.setVisible(bool(self._chosen))


class _AddBox(StillBox):
    """A list that hands over what is picked and then invites again; filled when looked at."""

    picked = Signal(str)

    def __init__(self, options: Options, invitation: str) -> None:
        super().__init__()
        self._options, self._invitation = options, invitation
        self.setMinimumWidth(NARROW)
        self.activated.connect(self._on_activated)
        self._fill()

    def showPopup(self) -> None:
        self._fill()
        super().showPopup()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._fill()
        super().focusInEvent(event)

    def _fill(self) -> None:
        with QSignalBlocker(self):
            self.clear()
            self.addItem(self._invitation, "")
            for key, words in self._options():
                self.addItem(words, key)

    def _on_activated(self, place: int) -> None:
        key = self.itemData(place)
        self.setCurrentIndex(0)
        if key:
            self.picked.emit(key)
