"""What the cards of a thread say: product, order, confirmation and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.conversations import MessageKind
from app.core.i18n import N_, _
from app.satisfaction import LEVEL_NAMES, SATISFIED
from ui.desk.thread_rows import ThreadRow
from ui.widgets.badges import Kind
from ui.widgets.format import money


@dataclass(frozen=True, slots=True)
class CardLine:
    """A labelled value; `old` is what it replaced."""

    label: str
    value: str
    old: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A card ready to be painted."""

    icon: str
    title: str
    lines: tuple[CardLine, ...] = ()
    badge: str = ""
    badge_kind: Kind = "neutral"

    @property
    def spoken(self) -> str:
        """The card in one sentence."""
        lines = (f"{line.label} {line.value}".strip() for line in self.lines)
        return ", ".join(part for part in (self.title, self.badge, *lines) if part)


_ORDER_STATES: Final[Mapping[str, tuple[str, Kind]]] = {
    "unpaid": (N_("Not paid"), "warning"),
    "paid": (N_("To be sent"), "info"),
    "part_shipped": (N_("Partly sent"), "info"),
    "shipped": (N_("On its way"), "info"),
    "received": (N_("Received"), "success"),
    "completed": (N_("Completed"), "success"),
    "closed": (N_("Closed"), "neutral"),
    "frozen": (N_("Frozen"), "danger"),
}
_ANSWERS: Final[Mapping[str, tuple[str, Kind]]] = {
    "sent": (N_("Waiting for the customer"), "warning"),
    "confirmed": (N_("Confirmed"), "success"),
    "corrected": (N_("Corrected"), "info"),
}
_MOST_ITEMS: Final = 4


def card_of(row: ThreadRow) -> Card | None:
    """The card of a row, None for rows that carry none."""
    message = row.message
    if message is None or not isinstance(message.payload, Mapping):
        return None
    facts = message.payload
    match message.kind:
        case MessageKind.PRODUCT_CARD:
            return _product(facts)
        case MessageKind.ORDER_CARD:
            return _order(facts)
        case MessageKind.CONFIRM_CARD:
            return _confirmation(facts, row)
        case MessageKind.CONFIRM_ANSWER:
            return _answer(facts, row.asked)
        case MessageKind.SATISFACTION_CARD:
            return _rating(row)
        case _:
            return None


def _product(facts: Mapping[str, Any]) -> Card:
    lines = []
    if sku := _text(facts, "sku"):
        lines.append(CardLine(_("Variant"), sku))
    if isinstance(price := facts.get("price_fen"), int):
        lines.append(CardLine(_("Price"), money(price, _text(facts, "currency") or "CNY")))
    return Card("cart", _text(facts, "title") or _("Product"), tuple(lines))


def _order(facts: Mapping[str, Any]) -> Card:
    number = _text(facts, "number") or _text(facts, "order_number")
    state = _text(facts, "status")
    words, kind = _ORDER_STATES.get(state, ("", "neutral"))
    lines = [*_items(facts)]
    for key, label in (("total_fen", _("Total")), ("paid_fen", _("Paid"))):
        if isinstance(amount := facts.get(key), int):
            lines.append(CardLine(label, money(amount, _text(facts, "currency") or "CNY")))
    title = _("Order {number}").format(number=number)
    return Card("orders", title, tuple(lines), _(words) or state, kind)


def _confirmation(facts: Mapping[str, Any], row: ThreadRow) -> Card:
    answer = row.answer.payload if row.answer else {}
    state = _text(answer, "state") or _text(facts, "state") or "sent"
    words, kind = _ANSWERS.get(state, _ANSWERS["sent"])
    lines = [
        CardLine(_("Order"), _text(facts, "order_number")),
        CardLine(_("Recipient"), _text(facts, "recipient")),
        CardLine(_("Phone"), _text(facts, "phone_masked")),
        CardLine(_("Delivery address"), _address(facts)),
        *_items(facts),
        CardLine(_("Dispatch"), _text(facts, "promise")),
    ]
    shown = tuple(line for line in lines if line.value)
    return Card("check-circle", _("Please confirm your order"), shown, _(words), kind)


def _answer(facts: Mapping[str, Any], asked: Any) -> Card:
    before = asked if isinstance(asked, Mapping) else {}
    if _text(facts, "state") != "corrected":
        number = _text(before, "order_number")
        lines = (CardLine(_("Order"), number),) if number else ()
        return Card("check-circle", _("The customer confirmed the order"), lines)
    changed = [
        CardLine(_("Recipient"), _text(facts, "recipient"), _text(before, "recipient")),
        CardLine(_("Phone"), _text(facts, "phone"), _text(before, "phone_masked")),
        CardLine(_("Delivery address"), _address(facts), _address(before)),
    ]
    shown = tuple(line for line in changed if line.value and line.value != line.old)
    return Card("edit", _("The customer corrected the order"), shown)


def _rating(row: ThreadRow) -> Card:
    facts = row.answer.payload if row.answer is not None else {}
    level = facts.get("level") if isinstance(facts, Mapping) else None
    title = _("How satisfied are you with our service?")
    if not isinstance(level, int) or level not in LEVEL_NAMES:
        return Card("star", title, (), _("Waiting for the customer"), "warning")
    kind: Kind = "success" if level >= SATISFIED else "warning" if level == 3 else "danger"
    said = _text(facts, "said")
    lines = (CardLine(_("Said"), said),) if said else ()
    return Card("star", title, lines, _(LEVEL_NAMES[level]), kind)


def _items(facts: Mapping[str, Any]) -> list[CardLine]:
    items = facts.get("items")
    rows = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    lines = [CardLine(_("Goods") if n == 0 else "", _item(i)) for n, i in enumerate(rows)]
    if len(lines) > _MOST_ITEMS:
        rest = _("and {n} more").format(n=len(lines) - _MOST_ITEMS)
        lines = [*lines[:_MOST_ITEMS], CardLine("", rest)]
    return lines


def _item(item: Mapping[str, Any]) -> str:
    words = " ".join(part for part in (_text(item, "title"), _text(item, "sku")) if part)
    quantity = item.get("quantity")
    return f"{words} ×{quantity}" if isinstance(quantity, int) else words


def _address(facts: Mapping[str, Any]) -> str:
    parts = [_text(facts, key) for key in ("province", "city", "district", "detail")]
    return _text(facts, "address") or " ".join(part for part in parts if part)


def _text(facts: Mapping[str, Any], key: str) -> str:
    value = facts.get(key)
    return str(value) if isinstance(value, str | int) else ""
