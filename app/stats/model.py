"""What one asks for and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

BY_HAND: Final = "hand"
"""The rule of a sale that a granted appeal gives."""


class By(StrEnum):
    """What the rows of a table stand for."""

    AGENT = "agent"
    HOUR = "hour"
    CHANNEL = "channel"
    PRODUCT = "product"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric's value, None where there is nothing to measure, and the number it rests on.

    Spread has its mean as value, and beside it the median and the 90th percentile.
    """

    value: float | None
    n: int
    median: float | None = None
    p90: float | None = None


def share(part: float, whole: int) -> Measure:
    """A ratio; nothing where the whole is nothing."""
    return Measure(part / whole if whole else None, whole)


def spread(values: Sequence[int], per: int) -> Measure:
    """Mean, median and 90th percentile (nearest rank) of integers, in units of `per` of them."""
    count = len(values)
    if not count:
        return Measure(None, 0)
    known = sorted(values)
    middle = known[(count - 1) // 2] + known[count // 2]
    ninth = known[-(-9 * count // 10) - 1]
    return Measure(sum(known) / (count * per), count, middle / (2 * per), ninth / per)


@dataclass(frozen=True, slots=True)
class Query:
    """A period `[start, end)` (Unix ms), and how it is divided.

    `agent` leaves only what one agent has; `now` is when questions still waiting are looked at.
    `untimed` counts the messages nobody knows the time of, which belong to no period.
    """

    start: int
    end: int
    by: By | None = None
    agent: bytes | None = None
    now: int = 2**62
    untimed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: `key` is an agent's id, an hour, a channel, a product or a day.

    It is None for what nobody has, and for what has no time where the rows are times.
    """

    key: Any
    name: str
    measures: dict[str, Measure]


@dataclass(frozen=True, slots=True)
class Report:
    """All numbers of a period. `team` are the means over agents, beside an agent's own numbers."""

    first_day: str
    last_day: str
    by: By | None
    rule: str
    measures: dict[str, Measure]
    rows: list[Row] = field(default_factory=list)
    team: dict[str, Measure] | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """Who gets an order by one rule: the agent's name and reception, empty where nobody does.

    By the rule `BY_HAND` it is the one whom a granted appeal names.
    """

    rule: str
    agent_id: bytes | None = None
    agent: str = ""
    conversation_id: bytes | None = None
    starts_at: int | None = None
    ends_at: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an order is whose: what is in force in `credit`, all rules in `others`."""

    number: str
    created_at: int | None
    paid_at: int | None
    credit: Credit
    others: list[Credit]
    order_id: bytes = b""
