"""After-sales records: made by hand, taken step by step, taken back; limits are kept here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.after_sales.checks import MAX_TEXT, check_against_order, check_draft, too_long
from app.after_sales.flags import follow_orders, match_orders
from app.after_sales.judgement import cost_fen, propose_freight, responsible_for
from app.after_sales.model import STEPS, AfterSaleFacts, Draft, Step
from app.after_sales.queries import AfterSaleReading, find_record, shown
from app.after_sales.settings import AGENT_LIMIT_FEN
from app.after_sales.words import GROUP_OF
from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.undo import Undo, fields_of, put_back
from app.staff import OPERATOR, Member
from db.clock import now_ms
from db.models import (
    AfterSale,
    AfterSaleKind,
    AfterSaleState,
    Conversation,
    Grade,
    Order,
    OrderItem,
)

_TIMES: Final[Mapping[str, str]] = {
    AfterSaleState.AGREED: "agreed_at",
    AfterSaleState.REFUSED: "refused_at",
    AfterSaleState.DONE: "done_at",
    AfterSaleState.WITHDRAWN: "withdrawn_at",
}
_JUDGED: Final = ("reason_group", "reason", "responsibility", "freight_payer", "freight_fen")
_SAID: Final = ("kind", "item_id", "quantity", "amount_fen", "grade", "text")
_DECIDED: Final = frozenset({AfterSaleState.AGREED, AfterSaleState.DONE})


class OverLimit(PermissionDenied):
    """The decision costs more than the person may decide alone."""

    code = "over_limit"

    def __init__(self, limit_fen: int) -> None:
        super().__init__(
            _("Above {amount} yuan a supervisor decides.").format(amount=f"{limit_fen / 100:.2f}"),
            hint=_("The record is kept as requested: a supervisor finds it under “To decide”."),
        )


class AfterSales(AfterSaleReading):
    """What one can do with after-sales records; every step can be taken back."""

    def propose(self, draft: Draft) -> Draft:
        """The draft with responsibility and freight as the reason suggests them."""
        party = str(responsible_for(GROUP_OF.get(draft.reason, "")))
        payer = propose_freight(draft.kind, party).payer
        return replace(draft, responsibility=party, freight_payer=str(payer))

    def add(self, draft: Draft) -> Step:
        """Keep a new record; raises `UserError` where it can't stand."""
        member = self._staff.require(Permission.EDIT_ORDERS)
        check_draft(draft)
        now = now_ms()
        with self._db.write() as session:
            row = AfterSale(requested_at=draft.requested_at or now, staff_id=_own_id(member))
            self._attach(session, row, draft)
            _write(row, _said(draft) | _judged(draft))
            row.judged_at, row.source_at = now, now
            if draft.kind == AfterSaleKind.REVIEW and draft.grade == Grade.GOOD:
                row.state, row.done_at = AfterSaleState.DONE, row.requested_at
            session.add(row)
            session.flush()
            follow_orders(session, [row.order_id])
            return self._step(session, row, {"deleted": True}, {"deleted": False})

    def edit(self, record_id: bytes, draft: Draft) -> Step:
        """Change what a record says; of an imported one only what the shop judges.

        A decision that was made already may not come to cost more than its maker may decide.
        """
        self._staff.require(Permission.EDIT_ORDERS)
        with self._db.write() as session:
            row = find_record(session, record_id)
            fields = _judged(draft)
            if not row.number:
                check_draft(draft)
                _check_order(session, row.order_id, draft)
                fields = _said(draft) | fields
                fields["item_title"] = _title(session, draft.item_id)
                fields["source_at"] = now_ms()
            else:
                check_draft(replace(draft, kind=row.kind, amount_fen=0, grade=row.grade, text="-"))
            now = {name: fields.get(name, getattr(row, name)) for name in _COST}
            if row.state in _DECIDED and not row.number and cost_fen(**now) > _cost(row):
                self._check_limit(cost_fen(**now))
            return self._change(session, row, fields | {"judged_at": now_ms()})

    def move(
        self, record_id: bytes, state: AfterSaleState, *, outcome: str = "", reaction: str = ""
    ) -> Step:
        """Take a record to its next state.

        A complaint is not done without its outcome and the customer's reaction, nor a bad or
        middling review without what was done. Raises `OverLimit` where a supervisor decides.
        """
        member = self._staff.require(Permission.EDIT_ORDERS)
        if max(len(outcome), len(reaction)) > MAX_TEXT:
            raise too_long()
        with self._db.write() as session:
            row = find_record(session, record_id)
            _check_step(row, state)
            fields: dict[str, Any] = {"state": state, _TIMES[state]: now_ms()}
            fields |= {n: t.strip() for n, t in (("outcome", outcome), ("reaction", reaction)) if t}
            _check_ending(row, state, fields)
            if state in _DECIDED and _cost(row) > self._limit():
                self._check_limit(_cost(row))
                fields |= {"approved_by": _own_id(member), "approved_at": now_ms()}
            return self._change(session, row, fields | {"source_at": now_ms()})

    def take_back(self, undo: Undo) -> AfterSaleFacts:
        """Take a step back; raises `UserError` where somebody changed the record since."""
        self._staff.require(Permission.EDIT_ORDERS)
        with self._db.write() as session:
            found = session.scalar(select(AfterSale).where(AfterSale.id == undo.row_id))
            row = put_back(found, undo)
            if not row.number:
                row.source_at = now_ms()
            session.flush()
            follow_orders(session, [row.order_id])
            return shown(session, [row], self._limit())[0]

    def match_orders(self) -> None:
        """Give records that came before their orders to these; called after orders arrived."""
        with self._db.write("import") as session:
            match_orders(session)

    # --- parts -----------------------------------------------------------------------------

    def _attach(self, session: Session, row: AfterSale, draft: Draft) -> None:
        """Note whose record it is: the order's buyer, else the customer who talks."""
        row.conversation_id, row.customer_id = draft.conversation_id, draft.customer_id
        if draft.conversation_id is not None and row.customer_id is None:
            query = select(Conversation.customer_id).where(Conversation.id == draft.conversation_id)
            row.customer_id = session.scalar(query)
        if draft.order_id is not None:
            order = _check_order(session, draft.order_id, draft)
            row.order_id, row.order_number = order.id, order.number
            row.platform, row.shop, row.currency = order.platform, order.shop, order.currency
            row.customer_id = order.customer_id or row.customer_id
        row.item_title = _title(session, draft.item_id)

    def _change(self, session: Session, row: AfterSale, fields: Mapping[str, Any]) -> Step:
        before = fields_of(row, fields)
        _write(row, fields)
        session.flush()
        follow_orders(session, [row.order_id])
        return self._step(session, row, before, dict(fields))

    def _step(
        self, session: Session, row: AfterSale, before: dict[str, Any], after: dict[str, Any]
    ) -> Step:
        return Step(shown(session, [row], self._limit())[0], Undo(row.id, before, after))

    def _check_limit(self, cost: int) -> None:
        limit = self._settings.get(AGENT_LIMIT_FEN)
        if cost > limit and not self._staff.may(Permission.APPROVE_AFTER_SALES):
            raise OverLimit(limit)


