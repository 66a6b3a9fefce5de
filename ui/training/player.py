"""Plays a practice conversation again as it went, or up to eight times as fast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSlider

from app.core.i18n import _
from app.training import Line
from ui.theme import icon, role, theme_signals
from ui.widgets import FilterChips, stack_horizontally
from ui.widgets.format import duration

SPEEDS: Final = (1, 2, 4, 8)
_END_MS: Final = 10


class Player(QFrame):
    """`moved` carries how many lines are to be seen."""

    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("examFoot")
        self._lines: Sequence[Line] = ()
        self.shown = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._come)
        self.play = role(QPushButton(), "icon")
        self.back, self.forth = role(QPushButton(), "icon"), role(QPushButton(), "icon")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.time = role(QLabel(), "mono")
        self.speeds = FilterChips([(speed, f"{speed}×") for speed in SPEEDS], 1, _("Speed"))
        self._arrange()
        self.play.clicked.connect(self.toggle)
        self.back.clicked.connect(self.step_back)
        self.forth.clicked.connect(self.step)
        self.slider.valueChanged.connect(self._on_slider)
        self.speeds.changed.connect(self._on_speed)
        theme_signals().changed.connect(self._show_state)
        self._show_state()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Another conversation, all of it to be seen."""
        self._timer.stop()
        self._lines = lines
        self.slider.setMaximum(len(lines))
        self.shown = len(lines)
        self._show_state()

    @property
    def playing(self) -> bool:
        """Whether lines come by themselves."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play or pause; at the end, from the beginning."""
        if self.playing:
            self._timer.stop()
        elif self._lines:
            if self.shown >= len(self._lines):
                self.go_to(1)
            self._wait()
        self._show_state()

    def step(self) -> None:
        """One line on."""
        self.go_to(self.shown + 1)

    def step_back(self) -> None:
        """One line back."""
        self.go_to(self.shown - 1)

    def faster(self, by: int = 1) -> None:
        """The next speed, or with -1 the one before."""
        place = SPEEDS.index(self.speed()) + by
        self.speeds.set_value(SPEEDS[max(0, min(place, len(SPEEDS) - 1))])
        self._on_speed(None)

    def speed(self) -> int:
        """How many times as fast as it went."""
        value = self.speeds.value()
        return value if isinstance(value, int) else 1

    def go_to(self, count: int) -> None:
        """Show so many lines."""
        self.shown = max(min(1, len(self._lines)), min(count, len(self._lines)))
        self.moved.emit(self.shown)
        if self.playing:
            self._wait()
        self._show_state()

    def stop(self) -> None:
        """Pause."""
        self._timer.stop()
        self._show_state()

    # --- inside --------------------------------------------------------------------------------

    def _come(self) -> None:
        self.shown = min(self.shown + 1, len(self._lines))
        self.moved.emit(self.shown)
        self._wait()
        self._show_state()

    def _wait(self) -> None:
        """Until the next line is due, at the speed chosen; nothing is waited for at the end."""
        self._timer.stop()
        if self.shown < len(self._lines):
            before = self._lines[self.shown - 1].at if self.shown else 0.0
            gap = self._lines[self.shown].at - before
            self._timer.start(max(_END_MS, round(1000 * gap / self.speed())))

    def _on_slider(self, value: int) -> None:
        if value != self.shown:
            self.go_to(value)

    def _on_speed(self, _value: object) -> None:
        if self.playing:
            self._wait()

    def _show_state(self) -> None:
        playing = self.playing
        self.play.setIcon(icon("pause" if playing else "play", "accent"))
        words = _("Pause") if playing else _("Play")
        self.play.setAccessibleName(words)
        self.play.setToolTip(_("{what} (Space)").format(what=words))
        for button, name, picture, key in (
            (self.back, _("One line back"), "chevron-left", "←"),
            (self.forth, _("One line on"), "chevron-right", "→"),
        ):
            button.setIcon(icon(picture))
            button.setAccessibleName(name)
            button.setToolTip(f"{name} ({key})")
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(self.shown)
        self.slider.blockSignals(blocked)
        at = self._lines[self.shown - 1].at if 0 < self.shown <= len(self._lines) else 0.0
        end = self._lines[-1].at if self._lines else 0.0
        self.time.setText(f"{duration(at)} / {duration(end)}")

    def _arrange(self) -> None:
        self.speeds.setToolTip(_("Speed (+ −)"))
        self.slider.setAccessibleName(_("Place in the conversation"))
        row = stack_horizontally(
            self, self.back, self.play, self.forth, self.slider, self.time, self.speeds, spacing=8
        )
        row.setStretch(3, 1)
        row.setContentsMargins(12, 6, 12, 6)
        self.speeds.keep_on_one_line()
