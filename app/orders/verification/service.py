"""Verification as a service: verdicts for few or many orders, and what a person does about them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.conversations import UnknownConversation
from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.core.undo import Undo, fields_of, put_back, undo_of
from app.orders import settings as own
from app.orders.corrections import (
    CORRECTED,
    Correction,
    checked_receiver,
    corrections,
    find_order,
    receiver_in_force,
    write_correction,
)
from app.orders.masking import mask_correction, mask_receiver
from app.orders.model import OrderFacts, Receiver
from app.orders.verification import load
from app.orders.verification.dispatch import areas_of, shipped_areas
from app.orders.verification.judge import TO_SHIP, judge
from app.orders.verification.model import Action, Policy, Report, Verdict
from app.regions import Region, regions
from app.staff import StaffService
from db.clock import now_ms
from db.database import Database
from db.engine import roomy
from db.models import ConfirmationState, Conversation, Order, Review

FEW: Final = 200
"""Up to so many orders, only their own neighbours are looked for."""

MAX_REASON: Final = 200
_HOUR: Final = 3_600_000
_REVIEW: Final = ("review", "review_reason", "review_at", "reviewed_by")


class Verification:
    """Judges orders before dispatch; nothing is stored but what a person decides."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings) -> None:
        self._db, self._staff, self._settings = db, staff, settings

    # --- verdicts ------------------------------------------------------------------------------

    def of(self, order_id: bytes) -> Verdict:
        """The verdict of one order; raises `NotFound`."""
        report = self.verify(order_ids=[order_id])
        if not report.verdicts:
            raise NotFound(_("This order does not exist."))
        return report.verdicts[0]

    def verify(
        self,
        *,
        order_ids: Sequence[bytes] | None = None,
        numbers: Sequence[str] | None = None,
        statuses: Sequence[str] | None = None,
        customer_id: bytes | None = None,
    ) -> Report:
        """Judge the orders that match all that is given; with nothing given, those to be shipped.

        100,000 orders take about ten seconds: call it off the window's thread.
        """
        where: list[ColumnElement[bool]] = []
        if order_ids is not None:
            where.append(Order.id.in_(order_ids))
        if numbers is not None:
            where.append(Order.number.in_(numbers))
        if customer_id is not None:
            where.append(Order.customer_id == customer_id)
        if statuses is not None or not where:
            where.append(Order.status.in_(TO_SHIP if statuses is None else statuses))
        policy = self.policy()
        named = order_ids is not None or numbers is not None or customer_id is not None
        with self._db.read() as session:
            room = nullcontext() if named else roomy(session.connection())
            with room:
                return _report(session, where, policy)

    def policy(self) -> Policy:
        """The shop's settings as they are now."""
        get, shipped = self._settings.get, shipped_areas()
        return Policy(
            now=now_ms(),
            dispatch_ms=get(own.DISPATCH_HOURS) * _HOUR,
            soon_ms=get(own.PROMISE_SOON_HOURS) * _HOUR,
            hold_on_message=get(own.HOLD_ON_MESSAGE),
            hold_on_remark=get(own.HOLD_ON_REMARK),
            surcharge=areas_of(get(own.SURCHARGE_AREAS), shipped.surcharge),
            unserved=areas_of(get(own.UNSERVED_AREAS), shipped.unserved),
            large_amount_fen=get(own.LARGE_AMOUNT_FEN),
            many_buyers=get(own.MANY_BUYERS),
            many_refunds=get(own.REFUNDS_IN_90_DAYS),
        )

    # --- areas ---------------------------------------------------------------------------------

    def surcharge_areas(self) -> tuple[str, ...]:
        """Regions carriers ask more for, in this shop."""
        return self.policy().surcharge

    def unserved_areas(self) -> tuple[str, ...]:
        """Regions this shop's carriers do not reach."""
        return self.policy().unserved

    def set_surcharge_areas(self, areas: Sequence[str]) -> None:
        """Keep a list of regions, each "province [city [district]]", short names will do."""
        self._staff.require(Permission.SHOP_SETTINGS)
        self._settings.set(own.SURCHARGE_AREAS, _kept(areas, shipped_areas().surcharge))

    def set_unserved_areas(self, areas: Sequence[str]) -> None:
        """Keep a list of regions, written like those with a surcharge."""
        self._staff.require(Permission.SHOP_SETTINGS)
        self._settings.set(own.UNSERVED_AREAS, _kept(areas, shipped_areas().unserved))

    # --- decisions -----------------------------------------------------------------------------

    def hold(self, order_id: bytes, reason: str) -> Undo | None:
        """Hold an order for review, with a reason colleagues will read."""
        self._staff.require(Permission.EDIT_ORDERS)
        reason = reason.strip()
        if not reason:
            raise UserError(_("Say why the order is held."), code="no_reason")
        return self._decide(order_id, Review.HELD, reason)

    def release(self, order_id: bytes, reason: str = "") -> Undo | None:
        """Let an order's holds pass after reading them; blocks stay until they are mended."""
        self._staff.require(Permission.RELEASE_HOLD)
        return self._decide(order_id, Review.RELEASED, reason.strip())

    def undo_review(self, order_id: bytes) -> None:
        """Take a hold or a release back: the rules alone decide again."""
        self._staff.require(Permission.RELEASE_HOLD)
        self._decide(order_id, Review.NONE, "")

    def _decide(self, order_id: bytes, review: Review, reason: str) -> Undo | None:
        if len(reason) > MAX_REASON:
            message = _("This is longer than {n} characters.").format(n=MAX_REASON)
            raise UserError(message, code="too_long")
        member = self._staff.current
        with self._db.write() as session:
            row = find_order(session, order_id)
            before = fields_of(row, _REVIEW)
            row.review, row.review_reason, row.review_at = review, reason, now_ms()
            row.reviewed_by = member.id if member else None
            return undo_of(row, before)

    def take_back(self, undo: Undo) -> None:
        """Take a hold, a release or a correction back; raises `UserError` where it changed since.

        A review somebody else has decided on takes the right to release.
        """
        member = self._staff.require(Permission.EDIT_ORDERS)
        with self._db.write() as session:
            row = find_order(session, undo.row_id)
            if undo.after.keys() & set(_REVIEW) and row.reviewed_by != member.id:
                self._staff.require(Permission.RELEASE_HOLD)
            put_back(row, undo)

    # --- corrections ---------------------------------------------------------------------------

    def fix(self, order_id: bytes, receiver: Receiver) -> Undo | None:
        """Keep a corrected receiver beside the imported one; None if nothing changes.

        A card the customer has not answered yet, or has confirmed, no longer counts.
        """
        member = self._staff.require(Permission.EDIT_ORDERS)
        new = checked_receiver(receiver)
        with self._db.write() as session:
            row = find_order(session, order_id)
            before = fields_of(row, (*CORRECTED, "confirmation", "confirmed_at"))
            if not write_correction(row, new, member.id.hex()):
                return None
            row.confirmation, row.confirmed_at = ConfirmationState.NONE, None
            return undo_of(row, before)

    def receiver(self, order_id: bytes) -> Receiver:
        """The receiver in force, to be shown in a form; hidden from who may not see it."""
        found = self._receiver(order_id)
        return found if self._staff.may(Permission.SEE_PERSONAL_DATA) else mask_receiver(found)

    def _receiver(self, order_id: bytes) -> Receiver:
        with self._db.read() as session:
            return receiver_in_force(find_order(session, order_id))

    def apply(self, order_id: bytes, region: Region, detail: str = "") -> Undo | None:
        """Take over a suggested region, and street line if one is given."""
        receiver = self._receiver(order_id)
        kept = detail or _below(receiver.detail, region)
        fields = {"province": region.province, "city": region.city, "district": region.district}
        return self.fix(order_id, replace(receiver, **fields, detail=kept))

    def corrections(self, order_id: bytes) -> list[Correction]:
        """All corrections of the receiver, oldest first: old, new, when, by whom."""
        with self._db.read() as session:
            found = corrections(session, order_id)
        if self._staff.may(Permission.SEE_PERSONAL_DATA):
            return found
        return [mask_correction(change) for change in found]

    def link(self, order_id: bytes, conversation_id: bytes) -> None:
        """Note that an order is the customer's who talks here (they named its number)."""
        self._staff.require(Permission.EDIT_ORDERS)
        with self._db.write() as session:
            customer = session.scalar(
                select(Conversation.customer_id).where(Conversation.id == conversation_id)
            )
            if customer is None:
                raise UnknownConversation
            find_order(session, order_id).customer_id = customer


