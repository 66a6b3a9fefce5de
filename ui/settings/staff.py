"""Who works here: roles, names customers see, passwords, leaving."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import UserError
from app.core.i18n import N_, _
from app.staff import Member
from app.staff.service import MIN_PASSWORD
from db.models import Role
from ui.settings.form import SettingsPage, keyboard_kept
from ui.theme import role
from ui.widgets import (
    Avatar,
    NoticeBar,
    clear_layout,
    hline,
    stack_horizontally,
    stack_vertically,
)

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

ROLES: Final[dict[Role, str]] = {
    Role.TRAINEE: N_("Trainee"),
    Role.AGENT: N_("Agent"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.ADMIN: N_("Administrator"),
}


class StaffPage(SettingsPage):
    """Every change is kept at once and noted in the audit trail."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("Staff"))
        self._context, self._staff = context, context.services.staff
        self.trouble = NoticeBar()
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        holder = QWidget()
        holder.setLayout(stack_vertically(None, self.trouble, self.rows))
        self.add_group("", holder)
        self.form = NewMemberForm()
        self.form.wanted.clicked.connect(self._add)
        self.add_group(_("Add somebody"), self.form)
        context.store.changed.connect(self._on_store_changed)
        self._refresh()

    def _refresh(self) -> None:
        members = partial(self._staff.members, with_inactive=True)
        self._context.jobs.run(self, members, self._show, key="members")

    def _show(self, members: list[Member]) -> None:
        with keyboard_kept(self):
            clear_layout(self.rows)
            for number, member in enumerate(members):
                if number:
                    self.rows.addWidget(hline())
                self.rows.addWidget(self._row(member))

    def _row(self, member: Member) -> QWidget:
        row = QWidget()
        own = self._staff.current is not None and self._staff.current.id == member.id
        name = role(QLabel(member.name + (_(" (you)") if own else "")), "strong")
        login = role(QLabel(f"{member.login} · {member.shown_name}"), "hint")
        words = stack_vertically(None, name, login, spacing=2)
        roles = QComboBox()
        for known, title in ROLES.items():
            roles.addItem(_(title), known)
        roles.setCurrentIndex(roles.findData(member.role))
        roles.setAccessibleName(_("Role of {name}").format(name=member.name))
        roles.activated.connect(partial(self._on_role, roles, member))
        active = QCheckBox(_("On duty"))
        active.setChecked(member.active)
        active.setEnabled(not own)
        active.setAccessibleName(_("{name} may sign in").format(name=member.name))
        active.toggled.connect(partial(self._on_active, member))
        password = QLineEdit()
        password.setEchoMode(QLineEdit.EchoMode.Password)
        password.setPlaceholderText(_("New password, Enter"))
        password.setAccessibleName(_("New password of {name}").format(name=member.name))
        password.setFixedWidth(150)
        password.setVisible(not own)
        password.returnPressed.connect(partial(self._on_password, password, member))
        face = Avatar(member.name, member.login, 32)
        line = stack_horizontally(row, face, words, None, password, roles, active, spacing=12)
        line.setContentsMargins(16, 10, 16, 10)
        return row

    def _on_role(self, box: QComboBox, member: Member, _index: int) -> None:
        self._run(partial(self._staff.change, member.id, role=box.currentData()))

    def _on_active(self, member: Member, active: bool) -> None:
        self._run(partial(self._staff.change, member.id, active=active))

    def _on_password(self, edit: QLineEdit, member: Member) -> None:
        text = edit.text()
        edit.clear()
        self._run(
            partial(self._staff.set_password, member.id, text),
            _("The password of {name} was changed.").format(name=member.name),
        )

    def _add(self) -> None:
        if (empty := self.form.first_empty()) is not None:
            self.form.trouble.say(_("Login and name must not be empty."), "danger")
            empty.setFocus()
            return
        facts = self.form.facts()
        self._run(
            partial(self._staff.add, **facts),
            _("{name} was added.").format(name=facts["name"]),
            self.form.clear,
            self.form.trouble,
        )

    def _run(
        self,
        work: Callable[[], Any],
        thanks: str = "",
        then: Callable[[], object] | None = None,
        trouble: NoticeBar | None = None,
    ) -> None:
        """Do it; what goes wrong is said in `trouble`, else above the list."""
        done = partial(self._done, thanks, then)
        failed = partial(self._failed, trouble or self.trouble)
        self._context.jobs.run(self, work, done, failed=failed, lane="write")

    def _done(self, thanks: str, then: Callable[[], object] | None, _result: object) -> None:
        self.trouble.say("")
        if then is not None:
            then()
        if thanks:
            self._context.notices.success(thanks)
        self._refresh()

    def _failed(self, trouble: NoticeBar, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        trouble.say(" ".join(filter(None, (error.message, error.hint))), "danger")
        self._refresh()

    def _on_store_changed(self, changes: Any) -> None:
        if self.isVisible() and changes.touches("staff"):
            self._refresh()


class NewMemberForm(QFrame):
    """Login, names, role and first password of somebody new."""

    def __init__(self) -> None:
        super().__init__()
        self.login, self.name, self.reception = QLineEdit(), QLineEdit(), QLineEdit()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(_("at least {n} characters").format(n=MIN_PASSWORD))
        self.reception.setPlaceholderText(_("what customers see, e.g. Lily"))
        self.roles = QComboBox()
        for known, title in ROLES.items():
            self.roles.addItem(_(title), known)
        self.roles.setCurrentIndex(1)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, field in (
            (_("Name"), self.name),
            (_("Reception name"), self.reception),
            (_("Login"), self.login),
            (_("First password"), self.password),
            (_("Role"), self.roles),
        ):
            field.setAccessibleName(title)
            form.addRow(title, field)
        self.wanted = role(QPushButton(_("Add")), "primary")
        self.trouble = NoticeBar()
        column = stack_vertically(self, form, self.trouble, spacing=12)
        column.addLayout(stack_horizontally(None, None, self.wanted))
        column.setContentsMargins(16, 12, 16, 12)

    def facts(self) -> dict[str, Any]:
        """Arguments for `StaffService.add`."""
        return {
            "login": self.login.text(),
            "name": self.name.text(),
            "reception_name": self.reception.text(),
            "role": self.roles.currentData(),
            "password": self.password.text(),
        }

    def first_empty(self) -> QLineEdit | None:
        """The first field that can't stay empty and is."""
        needed = (self.name, self.login)
        return next((edit for edit in needed if not edit.text().strip()), None)

    def clear(self) -> None:
        """Empty all fields."""
        self.trouble.say("")
        for edit in (self.login, self.name, self.reception, self.password):
            edit.clear()
