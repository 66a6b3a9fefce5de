"""What a fault does to the running program: a sentence, a report, never more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from app.core.errors import UserError
from app.core.i18n import _
from app.core.storage import storage_trouble
from ui.shell.crash import Crashes
from ui.shell.notices import Notices


class Faults(QObject):
    """Tells people's mistakes and full disks in a notice, and reports all else as a crash."""

    def __init__(self, notices: Notices, log_folder: Callable[[], Path], parent: QObject) -> None:
        super().__init__(parent)
        self._notices, self._log_folder = notices, log_folder
        self.crashes = Crashes(log_folder, self)
        self.crashes.happened.connect(self._on_crash)

    def tell(self, error: BaseException) -> None:
        """Take in what went wrong where nobody else does."""
        error = storage_trouble(error) or error
        if isinstance(error, UserError):
            self._notices.failure(error)
        else:
            self.crashes.report(error)

    def say(self, error: BaseException) -> str:
        """Report what is no person's mistake; returns words for a page."""
        if isinstance(error, UserError):
            return error.message
        self.crashes.report(error)
        return _("Something went wrong inside the program. It has been noted on this computer.")

    def _on_crash(self, report: Path | None) -> None:
        action = (_("Open folder"), self._open_logs) if report else None
        self._notices.error(
            _("Something went wrong inside the program."),
            _("It has been noted on this computer. You can go on working."),
            action,
        )

    def _open_logs(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_folder())))
