"""A line of text in place: a remark with its flag, or the reason of a hold."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QPushButton

from app.core.i18n import _
from app.orders import FLAG_NAMES
from ui.theme import current_tokens, icon, role
from ui.widgets import stack_horizontally
from ui.widgets.keys import is_escape

FLAG_TINTS: Final = {
    "red": "danger",
    "yellow": "warning",
    "green": "success",
    "blue": "info",
    "purple": "accent",
}


class NoteForm(QFrame):
    """`saved` carries (purpose, text, flag); purpose is "remark" or "hold"."""

    saved = Signal(str, str, str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        role(self, "card")
        self.purpose = "remark"
        self.text = QLineEdit(maxLength=200)
        self.flag = QComboBox()
        self.flag.setAccessibleName(_("Flag"))
        self.save = role(QPushButton(_("Save")), "primary")
        self.text.returnPressed.connect(self._save)
        self.text.installEventFilter(self)
        self.save.clicked.connect(self._save)
        row = stack_horizontally(self, self.text, self.flag, self.save, margin=8, spacing=6)
        row.setStretchFactor(self.text, 1)
        self.flag.addItem(_("No flag"), "")
        for key, name in FLAG_NAMES.items():
            self.flag.addItem(icon("flag", FLAG_TINTS[key]), _(name), key)
        self.flag.setMaximumWidth(current_tokens().control * 4)

    def open(self, purpose: str, text: str = "") -> None:
        """Ask for a remark or for the reason of a hold."""
        self._ask(purpose, text)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self, purpose: str, text: str) -> None:
        self.purpose = purpose
        name = _("Remark, e.g. what was agreed") if purpose == "remark" else _("Why is it held?")
        self.text.setPlaceholderText(name)
        self.text.setAccessibleName(name)
        self.text.setText(text)
        self.flag.setVisible(purpose == "remark")
        self.flag.setCurrentIndex(0)
        self.show()

    def typed(self) -> tuple[str, str, int] | None:
        """What is written but not saved, to be taken up again; None where nothing is."""
        text = self.text.text()
        return (self.purpose, text, self.flag.currentIndex()) if self._holds(text) else None

    def take_up(self, typed: tuple[str, str, int]) -> None:
        """Go on with what `typed` told; the keyboard stays where it is."""
        purpose, text, flag = typed
        self._ask(purpose, text)
        self.flag.setCurrentIndex(flag)

    def _holds(self, text: str) -> bool:
        return not self.isHidden() and bool(text.strip())

    def _save(self) -> None:
        if text := self.text.text().strip():
            self.saved.emit(self.purpose, text, self.flag.currentData() or "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if is_escape(event):
            self.left.emit()
            return True
        return super().eventFilter(watched, event)
