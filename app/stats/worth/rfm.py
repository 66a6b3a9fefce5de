"""Recency, frequency, amount: scores from 1 to 5 and the segments they make (DOMAIN §3)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from app.core.i18n import N_
from app.stats.settings import DAY_MS
from app.stats.worth.history import History
from app.stats.worth.settings import WorthRules

BEST: Final = 5

BY_RECENCY: Final = {
    5: N_("Recently active"),
    4: N_("Recently active"),
    3: N_("Cooling"),
    2: N_("Dormant"),
    1: N_("Lost"),
}
BY_FREQUENCY: Final = {
    1: N_("Newcomer"),
    2: N_("Returning"),
    3: N_("Returning"),
    4: N_("Loyal"),
    5: N_("Loyal"),
}
BY_MONEY: Final = {
    1: N_("Ordinary"),
    2: N_("Ordinary"),
    3: N_("Promising"),
    4: N_("Core"),
    5: N_("VIP"),
}
"""One dimension: recency tells the stage, frequency the loyalty, the amount the value."""

BY_FREQUENCY_RECENCY: Final = {
    (True, True): N_("Regulars"),
    (True, False): N_("Sleeping regulars"),
    (False, True): N_("Fresh buyers"),
    (False, False): N_("Drifted off"),
}
BY_FREQUENCY_MONEY: Final = {
    (True, True): N_("Pillars"),
    (True, False): N_("Small but often"),
    (False, True): N_("Rare but big"),
    (False, False): N_("Occasional"),
}
"""Two dimensions: whether the scores are high, frequency first."""

EIGHT: Final = {
    (True, True, True): N_("Important: valued"),
    (True, False, True): N_("Important: to develop"),
    (False, True, True): N_("Important: to keep"),
    (False, False, True): N_("Important: to win back"),
    (True, True, False): N_("General: valued"),
    (True, False, False): N_("General: to develop"),
    (False, True, False): N_("General: to keep"),
    (False, False, False): N_("General: to win back"),
}
"""Three dimensions: whether recency, frequency and amount are high."""


class Rfm(NamedTuple):
    """A customer's days since the last order, orders and amount (fen), and their scores."""

    customer: bytes
    days: int
    orders: int
    amount: int
    r: int
    f: int
    m: int

    def high(self, limit: int) -> tuple[bool, bool, bool]:
        """Which of the three scores are high."""
        return self.r >= limit, self.f >= limit, self.m >= limit

    @property
    def scores(self) -> str:
        """Like R5 F4 M5."""
        return f"R{self.r} F{self.f} M{self.m}"


def rfm(history: History, now: int, rules: WorthRules) -> list[Rfm]:
    """Score everybody who ever paid; orders and amount are those of the window up to `now`."""
    since = now - rules.window_days * DAY_MS
    measured = []
    for customer, mine in history.items():
        first = bisect_left(mine.times, since)
        days = (now - mine.times[-1]) // DAY_MS
        measured.append((customer, days, len(mine.times) - first, sum(mine.amounts[first:])))
    if rules.method == "limits":
        return [Rfm(*row, *_by_limits(row[1], row[2], row[3], rules)) for row in measured]
    # The fewer days the better: ranked by their negative.
    days_ = sorted(-days for _customer, days, _orders, _amount in measured)
    orders = sorted(row[2] for row in measured)
    amounts = sorted(row[3] for row in measured)
    return [
        Rfm(*row, _fifth(days_, -row[1]), _fifth(orders, row[2]), _fifth(amounts, row[3]))
        for row in measured
    ]


def _fifth(ranked: Sequence[int], value: int) -> int:
    """In which fifth a value is; equal values are in the same one, the lowest of theirs."""
    return 1 + bisect_left(ranked, value) * BEST // len(ranked)


def _by_limits(days: int, orders: int, amount: int, rules: WorthRules) -> tuple[int, int, int]:
    return (
        BEST - min(bisect_left(sorted(rules.recency), days), BEST - 1),
        1 + min(bisect_right(sorted(rules.frequency), orders), BEST - 1),
        1 + min(bisect_right(sorted(rules.money), amount), BEST - 1),
    )
