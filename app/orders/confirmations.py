"""Confirmation cards: what the customer is asked to check, and what comes back (DOMAIN §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations import Conversations, MessageKind, MessageView
from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.core.zones import shop_zone
from app.orders.confirmation_answer import cleaned_answer, corrected_receiver, differences
from app.orders.confirmation_card import in_words, make_card
from app.orders.corrections import (
    BY_CUSTOMER,
    checked_receiver,
    find_order,
    receiver_in_force,
    write_correction,
)
from app.orders.masking import mask_answer
from app.orders.model import Receiver
from app.orders.settings import DISPATCH_HOURS
from app.staff import StaffService
from db.clock import now_ms
from db.database import Database
from db.models import Confirmation, ConfirmationState, Conversation, Order, OrderStatus

_OPEN: Final = frozenset({OrderStatus.UNPAID, OrderStatus.PAID, OrderStatus.PART_SHIPPED})


@dataclass(frozen=True, slots=True)
class ConfirmationView:
    """A card as the desk sees it; `answer` is what the customer changed, by field."""

    id: bytes
    order_id: bytes
    conversation_id: bytes
    message_id: bytes
    state: str
    sent_at: int
    answered_at: int | None = None
    answer: Mapping[str, str] | None = None


class WrongCustomer(UserError):
    """The order belongs to somebody else: a card would tell one customer another's address."""

    def __init__(self) -> None:
        super().__init__(
            _("This order belongs to another customer."),
            hint=_("Link the order to this customer first."),
            code="wrong_customer",
        )


class Confirmations:
    """Sends confirmation cards into conversations and takes the customers' answers."""

    def __init__(
        self,
        db: Database,
        conversations: Conversations,
        settings: Settings,
        staff: StaffService,
    ) -> None:
        self._db, self._conversations, self._settings = db, conversations, settings
        self._staff = staff

    def send(self, order_id: bytes, conversation_id: bytes) -> ConfirmationView:
        """Ask the customer to check an order; row and message are one transaction.

        Raises `WrongCustomer`, or `UserError` where the order is on its way or done already.
        """
        with self._db.write() as session:
            order = find_order(session, order_id)
            self._check_sendable(session, order, conversation_id)
            zone = shop_zone(self._settings)
            card = make_card(session, order, self._dispatch_ms(), zone)
            message = self._conversations.send(
                conversation_id,
                in_words(card),
                kind=MessageKind.CONFIRM_CARD,
                payload=card,
            )
            row = _row(order_id, card, message)
            session.add(row)
            order.confirmation, order.confirmed_at = ConfirmationState.SENT, None
            return _view(row)

    def answer(
        self, confirmation_id: bytes, conversation_id: bytes, payload: Mapping[str, Any]
    ) -> ConfirmationView:
        """Take the customer's answer: {"state": "confirmed" | "corrected", and the fields changed}.

        The same answer twice is one answer. Raises `UserError` with a sentence the customer can
        act upon; nothing is kept then.
        """
        answer = cleaned_answer(payload)
        with self._db.write("channel") as session:
            row = _find(session, confirmation_id, conversation_id)
            if row.answered_at is not None:
                return _answered_before(row, answer)
            self._check_current(session, row)
            order = find_order(session, row.order_id)
            old = receiver_in_force(order)
            if answer["state"] == ConfirmationState.CORRECTED:
                new = checked_receiver(corrected_receiver(old, answer))
                changed = write_correction(order, new, BY_CUSTOMER)
            else:
                _check_unchanged(row, old)
                changed = False
            state = ConfirmationState.CORRECTED if changed else ConfirmationState.CONFIRMED
            row.state, row.answer, row.answered_at = state, answer, now_ms()
            order.confirmation, order.confirmed_at = state, row.answered_at
            self._tell(conversation_id, order, old, receiver_in_force(order))
            return _view(row)

    def of_order(self, order_id: bytes) -> list[ConfirmationView]:
        """The cards of an order, newest first."""
        with self._db.read() as session:
            rows = session.scalars(
                select(Confirmation)
                .where(Confirmation.order_id == order_id, Confirmation.deleted.is_(False))
                .order_by(Confirmation.sent_at.desc(), Confirmation.rid.desc())
            )
            cards = [_view(row) for row in rows]
        if self._staff.may(Permission.SEE_PERSONAL_DATA):
            return cards
        return [replace(card, answer=mask_answer(card.answer)) for card in cards]

    # --- sending -----------------------------------------------------------------------------

    def _check_sendable(self, session: Session, order: Order, conversation_id: bytes) -> None:
        customer = session.scalar(
            select(Conversation.customer_id).where(Conversation.id == conversation_id)
        )
        if order.customer_id != customer:
            raise WrongCustomer
        if order.status not in _OPEN:
            raise UserError(
                _("Only an order that was not shipped yet can be confirmed."), code="not_open"
            )

    def _dispatch_ms(self) -> int:
        return self._settings.get(DISPATCH_HOURS) * 3_600_000

    # --- answers -----------------------------------------------------------------------------

    def _check_current(self, session: Session, row: Confirmation) -> None:
        newer = session.scalar(
            select(Confirmation.rid).where(
                Confirmation.order_id == row.order_id,
                Confirmation.sent_at >= row.sent_at,
                Confirmation.rid > row.rid,
                Confirmation.deleted.is_(False),
            )
        )
        if newer is not None:
            raise UserError(_("Please answer the newest card of this order."), code="newer_card")
        if find_order(session, row.order_id).status not in _OPEN:
            raise UserError(
                _("This order has been shipped already, so its address can't be changed here."),
                code="shipped",
            )

    def _tell(self, conversation_id: bytes, order: Order, old: Receiver, new: Receiver) -> None:
        """Put what the customer did into the thread."""
        if old == new:
            text = _("The customer confirmed order {number}.").format(number=order.number)
            self._conversations.add_event(
                conversation_id, "order_confirmed", text=text, order=order.number
            )
            return
        before, after = differences(old, new)
        text = _("The customer corrected order {number}: {old} → {new}").format(
            number=order.number, old=before, new=after
        )
        self._conversations.add_event(
            conversation_id, "order_corrected", text=text, order=order.number, old=before, new=after
        )


