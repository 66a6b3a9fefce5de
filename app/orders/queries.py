"""Finding and showing orders: pages of the list, whole orders, remarks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.core.undo import Undo, put_back
from app.orders.fact_rows import facts_of
from app.orders.masking import mask_facts, mask_row
from app.orders.model import FLAG_NAMES, OrderFacts, OrderRow, RemarkFacts
from app.orders.row_page import page_rows
from app.orders.settings import DISPATCH_HOURS
from app.staff import StaffService
from db.clock import now_ms
from db.database import Database
from db.ids import new_id
from db.models import Order, OrderRemark, OrderShipment, OrderStatus, Review, Shipment
from db.search import search_ids
from db.tokens import holds

MAX_HITS: Final = 2_000
MAX_REMARK: Final = 1_000
_HOUR_MS: Final = 3_600_000
_TO_SHIP: Final = (OrderStatus.PAID, OrderStatus.PART_SHIPPED)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What to list. Times are Unix ms, `since` inclusive, `until` exclusive; empty = all."""

    text: str = ""
    statuses: frozenset[str] = frozenset()
    platforms: frozenset[str] = frozenset()
    since: int | None = None
    until: int | None = None
    held: bool = False
    late: bool = False
    corrected: bool = False
    customer_id: bytes | None = None
    ids: frozenset[bytes] | None = None


class Orders:
    """Reads orders for lists, panels and rules, and keeps remarks on them."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings) -> None:
        self._db, self._staff, self._settings = db, staff, settings

    def count(self, wanted: OrderFilter) -> int:
        """How many orders fit."""
        with self._db.read() as session:
            conditions = self._conditions(session, wanted)
            query = select(func.count()).select_from(Order).where(*conditions)
            return int(session.scalar(query) or 0)

    def listing(
        self, wanted: OrderFilter, sort: str = "created_at", *, descending: bool = True
    ) -> Sequence[int]:
        """Row numbers of all orders that fit, in order; `rows` reads the lines of some of them."""
        with self._db.read() as session:
            conditions = self._conditions(session, wanted)
            column: Any = getattr(Order, sort)
            keys = (column.desc(), Order.rid.desc()) if descending else (column, Order.rid)
            found = session.execute(select(Order.rid, Order.id).where(*conditions).order_by(*keys))
            return [rid for rid, order in found if wanted.ids is None or order in wanted.ids]

    def rows(self, rids: Sequence[int]) -> Sequence[OrderRow]:
        """Lines of the list, in the order of `rids`; what is gone since is left out."""
        with self._db.read() as session:
            orders = {
                row.rid: row for row in session.scalars(select(Order).where(Order.rid.in_(rids)))
            }
            found = [orders[r] for r in rids if r in orders]
            rows = page_rows(session, found, self._dispatch_ms())
        return rows if self._open() else [mask_row(row) for row in rows]

    def find(self, wanted: OrderFilter, *, limit: int | None = None) -> list[OrderFacts]:
        """Whole orders, newest first; `limit` None = all that fit."""
        with self._db.read() as session:
            query = (
                select(Order)
                .where(*self._conditions(session, wanted))
                .order_by(Order.created_at.desc(), Order.rid.desc())
            )
            return self._shown(session, session.scalars(query.limit(limit)).all())

    def facts(self, order_id: bytes) -> OrderFacts:
        """One whole order; raises `NotFound`."""
        found = self.many([order_id])
        if not found:
            raise NotFound(_("This order does not exist."))
        return found[0]

    def many(self, ids: Iterable[bytes]) -> Sequence[OrderFacts]:
        """Whole orders by id; unknown ones are left out."""
        wanted = list(ids)
        with self._db.read() as session:
            rows: list[Order] = []
            for start in range(0, len(wanted), 1_000):
                batch = wanted[start : start + 1_000]
                query = select(Order).where(Order.id.in_(batch), Order.deleted.is_(False))
                rows += session.scalars(query).all()
            return self._shown(session, rows)

    def of_customer(self, customer_id: bytes, limit: int = 50) -> Sequence[OrderFacts]:
        """A customer's orders, newest first."""
        return self.find(OrderFilter(customer_id=customer_id), limit=limit)

    def by_number(self, number: str) -> OrderFacts | None:
        """The order with exactly this number."""
        with self._db.read() as session:
            query = select(Order).where(Order.number == number.strip(), Order.deleted.is_(False))
            found = self._shown(session, session.scalars(query.limit(1)).all())
            return found[0] if found else None

    def platforms(self) -> Sequence[str]:
        """The platforms orders came from."""
        with self._db.read() as session:
            query = select(Order.platform).where(Order.deleted.is_(False)).distinct()
            return sorted(session.scalars(query))

    def promised_at(self, order: OrderFacts) -> int | None:
        """When a paid order has to be shipped, Unix ms; None where nothing runs."""
        if order.status not in _TO_SHIP:
            return None
        if order.promised_at or order.presale or not order.paid_at:
            return order.promised_at
        return order.paid_at + self._dispatch_ms()

    def add_remark(self, order_id: bytes, text: str, flag: str = "") -> RemarkFacts:
        """Keep a remark on an order; `flag` is one of `FLAG_NAMES` or empty."""
        member = self._staff.require(Permission.EDIT_ORDERS)
        text = text.strip()
        if not text:
            raise UserError(_("Write a remark first."), code="empty_remark")
        if len(text) > MAX_REMARK or (flag and flag not in FLAG_NAMES):
            raise UserError(
                _("A remark has at most {n} characters.").format(n=MAX_REMARK), code="bad_remark"
            )
        at, remark_id = now_ms(), new_id()
        with self._db.write() as session:
            if session.scalar(select(Order.rid).where(Order.id == order_id)) is None:
                raise NotFound(_("This order does not exist."))
            session.add(
                OrderRemark(
                    id=remark_id,
                    order_id=order_id,
                    staff_id=member.id,
                    flag=flag,
                    text=text,
                    at=at,
                )
            )
        return RemarkFacts(remark_id, text, flag, at, member.shown_name)

    def take_back_remark(self, remark_id: bytes) -> None:
        """Delete a remark of one's own that was just made."""
        member = self._staff.require(Permission.EDIT_ORDERS)
        with self._db.write() as session:
            mine = OrderRemark.id == remark_id, OrderRemark.staff_id == member.id
            row = session.scalar(select(OrderRemark).where(*mine))
            put_back(row, Undo(remark_id, {"deleted": True}, {"deleted": False}))

    def remove_remark(self, remark_id: bytes) -> None:
        """Take a remark back; it stays in the audit trail."""
        self._staff.require(Permission.EDIT_ORDERS)
        with self._db.write() as session:
            row = session.scalar(select(OrderRemark).where(OrderRemark.id == remark_id))
            if row is not None:
                row.deleted = True

    # --- whose data it is --------------------------------------------------------------------

    def _open(self) -> bool:
        return self._staff.may(Permission.SEE_PERSONAL_DATA)

    def _shown(self, session: Session, rows: Sequence[Order]) -> list[OrderFacts]:
        found = facts_of(session, rows)
        return found if self._open() else [mask_facts(order) for order in found]

    # --- filters -----------------------------------------------------------------------------

    def _dispatch_ms(self) -> int:
        return self._settings.get(DISPATCH_HOURS) * _HOUR_MS

    def _conditions(self, session: Session, wanted: OrderFilter) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [Order.deleted.is_(False)]
        if wanted.text.strip():
            found.append(Order.rid.in_(_hits(session, wanted.text.strip())))
        if wanted.statuses:
            found.append(Order.status.in_(wanted.statuses))
        if wanted.platforms:
            found.append(Order.platform.in_(wanted.platforms))
        if wanted.since is not None:
            found.append(Order.created_at >= wanted.since)
        if wanted.until is not None:
            found.append(Order.created_at < wanted.until)
        if wanted.held:
            found.append(Order.review == Review.HELD)
        if wanted.corrected:
            found.append(Order.fixed_at.is_not(None))
        if wanted.customer_id is not None:
            found.append(Order.customer_id == wanted.customer_id)
        if wanted.late:
            found.append(_late(self._dispatch_ms()))
        return found


