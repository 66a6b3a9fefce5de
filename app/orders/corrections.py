"""Corrected receivers: kept in the order's `fixed_*` fields, beside what the platform told.

An import never touches them, and every change stays readable: who set what, when, what it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.phones import PhoneKind, normal_width, read_phone
from app.orders.model import Receiver
from app.regions import regions
from db.clock import now_ms
from db.models import AuditEntry, Order, Staff

BY_CUSTOMER: Final = "customer"
"""`fixed_by` of a correction the customer made; else it is a staff id in hex."""

MAX_NAME: Final = 50
MAX_REGION: Final = 40
MAX_DETAIL: Final = 200

_LONGEST: Final = {
    "name": MAX_NAME,
    "province": MAX_REGION,
    "city": MAX_REGION,
    "district": MAX_REGION,
    "detail": MAX_DETAIL,
}
_FIXED: Final = {
    "name": "fixed_recipient",
    "phone": "fixed_phone",
    "extension": "fixed_phone_extension",
    "province": "fixed_province",
    "city": "fixed_city",
    "district": "fixed_district",
    "detail": "fixed_detail",
}
CORRECTED: Final = (*_FIXED.values(), "fixed_by", "fixed_at")
"""Columns of an order that a correction writes."""
_IMPORTED: Final = {
    "name": "recipient",
    "phone": "phone",
    "extension": "phone_extension",
    "province": "province",
    "city": "city",
    "district": "district",
    "detail": "detail",
}


@dataclass(frozen=True, slots=True)
class Correction:
    """One change of the receiver: `by` is a name, empty for the customer. Times are Unix ms."""

    at: int
    by: str
    by_customer: bool
    old: Receiver
    new: Receiver


def find_order(session: Session, order_id: bytes) -> Order:
    """The order's row; raises `NotFound`."""
    row = session.scalar(select(Order).where(Order.id == order_id, Order.deleted.is_(False)))
    if row is None:
        raise NotFound(_("This order does not exist."))
    return row


def imported_receiver(row: Order) -> Receiver:
    """The receiver as the platform told it."""
    fields = {name: getattr(row, column) for name, column in _IMPORTED.items()}
    return Receiver(**fields, landline=row.landline, zip=row.zip)


def receiver_in_force(row: Order) -> Receiver:
    """The receiver that holds: corrected fields replace imported ones."""
    fixed = {name: getattr(row, column) for name, column in _FIXED.items()}
    return _over(imported_receiver(row), fixed)


def _over(base: Receiver, fixed: dict[str, str]) -> Receiver:
    """A corrected phone brings its own extension, or none."""
    changed: dict[str, Any] = {name: value for name, value in fixed.items() if value}
    if fixed["phone"]:
        changed["extension"] = fixed["extension"]
    return replace(base, **changed)


def write_correction(row: Order, new: Receiver, by: str) -> bool:
    """Keep `new` as the receiver in force; False if nothing changes.

    Fields equal to the import go back to empty, so that a later import shows through.
    """
    old, imported = receiver_in_force(row), imported_receiver(row)
    if replace(new, landline=old.landline, zip=old.zip) == old:
        return False
    for name, column in _FIXED.items():
        value = getattr(new, name)
        setattr(row, column, "" if value == getattr(imported, name) else value)
    if row.fixed_phone_extension and not row.fixed_phone:
        row.fixed_phone = new.phone
    if imported.district and not new.district:
        row.fixed_district = new.city  # a city without districts; empty would mean "as imported"
    row.fixed_by, row.fixed_at = by, now_ms()
    return True


def checked_receiver(new: Receiver) -> Receiver:
    """`new` with tidy spaces, a readable phone and canonical region names; raises `UserError`."""
    tidy = {n: " ".join(normal_width(getattr(new, n)).split()) for n in _FIXED if n != "phone"}
    for name, limit in _LONGEST.items():
        if len(tidy[name]) > limit:
            message = _("This is longer than {n} characters.").format(n=limit)
            raise UserError(message, code="bad_name" if name == "name" else "bad_address")
    if not tidy["name"]:
        raise UserError(_("The recipient's name is missing."), code="bad_name")
    if not tidy["detail"]:
        raise UserError(_("Street and house number are missing."), code="bad_address")
    phone = _checked_phone(new)
    region = regions().resolve(tidy["province"], tidy["city"], tidy["district"], tidy["detail"])
    if region.consistent:
        found = region.region
        tidy |= {"province": found.province, "city": found.city, "district": found.district}
    return replace(new, **(tidy | phone))


def _checked_phone(new: Receiver) -> dict[str, str]:
    phone = read_phone(new.phone, new.extension)
    if phone.kind is PhoneKind.EMPTY and new.landline:
        return {"phone": "", "extension": ""}
    if not phone.reachable:
        raise UserError(
            _("This phone number can't be right."),
            hint=_("A mobile has 11 digits; a landline needs its area code."),
            code="bad_phone",
        )
    return {"phone": phone.number, "extension": phone.extension}


def corrections(session: Session, order_id: bytes) -> list[Correction]:
    """All corrections of an order's receiver, oldest first, out of the audit trail."""
    row = find_order(session, order_id)
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.row_id == order_id, AuditEntry.area == "orders")
        .order_by(AuditEntry.at, AuditEntry.rid)
    ).all()
    state, by, found = dict.fromkeys(_FIXED, ""), "", list[Correction]()
    imported = imported_receiver(row)
    for entry in entries:
        changes = entry.changes or {}
        by = _new(changes, "fixed_by", by)
        touched = {n: _new(changes, column, state[n]) for n, column in _FIXED.items()}
        if touched != state:
            old, new = _over(imported, state), _over(imported, touched)
            found.append(Correction(entry.at, by, by == BY_CUSTOMER, old, new))
            state = touched
    names = _names(session, {c.by for c in found if not c.by_customer})
    return [replace(c, by="" if c.by_customer else names.get(c.by, "")) for c in found]


def _new(changes: dict[str, Any], column: str, unchanged: str) -> str:
    pair = changes.get(column)
    return unchanged if pair is None else str(pair[1] or "")


def _names(session: Session, staff: set[str]) -> dict[str, str]:
    ids = [bytes.fromhex(hex_id) for hex_id in staff if len(hex_id) == 32]
    rows = session.scalars(select(Staff).where(Staff.id.in_(ids)))
    return {row.id.hex(): row.reception_name or row.name for row in rows}
