"""A spin box whose number does not touch its border."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

from ui.theme import current_tokens


class NumberBox(QSpinBox):
    """Style sheets don't reach the field inside a spin box, so its margin is set here."""

    def __init__(
        self, least: int = 0, most: int = 99, suffix: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setRange(least, most)
        self.setSuffix(suffix)
        self.lineEdit().setTextMargins(current_tokens().space_s, 0, 0, 0)
