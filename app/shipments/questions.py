"""Questions to the carrier: one at a time per number, never too early, answered or noted as failed."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.carriers import Carrier, CarrierError, NotAsked, ParcelNews, Question
from app.core.errors import NotFound, UserError
from app.core.i18n import _, ngettext
from db.clock import now_ms
from db.database import Database
from db.models import Order, OrderShipment, Shipment

__all__ = ["Questions", "parcel", "phone_for_carrier"]

MINUTE_MS: Final = 60_000
_TAIL: Final = re.compile(r"\d{4}")


class Questions:
    """Asks one carrier service and keeps its rules."""

    def __init__(self, db: Database, carrier: Carrier) -> None:
        self._db, self._carrier = db, carrier

    def ask(self, parcel_id: bytes, phone: str = "") -> ParcelNews:
        """Ask for news of a parcel; blocking. Raises `UserError`."""
        self._refuse_without_account()
        question, before = self._reserve(parcel_id, phone)
        try:
            return self._carrier.ask(question)
        except CarrierError as error:
            self._note_failure(parcel_id, error, before)
            raise

    def _reserve(self, parcel_id: bytes, phone: str) -> tuple[Question, int | None]:
        """Note the question before it is asked, so that two stations never ask at once."""
        tail = phone.strip()[-4:]
        if phone and not _TAIL.fullmatch(tail):
            raise UserError(_("Enter the last four digits of the phone."), code="bad_phone")
        with self._db.write() as session:
            row = parcel(session, parcel_id)
            row.phone_tail = tail or row.phone_tail
            question = self._question(session, row)
            if not row.carrier or not self._carrier.serves(row.carrier):
                raise NotAsked(
                    _("The carrier of this parcel can't be asked for news."),
                    hint=_("Choose the carrier by hand."),
                    code="carrier_unknown",
                )
            # After a refusal for want of the phone the number is not locked.
            if row.query_error != "phone_needed":
                self._refuse_too_early(row.queried_at)
            before, row.queried_at = row.queried_at, now_ms()
            return question, before

    def _question(self, session: Session, row: Shipment) -> Question:
        query = (
            select(Order)
            .join(OrderShipment, OrderShipment.order_id == Order.id)
            .where(OrderShipment.shipment_id == row.id, OrderShipment.deleted.is_(False))
            .limit(1)
        )
        order = session.scalar(query)
        phone = row.phone_tail
        # A tail that only repeats the order's phone says nothing of a privacy number's extension.
        if order is not None and phone in {"", order.phone[-4:]}:
            phone = phone_for_carrier(order)
        return Question(row.carrier, row.number, phone, "", row.destination)

    def _refuse_without_account(self) -> None:
        if not self._carrier.ready():
            raise NotAsked(
                _("No Kuaidi100 account is set."),
                hint=_("An administrator can enter it in Settings → Carriers."),
                code="no_account",
            )

    def _refuse_too_early(self, queried_at: int | None) -> None:
        wait = self._carrier.min_interval_s * 1000
        left = (queried_at + wait - now_ms()) if queried_at else 0
        if left > 0:
            minutes = -(-left // MINUTE_MS)
            raise NotAsked(
                ngettext(
                    "The carrier was asked a short while ago; ask again in {n} minute.",
                    "The carrier was asked a short while ago; ask again in {n} minutes.",
                    minutes,
                ).format(n=minutes),
                hint=_("Kuaidi100 locks a number that is asked for twice within 30 minutes."),
                code="too_early",
            )

    def _note_failure(self, parcel_id: bytes, error: CarrierError, before: int | None) -> None:
        """Keep why it failed; a question that was never asked does not count."""
        with self._db.write(origin="carrier") as session:
            row = parcel(session, parcel_id)
            row.query_error = error.code
            if not error.asked:
                row.queried_at = before


def parcel(session: Session, parcel_id: bytes) -> Shipment:
    """Return the row of a parcel; raises `NotFound`."""
    row = session.scalar(
        select(Shipment).where(Shipment.id == parcel_id, Shipment.deleted.is_(False))
    )
    if row is None:
        raise NotFound(_("This parcel does not exist."))
    return row


def phone_for_carrier(order: Order) -> str:
    """The four digits a carrier knows: of a privacy number those behind the dash."""
    phone = order.fixed_phone or order.phone
    extension = order.fixed_phone_extension if order.fixed_phone else order.phone_extension
    digits = "".join(c for c in (extension or phone or order.landline) if c.isdigit())
    return digits[-4:]
