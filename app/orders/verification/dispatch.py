"""Rules on what happens before dispatch: promise, stock, reach, merge, split, doubt (DOMAIN §5)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import msgspec

from app.core.i18n import _, ngettext
from app.core.paths import resource
from app.orders.model import ItemFacts, OrderFacts
from app.orders.verification.model import (
    Action,
    Finding,
    Level,
    Neighbours,
    Policy,
    PromiseState,
    Remedy,
)
from app.orders.verification.wishes import several_addresses


class _RemoteAreas(msgspec.Struct):
    surcharge: list[str]
    unserved: list[str]


@cache
def shipped_areas() -> _RemoteAreas:
    """The list shipped with the program; there is no official one (FORMATS §7)."""
    path = resource("rules", "remote_areas.json")
    return msgspec.json.decode(path.read_bytes(), type=_RemoteAreas)


def promise_of(order: OrderFacts, policy: Policy) -> tuple[int | None, PromiseState | None]:
    """When the order must leave and how near that is; a time in the data wins (FORMATS §8)."""
    at = order.promised_at
    if at is None and order.paid_at and not order.presale:
        at = order.paid_at + policy.dispatch_ms
    if at is None:
        return None, None
    left = at - policy.now
    if left < 0:
        return at, PromiseState.LATE
    return at, PromiseState.SOON if left <= policy.soon_ms else PromiseState.OK


def promise(order: OrderFacts, policy: Policy) -> Iterator[Finding]:
    """Every timer is seen before it runs out."""
    at, state = promise_of(order, policy)
    if at is None:
        if order.presale:
            yield Finding(
                "promise.presale",
                Level.WARN,
                _("A pre-sale item without a dispatch date."),
                Remedy(_("Tell the customer the date."), Action.CONFIRM),
            )
        return
    hours = abs(at - policy.now) // 3_600_000
    if state is PromiseState.LATE:
        question = _("Sorry, your order is a little late; we are sending it as fast as we can.")
        text = _("Ship at once and tell the customer.")
        remedy = Remedy(text, Action.ASK_CUSTOMER, question=question)
        yield Finding("promise.late", Level.WARN, _late_by(hours), remedy)
    elif state is PromiseState.SOON:
        remedy = Remedy(_("Ship this one first."))
        yield Finding("promise.soon", Level.WARN, _runs_out_in(hours), remedy)


def _late_by(hours: int) -> str:
    if not hours:
        return _("The dispatch promise ran out less than an hour ago.")
    return ngettext(
        "The dispatch promise ran out {n} hour ago.",
        "The dispatch promise ran out {n} hours ago.",
        hours,
    ).format(n=hours)


def _runs_out_in(hours: int) -> str:
    if not hours:
        return _("The dispatch promise runs out in less than an hour.")
    return ngettext(
        "The dispatch promise runs out in {n} hour.",
        "The dispatch promise runs out in {n} hours.",
        hours,
    ).format(n=hours)


def refund(order: OrderFacts) -> Iterator[Finding]:
    """What is being refunded must not leave (DOMAIN §7: paid, not shipped = refund only)."""
    asked = [item for item in order.items if item.refund_status and not _ended(item.refund_status)]
    if order.after_sale or asked:
        yield Finding(
            "refund",
            Level.HOLD,
            _("A refund or other after-sales request is open."),
            Remedy(_("Settle it first, then release the order."), Action.RELEASE),
        )


def _ended(refund_status: str) -> bool:
    words = ("无", "没有", "关闭", "取消", "拒绝", "CLOSED", "NO_REFUND", "REFUSE", "-")
    return any(word in refund_status for word in words)


def remote(order: OrderFacts, policy: Policy) -> Iterator[Finding]:
    """Areas carriers ask more for or do not reach; the shop's own list (FORMATS §7)."""
    to = order.receiver
    if not to.province:
        return
    if area := _listed(order, policy.unserved):
        reason = _("Carriers do not deliver to {area}.").format(area=area)
        question = _("We are sorry, our carriers do not deliver to {area}.").format(area=area)
        remedy = Remedy(
            _("Tell the customer: another address or a refund."),
            Action.ASK_CUSTOMER,
            question=question,
        )
        yield Finding("remote.unserved", Level.HOLD, reason, remedy)
    elif area := _listed(order, policy.surcharge):
        reason = _("{area} is a remote area: the carrier asks a surcharge.").format(area=area)
        yield Finding(
            "remote.surcharge", Level.WARN, reason, Remedy(_("Check carrier and freight."))
        )


