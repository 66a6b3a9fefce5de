"""What a metric is, and the commonest ways to measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.stats.model import Measure, share
from app.stats.sample import Sample

DOMAIN: Final = "DOMAIN §9"
ANCHORS: Final = "ANCHORS §3"


class Unit(StrEnum):
    """What a value is counted in; `share` is a part of 1."""

    CUSTOMERS = "customers"
    MESSAGES = "messages"
    CHARACTERS = "characters"
    RECEPTIONS = "receptions"
    SESSIONS = "sessions"
    ORDERS = "orders"
    ITEMS = "items"
    SECONDS = "s"
    DAYS = "days"
    FEN = "fen"
    SHARE = "share"
    RATIO = "ratio"


class Good(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Area(StrEnum):
    """What a metric is about; those of sales can be told by product."""

    TALK = "talk"
    SALES = "sales"


@dataclass(frozen=True, slots=True)
class Metric:
    """One number. `name` and `formula` are message ids: translate them where they are shown."""

    key: str
    name: str
    formula: str
    unit: Unit
    good: Good
    source: str
    area: Area
    measure: Callable[[Sample], Measure]


Work = Callable[[Sample], Measure]


def count_of(what: Callable[[Sample], int]) -> Work:
    """Measures a plain number."""

    def measure(sample: Sample) -> Measure:
        number = what(sample)
        return Measure(number, number)

    return measure


def part_of(part: Callable[[Sample], float], whole: Callable[[Sample], int]) -> Work:
    """Measures a ratio."""
    return lambda sample: share(part(sample), whole(sample))
