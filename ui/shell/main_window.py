"""The one window: a page at a time, a frame that can't be missed where one only practises."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QByteArray, Qt, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent, QIcon, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLabel,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from app.core.i18n import _
from ui.shell.practice_marks import PracticeMarks
from ui.shell.wheel import WheelGuard
from ui.theme import RESOURCES, set_state
from ui.widgets.layout import stack_horizontally, stack_vertically

LEAST = (1024, 640)
USUAL = (1366, 768)
_TITLE_BAR = 40
"""Pixels a title bar takes at most, as far as one knows before the window shows."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MainWindow(QMainWindow):
    """`closing` asks to end the program; the window waits for nobody."""

    closing = Signal()
    leave_practice_wanted = Signal()
    reset_practice_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowIcon(QIcon(str(RESOURCES / "app-icon.svg")))
        self.setMinimumSize(*LEAST)
        self.resize(*USUAL)
        self._fit_screen()
        self._wheel = WheelGuard(self)
        self._frame = QFrame()
        self._frame.setObjectName("practiceFrame")
        self._strip = QFrame()
        self._strip.setObjectName("practiceStrip")
        self._strip_text = QLabel()
        self._strip_text.setObjectName("practiceText")
        self._reset = _strip_button(self.reset_practice_wanted)
        self._leave = _strip_button(self.leave_practice_wanted)
        row = stack_horizontally(
            self._strip, None, self._strip_text, None, self._reset, self._leave
        )
        row.setContentsMargins(12, 0, 4, 0)
        self._had_focus: QWidget | None = None
        self._pages = QStackedWidget()
        self._pages.setObjectName("pages")
        stack_vertically(self._frame, self._strip, self._pages)
        self.setCentralWidget(self._frame)
        self._marks = PracticeMarks(self)
        self.show_practice(on=False)

    def _fit_screen(self) -> None:
        """Fill a screen that has no room for the usual size and the frame around it."""
        room = self.screen().availableSize()
        if room.width() >= LEAST[0] and room.height() < USUAL[1] + _TITLE_BAR:
            self.resize(min(USUAL[0], room.width()), max(LEAST[1], room.height() - _TITLE_BAR))
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def page(self) -> QWidget | None:
        """The page that shows."""
        return self._pages.currentWidget()

    def show_page(self, page: QWidget) -> None:
        """Show `page` and forget all others."""
        wish = page.focusWidget()
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        for old in [self._pages.widget(n) for n in range(self._pages.count())]:
            if old is not None and old is not page:
                self._pages.removeWidget(old)
                old.deleteLater()
        _give_focus(wish)

    def cover(self, page: QWidget) -> None:
        """Show `page` over the one that shows, which is kept as it is."""
        wish, covered = page.focusWidget(), self._pages.currentWidget()
        self._had_focus = covered.focusWidget() if covered is not None else None
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        _give_focus(wish)

    def uncover(self, page: QWidget) -> None:
        """Take the cover away; whoever typed goes on where they were."""
        self._pages.removeWidget(page)
        page.deleteLater()
        if self._had_focus is not None and shiboken6.isValid(self._had_focus):
            _give_focus(self._had_focus)
        self._had_focus = None

    def show_practice(self, *, on: bool) -> None:
        """The coloured frame and the word, wherever only invented data is at stake."""
        self._practice = on
        self._strip.setVisible(on)
        self.allow_reset(on=False)
        self.say_paused("")
        self._reset.setText(_("Make as new"))
        self._reset.setToolTip(
            _("Customers, talks and orders as of today. Results, staff and settings stay.")
        )
        self._leave.setText(_("Leave practice"))
        self._marks.show(on=on)
        edge = 3 if on else 0
        self._frame.setContentsMargins(edge, 0, edge, edge)
        set_state(self._frame, practice=on)

    def say_paused(self, words: str) -> None:
        """That practice stands still, as long as it does; no words once it goes on."""
        usual = _("Practice: everything here is invented, nobody is reached")
        self._strip_text.setText(words or usual)

    def allow_reset(self, *, on: bool) -> None:
        """Offer to make the practice data as new, as long as somebody works in it."""
        self._reset.setVisible(on)

    def show_title(self, shop: str) -> None:
        """Name the shop, and the practice if it is one."""
        name = f"{shop} — Kefu Desk" if shop else "Kefu Desk"
        practice = _("Practice")
        self.setWindowTitle(f"{practice} · {name}" if self._practice else name)

    def come_to_front(self) -> None:
        """Show the window wherever it was."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def place(self) -> str:
        """Size and place as a text to be remembered."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def put_back(self, place: str) -> None:
        """Take a remembered size and place; a place off all screens is corrected by Qt."""
        if place:
            self.restoreGeometry(QByteArray.fromBase64(place.encode()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard, where nobody else wanted it."""
        button = self.focusWidget()
        if event.key() in _ENTER and isinstance(button, QAbstractButton):
            button.click()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if (handle := self.windowHandle()) is not None:
            self._wheel.watch(handle)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.accept()


def _strip_button(wanted: SignalInstance) -> QPushButton:
    button = QPushButton()
    button.setProperty("strip", True)
    button.clicked.connect(wanted)
    return button


def _give_focus(wish: QWidget | None) -> None:
    # A page asks for the focus before it is in the window; the stack then gives it elsewhere.
    if wish is not None:
        wish.setFocus()