def _late(dispatch_ms: int) -> ColumnElement[bool]:
    promise = func.coalesce(Order.promised_at, Order.paid_at + dispatch_ms)
    owed = or_(Order.presale.is_(False), Order.promised_at.is_not(None))
    return and_(Order.status.in_(_TO_SHIP), owed, promise < now_ms())


def _hits(session: Session, text: str) -> Sequence[int]:
    """Rids of orders by number, nick, recipient, phone and its tail, or a parcel's number."""
    candidates = search_ids(session, "orders", text, MAX_HITS)
    found = [rid for rid, words in _words(session, candidates) if holds(words, text)]
    exact = select(Order.rid).where(or_(Order.number == text, Order.buyer_nick == text)).limit(500)
    return [*found, *session.scalars(exact), *_with_parcel(session, text)]


def _words(session: Session, rids: Sequence[int]) -> Iterable[tuple[int, str]]:
    columns = (
        *(Order.number, Order.buyer_nick, Order.recipient, Order.phone),
        *(Order.fixed_recipient, Order.fixed_phone),
    )
    for rid, *words in session.execute(select(Order.rid, *columns).where(Order.rid.in_(rids))):
        yield rid, " ".join(words)


def _with_parcel(session: Session, text: str) -> Iterable[int]:
    if len(text) < 6 or not text.isascii():
        return []
    number = text.upper()
    query = (
        select(Order.rid)
        .join(OrderShipment, OrderShipment.order_id == Order.id)
        .join(Shipment, Shipment.id == OrderShipment.shipment_id)
        .where(
            Shipment.number >= number,
            Shipment.number < number + "\uffff",
            OrderShipment.deleted.is_(False),
        )
        .limit(500)
    )
    return session.scalars(query).all()
