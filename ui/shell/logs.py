"""Logs of the window, in the home's log folder, without anybody's data."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from ui.shell.crash import report_text

_BYTES: Final = 1_000_000
_FILES: Final = 3


class _CalmFormatter(logging.Formatter):
    """Exceptions are written as crash reports are: stacks yes, values no."""

    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have left its own, uncensored rendering in the record.
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(self, ei: object) -> str:
        error = ei[1] if isinstance(ei, tuple) else None
        return report_text(error) if isinstance(error, BaseException) else ""


class LogFile:
    """Writes warnings to a home's log folder while that home is open."""

    def __init__(self) -> None:
        self._handler: logging.Handler | None = None

    def open(self, folder: Path) -> None:
        """Begin to write to `folder`; a folder that can't be written to is done without."""
        self.close()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handler = RotatingFileHandler(
                folder / "window.log", maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8"
            )
        except OSError:
            return
        handler.setFormatter(_CalmFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logging.getLogger().addHandler(handler)
        self._handler = handler

    def close(self) -> None:
        """Close the file."""
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()
            self._handler = None
