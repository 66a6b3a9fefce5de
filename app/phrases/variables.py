"""Variables in phrases, `{客户称呼|亲}`: what they are called and where they stand in a text.

Braces may be full width, as a Chinese input method writes them. A variable that stays in a text
about to be sent is a hole; `unresolved` finds it, so that no customer ever reads one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from app.core.i18n import N_


class Variable(StrEnum):
    """What a phrase can say about the case at hand; the value is the English name."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SHOP = "shop"
    ORDER_NO = "order_no"
    TRACKING_NO = "tracking_no"
    CARRIER = "carrier"
    ITEM = "item"
    PAID = "paid"
    TOTAL = "total"
    RECIPIENT = "recipient"
    ADDRESS = "address"
    TODAY = "today"
    TOMORROW = "tomorrow"
    DATE = "date"
    TIME = "time"
    CURSOR = "cursor"


CHINESE_NAMES: Final[dict[Variable, str]] = {
    Variable.CUSTOMER: "客户称呼",
    Variable.AGENT: "客服",
    Variable.SHOP: "店铺",
    Variable.ORDER_NO: "订单号",
    Variable.TRACKING_NO: "运单号",
    Variable.CARRIER: "快递",
    Variable.ITEM: "商品",
    Variable.PAID: "实付金额",
    Variable.TOTAL: "订单金额",
    Variable.RECIPIENT: "收货人",
    Variable.ADDRESS: "地址",
    Variable.TODAY: "今天",
    Variable.TOMORROW: "明天",
    Variable.DATE: "日期",
    Variable.TIME: "时间",
    Variable.CURSOR: "光标",
}

TITLES: Final[dict[Variable, str]] = {
    Variable.CUSTOMER: N_("How the customer is called"),
    Variable.AGENT: N_("My name at the desk"),
    Variable.SHOP: N_("Name of the shop"),
    Variable.ORDER_NO: N_("Order number"),
    Variable.TRACKING_NO: N_("Tracking number"),
    Variable.CARRIER: N_("Carrier"),
    Variable.ITEM: N_("Item ordered"),
    Variable.PAID: N_("Amount paid"),
    Variable.TOTAL: N_("Amount of the order"),
    Variable.RECIPIENT: N_("Recipient"),
    Variable.ADDRESS: N_("Delivery address"),
    Variable.TODAY: N_("Today's date"),
    Variable.TOMORROW: N_("Tomorrow's date"),
    Variable.DATE: N_("The date in three days"),
    Variable.TIME: N_("The time now"),
    Variable.CURSOR: N_("Where the cursor goes"),
}

_DATES: Final = {Variable.TODAY: 0, Variable.TOMORROW: 1, Variable.DATE: 0}
_BY_NAME: Final = {
    **{name: variable for variable, name in CHINESE_NAMES.items()},
    **{variable.value: variable for variable in Variable},
}
_HOLE: Final = re.compile(r"[{｛]([^{}｛｝\n]*)[}｝]")
_BRACE: Final = re.compile(r"[{}｛｝]")
_BAR: Final = re.compile(r"[|｜]")
_DAYS: Final = re.compile(r"(?P<name>.*?)\s*(?P<sign>[+\-＋－])\s*(?P<days>[0-9]{1,3})$")
_NAME: Final = re.compile(r"[^\W\d_][\w .·-]{0,31}(?:[+＋]\d{1,3})?$")
_OPEN_NAME: Final = re.compile(r"[{｛]\s*([^\W\d_][\w.]{0,31})")


@dataclass(frozen=True, slots=True)
class Hole:
    """A variable in a text, at [start, end); `variable` is None where the name is unknown.

    `days` counts from today and has a meaning for dates only. `fallback` is what stands in where
    there is no value; None means the text must not be sent then.
    """

    start: int
    end: int
    name: str
    variable: Variable | None
    days: int = 0
    fallback: str | None = None


ProblemKind = Literal["unknown", "unclosed", "unopened", "empty"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a variable at [start, end), for the editor's red wave."""

    start: int
    end: int
    kind: ProblemKind
    name: str = ""


def holes(text: str) -> list[Hole]:
    """Every variable in the text, known or not, in order; braces around anything else are text."""
    found = (_hole(match) for match in _HOLE.finditer(text))
    return [hole for hole in found if hole is not None]


def unresolved(text: str) -> list[Hole]:
    """What must not reach a customer: variables still in the text, and half a known variable."""
    whole = holes(text)
    taken = {hole.start for hole in whole}
    halves = [
        Hole(match.start(), match.end(), match[1], _BY_NAME[match[1].casefold()])
        for match in _OPEN_NAME.finditer(text)
        if match.start() not in taken and match[1].casefold() in _BY_NAME
    ]
    return sorted((*whole, *halves), key=lambda hole: hole.start)


def problems(text: str) -> list[Problem]:
    """What the writer of a phrase should mend: unknown names and braces without a partner."""
    found = [
        Problem(hole.start, hole.end, "unknown", hole.name)
        for hole in holes(text)
        if hole.variable is None
    ]
    paired: set[int] = set()
    for match in _HOLE.finditer(text):
        paired.update((match.start(), match.end() - 1))
        if not _BAR.split(match[1])[0].strip():
            found.append(Problem(match.start(), match.end(), "empty"))
    found += [
        Problem(at, at + 1, "unclosed" if match[0] in "{｛" else "unopened")
        for match in _BRACE.finditer(text)
        if (at := match.start()) not in paired
    ]
    return sorted(found, key=lambda problem: problem.start)


def token(variable: Variable, language: str = "zh", fallback: str | None = None) -> str:
    """How a variable is written in a phrase, e.g. `{客户称呼|亲}` or `{customer|there}`."""
    name = CHINESE_NAMES[variable] if language.startswith("zh") else variable.value
    if variable is Variable.DATE:
        name += "+3"
    return f"{{{name}}}" if fallback is None else f"{{{name}|{fallback}}}"


def without_variables(text: str) -> str:
    """The text as one searches in it: each variable gives way to its fall-back."""
    return _HOLE.sub(lambda m: m[0] if (hole := _hole(m)) is None else hole.fallback or "", text)


def _hole(match: re.Match[str]) -> Hole | None:
    """What braces hold, or None where it does not look like a variable, as in `{>_<}`."""
    name, *rest = _BAR.split(match[1], maxsplit=1)
    name = name.strip()
    variable, days = _named(name)
    if variable is None and not _NAME.match(name):
        return None
    return Hole(match.start(), match.end(), name, variable, days, rest[0] if rest else None)


def _named(name: str) -> tuple[Variable | None, int]:
    days = 0
    if (match := _DAYS.match(name)) is not None:
        name, days = match["name"], int(match["days"])
        days = -days if match["sign"] in "-－" else days
    variable = _BY_NAME.get(name.casefold())
    if match is not None and variable not in _DATES:
        return None, 0
    return variable, days + (_DATES.get(variable, 0) if variable else 0)
