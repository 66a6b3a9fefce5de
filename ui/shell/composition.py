"""Leaves the keyboard to the input method while it composes: no shortcut, Enter or Escape acts."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_OWN: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_COMMANDING: Final = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class CompositionGuard(QObject):
    """Watches whatever has the focus, in every window of the program."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._composing = False
        self._watched: QWidget | None = None
        app.focusChanged.connect(self._follow)
        self._follow(None, app.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            self._composing = bool(event.preeditString())
        elif not self._composing:
            return False
        elif kind == QEvent.Type.ShortcutOverride:
            # Accepted, it is no shortcut any more but a key for the field.
            event.accept()
            return True
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            # An Enter that slips past the input method belongs to it all the same, and what would
            # have been a shortcut is no letter. Escape ends the composition, not what is around it.
            if event.key() == Qt.Key.Key_Escape:
                QGuiApplication.inputMethod().reset()
            return event.key() in _OWN or bool(event.modifiers() & _COMMANDING)
        return False

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched.destroyed.disconnect(self._forget)
        self._forget()
        if now is not None and now.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
            self._watched = now
            now.installEventFilter(self)
            now.destroyed.connect(self._forget)

    def _forget(self) -> None:
        self._watched, self._composing = None, False