def _row(order_id: bytes, card: dict[str, Any], message: MessageView) -> Confirmation:
    return Confirmation(
        id=bytes.fromhex(card["confirmation_id"]),
        order_id=order_id,
        conversation_id=message.conversation_id,
        message_id=message.id,
        shown=card,
        state=ConfirmationState.SENT,
        sent_at=message.at,
    )


def _view(row: Confirmation) -> ConfirmationView:
    return ConfirmationView(
        row.id,
        row.order_id,
        row.conversation_id,
        row.message_id,
        row.state,
        row.sent_at,
        row.answered_at,
        row.answer,
    )


def _find(session: Session, confirmation_id: bytes, conversation_id: bytes) -> Confirmation:
    row = session.scalar(
        select(Confirmation).where(
            Confirmation.id == confirmation_id,
            Confirmation.conversation_id == conversation_id,
            Confirmation.deleted.is_(False),
        )
    )
    if row is None:
        raise NotFound(_("This card does not exist."))
    return row


def _answered_before(row: Confirmation, answer: dict[str, str]) -> ConfirmationView:
    if row.answer == answer:
        return _view(row)  # the channel delivered one answer twice
    raise UserError(
        _("You have answered this card already."),
        hint=_("Ask us for a new one if something changed."),
        code="answered",
    )


def _check_unchanged(row: Confirmation, receiver: Receiver) -> None:
    """What is confirmed must be what the order says now."""
    if row.shown.get("address") != receiver.address or row.shown.get("recipient") != receiver.name:
        raise UserError(
            _("This order was changed since. Please ask for a new card."), code="card_outdated"
        )
