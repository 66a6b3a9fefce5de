"""The row that asks the carrier for news: button, age of what is known, honest reasons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import _, ngettext
from app.core.permissions import Permission
from app.shipments import ParcelDetail, ParcelRow
from db.clock import now_ms
from ui.shipments.looks import ago
from ui.theme import icon, role, theme_signals
from ui.widgets import NoticeBar, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

MINUTE_MS: Final = 60_000


class AskRow(QWidget):
    """`answered` carries the fresh `ParcelDetail`."""

    answered = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._shipments = context, context.services.shipments
        self._row: ParcelRow | None = None
        self._busy = False
        self.button = QPushButton(_("Ask for news"))
        self.button.clicked.connect(self.ask)
        self._age = role(QLabel(), "hint")
        self._phone = QLineEdit(placeholderText=_("Last 4 digits of the phone"), maxLength=11)
        self._phone.setAccessibleName(_("Last 4 digits of the phone"))
        self._phone.returnPressed.connect(self.ask)
        self._trouble = NoticeBar()
        self._trouble.action.connect(self._open_account)
        row = stack_horizontally(None, self.button, self._age, None, spacing=8)
        stack_vertically(self, row, self._phone, self._trouble, spacing=8)
        self._timer = QTimer(self, interval=20_000)
        self._timer.timeout.connect(self._show_age)
        self._timer.start()
        theme_signals().changed.connect(self._tint)
        self._tint()

    def show_parcel(self, row: ParcelRow) -> None:
        """Follow another parcel, or newer facts of the same one."""
        if self._row is None or self._row.id != row.id:
            self._trouble.say("")
            self._phone.clear()
            self._busy = False
        self._row = row
        self._phone.setVisible(row.query_error == "phone_needed")
        self._show_age()

    def ask(self) -> None:
        """Ask the carrier in the network lane."""
        if self._row is None or self._busy or not self.button.isEnabled():
            return
        self._busy = True
        self._trouble.say("")
        self._show_age()
        work = partial(self._shipments.refresh, self._row.id, self._phone.text())
        failed = partial(self._failed, self._row.id)
        self._context.jobs.run(self, work, self._done, failed=failed, lane="network", key="ask")

    def _done(self, detail: ParcelDetail) -> None:
        self._busy = False
        if self._row is not None and self._row.id == detail.row.id:
            self.show_parcel(detail.row)
        self.answered.emit(detail)

    def _failed(self, parcel_id: bytes, error: BaseException) -> None:
        self._busy = False
        if not isinstance(error, UserError):
            raise error
        if self._row is None or self._row.id != parcel_id:
            return
        self._phone.setVisible(self._phone.isVisible() or error.code == "phone_needed")
        may_set = self._context.services.staff.may(Permission.SHOP_SETTINGS)
        link = _("Set the account") if error.code == "no_account" and may_set else None
        hint = "" if link else error.hint
        self._trouble.say(" ".join(filter(None, (error.message, hint))), "warning", link)
        self._show_age()

    def _open_account(self) -> None:
        self._context.go("settings", "carriers")

    def _show_age(self) -> None:
        row = self._row
        if row is None:
            return
        wait = self._shipments.next_question_at(row) - now_ms()
        early = wait > 0 and row.query_error != "phone_needed"
        may = self._context.services.staff.may(Permission.QUERY_CARRIERS)
        self.button.setEnabled(may and not self._busy and not early)
        self.button.setText(_("Asking …") if self._busy else _("Ask for news"))
        told = _("Asked {ago}").format(ago=ago(row.queried_at)) if row.queried_at else ""
        minutes = -(-wait // MINUTE_MS)
        again = ngettext("again in {n} min", "again in {n} min", minutes).format(n=minutes)
        self._age.setText(" · ".join(filter(None, (told, again if early else ""))))
        self._age.setToolTip(_("Kuaidi100 locks a number that is asked for twice in 30 minutes."))

    def _tint(self) -> None:
        self.button.setIcon(icon("refresh"))
