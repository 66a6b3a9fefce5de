"""Makes itself noticed while the window is in the background: task bar, tray and a sound."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from app.core.i18n import ngettext


class Attention(QObject):
    """`raise_wanted` fires when somebody clicks the tray icon or its message."""

    raise_wanted = Signal()

    def __init__(self, window: QWidget, sound: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._sound, self._count = window, sound, 0
        self._tray: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(window.windowIcon(), self)
            self._tray.activated.connect(self._on_tray)
            self._tray.messageClicked.connect(self.raise_wanted)
            self._tray.show()

    def show_waiting(self, count: int) -> None:
        """Say how many customers wait; more than before calls the person back."""
        more, self._count = count > self._count, count
        self._badge(count)
        text = ngettext("{n} customer is waiting", "{n} customers are waiting", count)
        text = text.format(n=count) if count else ""
        if self._tray is not None:
            self._tray.setToolTip("\n".join(filter(None, (self._window.windowTitle(), text))))
        if more:
            self.call(text)

    def call(self, text: str) -> None:
        """Call the person back, where the window is in the background."""
        if not self._window.isActiveWindow():
            self._call(text)

    def stop(self) -> None:
        """Take the icon and the number away."""
        self._badge(0)
        if self._tray is not None:
            self._tray.hide()

    def _badge(self, count: int) -> None:
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.setBadgeNumber(count)

    def _call(self, text: str) -> None:
        QApplication.alert(self._window)
        if self._sound():
            QApplication.beep()
        if self._tray is not None:
            self._tray.showMessage(self._window.windowTitle(), text)

    def _on_tray(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.raise_wanted.emit()
