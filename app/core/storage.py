"""A full or broken disk is nobody's bug: put into one sentence that says what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from app.core.errors import UserError
from app.core.i18n import _

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC})


def storage_trouble(error: BaseException) -> UserError | None:
    """Return the sentence for an error of the disk or of the database file, None for others."""
    for cause in _chain(error):
        text = str(cause)
        if "disk is full" in text or (isinstance(cause, OSError) and cause.errno in _FULL):
            return UserError(
                _("The disk is full: this was not saved."),
                hint=_("Free some space, then try again."),
                code="disk_full",
            )
        if "readonly database" in text or "disk I/O error" in text:
            return UserError(
                _("The shop's data can't be written: this was not saved."),
                hint=_("Check the disk and the folder's permissions."),
                code="not_writable",
            )
        if "database is locked" in text:
            return UserError(
                _("Another program holds the shop's data: this was not saved."),
                hint=_("Try again in a moment."),
                code="busy",
            )
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__
