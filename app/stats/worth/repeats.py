"""Repeat purchases, their cycles, cohorts and tiers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import fsum
from typing import Final

from app.core.i18n import N_
from app.stats.model import Measure, spread
from app.stats.settings import DAY_MS
from app.stats.worth.history import History
from app.stats.worth.model import Cohort, Cycles, Repeat, Tier
from app.stats.worth.settings import WorthRules

STEPS: Final = 10
"""So many steps from an order to the next are told apart."""

TIERS: Final = (N_("Ordinary member"), N_("Senior member"), N_("VIP member"), N_("Noble VIP"))


def cycles(times: Mapping[bytes, Sequence[int]]) -> Cycles:
    """How long customers take from one of these moments (Unix ms) to the next."""
    steps: list[list[int]] = [[] for _ in range(STEPS)]
    gaps: list[int] = []
    means: list[float] = []
    for moments in times.values():
        if len(moments) < 2:
            continue
        own = [after - before for before, after in pairwise(moments)]
        for place, gap in enumerate(own[:STEPS]):
            steps[place].append(gap)
        gaps += own
        means.append(sum(own) / len(own))
    while steps and not steps[-1]:
        steps.pop()
    mean = fsum(means) / (len(means) * DAY_MS) if means else None
    return Cycles(
        tuple(spread(step, DAY_MS) for step in steps),
        spread(gaps, DAY_MS),
        Measure(mean, len(means)),
    )


def repeat(name: str, times: Mapping[bytes, Sequence[int]], start: int) -> Repeat:
    """Who bought it more than once; `new` bought it for the first time since `start`."""
    return Repeat(
        name,
        len(times),
        sum(moments[0] >= start for moments in times.values()),
        sum(len(moments) > 1 for moments in times.values()),
        cycles(times),
    )


def cohorts(history: History, month_of: Callable[[int], int]) -> tuple[Cohort, ...]:
    """By the month of the first order; `month_of` counts months since the year 0."""
    sizes: Counter[int] = Counter()
    kept: dict[int, Counter[int]] = defaultdict(Counter)
    amounts: dict[int, Counter[int]] = defaultdict(Counter)
    last = 0
    for mine in history.values():
        first = before = month_of(mine.times[0])
        sizes[first] += 1
        months, sums = kept[first], amounts[first]
        months[0] += 1
        for at, amount in zip(mine.times, mine.amounts, strict=True):
            month = month_of(at)
            sums[month - first] += amount
            if month != before:
                months[month - first] += 1
                before = month
        last = max(last, before)
    return tuple(
        Cohort(
            f"{month // 12:04d}-{month % 12 + 1:02d}",
            sizes[month],
            tuple(kept[month][n] for n in range(last - month + 1)),
            tuple(amounts[month][n] for n in range(last - month + 1)),
        )
        for month in sorted(sizes)
    )


def tiers(history: History, rules: WorthRules) -> tuple[Tier, ...]:
    """How many reached each tier by what they paid in all."""
    limits = (0, *sorted(rules.tiers))
    counts: Counter[int] = Counter()
    for mine in history.values():
        total = sum(mine.amounts)
        counts[sum(total >= limit for limit in limits) - 1] += 1
    whole = len(history)
    planned = (*rules.planned, *[0] * len(limits))
    return tuple(
        Tier(
            TIERS[min(place, len(TIERS) - 1)],
            limit,
            counts[place],
            counts[place] / whole if whole else None,
            planned[place] / 100,
        )
        for place, limit in enumerate(limits)
    )
