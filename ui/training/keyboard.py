"""Where the keyboard is, and the keys forms have in common."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QPushButton, QWidget


def lost_focus(view: QWidget) -> bool:
    """Whether a view shows while the keyboard is at nothing in it, nor at what lies over it."""
    if not view.isVisible() or QApplication.activePopupWidget() is not None:
        return False
    now: QWidget | None = QApplication.focusWidget()
    return now is None or (now.window() is view.window() and not view.isAncestorOf(now))


def form_key(form: QWidget, keys: str, verb: Callable[[], object], button: QPushButton) -> None:
    """Let keys anywhere in a form do what its button does; the button's tip names them."""
    button.setToolTip(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText))
    shortcut = QShortcut(QKeySequence(keys), form)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(verb)
