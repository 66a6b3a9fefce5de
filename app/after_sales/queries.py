"""Finding and showing after-sales records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.after_sales.model import OPEN, AfterSaleFacts, facts_of
from app.after_sales.settings import AGENT_LIMIT_FEN
from app.core.errors import NotFound
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.staff import StaffService
from db.database import Database
from db.models import AfterSale, AfterSaleState, Customer, Order, Party, Staff

SORTABLE: Final = frozenset({"requested_at", "amount_fen", "state", "kind", "order_number"})


@dataclass(frozen=True, slots=True)
class AfterSaleFilter:
    """What to list. Times are Unix ms, `since` inclusive, `until` exclusive; empty = all.

    `to_decide` are those that wait for somebody who may decide so much.
    """

    text: str = ""
    states: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    since: int | None = None
    until: int | None = None
    to_decide: bool = False


@dataclass(frozen=True, slots=True)
class AfterSaleTally:
    """How many records are open, and how many wait for a supervisor."""

    open: int
    to_decide: int


class AfterSaleReading:
    """Reads records for lists, panels and the command line."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings) -> None:
        self._db, self._staff, self._settings = db, staff, settings

    def get(self, record_id: bytes) -> AfterSaleFacts:
        """One record; raises `NotFound`."""
        with self._db.read() as session:
            return self._shown(session, [find_record(session, record_id)])[0]

    def of_order(self, order_id: bytes) -> Sequence[AfterSaleFacts]:
        """An order's records, newest first."""
        with self._db.read() as session:
            query = _newest().where(AfterSale.order_id == order_id)
            return self._shown(session, session.scalars(query).all())

    def listing(
        self, wanted: AfterSaleFilter, sort: str = "requested_at", *, descending: bool = True
    ) -> Sequence[int]:
        """Row numbers of all records that fit, in order; `rows` reads some of them."""
        with self._db.read() as session:
            column: Any = getattr(AfterSale, sort if sort in SORTABLE else "requested_at")
            keys = (column.desc(), AfterSale.rid.desc()) if descending else (column, AfterSale.rid)
            query = select(AfterSale.rid).where(*self._conditions(wanted)).order_by(*keys)
            return session.scalars(query).all()

    def rows(self, rids: Sequence[int]) -> Sequence[AfterSaleFacts]:
        """Records in the order of `rids`; what is gone since is left out."""
        with self._db.read() as session:
            query = select(AfterSale).where(AfterSale.rid.in_(rids), AfterSale.deleted.is_(False))
            known = {row.rid: row for row in session.scalars(query)}
            return self._shown(session, [known[rid] for rid in rids if rid in known])

    def find(self, wanted: AfterSaleFilter, limit: int | None = None) -> Sequence[AfterSaleFacts]:
        """Records that fit, newest first."""
        return self.rows(self.listing(wanted)[:limit])

    def tally(self) -> AfterSaleTally:
        """Count what is to be done."""
        with self._db.read() as session:
            waits = func.sum(case((self._to_decide(), 1), else_=0))
            query = select(func.count(), waits).where(
                AfterSale.deleted.is_(False), AfterSale.state.in_(OPEN)
            )
            opened, waiting = session.execute(query).one()
            return AfterSaleTally(int(opened), int(waiting or 0))

    # --- parts -----------------------------------------------------------------------------

    def _limit(self) -> int:
        return self._settings.get(AGENT_LIMIT_FEN)

    def _shown(self, session: Session, rows: Sequence[AfterSale]) -> Sequence[AfterSaleFacts]:
        found = shown(session, rows, self._limit())
        if self._staff.may(Permission.SEE_PERSONAL_DATA):
            return found
        return [replace(record, extra={}) for record in found]

    def _to_decide(self) -> ColumnElement[bool]:
        freight = case(
            (AfterSale.freight_payer.in_((Party.SELLER, Party.CARRIER)), AfterSale.freight_fen),
            else_=0,
        )
        return and_(
            AfterSale.state == AfterSaleState.REQUESTED,
            AfterSale.number == "",
            AfterSale.amount_fen + freight > self._limit(),
        )

    def _conditions(self, wanted: AfterSaleFilter) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [AfterSale.deleted.is_(False)]
        for column, values in (
            (AfterSale.state, wanted.states),
            (AfterSale.kind, wanted.kinds),
            (AfterSale.reason_group, wanted.groups),
            (AfterSale.responsibility, wanted.parties),
        ):
            if values:
                found.append(column.in_(values))
        if wanted.since is not None:
            found.append(AfterSale.requested_at >= wanted.since)
        if wanted.until is not None:
            found.append(AfterSale.requested_at < wanted.until)
        if wanted.to_decide:
            found.append(self._to_decide())
        if text := wanted.text.strip():
            found.append(_holds(text))
        return found


def find_record(session: Session, record_id: bytes) -> AfterSale:
    """The row; raises `NotFound`."""
    row = session.scalar(
        select(AfterSale).where(AfterSale.id == record_id, AfterSale.deleted.is_(False))
    )
    if row is None:
        raise NotFound(_("This record does not exist (any more)."))
    return row


def shown(session: Session, rows: Sequence[AfterSale], limit_fen: int) -> list[AfterSaleFacts]:
    """Records with the names beside them."""
    staff = _names(session, {i for row in rows for i in (row.staff_id, row.approved_by) if i})
    buyers = _buyers(session, rows)
    found = []
    for row in rows:
        record = facts_of(
            row,
            staff_name=staff.get(row.staff_id or b"", ""),
            approver_name=staff.get(row.approved_by or b"", ""),
            buyer=buyers.get(row.id, ""),
        )
        over = not record.imported and record.cost_fen > limit_fen
        found.append(replace(record, over_limit=over))
    return found


def _newest() -> Any:
    return (
        select(AfterSale)
        .where(AfterSale.deleted.is_(False))
        .order_by(AfterSale.requested_at.desc(), AfterSale.rid.desc())
    )


def _names(session: Session, ids: set[bytes]) -> Mapping[bytes, str]:
    rows = session.scalars(select(Staff).where(Staff.id.in_(ids))) if ids else ()
    return {row.id: row.reception_name or row.name or row.login for row in rows}


def _buyers(session: Session, rows: Sequence[AfterSale]) -> Mapping[bytes, str]:
    orders = dict(
        session.execute(
            select(Order.id, Order.buyer_nick).where(
                Order.id.in_({row.order_id for row in rows if row.order_id})
            )
        ).all()
    )
    cards = {
        card: salutation or name or nick
        for card, salutation, name, nick in session.execute(
            select(Customer.id, Customer.salutation, Customer.name, Customer.nick).where(
                Customer.id.in_({row.customer_id for row in rows if row.customer_id})
            )
        )
    }
    return {
        row.id: orders.get(row.order_id or b"") or cards.get(row.customer_id or b"", "")
        for row in rows
    }


def _holds(text: str) -> ColumnElement[bool]:
    """Numbers, goods, words and the buyer."""
    columns = (
        *(AfterSale.order_number, AfterSale.number, AfterSale.item_title, AfterSale.text),
        *(AfterSale.return_number, AfterSale.platform_reason),
    )
    buyers = select(Order.id).where(Order.buyer_nick.contains(text, autoescape=True))
    cards = select(Customer.id).where(
        or_(
            Customer.nick.contains(text, autoescape=True),
            Customer.name.contains(text, autoescape=True),
        )
    )
    return or_(
        *(column.contains(text, autoescape=True) for column in columns),
        AfterSale.order_id.in_(buyers),
        AfterSale.customer_id.in_(cards),
    )
