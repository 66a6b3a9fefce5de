"""Fills the variables of a phrase from the case at hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from app.phrases.variables import Hole, Variable, holes

_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_DATES: Final = (Variable.TODAY, Variable.TOMORROW, Variable.DATE)


def _local_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class PhraseContext:
    """What a phrase may speak of; empty texts and None are unknown. Amounts in fen.

    `now` is the moment in the shop's time zone.
    """

    customer: str = ""
    agent: str = ""
    shop: str = ""
    order_no: str = ""
    tracking_no: str = ""
    carrier: str = ""
    items: tuple[str, ...] = ()
    paid_fen: int | None = None
    total_fen: int | None = None
    currency: str = "CNY"
    recipient: str = ""
    address: str = ""
    now: datetime = field(default_factory=_local_now)

    def value(self, hole: Hole, language: str = "zh") -> str | None:
        """What stands in for a variable, or None where it is not known."""
        variable = hole.variable
        if variable is None or variable is Variable.CURSOR:
            return None
        if variable in _DATES:
            return _day(self.now + timedelta(days=hole.days), language)
        if variable is Variable.TIME:
            return f"{self.now:%H:%M}"
        if variable is Variable.ITEM:
            return ("、" if language.startswith("zh") else ", ").join(self.items) or None
        if variable is Variable.PAID:
            return _amount(self.paid_fen, self.currency)
        if variable is Variable.TOTAL:
            return _amount(self.total_fen, self.currency)
        return str(getattr(self, variable.value)) or None


@dataclass(frozen=True, slots=True)
class Filled:
    """A phrase ready for the composer: where the cursor goes, and the holes that are left."""

    text: str
    cursor: int | None = None
    holes: tuple[Hole, ...] = ()


def fill(text: str, context: PhraseContext, language: str = "zh") -> Filled:
    """Put values in; a variable without value and fall-back stays as it is, and is listed."""
    parts: list[str] = []
    left: list[Hole] = []
    cursor: int | None = None
    length = end = 0
    for hole in holes(text):
        parts.append(text[end : hole.start])
        length += len(parts[-1])
        end = hole.end
        if hole.variable is Variable.CURSOR:
            cursor = length
            continue
        value = context.value(hole, language)
        value = value if value is not None else hole.fallback
        if value is None:
            value = text[hole.start : hole.end]
            left.append(replace(hole, start=length, end=length + len(value)))
        parts.append(value)
        length += len(value)
    return Filled("".join((*parts, text[end:])), cursor, tuple(left))


def _day(moment: datetime, language: str) -> str:
    if language.startswith("zh"):
        return f"{moment.month}月{moment.day}日"
    return f"{_MONTHS[moment.month - 1]} {moment.day}"


def _amount(fen: int | None, currency: str) -> str | None:
    if fen is None:
        return None
    sign = "¥" if currency == "CNY" else f"{currency} "
    return f"{sign}{fen // 100}.{fen % 100:02d}"
