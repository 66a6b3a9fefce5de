"""Language, look, sending key, sound, waiting clock, time zone and idle lock."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from app.conversations.settings import ENTER_SENDS, LATE_AFTER_S, REMIND_AFTER_S, WARN_AFTER_S
from app.core.i18n import N_, _
from app.core.permissions import Permission
from app.core.settings import IDLE_LOCK_MINUTES, LANGUAGE, SHOP_ZONE, THEME, Setting
from ui.settings.choices import FONT_SCALE, SOUND
from ui.settings.form import SettingsPage, setting_row
from ui.settings.zone_box import ZoneBox
from ui.shell.plugs import UiContext
from ui.theme.apply import SCALES

LANGUAGE_NAMES: Final = {"zh_CN": "简体中文", "en": "English"}
THEME_NAMES: Final = {
    "system": N_("Like the system"),
    "light": N_("Light"),
    "dark": N_("Dark"),
}
WARN_S: Final = (30, 45, 60, 90, 120)
LATE_S: Final = (100, 120, 150, 180, 240, 300)
REMIND_S: Final = (0, 60, 100, 120, 150, 180, 300)
LOCK_MINUTES: Final = (0, 5, 10, 15, 30, 60)


class GeneralPage(SettingsPage):
    """Every change is kept and takes effect at once."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("General"))
        self._context, self._settings = context, context.services.settings
        self.add_group(_("Look"), *self._look_rows())
        self.add_group(_("Replying"), *self._reply_rows())
        self.add_group(_("Waiting customers"), *self._waiting_rows())
        self.add_group(_("Shop"), self._zone_row(), self._lock_row())

    def _look_rows(self) -> list[QWidget]:
        themes = [(key, _(name)) for key, name in THEME_NAMES.items()]
        sizes = [(scale, _("{n} %").format(n=scale)) for scale in SCALES]
        return [
            setting_row(
                _("Language"),
                _("Changes at once; nothing you have typed is lost."),
                self._choice(LANGUAGE, list(LANGUAGE_NAMES.items()), "app.language"),
            ),
            setting_row(_("Theme"), "", self._choice(THEME, themes, "app.look")),
            setting_row(
                _("Text size"),
                _("Only texts grow; the layout keeps its places."),
                self._choice(FONT_SCALE, sizes, "app.look"),
            ),
        ]

    def _reply_rows(self) -> list[QWidget]:
        keys = [(True, _("Enter")), (False, _("Ctrl+Enter"))]
        sound = QCheckBox()
        sound.setChecked(self._settings.get(SOUND))
        sound.toggled.connect(partial(self._keep, SOUND, ""))
        return [
            setting_row(
                _("Send with"),
                _("The other key starts a new line."),
                self._choice(ENTER_SENDS, keys),
            ),
            setting_row(
                _("Sound when a customer starts to wait"),
                _("Only while this window is in the background."),
                sound,
            ),
        ]

    def _waiting_rows(self) -> list[QWidget]:
        may = self._context.services.staff.may(Permission.SHOP_SETTINGS)
        shop = _("Holds for the whole shop.")
        if not may:
            shop = _("A supervisor sets this for the whole shop.")
        warn, late = self._seconds(WARN_AFTER_S, WARN_S), self._seconds(LATE_AFTER_S, LATE_S)
        for box in (warn, late):
            box.setEnabled(may)
        return [
            setting_row(_("The clock warns after"), shop, warn),
            setting_row(_("The clock turns red after"), shop, late),
            setting_row(
                _("Remind me of late customers after"),
                _("One notice for all of them; it leaves by itself."),
                self._seconds(REMIND_AFTER_S, REMIND_S),
            ),
        ]

    def _seconds(self, setting: Setting[int], choices: Sequence[int]) -> QComboBox:
        kept = {*choices, self._settings.get(setting)}
        names = [(n, _("{n} seconds").format(n=n) if n else _("Never")) for n in sorted(kept)]
        return self._choice(setting, names)

    def _zone_row(self) -> QWidget:
        box = ZoneBox(self._settings.get(SHOP_ZONE))
        box.currentIndexChanged.connect(partial(self._on_chosen, box, SHOP_ZONE, "app.language"))
        may = self._context.services.staff.may(Permission.SHOP_SETTINGS)
        box.setEnabled(may)
        hint = _("Days, promises and times follow it. Holds for the whole shop.")
        if not may:
            hint = _("A supervisor sets this for the whole shop.")
        return setting_row(_("Time zone"), hint, box)

    def _lock_row(self) -> QWidget:
        minutes = [(n, _("{n} minutes").format(n=n) if n else _("Never")) for n in LOCK_MINUTES]
        choice = self._choice(IDLE_LOCK_MINUTES, minutes)
        may = self._context.services.staff.may(Permission.SHOP_SETTINGS)
        choice.setEnabled(may)
        hint = _("Holds for the whole shop. Drafts stay; your password unlocks.")
        if not may:
            hint = _("A supervisor sets this for the whole shop.")
        return setting_row(_("Lock when nobody is at the desk for"), hint, choice)

    def _choice(
        self, setting: Setting[Any], options: Sequence[tuple[object, str]], command: str = ""
    ) -> QComboBox:
        box = QComboBox()
        now = self._settings.get(setting)
        for value, text in options:
            box.addItem(text, value)
            if value == now:
                box.setCurrentIndex(box.count() - 1)
        box.setMinimumWidth(160)
        box.currentIndexChanged.connect(partial(self._on_chosen, box, setting, command))
        return box

    def _on_chosen(self, box: QComboBox, setting: Setting[Any], command: str, _index: int) -> None:
        self._keep(setting, command, box.currentData())

    def _keep(self, setting: Setting[Any], command: str, value: object) -> None:
        """Kept in a job; the command then makes the window follow."""
        self._context.jobs.run(
            self,
            partial(self._settings.set, setting, value),
            partial(self._kept, command),
            lane="write",
        )

    def _kept(self, command: str, _none: None) -> None:
        if command:
            self._context.commands.run(command)