_COST: Final = ("amount_fen", "freight_payer", "freight_fen")


def _cost(row: AfterSale) -> int:
    return cost_fen(row.amount_fen, row.freight_payer, row.freight_fen)


def _own_id(member: Member) -> bytes | None:
    return None if member.id == OPERATOR else member.id


def _said(draft: Draft) -> dict[str, Any]:
    plain = asdict(draft)
    return {name: plain[name] for name in _SAID} | {"text": draft.text.strip()}


def _judged(draft: Draft) -> dict[str, Any]:
    plain = asdict(draft) | {"reason_group": GROUP_OF.get(draft.reason, "")}
    return {name: plain[name] for name in _JUDGED}


def _write(row: AfterSale, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def _check_order(session: Session, order_id: bytes | None, draft: Draft) -> Order:
    order = session.scalar(select(Order).where(Order.id == order_id, Order.deleted.is_(False)))
    if order is None:
        raise NotFound(_("This order does not exist."))
    items = select(OrderItem).where(OrderItem.order_id == order.id, OrderItem.deleted.is_(False))
    check_against_order(draft, order, session.scalars(items))
    return order


def _title(session: Session, item_id: bytes | None) -> str:
    if item_id is None:
        return ""
    return session.scalar(select(OrderItem.title).where(OrderItem.id == item_id)) or ""


def _check_step(row: AfterSale, state: AfterSaleState) -> None:
    if row.number and row.kind != AfterSaleKind.REVIEW:
        raise UserError(
            _("The platform decides how far this is."),
            hint=_("Decide there; the next import brings it here."),
            code="imported",
        )
    if state not in STEPS.get(row.state, ()):
        raise UserError(_("This record is beyond that already."), code="bad_step")


def _check_ending(row: AfterSale, state: AfterSaleState, fields: Mapping[str, Any]) -> None:
    if state != AfterSaleState.DONE:
        return
    outcome = fields.get("outcome") or row.outcome
    reaction = fields.get("reaction") or row.reaction
    if row.kind == AfterSaleKind.COMPLAINT and not (outcome and reaction):
        raise UserError(
            _("A complaint ends with what was done and what the customer says to it."),
            code="no_outcome",
        )
    if row.kind == AfterSaleKind.REVIEW and not outcome:
        raise UserError(_("Write down what was done about this review."), code="no_outcome")
