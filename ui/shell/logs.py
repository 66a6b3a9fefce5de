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


def log_to(folder: Path) -> logging.Handler | None:
    """Write warnings and more to `folder`; None where that is impossible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "window.log", maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8"
        )
    except OSError:
        return None
    handler.setFormatter(_CalmFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
    return handler


def stop_logging(handler: logging.Handler | None) -> None:
    """Close the file of `log_to`."""
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        handler.close()
