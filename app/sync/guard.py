"""Staff and the shop's settings change, and persons are erased, at managing stations only.

Nor is anything written over a value whose clock is of no honest time. Every station would set such a change aside; made here all the same, this one would differ from
them for ever.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from app.core.errors import UserError
from app.core.i18n import _
from db.database import Database
from db.registry import BY_NAME
from db.sync.far import ClockSpent, refuse_far

_STAFF: Final = BY_NAME["staff"].number
_SETTINGS: Final = BY_NAME["settings"].number
_ERASURES: Final = BY_NAME["erasures"].number


class StationMayNotManage(UserError):
    """A shared shop's staff or settings would be changed where nobody may."""

    code = "station_may_not"


class DamagedTime(UserError):
    """A value bears a time so far ahead that nothing can follow it."""

    code = "damaged_time"


def guard_restricted_rows(db: Database) -> None:
    """Let every local transaction on this database be checked before it is committed."""

    def check(connection: Connection, txn: int, tables: set[int]) -> None:
        _refuse_far(db, connection, txn)
        if not tables & {_STAFF, _SETTINGS, _ERASURES} or not _is_member(connection):
            return
        if _touches_restricted(connection, txn) and not _manages(db):
            raise StationMayNotManage(
                _("Staff and shop settings can't be changed at this station."),
                hint=_("Do it at a station that manages the shop."),
            )

    db.check = check


def _refuse_far(db: Database, connection: Connection, txn: int) -> None:
    try:
        refuse_far(connection, txn)
    except ClockSpent as spent:
        from db.sync.membership import ShopMembership

        membership = ShopMembership(db)
        names = membership.names()
        wrote = {names.get(membership.station_of(dev) or b"", "") for dev in spent.devs}
        raise DamagedTime(
            _("This was damaged by a station and can't be changed: {station}.").format(
                station=", ".join(sorted(filter(None, wrote))) or "?"
            ),
            hint=_("Shut that station out; what it wrote since is then taken back."),
        ) from spent


def may_manage_here(db: Database) -> bool:
    """Tell whether this station may write restricted rows: alone, or with the right to manage."""
    with db.read() as session:
        member = _is_member(session.connection())
    return not member or _manages(db)


def _is_member(connection: Connection) -> bool:
    found = connection.exec_driver_sql("SELECT 1 FROM sync_self WHERE joined_at > 0")
    return found.first() is not None


def _touches_restricted(connection: Connection, txn: int) -> bool:
    found = connection.exec_driver_sql(
        "SELECT 1 FROM change WHERE txn = ? AND table_no IN (?, ?) UNION ALL "
        "SELECT 1 FROM change JOIN settings ON settings.rid = change.rid "
        "WHERE txn = ? AND table_no = ? AND scope = 'shop' LIMIT 1",
        (txn, _STAFF, _ERASURES, txn, _SETTINGS),
    )
    return found.first() is not None


def _manages(db: Database) -> bool:
    # Loaded only where staff or the shop's settings change at a station of a shared shop.
    from db.sync.membership import ShopMembership

    return ShopMembership(db).manager
