"""Opening a home's database, and what is said where that fails."""

from __future__ import annotations

from app.core.errors import UserError
from app.core.i18n import _
from app.homes import Home
from db.database import Database
from db.errors import DatabaseDamaged, DatabaseNewer, WrongKey


def open_database(home: Home) -> Database:
    """Open a home's database; raises `UserError` with what a person can do about it."""
    try:
        return Database(home.database, home.key)
    except WrongKey as error:
        raise UserError(
            _("The database can't be opened with this shop's key."),
            hint=_("Restore a backup, or check that the folder was copied whole."),
            code="wrong_key",
        ) from error
    except DatabaseNewer as error:
        raise UserError(
            _("This shop was last opened by a newer version of Kefu Desk."),
            hint=_("Update the program on this computer."),
            code="database_newer",
        ) from error
    except DatabaseDamaged as error:
        raise UserError(
            _("The database is damaged: {detail}").format(detail=error),
            hint=_("Restore a backup."),
            code="database_damaged",
        ) from error
