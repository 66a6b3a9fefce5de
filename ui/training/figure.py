"""A number with its name and a word on it, in a small box."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel

from ui.theme import Role, role
from ui.widgets import stack_vertically


class Figure(QFrame):
    """The value is large; it turns green or amber where it reaches, or misses, its bar."""

    def __init__(self, name: str) -> None:
        super().__init__()
        role(self, "card")
        self._name = name
        self.value = QLabel("—")
        self.value.setObjectName("bigNumber")
        self.note = role(QLabel(wordWrap=True), "hint")
        title = role(QLabel(name), "muted")
        lines = stack_vertically(self, title, self.value, self.note, spacing=2)
        lines.setContentsMargins(12, 8, 12, 10)

    def show_value(self, value: str, note: str = "") -> None:
        """Show another value."""
        self.value.setText(value)
        self.set_reached(None)
        self.note.setText(note)
        self.setAccessibleName(f"{self._name}: {value}, {note}")

    def set_reached(self, reached: bool | None) -> None:
        """Colour the value; None where nothing is known."""
        unknown: Role = "muted" if self.value.text() == "—" else ""
        role(self.value, unknown if reached is None else "success" if reached else "warning")
