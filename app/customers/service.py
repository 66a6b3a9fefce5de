"""The customer card, lists, notes, and merging two records of one person."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.phones import mask_phone
from app.core.undo import Undo, fields_of, put_back, undo_of
from app.customers.cards import build_card, erased_among, final_record
from app.customers.model import (
    CustomerCard,
    CustomerFilter,
    CustomerRow,
    CustomerSort,
)
from app.customers.tags import element_id, tags_of
from app.staff import StaffService
from db.clock import now_ms
from db.database import Database
from db.ids import new_id
from db.models import (
    AfterSale,
    Conversation,
    Customer,
    CustomerNote,
    CustomerTag,
    Order,
)
from db.search import search_ids
from db.tokens import holds

EDITABLE: Final = frozenset(
    {
        *("name", "salutation", "phone", "email", "province", "city", "district", "detail", "zip"),
        *("lifecycle", "value_class", "birthday", "family", "occupation", "personality"),
        *("education", "spending_view", "blocked"),
    }
)
MAX_FIELD: Final = 500
SEARCH_LIMIT: Final = 5_000


class Customers:
    """What the desk knows of its customers."""

    def __init__(self, db: Database, staff: StaffService) -> None:
        self._db, self._staff = db, staff

    def card(self, customer_id: bytes) -> CustomerCard:
        """Return a customer's card; raises `NotFound`."""
        with self._db.read() as session:
            row = _living(session, customer_id)
            bare = self._staff.may(Permission.SEE_PERSONAL_DATA)
            return build_card(session, row, EDITABLE, bare=bare)

    def add(self, name: str, phone: str = "", **fields: str) -> bytes:
        """Add a customer by hand."""
        self._staff.require(Permission.EDIT_CUSTOMERS)
        _check(fields | {"name": name, "phone": phone})
        if not name.strip():
            raise UserError(_("A customer needs a name."), code="empty_name")
        with self._db.write() as session:
            row = Customer(id=new_id(), name=name.strip(), created_at=now_ms(), **fields)
            _set_phone(row, phone)
            session.add(row)
            session.flush()
            return row.id

    def change(self, customer_id: bytes, **fields: Any) -> Undo | None:
        """Change fields of the card; raises `UserError` for an unknown field or a too long value."""
        self._staff.require(Permission.EDIT_CUSTOMERS)
        _check(fields)
        with self._db.write() as session:
            row = _living(session, customer_id)
            before = fields_of(row, {*fields, *(("phone_tail",) if "phone" in fields else ())})
            for name, value in fields.items():
                if name == "phone":
                    _set_phone(row, value)
                else:
                    setattr(row, name, value.strip() if isinstance(value, str) else value)
            return undo_of(row, before)

    def take_back(self, undo: Undo) -> None:
        """Take a change of the card back; raises `UserError` where it was changed since."""
        self._staff.require(Permission.EDIT_CUSTOMERS)
        with self._db.write() as session:
            put_back(_living(session, undo.row_id), undo)

    def find(
        self,
        wanted: CustomerFilter,
        *,
        sort: CustomerSort = CustomerSort.LAST_SEEN,
        offset: int = 0,
        limit: int = 100,
    ) -> list[CustomerRow]:
        """Return a page of the customer list."""
        with self._db.read() as session:
            query = _filtered(session, select(Customer), wanted).order_by(*_order(sort))
            rows = session.scalars(query.offset(offset).limit(limit)).all()
            ids = [row.id for row in rows]
            tags, erased = tags_of(session, ids), erased_among(session, ids)
            return [_row(row, tags.get(row.id, ()), erased=row.id in erased) for row in rows]

    def count(self, wanted: CustomerFilter) -> int:
        """Return how many customers the filter finds."""
        with self._db.read() as session:
            query = _filtered(session, select(func.count()).select_from(Customer), wanted)
            return session.scalar(query) or 0

    def add_note(self, customer_id: bytes, text: str) -> bytes:
        """Leave a note on a customer."""
        member = self._staff.require(Permission.REPLY)
        text = text.strip()
        if not text or len(text) > MAX_FIELD:
            message = _("A note has 1 to {n} characters.").format(n=MAX_FIELD)
            raise UserError(message, code="bad_note")
        with self._db.write() as session:
            note = CustomerNote(customer_id=customer_id, staff_id=member.id, text=text, at=now_ms())
            session.add(note)
            session.flush()
            return note.id

    def delete_note(self, note_id: bytes) -> Undo | None:
        """Delete a note: one's own, or anybody's with the right to edit tags."""
        with self._db.write() as session:
            note = self._note(session, note_id)
            before = fields_of(note, ("deleted",))
            note.deleted = True
            return undo_of(note, before)

    def take_back_note(self, undo: Undo) -> None:
        """Put a deleted note back, under the same right."""
        with self._db.write() as session:
            put_back(self._note(session, undo.row_id), undo)

    def _note(self, session: Session, note_id: bytes) -> CustomerNote:
        member = self._staff.require(Permission.REPLY)
        note = session.scalars(select(CustomerNote).where(CustomerNote.id == note_id)).one()
        if note.staff_id != member.id:
            self._staff.require(Permission.EDIT_TAGS)
        return note

    def merge(self, into: bytes, other: bytes) -> None:
        """Let one record take over another's conversations, orders, notes and tags.

        The other stays as an alias (`merged_into`); empty fields are filled from it.
        """
        self._staff.require(Permission.EDIT_CUSTOMERS)
        if into == other:
            raise UserError(_("A customer can't be merged with itself."), code="same_customer")
        with self._db.write() as session:
            target, source = _living(session, into), _living(session, other)
            for name in EDITABLE - {"blocked", "lifecycle", "value_class"}:
                if not getattr(target, name):
                    setattr(target, name, getattr(source, name))
            target.phone_tail = target.phone[-4:]
            _move_rows(session, into, other)
            _move_tags(session, into, other)
            source.merged_into = into


