"""Erasing a person: what will go, the act, and an honest account of what still holds them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.orm import Session

from app.conversations import Attachments
from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.customers.cards import final_record
from app.customers.erasure_model import ErasurePreview, ErasureReport
from app.homes import Home
from app.maintenance import delete_backups, holding_backups, keep_list
from app.staff import OPERATOR, StaffService
from app.sync import is_shared, may_manage_here
from db.database import Database
from db.erasing.held import gone_by, sealed_before
from db.erasing.person import Person, find_person
from db.erasing.roots import erase
from db.models import Customer, Erasure, ErasureReason, Message


class Erasures:
    """Erases persons for good; needs the right to, and a station that manages the shop."""

    def __init__(
        self,
        db: Database,
        staff: StaffService,
        attachments: Attachments,
        home: Home,
    ) -> None:
        self._db, self._staff = db, staff
        self._attachments, self._home = attachments, home

    def may(self) -> bool:
        """Tell whether the person at this desk may erase persons."""
        return self._staff.may(Permission.ERASE_PERSONS)

    def preview(self, customer_id: bytes) -> ErasurePreview:
        """Tell what an erasure would blank and keep, and which backups hold the person.

        Opens the backups, so it takes a while. Raises `NotFound` or `PermissionDenied`.
        """
        self._staff.require(Permission.ERASE_PERSONS)
        with self._db.read() as session:
            row = _customer(session, customer_id)
            person = find_person(session.connection(), row.id)
            counts = _counts(session, person)
            name = row.nick or row.name or row.salutation
            alike = _alike(session, row, person)
        return ErasurePreview(
            customer_id=row.id,
            name=name,
            counts=counts,
            shared_parcels=person.shared,
            backups=tuple(holding_backups(self._home, person.customers)),
            shared=is_shared(self._db),
            manages=may_manage_here(self._db),
            alike=alike,
        )

    def erase(self, customer_id: bytes, reason: str = ErasureReason.REQUEST) -> ErasureReport:
        """Erase a person here and, as they hear of it, at all stations. There is no way back."""
        member = self._staff.require(Permission.ERASE_PERSONS)
        if reason not in set(ErasureReason):
            raise UserError(_("This is no reason for an erasure."), hint=reason, code="bad_reason")
        if not may_manage_here(self._db):
            raise UserError(
                _("Persons can't be erased at this station."),
                hint=_("Do it at a station that manages the shop."),
                code="station_may_not",
            )
        with self._db.write() as session:
            row = _customer(session, customer_id)
            person = find_person(session.connection(), row.id)
            counts = _counts(session, person)
            staff_id = None if member.id == OPERATOR else member.id
            done = erase(session, row.id, staff_id, self._db.actor, reason)
        if not is_shared(self._db):
            self._attachments.forget_erased()  # else with the next exchange, in the folder too
        keep_list(self._home, self._db)
        return self._report(done.act, row.id, person, counts)

    def report(self, customer_id: bytes) -> ErasureReport:
        """Tell of the last erasure of a person what still holds them. Raises `NotFound`."""
        self._staff.require(Permission.ERASE_PERSONS)
        with self._db.read() as session:
            row = session.scalar(
                select(Erasure)
                .where(Erasure.row_id == customer_id, Erasure.area == "customers")
                .order_by(Erasure.cutoff.desc())
            )
            if row is None:
                raise NotFound(_("This customer was not erased."))
            person = find_person(session.connection(), customer_id)
            act = row.act
        return self._report(act, customer_id, person, {})

    def delete_backups(self, report: ErasureReport) -> ErasureReport:
        """Delete the backups that still hold the person; for good as well."""
        self._staff.require(Permission.ERASE_PERSONS)
        delete_backups(self._home, [backup.file for backup in report.backups])
        return self.report(report.customer_id)

    def _report(
        self, act: bytes, customer: bytes, person: Person, counts: dict[str, int]
    ) -> ErasureReport:
        with self._db.read() as session:
            row = session.scalars(
                select(Erasure)
                .where(Erasure.act == act, Erasure.row_id == customer)
                .order_by(Erasure.cutoff.desc())
            ).first()
            assert row is not None  # noqa: S101 - just written, or just found
            sealed = sealed_before(session.connection(), row.at)
        shared = is_shared(self._db)
        held = sealed.own + sealed.copies if shared else 0
        return ErasureReport(
            customer_id=customer,
            at=row.at,
            reason=row.reason,
            counts=counts,
            shared_parcels=person.shared,
            backups=tuple(holding_backups(self._home, person.customers, row.cutoff)),
            shared=shared,
            sealed=held,
            gone_by=gone_by(row.at) if held else None,
        )


def _customer(session: Session, customer_id: bytes) -> Customer:
    row = final_record(session, customer_id)
    if row is None:
        raise NotFound(_("This customer does not exist (any more)."))
    return row


def _alike(session: Session, row: Customer, person: Person) -> tuple[str, ...]:
    """Other records that may be the same person's; nobody but a person can tell."""
    same = [
        column == value
        for column, value in ((Customer.phone, row.phone), (Customer.nick, row.nick))
        if value
    ]
    if not same:
        return ()
    query = select(Customer).where(
        or_(*same),
        Customer.id.not_in(person.customers),
        Customer.merged_into.is_(None),
        Customer.deleted.is_(False),
    )
    found = session.scalars(query.limit(5))
    return tuple(" · ".join(filter(None, (o.name, o.nick, o.shop))) for o in found)


def _counts(session: Session, person: Person) -> dict[str, int]:
    counts = {
        area: len(person.of(area))
        for area in ("customers", "conversations", "customer_notes", "orders", "shipments",
                     "attachments", "after_sales")
    }  # fmt: skip
    counts["messages"] = _messages(session.connection(), person.of("conversations"))
    return counts


def _messages(connection: Connection, talks: Sequence[bytes]) -> int:
    count = 0
    for start in range(0, len(talks), 500):
        query = (
            select(func.count())
            .select_from(Message)
            .where(Message.conversation_id.in_(talks[start : start + 500]))
        )
        count += connection.scalar(query) or 0
    return count
