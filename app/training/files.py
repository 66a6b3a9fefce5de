"""Reading and writing the files that supervisors hand about."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import UserError
from app.core.i18n import _


def read_bytes(path: Path) -> bytes:
    """Read a file; raises `UserError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            _("“{name}” can't be read.").format(name=path.name),
            hint=str(path),
            code="unreadable",
        ) from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file; raises `UserError`."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UserError(
            _("“{name}” can't be written.").format(name=path.name),
            hint=str(path.parent),
            code="unwritable",
        ) from error