def _living(session: Session, customer_id: bytes) -> Customer:
    row = final_record(session, customer_id)
    if row is None or row.deleted:
        raise NotFound(_("This customer does not exist (any more)."))
    return row


def _check(fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name not in EDITABLE:
            message = _("A customer has no field “{name}”.").format(name=name)
            raise UserError(message, code="bad_field")
        if isinstance(value, str) and len(value) > MAX_FIELD:
            message = _("This text is too long: at most {n} characters.").format(n=MAX_FIELD)
            raise UserError(message, hint=name, code="too_long")


def _set_phone(row: Customer, phone: str) -> None:
    row.phone = phone.strip()
    digits = "".join(c for c in phone.partition("-")[0] if c.isdigit())
    row.phone_tail = digits[-4:]


def _order(sort: CustomerSort) -> tuple[Any, ...]:
    if sort is CustomerSort.NAME:
        return (Customer.name, Customer.nick, Customer.rid)
    if sort is CustomerSort.CREATED:
        return (Customer.created_at.desc(), Customer.rid.desc())
    return (Customer.last_seen_at.desc(), Customer.rid.desc())


def _filtered(session: Session, query: Select[Any], wanted: CustomerFilter) -> Select[Any]:
    query = query.where(Customer.deleted.is_(False), Customer.merged_into.is_(None))
    if wanted.lifecycle:
        query = query.where(Customer.lifecycle == wanted.lifecycle)
    if wanted.value_class:
        query = query.where(Customer.value_class == wanted.value_class)
    for tag_id in wanted.tags:
        having = select(CustomerTag.customer_id).where(
            CustomerTag.tag_id == tag_id, CustomerTag.deleted.is_(False)
        )
        query = query.where(Customer.id.in_(having))
    if wanted.text.strip():
        query = query.where(Customer.rid.in_(find_rids(session, wanted.text)))
    return query


def find_rids(session: Session, text: str, limit: int = SEARCH_LIMIT) -> list[int]:
    """Return the rids of customers whose name, nick or phone holds the words."""
    rids = search_ids(session, "customers", text, limit)
    rows = session.execute(
        select(
            Customer.rid, Customer.name, Customer.nick, Customer.salutation, Customer.phone
        ).where(Customer.rid.in_(rids))
    )
    return [row.rid for row in rows if holds(" ".join(row[1:]), text)]


def _row(row: Customer, tags: tuple[Any, ...], *, erased: bool) -> CustomerRow:
    nameless = _("Erased customer") if erased else ""
    return CustomerRow(
        row.id,
        row.salutation or row.name or row.nick or nameless,
        row.nick,
        row.platform,
        mask_phone(row.phone),
        " ".join(filter(None, (row.province, row.city))),
        row.lifecycle,
        row.value_class,
        tags,
        row.last_seen_at,
    )


def _move_rows(session: Session, into: bytes, other: bytes) -> None:
    rows: list[Conversation | Order | CustomerNote | AfterSale] = [
        *session.scalars(select(Conversation).where(Conversation.customer_id == other)),
        *session.scalars(select(Order).where(Order.customer_id == other)),
        *session.scalars(select(CustomerNote).where(CustomerNote.customer_id == other)),
        *session.scalars(select(AfterSale).where(AfterSale.customer_id == other)),
    ]
    for row in rows:
        row.customer_id = into


def _move_tags(session: Session, into: bytes, other: bytes) -> None:
    query = select(CustomerTag).where(
        or_(CustomerTag.customer_id == other, CustomerTag.customer_id == into)
    )
    rows = session.scalars(query).all()
    own = {row.tag_id: row for row in rows if row.customer_id == into}
    for row in rows:
        if row.customer_id != other or row.deleted:
            continue
        kept = own.get(row.tag_id)
        if kept is None:
            session.add(
                CustomerTag(
                    id=element_id(into, row.tag_id),
                    customer_id=into,
                    tag_id=row.tag_id,
                    origin=row.origin,
                    staff_id=row.staff_id,
                    reason=row.reason,
                    at=row.at,
                )
            )
        else:
            kept.deleted = False
        row.deleted = True
