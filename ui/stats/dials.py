"""A slider with its name and the value it stands for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLabel, QSlider, QWidget

from ui.theme import role
from ui.widgets import stack_horizontally, stack_vertically
from ui.widgets.tips import folded


class Dial(QWidget):
    """`changed` fires while it moves. `words` write the value."""

    changed = Signal()

    def __init__(
        self,
        name: str,
        bounds: tuple[int, int],
        value: int,
        words: Callable[[int], str],
        *,
        step: int = 1,
        hint: str = "",
    ) -> None:
        """`bounds` are the least and the largest value, in steps of `step`."""
        super().__init__()
        self._name, self._step, self._words = name, step, words
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(bounds[0] // step, bounds[1] // step)
        self.slider.setPageStep(max(1, (bounds[1] - bounds[0]) // step // 10))
        self.shown = role(QLabel(), "strong")
        title = QLabel(name)
        title.setBuddy(self.slider)
        head = stack_horizontally(None, title, None, self.shown)
        layout = stack_vertically(self, spacing=2)
        layout.addLayout(head)
        layout.addWidget(self.slider)
        self.setToolTip(folded(hint))
        self.slider.setAccessibleDescription(hint)
        self.slider.valueChanged.connect(self._on_moved)
        self.set_value(value)

    def value(self) -> int:
        """The value."""
        return self.slider.value() * self._step

    def name(self) -> str:
        """What it is called."""
        return self._name

    def words(self) -> str:
        """The value in words."""
        return self._words(self.value())

    def set_value(self, value: int) -> None:
        """Put it there without telling."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value / self._step))
        self._tell()

    def _on_moved(self) -> None:
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        words = self._words(self.value())
        self.shown.setText(words)
        self.slider.setAccessibleName(f"{self._name}: {words}")
