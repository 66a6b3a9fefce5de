"""One's own names and password."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QFormLayout, QFrame, QLineEdit, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import _
from app.staff.service import MIN_PASSWORD
from ui.settings.form import SettingsPage
from ui.theme import role
from ui.widgets import NoticeBar, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.shell.plugs import UiContext

_FIELD: Final = 260


class AccountPage(SettingsPage):
    """Names are kept with their own button, the password with its own; both say what is wrong."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("My account"))
        self._context, self._staff = context, context.services.staff
        self.trouble = NoticeBar()
        self.name, self.reception = QLineEdit(), QLineEdit()
        self.old, self.new, self.again = _secret(), _secret(), _secret()
        self.new.setPlaceholderText(_("at least {n} characters").format(n=MIN_PASSWORD))
        self.keep = role(QPushButton(_("Save")), "primary")
        self.change = role(QPushButton(_("Change password")), "primary")
        self.add_widget(self.trouble)
        self.add_group(
            "",
            _form(
                self.keep,
                (_("Name"), self.name),
                (_("Reception name"), self.reception),
            ),
        )
        has_password = self._staff.has_password()
        old = ((_("Old password"), self.old),) if has_password else ()
        self.add_group(
            _("Password"),
            _form(
                self.change,
                *old,
                (_("New password"), self.new),
                (_("New password again"), self.again),
            ),
        )
        self.leave = QPushButton(_("Somebody else signs in"))
        self.leave.clicked.connect(partial(context.commands.run, "app.sign_out"))
        if has_password:
            row = QWidget()
            stack_horizontally(row, self.leave, None).setContentsMargins(0, 8, 0, 0)
            self.add_widget(row)
        self.keep.clicked.connect(self._keep)
        self.change.clicked.connect(self._change)
        self.reception.returnPressed.connect(self._keep)
        self.again.returnPressed.connect(self._change)
        self._show()

    def _show(self) -> None:
        member = self._staff.current
        if member is not None:
            self.name.setText(member.name)
            self.reception.setText(member.reception_name)

    def _keep(self) -> None:
        member = self._staff.current
        if member is None:
            return
        if not self.name.text().strip():
            self.trouble.say(_("Login and name must not be empty."), "danger")
            self.name.setFocus()
            return
        work = partial(
            self._staff.change,
            member.id,
            name=self.name.text(),
            reception_name=self.reception.text(),
        )
        self._run(work, _("Your names were saved."))

    def _change(self) -> None:
        member = self._staff.current
        if member is None:
            return
        if self.new.text() != self.again.text():
            self.trouble.say(_("The two new passwords are not the same."), "danger")
            self.again.setFocus()
            return
        work = partial(self._staff.set_password, member.id, self.new.text(), self.old.text())
        self._run(work, _("Your password was changed."))

    def _run(self, work: Callable[[], Any], thanks: str) -> None:
        done = partial(self._done, thanks)
        self._context.jobs.run(self, work, done, failed=self._failed, lane="write")

    def _done(self, thanks: str, _result: object) -> None:
        self.trouble.say("")
        self._context.notices.success(thanks)
        for secret in (self.old, self.new, self.again):
            secret.clear()
        self._show()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self.trouble.say(" ".join(filter(None, (error.message, error.hint))), "danger")


def _secret() -> QLineEdit:
    return QLineEdit(echoMode=QLineEdit.EchoMode.Password)


def _form(button: QPushButton, *fields: tuple[str, QLineEdit]) -> QFrame:
    card = QFrame()
    form = QFormLayout()
    for title, field in fields:
        field.setAccessibleName(title)
        field.setMinimumWidth(_FIELD)
        form.addRow(title, field)
    column = stack_vertically(card, form, spacing=12)
    column.addLayout(stack_horizontally(None, None, button))
    column.setContentsMargins(16, 12, 16, 12)
    return card
