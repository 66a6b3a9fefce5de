"""Sign-in: choose yourself, type the password."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QPushButton

from app.core.errors import UserError
from app.core.i18n import _
from app.staff import Member, StaffService, WrongPassword
from ui.jobs import Jobs
from ui.shell.pages import CenteredPage, Field, secret_edit
from ui.shell.people import PersonDelegate
from ui.theme import role

LISTED = 8
"""Up to this many people are listed; larger teams type their login."""
_MEMBER = Qt.ItemDataRole.UserRole


class SignInPage(CenteredPage):
    """`signed_in` fires once the services know who is at the desk."""

    signed_in = Signal()

    def __init__(
        self, staff: StaffService, jobs: Jobs, shop: str, members: Sequence[Member]
    ) -> None:
        super().__init__(width=360)
        self._staff, self._jobs, self._wait = staff, jobs, 0
        title = role(QLabel(shop or "Kefu Desk"), "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._people = QListWidget()
        self._people.setObjectName("peopleList")
        self._people.setItemDelegate(PersonDelegate(self._people))
        self._people.setAccessibleName(_("Who are you?"))
        for member in members:
            line = QListWidgetItem(member.shown_name)
            line.setData(_MEMBER, member)
            self._people.addItem(line)
        self._people.setFixedHeight(min(len(members), LISTED) * 48 + 10)
        listed = 0 < len(members) <= LISTED
        self._people.setVisible(listed)
        self._login = Field(_("Login"), QLineEdit())
        self._login.setVisible(not listed)
        self._password = Field(_("Password"), secret_edit())
        self._enter = role(QPushButton(_("Sign in")), "primary")
        for widget in (title, self._people, self._login, self._password, self._enter):
            self.column.addWidget(widget)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count_down)
        self._people.currentItemChanged.connect(self._forget_refusal)
        self._people.itemClicked.connect(self._on_person)
        self._people.itemActivated.connect(self._on_person)
        self._password.edit.installEventFilter(self)
        self._enter.clicked.connect(self._try)
        for field in (self._login, self._password):
            if isinstance(field.edit, QLineEdit):
                field.edit.returnPressed.connect(self._try)
        self._people.setCurrentRow(0)
        (self._password if listed else self._login).edit.setFocus()

    def login(self) -> str:
        """The login of the person chosen or typed."""
        line = self._people.currentItem()
        if self._login.isHidden() and line is not None:
            member: Member = line.data(_MEMBER)
            return member.login
        return self._login.text().strip()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The arrows choose a person while one is in the field of the password."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = steps.get(Qt.Key(event.key()), 0)
        if not step or self._people.isHidden():
            return False
        row = self._people.currentRow() + step
        self._people.setCurrentRow(max(0, min(self._people.count() - 1, row)))
        return True

    def _on_person(self) -> None:
        self._password.edit.setFocus()
        self._forget_refusal()

    def _forget_refusal(self) -> None:
        self._password.refuse("")

    def _try(self) -> None:
        if not self._enter.isEnabled():
            return
        self._enter.setEnabled(False)
        work = partial(self._staff.sign_in, self.login(), self._password.text())
        self._jobs.run(self, work, self._welcome, failed=self._refused, lane="write")

    def _welcome(self, _member: Member) -> None:
        self._enter.setEnabled(True)
        self.signed_in.emit()

    def _refused(self, error: BaseException) -> None:
        if isinstance(self._password.edit, QLineEdit):
            self._password.edit.clear()
        self._password.edit.setFocus()
        self._wait = error.wait_s if isinstance(error, WrongPassword) else 0
        if self._wait:
            self._tick.start()
            self._show_wait(str(error))
            return
        self._enter.setEnabled(True)
        known = isinstance(error, UserError)
        self._password.refuse(str(error) if known else _("Signing in did not work."))

    def _count_down(self) -> None:
        self._wait -= 1
        if self._wait <= 0:
            self._tick.stop()
            self._enter.setEnabled(True)
            self._password.refuse("")
        else:
            self._show_wait(_("Login or password is wrong."))

    def _show_wait(self, text: str) -> None:
        again = _("Try again in {n} s.").format(n=self._wait)
        self._password.refuse(f"{text} {again}")
