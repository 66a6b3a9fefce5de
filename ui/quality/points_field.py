"""The field for the points of one line: digits and Enter, and keys for the two common answers."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit

from app.core.i18n import _
from ui.theme import set_state

_WIDTH: Final = 56
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FULL: Final = (Qt.Key.Key_Plus, Qt.Key.Key_F)
_NOT: Final = (Qt.Key.Key_Minus, Qt.Key.Key_N)
NOT: Final = "—"
"""What stands where a line does not apply."""


class PointsField(QLineEdit):
    """`decided` carries points or None (does not apply), `moved` the lines to go down (or up)."""

    decided = Signal(object)
    moved = Signal(int)

    def __init__(self, name: str, most: int) -> None:
        super().__init__()
        self._most, self._kept = most, ""
        self.setFixedWidth(_WIDTH)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMaxLength(3)
        self.setAccessibleName(_("{line}: 0 to {n} points").format(line=name, n=most))
        # Digits are digits: an input method would take them, and the letters, for its own.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)

    def show_points(self, points: int | None, *, judged: bool) -> None:
        """Show what is kept, unless somebody is typing here."""
        self._kept = "" if not judged else NOT if points is None else str(points)
        if not self.isModified():
            self._reset()

    def decide(self, points: int | None) -> None:
        """Give points, or say that the line does not apply."""
        self.show_points(points, judged=True)
        self._reset()
        self.decided.emit(points)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            self._pass(event)
        elif key in _ENTER or key == Qt.Key.Key_Down:
            self._leave(1)
        elif key == Qt.Key.Key_Up:
            self._leave(-1)
        elif key in _FULL:
            self._decide_and_go(self._most)
        elif key in _NOT:
            self._decide_and_go(None)
        elif event.text().isprintable() and event.text() and not event.text().isdigit():
            event.accept()
        else:
            self._pass(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self.isModified():
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self._take():
            self._reset()

    def _pass(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        set_state(self, state="")

    def _decide_and_go(self, points: int | None) -> None:
        self.decide(points)
        self.moved.emit(1)

    def _leave(self, by: int) -> None:
        if self._take():
            self.moved.emit(by)

    def _take(self) -> bool:
        """Keep what was typed; False where it is no number of points."""
        text = self.text().strip()
        if not self.isModified() or text in {self._kept, ""}:
            self._reset()
            return True
        if not text.isdigit() or int(text) > self._most:
            set_state(self, state="error")
            self.selectAll()
            return False
        self.decide(int(text))
        return True

    def _reset(self) -> None:
        self.setText(self._kept)
        self.setModified(False)
        set_state(self, state="")