def _kept(areas: Sequence[str], shipped: Sequence[str]) -> list[str]:
    """The list to keep; an unknown province or city is refused by name."""
    kept = [" ".join(area.split()) for area in areas if area.strip()]
    for area in kept:
        province, *below = area.split()
        known = regions().province(province)
        if known is None or (below and known.index.get(below[0]) is None):
            message = _("“{area}” is no province or city of one.").format(area=area)
            raise UserError(message, hint=_("Write it like: Xinjiang Kashgar"), code="bad_area")
    return ["*"] if kept == list(shipped) else kept


def _below(detail: str, region: Region) -> str:
    """The street line without a region pasted into it."""
    for name in (region.province, region.city, region.district):
        detail = detail.removeprefix(name).lstrip()
    return detail


def _report(session: Session, where: Sequence[ColumnElement[bool]], policy: Policy) -> Report:
    chosen = load.orders(session, where)
    first: list[OrderFacts] = []
    for order in chosen:
        first.append(order)
        if len(first) > FEW:
            break
    few = first if len(first) <= FEW else None
    around = load.surroundings(session, policy.now, few)
    verdicts = [judge(order, policy, around.of(order)) for order in first]
    verdicts += [judge(order, policy, around.of(order)) for order in chosen]
    numbers = {verdict.number for verdict in verdicts}
    return Report(
        verdicts=tuple(verdicts),
        merge=tuple(around.groups(numbers.__contains__)),
        split=tuple(v.number for v in verdicts if _to_split(v)),
    )


def _to_split(verdict: Verdict) -> bool:
    return any(finding.remedy.action is Action.SPLIT for finding in verdict.findings)
