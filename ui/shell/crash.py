"""What happens when the program itself is at fault: a report on this computer, a calm notice."""

from __future__ import annotations

import faulthandler
import logging
import platform
import re
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
    qVersion,
)

log = logging.getLogger(__name__)

KEPT: Final = 20
"""Reports kept; older ones are deleted."""

_SECRETS: Final = (
    (re.compile(r"[\u3400-\u9fff]+"), "…"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "…@…"),
    (re.compile(r"\d{4,}"), "####"),
    (re.compile(r"(['\"])(?:(?!\1).){3,}\1"), r"\1…\1"),
)
_PRIVATE: Final = re.compile(r"\d{3,}|@")
_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def redacted(text: str) -> str:
    """A message without Chinese text, numbers, addresses and quoted values."""
    for pattern, stand_in in _SECRETS:
        text = pattern.sub(stand_in, text)
    return text


class Crashes(QObject):
    """`happened` carries the report's path (or None) on the GUI thread."""

    happened = Signal(object)

    def __init__(self, folder: Callable[[], Path], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._fault_file: TextIO | None = None
        self._in_report = threading.local()
        self._installed = False

    def install(self) -> None:
        """Catch what nobody caught, in every thread, and what Qt has to say."""
        self._installed = True
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(_on_qt_message)

    def uninstall(self) -> None:
        """Give everything back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def forget_faults(self) -> None:
        """Close the file of `watch_faults`."""
        if self._fault_file is not None:
            faulthandler.disable()
            self._fault_file.close()
            self._fault_file = None

    def watch_faults(self) -> None:
        """Let a fault in native code leave its stack in the log folder, once installed."""
        self.forget_faults()
        if not self._installed:
            return
        try:
            self._folder().mkdir(parents=True, exist_ok=True)
            self._fault_file = (self._folder() / "faults.txt").open("a", encoding="utf-8")
            faulthandler.enable(self._fault_file)
        except OSError:
            log.warning("faults cannot be noted in the log folder")

    def report(self, error: BaseException) -> Path | None:
        """Write a report and announce it; callable from any thread."""
        if getattr(self._in_report, "active", False):
            return None
        self._in_report.active = True
        try:
            path = self._write(error)
            log.error("crash noted: %s", type(error).__name__)
            self.happened.emit(path)
            return path
        finally:
            self._in_report.active = False

    def _write(self, error: BaseException) -> Path | None:
        folder = self._folder()
        name = f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(report_text(error), encoding="utf-8")
            for old in sorted(folder.glob("crash-*.txt"))[:-KEPT]:
                old.unlink()
        except OSError:
            return None
        return folder / name

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.report(error)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_value)


def report_text(error: BaseException) -> str:
    """The stack and the redacted message: no values of variables, nothing a customer wrote."""
    lines = [
        f"Kefu Desk · Python {platform.python_version()} · Qt {qVersion()} · {platform.platform()}",
        "",
    ]
    chain: BaseException | None = error
    while chain is not None:
        frames = traceback.extract_tb(chain.__traceback__)
        lines += [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
        lines += [f"{type(chain).__name__}: {_message(chain)}", ""]
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    return "\n".join(lines)


def _message(error: BaseException) -> str:
    """These speak of names in the code, which are no secret and say most."""
    text = str(error)
    if isinstance(error, AttributeError | NameError | ImportError):
        private = not text.isascii() or _PRIVATE.search(text)
        return redacted(text) if private else text
    return redacted(text)


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s", redacted(message))
