"""What the area tells others."""

from __future__ import annotations

from dataclasses import dataclass

from app.stats.model import Measure


@dataclass(frozen=True, slots=True)
class Segment:
    """Customers of a segment: what they are together worth in the window (fen).

    `dimensions` are the scores it is made of, e.g. `FR`; `name` is a message id.
    """

    dimensions: str
    name: str
    customers: int
    amount: int
    orders: int


@dataclass(frozen=True, slots=True)
class Returns:
    """Who came back in the period, of how many: regulars, first-time, about to be lost, lost."""

    old: tuple[int, int]
    new: tuple[int, int]
    pre_lost: tuple[int, int]
    lost: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cycles:
    """Days from one order to the next: from the nth to the following (n from 1), and per customer.

    `per_customer` is over the customers' own means.
    """

    steps: tuple[Measure, ...]
    all: Measure
    per_customer: Measure


@dataclass(frozen=True, slots=True)
class Repeat:
    """Who bought a thing again: customers, those new in the period, returners, and how soon."""

    name: str
    customers: int
    new: int
    returners: int
    cycles: Cycles

    @property
    def rate(self) -> float | None:
        """Returners ÷ customers."""
        return self.returners / self.customers if self.customers else None


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those whose first order was in a month, and per month from then on how many bought, for what.

    The first entry of `kept` and `amounts` (fen) is the month itself.
    """

    month: str
    customers: int
    kept: tuple[int, ...]
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier reached at a cumulative amount (fen); shares are parts of 1."""

    name: str
    reached_at: int
    customers: int
    share: float | None
    planned: float


@dataclass(frozen=True, slots=True)
class WorthReport:
    """Customers' worth over a period, days as YYYY-MM-DD."""

    first_day: str
    last_day: str
    customers: int
    segments: tuple[Segment, ...]
    stages: dict[str, int]
    returns: Returns
    shop: Repeat
    products: tuple[Repeat, ...]
    categories: tuple[Repeat, ...]
    cohorts: tuple[Cohort, ...]
    tiers: tuple[Tier, ...]
