"""The lock: hides what is on the screen until the person at the desk proves to be the same."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import _
from app.staff import Member, StaffService
from db.clock import now_ms
from ui.jobs import Jobs
from ui.shell.pages import CenteredPage
from ui.theme import pixmap, role, theme_signals
from ui.widgets.avatar import Avatar
from ui.widgets.layout import stack_horizontally

CHECK_MS = 5_000
_INPUT = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.InputMethod,
}


class LockPage(CenteredPage):
    """Shows nothing of the shop but who is signed in; drafts stay where they are."""

    unlocked = Signal()
    sign_out_wanted = Signal()

    def __init__(self, staff: StaffService, jobs: Jobs) -> None:
        super().__init__(width=320)
        self._staff, self._jobs = staff, jobs
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._face = Avatar(size=56)
        self._name = role(QLabel(alignment=Qt.AlignmentFlag.AlignCenter), "heading")
        self._password = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self._password.setPlaceholderText(_("Password"))
        self._password.setAccessibleName(_("Password"))
        self._trouble = role(QLabel(alignment=Qt.AlignmentFlag.AlignCenter), "danger")
        self._unlock = role(QPushButton(_("Unlock")), "primary")
        self._other = role(QPushButton(_("Somebody else signs in")), "ghost")
        self._unlock.clicked.connect(self._try)
        self._password.returnPressed.connect(self._try)
        self._other.clicked.connect(self.sign_out_wanted)
        hint = role(QLabel(_("Locked. Drafts are kept.")), "hint")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.addWidget(self._picture)
        self.column.addLayout(stack_horizontally(None, None, self._face, None))
        for widget in (self._name, hint, self._password, self._trouble, self._unlock, self._other):
            self.column.addWidget(widget)
        self.column.setSpacing(12)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def begin(self, member: Member) -> None:
        """Ask this person."""
        self._face.show_person(member.name, member.login)
        self._name.setText(member.shown_name)
        self._password.clear()
        self._trouble.hide()
        self._password.setFocus()

    def _try(self) -> None:
        if not self._unlock.isEnabled():
            return  # the Return key must not guess faster than the button
        self._unlock.setEnabled(False)
        check = partial(self._staff.check_password, self._password.text())
        self._jobs.run(self, check, self._answer, failed=self._must_wait, key="unlock")

    def _answer(self, right: bool) -> None:
        self._password.clear()
        if right:
            self._unlock.setEnabled(True)
            self.unlocked.emit()
            return
        self._refuse(_("The password is wrong."))

    def _must_wait(self, error: BaseException) -> None:
        self._password.clear()
        hint = error.hint if isinstance(error, UserError) else ""
        self._refuse(" ".join((_("The password is wrong."), hint)).strip())

    def _refuse(self, text: str) -> None:
        # A second of rest makes guessing slow and costs the owner of the password little.
        self._trouble.setText(text)
        self._trouble.show()
        QTimer.singleShot(1000, self, partial(self._unlock.setEnabled, True))
        self._password.setFocus()

    def _tint(self) -> None:
        self._picture.setPixmap(pixmap("lock", 28, "text_faint", self.devicePixelRatioF()))


def put_aside(window: QWidget) -> list[QWidget]:
    """Hide what stands open beside the window; a question under way is answered with no."""
    others = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window]
    kept = []
    for other in others:
        if other.windowType() in {Qt.WindowType.Popup, Qt.WindowType.ToolTip}:
            other.close()
        elif isinstance(other, QDialog) and other.isModal():
            other.reject()
        else:
            other.hide()
            kept.append(other)
    return kept


def bring_back(aside: list[QWidget]) -> None:
    """Show again what was put aside, as far as it is still there."""
    for widget in aside:
        if shiboken6.isValid(widget):
            widget.show()
    aside.clear()


class IdleWatch(QObject):
    """Fires `idle` when nobody has touched the window for some minutes; 0 minutes is never."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._minutes, self._touched = 0, now_ms()
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self.check)

    def watch(self, window: QWindow) -> None:
        """Follow keys and mouse of this window."""
        window.installEventFilter(self)

    def set_minutes(self, minutes: int) -> None:
        """How long nobody may be there."""
        self._minutes, self._touched = minutes, now_ms()
        if minutes > 0:
            self._timer.start()
        else:
            self._timer.stop()

    def check(self, now: int | None = None) -> None:
        """Compare with the clock; `now` in UTC milliseconds."""
        if self._minutes and (now or now_ms()) - self._touched >= self._minutes * 60_000:
            self._touched = now_ms()
            self.idle.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._touched = now_ms()
        return False
