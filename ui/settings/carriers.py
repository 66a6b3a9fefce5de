"""The account that parcels are asked with, and when silence of a parcel becomes trouble."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QSpinBox, QWidget

from app.carriers import common_carriers
from app.core.errors import UserError
from app.core.i18n import N_, _
from app.core.settings import Setting
from app.shipments.settings import (
    CARRIER_STALLED_HOURS,
    NO_PICKUP_HOURS,
    REMOTE_STALLED_HOURS,
    STALLED_HOURS,
    STUCK_HOURS,
    UNCOLLECTED_HOURS,
)
from ui.settings.form import SettingsPage, setting_row
from ui.shell.plugs import UiContext
from ui.theme import role
from ui.widgets import Kind, NoticeBar, NumberBox, stack_horizontally, stack_vertically

MOST_HOURS: Final = 720
_LIMITS: Final = (
    (NO_PICKUP_HOURS, N_("Not picked up after shipping"), ""),
    (STALLED_HOURS, N_("On its way without news"), ""),
    (
        REMOTE_STALLED_HOURS,
        N_("To remote regions without news"),
        N_("Xinjiang, Tibet, Qinghai, Inner Mongolia, Gansu, Ningxia, Hainan, Hong Kong …"),
    ),
    (STUCK_HOURS, N_("Out for delivery and not signed for"), ""),
    (UNCOLLECTED_HOURS, N_("At the pickup point and not collected"), ""),
)


class CarriersPage(SettingsPage):
    """Customer and key go to the system's keyring; the key is never shown again."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("Carriers"))
        self._context, self._shipments = context, context.services.shipments
        self._settings = context.services.settings
        self._build_account()
        self.add_group(_("Kuaidi100 account"), *self._account_rows())
        self.add_group(_("A parcel needs attention when it is"), *self._limit_rows())
        self._show_account()

    # --- account --------------------------------------------------------------------------

    def _build_account(self) -> None:
        self._customer, self._key = QLineEdit(), QLineEdit()
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._number = QLineEdit(placeholderText=_("Tracking number"))
        for field in (self._customer, self._key, self._number):
            field.setMinimumWidth(240)
        self._save = role(QPushButton(_("Save")), "primary")
        self._save.clicked.connect(self._on_save)
        self._forget = role(QPushButton(_("Remove")), "ghost")
        self._forget.clicked.connect(self._on_forget)
        self._try = QPushButton(_("Ask once"))
        self._try.clicked.connect(self._on_try)
        self._customer.textChanged.connect(self._enable)
        self._key.textChanged.connect(self._enable)
        self._number.textChanged.connect(self._enable)
        self._number.returnPressed.connect(self._on_try)
        self._told = NoticeBar()

    def _account_rows(self) -> list[QWidget]:
        buttons, test = QWidget(), QWidget()
        stack_horizontally(buttons, self._forget, self._save, spacing=8)
        stack_horizontally(test, self._number, self._try, spacing=8)
        told = QWidget()
        stack_vertically(told, self._told, margin=8)
        kept = _("Kept in this computer's keyring, in no file and no backup.")
        return [
            setting_row(
                _("Kuaidi100 customer"), _("As Kuaidi100's console shows it."), self._customer
            ),
            setting_row(_("Kuaidi100 key"), kept, self._key),
            setting_row("", "", buttons),
            setting_row(_("Test"), _("Uses one query of your plan."), test),
            told,
        ]

    def _show_account(self) -> None:
        customer = self._shipments.account_customer()
        self._customer.setText(customer)
        self._key.clear()
        self._key.setPlaceholderText("••••••••" if customer else "")
        if self._shipments.practice:
            self._say(_("The practice shop's parcels are invented; no carrier is asked."), "info")
            for field in (self._customer, self._key, self._number):
                field.setEnabled(False)
        elif customer:
            self._say(_("An account is set."), "success")
        else:
            self._say(_("No account is set: parcels show what the order files say."), "info")
        self._enable()

    def _enable(self, _text: str = "") -> None:
        account = bool(self._shipments.account_customer())
        filled = self._customer.text().strip() and self._key.text().strip()
        self._save.setEnabled(bool(filled) and not self._shipments.practice)
        self._forget.setEnabled(account)
        self._try.setEnabled(account and bool(self._number.text().strip()))

    def _on_save(self) -> None:
        work = partial(self._shipments.set_account, self._customer.text(), self._key.text())
        self._context.jobs.run(self, work, self._changed, failed=self._failed, lane="write")

    def _on_forget(self) -> None:
        work = self._shipments.forget_account
        self._context.jobs.run(self, work, self._changed, failed=self._failed, lane="write")

    def _changed(self, _none: None) -> None:
        self._show_account()

    def _on_try(self) -> None:
        if not self._try.isEnabled():
            return
        self._try.setEnabled(False)
        self._say(_("Asking …"), "info")
        work = partial(self._shipments.try_account, self._number.text())
        self._context.jobs.run(self, work, self._tried, failed=self._failed, lane="network")

    def _tried(self, said: str) -> None:
        self._say(_("The account works: {said}").format(said=said or _("no news")), "success")
        self._enable()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self._say(" ".join(filter(None, (error.message, error.hint))), "danger")
        self._enable()

    def _say(self, text: str, kind: Kind) -> None:
        self._told.say(text, kind)

    # --- limits ---------------------------------------------------------------------------

    def _limit_rows(self) -> list[QWidget]:
        rows = [
            setting_row(_(title), _(hint), self._hours(setting)) for setting, title, hint in _LIMITS
        ]
        self._slow = QComboBox()
        self._slow.setAccessibleName(_("Carrier"))
        for info in common_carriers()[:20]:
            self._slow.addItem(info.name, info.code)
        self._slow_hours = _hours_box(0)
        self._slow_hours.setSpecialValueText(_("as all others"))
        self._slow_hours.setAccessibleName(_("Hours"))
        self._slow.currentIndexChanged.connect(self._show_slow)
        self._slow_hours.valueChanged.connect(self._keep_slow)
        self._show_slow(0)
        pair = QWidget()
        stack_horizontally(pair, self._slow, self._slow_hours, spacing=8)
        hint = _("For carriers that are slower or faster than the others.")
        return [*rows, setting_row(_("Without news, by carrier"), hint, pair)]

    def _hours(self, setting: Setting[int]) -> QSpinBox:
        box = _hours_box(1)
        box.setValue(self._settings.get(setting))
        box.valueChanged.connect(partial(self._keep, setting))
        return box

    def _keep(self, setting: Setting[int], hours: int) -> None:
        work = partial(self._settings.set, setting, hours)
        self._context.jobs.run(self, work, lane="write")

    def _show_slow(self, _index: int) -> None:
        hours = self._settings.get(CARRIER_STALLED_HOURS).get(self._slow.currentData(), 0)
        self._slow_hours.blockSignals(True)
        self._slow_hours.setValue(hours)
        self._slow_hours.blockSignals(False)

    def _keep_slow(self, hours: int) -> None:
        kept = self._settings.get(CARRIER_STALLED_HOURS).copy()
        kept[self._slow.currentData()] = hours
        chosen = {carrier: n for carrier, n in kept.items() if n}
        work = partial(self._settings.set, CARRIER_STALLED_HOURS, chosen)
        self._context.jobs.run(self, work, lane="write")


def _hours_box(least: int) -> QSpinBox:
    box = NumberBox(least, MOST_HOURS)
    box.setSuffix(_(" h"))
    box.setKeyboardTracking(False)
    box.setMinimumWidth(110)
    return box
