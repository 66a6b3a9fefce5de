"""A page of plain settings: every change is kept at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QCheckBox, QSpinBox

from app.core.settings import Setting
from ui.settings.form import SettingsPage
from ui.widgets import NumberBox

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_WIDTH: Final = 148
"""Room for a number and its unit, so that the boxes below each other are level."""


class KeptPage(SettingsPage):
    """Makes the controls of settings."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        self._context, self._settings = context, context.services.settings

    def number(
        self, setting: Setting[int], least: int, most: int, suffix: str = "", unit: int = 1
    ) -> QSpinBox:
        """A number; `unit` of the setting make one of the box, e.g. 100 fen a yuan."""
        box = NumberBox(least, most)
        box.setSuffix(suffix)
        box.setKeyboardTracking(False)
        box.setMinimumWidth(_WIDTH)
        box.setValue(self._settings.get(setting) // unit)
        box.valueChanged.connect(partial(self._keep_number, setting, unit))
        return box

    def tick(self, setting: Setting[bool]) -> QCheckBox:
        """A yes or no."""
        box = QCheckBox()
        box.setChecked(self._settings.get(setting))
        box.toggled.connect(partial(self._keep_tick, setting))
        return box

    def keep(self, setting: Setting[Any], value: object) -> None:
        """Keep a value."""
        self.write(partial(self._settings.set, setting, value))

    def write(self, work: Callable[[], object]) -> None:
        """Do what keeps something, away from the window's thread."""
        self._context.jobs.run(self, work, lane="write")

    def _keep_number(self, setting: Setting[int], unit: int, value: int) -> None:
        self.keep(setting, value * unit)

    def _keep_tick(self, setting: Setting[bool], ticked: bool) -> None:
        self.keep(setting, ticked)
