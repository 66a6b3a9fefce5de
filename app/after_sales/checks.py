"""What a record must be before it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.after_sales.judgement import COSTS_MONEY, MOVES_GOODS
from app.after_sales.model import Draft
from app.after_sales.words import GRADE_NAMES, KIND_NAMES, PARTY_NAMES, REASON_NAMES
from app.core.errors import UserError
from app.core.i18n import _
from db.models import AfterSaleKind, Order, OrderItem, OrderStatus

MAX_TEXT: Final = 2_000
MAX_FEN: Final = 100_000_000
"""A million yuan: more is a slip of the finger."""

_REFUNDS: Final = frozenset({AfterSaleKind.REFUND, AfterSaleKind.RETURN_REFUND})


def check_draft(draft: Draft) -> None:
    """Raise `UserError` where the words and numbers of a record can't stand."""
    _check_words(draft)
    if max(map(len, (draft.text, draft.reason))) > MAX_TEXT:
        raise too_long()
    for amount in (draft.amount_fen, draft.freight_fen):
        if not 0 <= amount <= MAX_FEN:
            raise UserError(_("This can't be an amount."), code="bad_amount")
    if draft.amount_fen and draft.kind not in COSTS_MONEY:
        raise UserError(_("Nothing is paid out for this kind."), code="bad_amount")
    if draft.freight_payer and draft.kind not in MOVES_GOODS:
        raise UserError(_("Nothing is sent for this kind: no freight."), code="bad_freight")
    if draft.freight_fen and not draft.freight_payer:
        raise UserError(_("Say who pays the freight."), code="bad_freight")
    if draft.kind == AfterSaleKind.REVIEW and not draft.grade:
        raise UserError(_("Say whether the review is good, middling or bad."), code="no_grade")
    if draft.kind == AfterSaleKind.COMPLAINT and not draft.text.strip():
        raise UserError(_("Write down what the customer complains of."), code="no_text")


def check_against_order(draft: Draft, order: Order, items: Iterable[OrderItem]) -> None:
    """Raise `UserError` where the order does not allow it."""
    said = {AfterSaleKind.COMPLAINT, AfterSaleKind.REVIEW}
    if order.status == OrderStatus.UNPAID and draft.kind not in said:
        raise UserError(
            _("This order is not paid yet, so there is nothing to give back."),
            hint=_("It can be cancelled, or closes by itself."),
            code="unpaid",
        )
    if draft.kind in _REFUNDS and order.paid_fen and draft.amount_fen > order.paid_fen:
        raise UserError(
            _("The buyer did not pay that much for this order."),
            hint=_("It was {amount}.").format(amount=_amount(order)),
            code="too_much",
        )
    if draft.item_id is not None and draft.item_id not in {item.id for item in items}:
        raise UserError(_("This item is not in the order."), code="bad_item")


def _amount(order: Order) -> str:
    sign = "¥" if order.currency == "CNY" else f"{order.currency} "
    return f"{sign}{order.paid_fen / 100:,.2f}"


def too_long() -> UserError:
    """The error for a text nobody reads."""
    return UserError(_("This is longer than {n} characters.").format(n=MAX_TEXT), code="too_long")


def _check_words(draft: Draft) -> None:
    known = (
        (draft.kind, KIND_NAMES, False),
        (draft.reason, REASON_NAMES, True),
        (draft.responsibility, PARTY_NAMES, True),
        (draft.freight_payer, PARTY_NAMES, True),
        (draft.grade, GRADE_NAMES, True),
    )
    for word, names, may_be_empty in known:
        if word not in names and not (may_be_empty and not word):
            raise UserError(
                _("“{word}” is not known here.").format(word=word),
                hint=", ".join(names),
                code="bad_word",
            )
