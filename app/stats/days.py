"""Days as a person types them."""

from __future__ import annotations

from datetime import date

from app.core.errors import UserError
from app.core.i18n import _


def day_of(text: str) -> date:
    """Read a day like 2026-11-01; raises `UserError`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UserError(
            _("“{text}” is no day.").format(text=text),
            hint=_("Write it like 2026-11-01."),
            code="usage",
        ) from error
