"""What may go wrong with codes, words and rights, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.core.errors import UserError
from app.core.i18n import _
from db.sync.admission import InviteExpired, InviteUnknown, InviteUsed
from db.sync.exclusion import LastManager
from db.sync.folder import MARKER
from db.sync.recovery import BadWords, OtherKind, SheetUnknown, SheetVoid


@contextmanager
def invite_errors() -> Iterator[None]:
    """Tell why a code leads nowhere."""
    try:
        yield
    except InviteUsed as error:
        raise UserError(
            _("This code was used already."),
            hint=_("Each code lets one station in; ask for another."),
            code="code_used",
        ) from error
    except InviteExpired as error:
        raise UserError(
            _("This code's time is over."), hint=_("Ask for another."), code="code_expired"
        ) from error
    except InviteUnknown as error:
        raise UserError(
            _("This folder knows no such code."),
            hint=_("Check code and folder; a folder that is copied may need a minute."),
            code="code_unknown",
        ) from error


@contextmanager
def no_root() -> Iterator[None]:
    """Tell that the root key is held elsewhere."""
    try:
        yield
    except LookupError as error:
        raise UserError(
            _("This station does not hold the shop's root key."),
            hint=_("Do it at the station that founded the shop, or another administrator's."),
            code="no_root",
        ) from error


@contextmanager
def last_manager() -> Iterator[None]:
    """Tell that nobody would be left to manage."""
    try:
        yield
    except LastManager as error:
        raise UserError(
            _("It is the last station that manages the shop."),
            hint=_("Let another one manage first."),
            code="last_manager",
        ) from error


@contextmanager
def words_errors() -> Iterator[None]:
    """Tell why the words of a sheet open nothing."""
    try:
        yield
    except BadWords as error:
        raise UserError(
            _("These are not the twelve words of a recovery sheet."),
            hint=_("Check every word and their order."),
            code="bad_words",
        ) from error
    except OtherKind as error:
        raise UserError(
            _("The file {name} of this folder does not tell the kind of its shop.").format(
                name=MARKER
            ),
            hint=_("Put it back from a backup of the folder."),
            code="marker_damaged",
        ) from error
    except SheetVoid as error:
        raise UserError(
            _("This recovery sheet was replaced by a newer one."),
            hint=_("Use the words of the newest sheet."),
            code="sheet_void",
        ) from error
    except SheetUnknown as error:
        raise UserError(
            _("These words open nothing in this folder."),
            hint=_("Check the words, and that this is the right folder."),
            code="words_unknown",
        ) from error
