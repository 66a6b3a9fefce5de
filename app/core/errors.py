"""Errors a person can cause or meet: one translated sentence and what to do about it."""

from __future__ import annotations

from app.core.i18n import _


class UserError(Exception):
    """Shown as a notice or printed as one sentence; never a traceback.

    `code` is stable and for programs; `hint` says what to do next.
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code:
            self.code = code


class PermissionDenied(UserError):
    """The person signed in may not do this."""

    code = "permission_denied"

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(
            message or _("Your role does not allow this."),
            hint=hint or _("Ask a supervisor."),
        )


class NotFound(UserError):
    """What was asked for is not there (any more)."""

    code = "not_found"