@cache
def _split_areas(areas: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The first words of a list of areas, for a quick no, and all words of each."""
    parts = tuple(tuple(area.split()) for area in areas if area.strip())
    return tuple(words[0] for words in parts), parts


def _listed(order: OrderFacts, areas: tuple[str, ...]) -> str:
    """The area of the list that the address lies in; empty if in none."""
    to = order.receiver
    firsts, _parts = _split_areas(areas)
    if not to.province.startswith(firsts):
        return ""
    return _area_of(areas, to.province, to.city, to.district)


@lru_cache(4_096)
def _area_of(areas: tuple[str, ...], *names: str) -> str:
    _firsts, parts = _split_areas(areas)
    for words in parts:
        if all(name.startswith(word) for word, name in zip(words, names, strict=False)):
            return " ".join(words)
    return ""


def stock(order: OrderFacts, around: Neighbours) -> Iterator[Finding]:
    """Enough on the shelf; partly out → split, wholly out → talk to the customer."""
    out = [item for item in order.items if _short(item, around)]
    if not out:
        return
    named = "、".join(dict.fromkeys(item.sku or item.title for item in out))[:60]
    if len(out) == len(order.items):
        question = _(
            "We are sorry: {item} is out of stock. Would you like to wait, swap, or get a refund?"
        ).format(item=named)
        remedy = Remedy(
            _("Ask at once: wait, swap or refund."), Action.ASK_CUSTOMER, question=question
        )
        reason = _("Out of stock: {items}").format(items=named)
        yield Finding("stock.none", Level.HOLD, reason, remedy)
    else:
        reason = _("Partly out of stock: {items}").format(items=named)
        remedy = Remedy(_("Ship the rest first (split)."), Action.SPLIT, numbers=(order.number,))
        yield Finding("stock.part", Level.HOLD, reason, remedy)


def _short(item: ItemFacts, around: Neighbours) -> bool:
    known = around.stock.get(item.sku_code)
    return known is not None and known < item.quantity


def merge(order: OrderFacts, around: Neighbours) -> Iterator[Finding]:
    """Several paid orders for one receiver go into one parcel."""
    others = tuple(number for number in around.twins if number != order.number)
    if others:
        reason = _("Same recipient, phone and address as {numbers}.").format(
            numbers="、".join(others[:5])
        )
        remedy = Remedy(
            _("Ship them in one parcel."), Action.MERGE, numbers=(order.number, *others)
        )
        yield Finding("merge", Level.WARN, reason, remedy)


def split(order: OrderFacts) -> Iterator[Finding]:
    """One order for several addresses."""
    if why := several_addresses(order):
        remedy = Remedy(
            _("Split it into one parcel per address."), Action.SPLIT, numbers=(order.number,)
        )
        yield Finding("split", Level.HOLD, why, remedy)


def doubt(order: OrderFacts, policy: Policy, around: Neighbours) -> Iterator[Finding]:
    """Out of the ordinary: worth a look, never a verdict on a person (DOMAIN §5 no. 7)."""
    if policy.many_buyers and around.buyers >= policy.many_buyers:
        reason = _("{n} accounts order to this address.").format(n=around.buyers)
        yield Finding("doubt.address", Level.WARN, reason, _look())
    if policy.large_amount_fen and order.paid_fen >= policy.large_amount_fen:
        reason = _("An unusually large amount.")
        yield Finding("doubt.amount", Level.WARN, reason, _confirm())
    if policy.many_refunds and around.refunds >= policy.many_refunds:
        reason = _("{n} refunded orders of this buyer in 90 days.").format(n=around.refunds)
        yield Finding("doubt.refunds", Level.WARN, reason, _look())


def _look() -> Remedy:
    return Remedy(_("Look at the buyer's other orders."))


def _confirm() -> Remedy:
    return Remedy(_("Let the customer confirm the order."), Action.CONFIRM)


def areas_of(setting: list[str], shipped: list[str]) -> tuple[str, ...]:
    """A setting's areas with "*" replaced by the shipped list."""
    areas: list[str] = []
    for area in setting:
        areas += shipped if area == "*" else [area]
    return tuple(areas)
