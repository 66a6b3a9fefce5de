"""The phrase picker, built when it is opened for the first time: the desk starts without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.desk.protocols import PhrasePicker

if TYPE_CHECKING:
    from app.conversations import ConversationContext


class LatePicker(QObject):
    """Stands in for the picker that `make` builds over the widget given; a `PhrasePicker`."""

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, make: Callable[[QWidget], PhrasePicker], over: QWidget) -> None:
        super().__init__(over)
        self._make, self._over = make, over
        self._picker: PhrasePicker | None = None
        self._context: ConversationContext | None = None

    def show_conversation(self, context: ConversationContext | None) -> None:
        """Fill variables for this customer from now on."""
        self._context = context
        if self._picker is not None:
            self._picker.show_conversation(context)

    def open_at(self, rect: QRect) -> None:
        """Open beside `rect`."""
        if self._picker is None:
            self._picker = self._make(self._over)
            self._picker.chosen.connect(self.chosen)
            self._picker.closed.connect(self.closed)
            self._picker.show_conversation(self._context)
        self._picker.open_at(rect)

    def set_query(self, text: str) -> None:
        """Show what matches; only an open picker is asked."""
        if self._picker is not None:
            self._picker.set_query(text)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Hand a key to the picker; False for a key that is not its own."""
        return self._picker is not None and self._picker.handle_key(event)

    def close_picker(self) -> None:
        """Go away."""
        if self._picker is not None:
            self._picker.close_picker()

    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self._picker is not None and self._picker.is_open()
