"""Several numbers that only make sense together, such as limits that must rise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from ui.theme import role, set_state
from ui.widgets import NumberBox, stack_horizontally, stack_vertically

_WIDTH: Final = 104

Check = Callable[[Sequence[int]], str]
"""Says what is wrong with the numbers, or nothing."""


def rising(words: str) -> Check:
    """Each number above the one before, or these words."""

    def check(values: Sequence[int]) -> str:
        fits = all(low < high for low, high in pairwise(values))
        return "" if fits else words

    return check


class LimitRow(QWidget):
    """Numbers side by side under their captions; `kept` carries them once they fit together."""

    kept = Signal(object)

    def __init__(
        self, name: str, captions: Sequence[str], values: Sequence[int], most: int, check: Check
    ) -> None:
        super().__init__()
        self._check = check
        self.boxes = [NumberBox(0, most) for _caption in captions]
        self.trouble = role(QLabel(wordWrap=True), "danger")
        self.trouble.hide()
        row = stack_horizontally(None, spacing=8)
        for box, caption, value in zip(self.boxes, captions, values, strict=False):
            box.setKeyboardTracking(False)
            box.setFixedWidth(_WIDTH)
            box.setValue(value)
            box.setAccessibleName(f"{name}: {caption}")
            box.valueChanged.connect(self._on_changed)
            row.addLayout(stack_vertically(None, role(QLabel(caption), "hint"), box, spacing=2))
        stack_vertically(self, row, self.trouble, spacing=4)

    def values(self) -> list[int]:
        """The numbers."""
        return [box.value() for box in self.boxes]

    def _on_changed(self, _value: int) -> None:
        values = self.values()
        wrong = self._check(values)
        self.trouble.setText(wrong)
        self.trouble.setVisible(bool(wrong))
        for box in self.boxes:
            set_state(box, state="error" if wrong else "")
        if not wrong:
            self.kept.emit(values)
