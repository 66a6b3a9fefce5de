"""Parcels: listed, watched, asked about at the carrier, told to the customer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.carriers import (
    Account,
    Carrier,
    KeyringAccount,
    NoRecord,
    NotAsked,
    ParcelNews,
    Question,
    carrier_info,
    clean_number,
    parcel_number,
    recognise,
)
from app.core.errors import NotFound, UserError
from app.core.i18n import Language, _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.shipments.model import OrderRef, ParcelDetail, ParcelFilter, ParcelRow
from app.shipments.news import take_news
from app.shipments.questions import Questions, parcel, phone_for_carrier
from app.shipments.read import (
    customers_orders,
    customers_parcels,
    orders_parcels,
    parcel_detail,
    parcel_rids,
    parcel_rows,
    troubled,
)
from app.shipments.settings import limits
from app.shipments.words import in_words
from app.staff import StaffService
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id, shipment_id
from db.models import Order, OrderShipment, Shipment

MINUTE_MS: Final = 60_000
_TAIL: Final = re.compile(r"\d{4}")


class Shipments:
    """What one can do with parcels. `carrier` is the service asked for news.

    `account` keeps the shop's account with it; None in the practice shop, which asks nobody.
    """

    def __init__(
        self,
        db: Database,
        staff: StaffService,
        settings: Settings,
        carrier: Carrier,
        account: KeyringAccount | None = None,
    ) -> None:
        self._db, self._staff, self._settings = db, staff, settings
        self._carrier, self._account = carrier, account
        self._questions = Questions(db, carrier)

    # --- looking ---------------------------------------------------------------------------

    def listing(self, wanted: ParcelFilter = ParcelFilter()) -> list[int]:  # noqa: B008 - frozen
        """Return the row numbers of all parcels that fit, in order; `rows` reads a page of them."""
        with self._db.read() as session:
            return parcel_rids(session, wanted, limits(self._settings), now_ms())

    def rows(self, rids: list[int]) -> list[ParcelRow]:
        """Return the parcels with these row numbers, in the same order."""
        with self._db.read() as session:
            return self._rows(session, rids)

    def watch_list(self, limit: int = 200) -> list[ParcelRow]:
        """Return the parcels that need somebody, the worst first."""
        with self._db.read() as session:
            now, bounds = now_ms(), limits(self._settings)
            found = troubled(session, ParcelFilter(), bounds, now)[:limit]
            return self._rows(session, [rid for rid, *_rest in found])

    def trouble_count(self) -> int:
        """How many parcels need somebody."""
        with self._db.read() as session:
            return len(troubled(session, ParcelFilter(), limits(self._settings), now_ms()))

    def for_order(self, order_id: bytes) -> list[ParcelRow]:
        """Return an order's parcels, the newest first."""
        with self._db.read() as session:
            return self._rows(session, orders_parcels(session, order_id))

    def for_customer(self, customer_id: bytes, limit: int = 50) -> list[ParcelRow]:
        """Return a customer's parcels, those in trouble first, then the newest."""
        with self._db.read() as session:
            rows = self._rows(session, customers_parcels(session, customer_id)[:limit])
        return sorted(rows, key=lambda row: row.trouble is None)

    def orders_of(self, customer_id: bytes, limit: int = 20) -> list[OrderRef]:
        """Return a customer's orders, the newest first: what a parcel can be tied to."""
        with self._db.read() as session:
            return customers_orders(session, customer_id, self._mask, limit)

    def find(self, number: str) -> list[ParcelRow]:
        """Return the parcels with exactly this number, of whichever carrier."""
        plain = clean_number(number)
        with self._db.read() as session:
            query = select(Shipment.rid).where(
                Shipment.number.in_({plain, parcel_number(plain)}), Shipment.deleted.is_(False)
            )
            return self._rows(session, list(session.scalars(query)))

    def detail(self, parcel_id: bytes) -> ParcelDetail:
        """Return a parcel with its orders and history; raises `NotFound`."""
        with self._db.read() as session:
            return self._detail(session, parcel_id)

    def latest_in_words(self, parcel_id: bytes, language: Language | None = None) -> str:
        """Return one polite message that tells the customer where the parcel is."""
        return in_words(self.detail(parcel_id), language)

    def carrier_counts(self) -> dict[str, int]:
        """How many parcels each carrier took: a hint for recognising numbers."""
        query = (
            select(Shipment.carrier, func.count().label("parcels"))
            .where(Shipment.deleted.is_(False), Shipment.carrier != "")
            .group_by(Shipment.carrier)
        )
        with self._db.read() as session:
            return {row.carrier: row.parcels for row in session.execute(query)}

    # --- by hand ---------------------------------------------------------------------------

    def add(self, number: str, carrier: str, order_id: bytes | None = None) -> ParcelDetail:
        """Add a parcel by hand (or find it) and tie it to an order; the carrier was chosen."""
        self._staff.require(Permission.EDIT_ORDERS)
        plain = clean_number(number)
        if len(plain) < 5:
            raise UserError(_("This is no tracking number."), code="bad_number")
        key = shipment_id(carrier, plain)
        with self._db.write() as session:
            row = session.scalar(select(Shipment).where(Shipment.id == key))
            if row is None:
                row = Shipment(id=key, number=plain, created_at=now_ms(), shipped_at=now_ms())
                session.add(row)
            row.carrier, row.carrier_name, row.deleted = carrier, carrier_info(carrier).zh, False
            if order_id is not None:
                _tie(session, order_id, row)
            session.flush()
            return self._detail(session, key)

    def set_carrier(self, parcel_id: bytes, carrier: str) -> ParcelDetail:
        """Say whose parcel it is; the question that failed for the old carrier is forgotten."""
        self._staff.require(Permission.EDIT_ORDERS)
        with self._db.write() as session:
            row = parcel(session, parcel_id)
            if row.carrier != carrier:
                row.carrier, row.carrier_name = carrier, carrier_info(carrier).zh
                row.queried_at, row.query_error = None, ""
            session.flush()
            return self._detail(session, parcel_id)

    # --- asking the carrier ----------------------------------------------------------------

    @property
    def can_ask(self) -> bool:
        """Whether an account is set, so that news can be asked for."""
        return self._carrier.ready()

    @property
    def practice(self) -> bool:
        """Whether this is the practice shop, whose invented parcels no carrier knows."""
        return self._account is None

    def next_question_at(self, row: ParcelRow) -> int:
        """From when on (Unix ms) a parcel may be asked about again; 0 = at once."""
        wait = self._carrier.min_interval_s * 1000
        return row.queried_at + wait if row.queried_at else 0

    def refresh(self, parcel_id: bytes, phone: str = "") -> ParcelDetail:
        """Ask the carrier for news and keep them; blocking, some seconds.

        `phone` (its last four digits suffice) is remembered. Raises `UserError`, among them
        code "too_early" within 30 minutes after the last question, which would lock the number.
        """
        self._staff.require(Permission.QUERY_CARRIERS)
        if self.practice:
            raise NotAsked(
                _("The practice shop's parcels are invented; no carrier knows them."),
                code="practice",
            )
        news = self._questions.ask(parcel_id, phone)
        return self.take_news(parcel_id, news)

    def take_news(self, parcel_id: bytes, news: ParcelNews) -> ParcelDetail:
        """Keep news of a parcel, asked for or pushed; the same news twice changes nothing."""
        with self._db.write(origin="carrier") as session:
            row = parcel(session, parcel_id)
            take_news(session, row, news)
            row.query_error = ""
            session.flush()
            return self._detail(session, parcel_id)

    # --- the account -----------------------------------------------------------------------

    def account_customer(self) -> str:
        """The customer code of the account that is set, or ""; the key is never shown again."""
        account = self._account.get() if self._account else None
        return account.customer if account else ""

    def set_account(self, customer: str, key: str) -> None:
        """Keep the account in the system's keyring; raises `UserError`."""
        self._staff.require(Permission.SHOP_SETTINGS)
        if self._account is None:
            raise UserError(_("The practice shop has no accounts."), code="practice")
        if not customer.strip() or not key.strip():
            raise UserError(_("Customer and key must not be empty."), code="empty_account")
        self._account.set(Account(customer.strip(), key.strip()))

    def forget_account(self) -> None:
        """Remove the account from the keyring."""
        self._staff.require(Permission.SHOP_SETTINGS)
        if self._account is not None:
            self._account.forget()

    def try_account(self, number: str) -> str:
        """Ask for one parcel to see whether the account works; returns what came back, in words.

        A parcel of the shop keeps the news and the rule of thirty minutes. Raises `UserError`.
        """
        self._staff.require(Permission.SHOP_SETTINGS)
        try:
            if rows := self.find(number):
                return self.refresh(rows[0].id).row.last_text
            carrier = next((c for c in recognise(number) if self._carrier.serves(c.carrier)), None)
            if carrier is None:
                raise NotAsked(_("This is no tracking number."), code="bad_number")
            news = self._carrier.ask(Question(carrier.carrier, number))
        except NoRecord as error:
            return error.message
        return news.traces[0].text if news.traces else ""

    # --- helpers ---------------------------------------------------------------------------

    def _rows(self, session: Session, rids: list[int]) -> list[ParcelRow]:
        return parcel_rows(session, rids, limits(self._settings), now_ms(), self._mask)

    def _detail(self, session: Session, parcel_id: bytes) -> ParcelDetail:
        row = parcel(session, parcel_id)
        return parcel_detail(session, row, limits(self._settings), now_ms(), self._mask)

    def _mask(self, order: OrderRef) -> OrderRef:
        if self._staff.may(Permission.SEE_PERSONAL_DATA):
            return order
        recipient = order.recipient[:1] + "*" * (len(order.recipient) - 1)
        return replace(order, recipient=recipient, phone="*" * 7 + order.phone[-4:])


def _tie(session: Session, order_id: bytes, parcel: Shipment) -> None:
    order = session.scalar(select(Order).where(Order.id == order_id, Order.deleted.is_(False)))
    if order is None:
        raise NotFound(_("This order does not exist."))
    key = natural_id("order_shipment", order_id.hex(), parcel.id.hex())
    tie = session.scalar(select(OrderShipment).where(OrderShipment.id == key))
    if tie is None:
        session.add(OrderShipment(id=key, order_id=order_id, shipment_id=parcel.id))
    else:
        tie.deleted = False
    parcel.shipped_at = order.shipped_at or parcel.shipped_at
    parcel.phone_tail = parcel.phone_tail or phone_for_carrier(order)
    parcel.destination = parcel.destination or " ".join(filter(None, (order.province, order.city)))
