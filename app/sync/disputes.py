"""Values that lost, in words: whose field it is, what stands, what lost, and who wrote each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from app.core.i18n import N_
from app.core.permissions import Permission
from app.staff import StaffService
from app.sync.figures import IMPORTANT, SHOWN_MS
from app.sync.history import name_both
from db.clock import now_ms
from db.database import Database
from db.models import Customer, Order, Staff
from db.registry import BY_NAME
from db.sync.conflicts import Clash, choose, conflicts
from db.sync.witness import teller_of_field

FIELD_TITLES: Final = {
    "status": N_("Order state"),
    "total_fen": N_("Total"),
    "paid_fen": N_("Paid"),
    "fixed_recipient": N_("Corrected recipient"),
    "fixed_phone": N_("Corrected phone"),
    "fixed_province": N_("Corrected province"),
    "fixed_city": N_("Corrected city"),
    "fixed_district": N_("Corrected district"),
    "fixed_detail": N_("Corrected address"),
    "review": N_("Decision"),
    "state": N_("State"),
    "phone": N_("Phone"),
    "role": N_("Role"),
    "name": N_("Name"),
    "salutation": N_("Form of address"),
    "email": N_("Email"),
    "text": N_("Text"),
    "code": N_("Short code"),
    "title": N_("Title"),
    "blocked": N_("Blocked"),
    "assignee_id": N_("With whom"),
    "seller_remark": N_("Shop's remark"),
    "value": N_("Setting"),
}
"""Names of the fields one meets; others are shown by their own name."""

PERMISSIONS: Final = {
    "orders": Permission.EDIT_ORDERS,
    "confirmations": Permission.EDIT_ORDERS,
    "after_sales": Permission.EDIT_ORDERS,
    "staff": Permission.MANAGE_STAFF,
    "appeals": Permission.SEE_TEAM_STATS,
    "quality_criteria": Permission.SEE_TEAM_STATS,
    "quality_checks": Permission.SEE_TEAM_STATS,
    "quality_scores": Permission.SEE_TEAM_STATS,
    "training_assignments": Permission.TRAIN,
    "training_corrections": Permission.TRAIN,
    "training_scenarios": Permission.TRAIN,
    "settings": Permission.SHOP_SETTINGS,
    "tags": Permission.EDIT_TAGS,
    "tag_groups": Permission.EDIT_TAGS,
    "phrases": Permission.EDIT_SHOP_PHRASES,
    "phrase_groups": Permission.EDIT_SHOP_PHRASES,
}
"""What one needs to settle a field of a table; of others, what customers' fields take."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A value that lost against another written at the same time; times are UTC ms."""

    rid: int
    table: str
    row: bytes
    field: str
    about: str
    stands: Any
    stands_at: str
    lost: Any
    lost_at: str
    lost_when: int
    important: bool

    @property
    def title(self) -> str:
        """The field's name, to be translated."""
        return FIELD_TITLES.get(self.field, self.field)


class Disputes:
    """Lists them and lets a person choose."""

    def __init__(
        self, db: Database, station_name: Callable[[int], str], staff: StaffService
    ) -> None:
        """`station_name` turns an incarnation's number into the name of its station."""
        self._db, self._name, self._staff = db, station_name, staff

    def open(self, *, important: bool = True) -> list[Dispute]:
        """Return the open ones that one may settle, newest first.

        With `important` only those a person should look at.
        """
        oldest = now_ms() - SHOWN_MS
        mine = (c for c in conflicts(self._db) if c.at > oldest and self._may(c.table))
        found = [self._view(clash) for clash in mine]
        return [dispute for dispute in found if dispute.important or not important]

    def of(self, table: str, row: bytes) -> list[Dispute]:
        """Return the open ones of one row that one may settle, newest first."""
        if not self._may(table):
            return []
        return [self._view(c) for c in conflicts(self._db, row=row) if c.table == table]

    def choose(self, dispute: Dispute, *, take_lost: bool) -> None:
        """Let the value that lost stand, or keep the other for good: on every station.

        Raises `PermissionDenied` where one could not write that field oneself.
        """
        self._staff.require(PERMISSIONS.get(dispute.table, Permission.EDIT_CUSTOMERS))
        choose(self._db, dispute.rid, take_lost=take_lost)

    def _may(self, table: str) -> bool:
        return self._staff.may(PERMISSIONS.get(table, Permission.EDIT_CUSTOMERS))

    def _view(self, clash: Clash) -> Dispute:
        return Dispute(
            rid=clash.rid,
            table=clash.table,
            row=clash.row,
            field=clash.field,
            about=self._about(clash),
            stands=clash.stands,
            stands_at=name_both(self._name, clash.stands_dev, self._told(clash)),
            lost=clash.lost,
            lost_at=self._name(clash.lost_dev),
            lost_when=clash.lost_at,
            important=(clash.table, clash.field) in IMPORTANT,
        )

    def _told(self, clash: Clash) -> int | None:
        number = next(n for n, name in BY_NAME[clash.table].numbered() if name == clash.field)
        with self._db.read() as session:
            return teller_of_field(session.connection(), clash.table, clash.row, number)

    def _about(self, clash: Clash) -> str:
        """Name the customer, order or person that the field belongs to."""
        queries = {
            "customers": select(Customer.name, Customer.nick).where(Customer.id == clash.row),
            "orders": select(Order.number).where(Order.id == clash.row),
            "staff": select(Staff.name).where(Staff.id == clash.row),
        }
        if clash.table not in queries:
            return ""
        with self._db.read() as session:
            found = session.execute(queries[clash.table]).first()
        return next((str(part) for part in found or () if part), "")
