"""The frame and the word of practice on every window beside the main one.

A dialog or pop-up over the desk must look like practice too. They are marked as they get the focus,
for a filter over all events of the program would cost every key press.
"""

from __future__ import annotations

from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.core.i18n import _
from ui.theme import current_tokens

_EDGE: Final = 3
_TITLED: Final = frozenset({Qt.WindowType.Window, Qt.WindowType.Dialog, Qt.WindowType.Tool})


class PracticeMarks(QObject):
    """Watches which windows open over `main`, which carries a frame of its own."""

    def __init__(self, main: QWidget) -> None:
        super().__init__(main)
        self._main, self._on = main, False
        self._marked: list[_Mark] = []
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusWindowChanged.connect(self._look)
            app.focusChanged.connect(self._look)

    def show(self, *, on: bool) -> None:
        """Mark from now on, or take all marks away."""
        self._on = on
        if on:
            self._look()
            for mark in self._marked:
                mark.speak()
            return
        for mark in self._marked:
            if shiboken6.isValid(mark):
                mark.take_away()
        self._marked.clear()

    def _look(self, *_focus: object) -> None:
        if not self._on or not shiboken6.isValid(self._main):
            return
        self._marked = [mark for mark in self._marked if shiboken6.isValid(mark)]
        known = {mark.window_ for mark in self._marked}
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and window not in known and self._is_meant(window):
                self._marked.append(_Mark(window))

    def _is_meant(self, window: QWidget) -> bool:
        if window is self._main or isinstance(window, type(self._main)):
            return False
        if window.windowType() in _TITLED:
            return True
        # Menus and lists that drop down belong to their window; ours hold contents of their own.
        return (
            window.windowType() == Qt.WindowType.Popup
            and type(window).__module__.partition(".")[0] == "ui"
        )


class _Mark(QWidget):
    """The coloured edge over one window, and the word in its title."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("practiceMark")
        self.window_ = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._titled, self._prefix = window.windowType() in _TITLED, _prefix()
        window.installEventFilter(self)
        self._word()
        self._cover()
        native = isinstance(window, QFileDialog) and not window.testOption(
            QFileDialog.Option.DontUseNativeDialog
        )
        self.setVisible(not native)

    def take_away(self) -> None:
        """The window is no part of practice any more."""
        self.window_.removeEventFilter(self)
        self.window_.setWindowTitle(self.window_.windowTitle().removeprefix(self._prefix))
        self.deleteLater()

    def speak(self) -> None:
        """Say the word in the language of the moment."""
        bare = self.window_.windowTitle().removeprefix(self._prefix)
        self._prefix = _prefix()
        self.window_.setWindowTitle(bare)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, title and children."""
        match event.type():
            case QEvent.Type.Resize | QEvent.Type.Show:
                self._cover()
            case QEvent.Type.ChildAdded:
                QTimer.singleShot(0, self, self.raise_)
            case QEvent.Type.WindowTitleChange:
                self._word()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        pen = QPen(QColor(current_tokens().practice), _EDGE)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        half = _EDGE // 2
        painter.drawRect(self.rect().adjusted(half, half, -half - 1, -half - 1))

    def _cover(self) -> None:
        self.setGeometry(self.window_.rect())
        self.raise_()

    def _word(self) -> None:
        title = self.window_.windowTitle()
        if self._titled and not title.startswith(self._prefix):
            self.window_.setWindowTitle(f"{self._prefix}{title}")


def _prefix() -> str:
    return f"{_('Practice')} · "
