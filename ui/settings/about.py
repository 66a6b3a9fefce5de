"""What this program is, its version, where its data and logs lie."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton

from app.core.i18n import _
from app.core.paths import log_dir
from ui.settings.form import SettingsPage, setting_row
from ui.shell.plugs import UiContext
from ui.widgets.labels import CopyLabel


def program_version() -> str:
    """The version of the installed program, or that it runs from a checkout."""
    try:
        return version("kefu-desk")
    except PackageNotFoundError:
        return _("from a checkout")


class AboutPage(SettingsPage):
    """Facts one is asked for when one needs help."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("About"))
        home = context.services.home.path
        self._logs = log_dir(home)
        system = f"{platform.system()} {platform.release()}, Qt {qVersion()}"
        show = QPushButton(_("Open folder"))
        show.clicked.connect(self._open_logs)
        self.add_group(
            "Kefu Desk",
            setting_row(_("Version"), "", CopyLabel(program_version(), name=_("Version"))),
            setting_row(_("System"), "", CopyLabel(system, name=_("System"))),
            setting_row(
                _("Licence"), _("Free software; every line may be read."), CopyLabel("Apache-2.0")
            ),
        )
        self.add_group(
            _("Data on this computer"),
            setting_row(_("This shop's folder"), str(home), CopyLabel(home.name)),
            setting_row(
                _("Logs and crash reports"),
                _("They hold no names, phone numbers or messages."),
                show,
            ),
        )

    def _open_logs(self) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._logs)))
