"""A field for a few short texts, separated by commas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from app.core.i18n import _
from ui.theme import set_state

_BETWEEN: Final = re.compile(r"[、,，;；\n]+")
_WIDTH: Final = 320


class ListField(QLineEdit):
    """`kept` carries the texts with Enter or when one leaves the field."""

    kept = Signal(object)

    def __init__(self, values: Sequence[str] = ()) -> None:
        super().__init__()
        self.setMinimumWidth(_WIDTH)
        self.show_values(values)
        self.editingFinished.connect(self._finish)

    def show_values(self, values: Sequence[str]) -> None:
        """Show what is kept."""
        self.setText(_(", ").join(values))
        self.setCursorPosition(0)
        set_state(self, state="")

    def show_wrong(self) -> None:
        """Mark that what it says can't be kept."""
        set_state(self, state="error")

    def _finish(self) -> None:
        if self.isModified():
            self.setModified(False)
            self.kept.emit([text.strip() for text in _BETWEEN.split(self.text()) if text.strip()])
