"""All rules over one order: what applies depends on its status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from app.core.i18n import _
from app.orders.model import OrderFacts
from app.orders.verification import address, dispatch, receiver, wishes
from app.orders.verification.model import (
    RANK,
    Action,
    Finding,
    Level,
    Neighbours,
    Policy,
    Remedy,
    Verdict,
)
from db.models import OrderStatus, Review

TO_SHIP: Final = frozenset({OrderStatus.PAID, OrderStatus.PART_SHIPPED})
"""Orders that are judged by all rules."""

_NOT_PAID: Final = frozenset({OrderStatus.UNPAID, OrderStatus.UNKNOWN})


def judge(order: OrderFacts, policy: Policy, around: Neighbours) -> Verdict:
    """Judge one order; an order on its way or done passes."""
    if order.status in TO_SHIP:
        found = list(_all_rules(order, policy, around))
    elif order.status in _NOT_PAID:
        found = list(_receiver_rules(order))
    elif order.status == OrderStatus.FROZEN:
        found = [_frozen()]
    else:
        found = []
    released = order.review == Review.RELEASED
    if released:
        found = [_let_pass(finding) for finding in found]
    found.sort(key=lambda finding: -RANK[finding.level])
    at, state = dispatch.promise_of(order, policy) if order.status in TO_SHIP else (None, None)
    level = found[0].level if found else Level.PASS
    return Verdict(order.id, order.number, level, tuple(found), at, state, released)


def _receiver_rules(order: OrderFacts) -> Iterator[Finding]:
    yield from receiver.recipient(order)
    yield from receiver.phone(order)
    yield from address.region(order)
    yield from address.street(order)
    yield from address.contradiction(order)


def _all_rules(order: OrderFacts, policy: Policy, around: Neighbours) -> Iterator[Finding]:
    yield from _held(order)
    yield from _receiver_rules(order)
    yield from wishes.buyer_message(order, policy)
    yield from wishes.seller_remark(order, policy)
    yield from dispatch.refund(order)
    yield from dispatch.stock(order, around)
    yield from dispatch.merge(order, around)
    yield from dispatch.split(order)
    yield from dispatch.remote(order, policy)
    yield from dispatch.promise(order, policy)
    yield from dispatch.doubt(order, policy, around)


def _held(order: OrderFacts) -> Iterator[Finding]:
    """A person has held the order."""
    if order.review == Review.HELD:
        reason = _("Held: {reason}").format(reason=order.review_reason or _("no reason given"))
        remedy = Remedy(_("Settle it, then release the order."), Action.RELEASE)
        yield Finding("held", Level.HOLD, reason, remedy)


def _frozen() -> Finding:
    return Finding(
        "frozen",
        Level.BLOCK,
        _("The platform has frozen this order."),
        Remedy(_("Wait until the platform releases it.")),
    )


def _let_pass(finding: Finding) -> Finding:
    """A person has read the order and released it: holds are settled, blocks are not."""
    if finding.level is not Level.HOLD:
        return finding
    return replace(finding, level=Level.PASS, remedy=Remedy(_("Released by a person.")))
