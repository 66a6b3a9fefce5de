"""What a shop decides about its customers' worth (DOMAIN §3); money in fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.core.settings import Setting, Settings

METHOD: Final = Setting("worth.rfm_method", str, "quantile")
"""How scores are given: `quantile` (fifths of the customers) or `limits`."""

WINDOW_DAYS: Final = Setting("worth.window_days", int, 365)
"""Frequency and amount are counted over so many days."""

RECENCY_LIMITS: Final = Setting("worth.recency_limits", list[int], [30, 60, 90, 180])
"""Days since the last order up to which the score is 5, 4, 3, 2."""

FREQUENCY_LIMITS: Final = Setting("worth.frequency_limits", list[int], [2, 3, 5, 10])
"""Orders from which the score is 2, 3, 4, 5."""

MONEY_LIMITS: Final = Setting("worth.money_limits", list[int], [10_000, 40_000, 70_000, 100_000])
"""Paid amount from which the score is 2, 3, 4, 5."""

HIGH: Final = Setting("worth.high_score", int, 4)
"""A score from this on is high in segments of several dimensions."""

LOYAL_ORDERS: Final = Setting("worth.loyal_orders", int, 5)
"""A customer with so many paid orders is loyal."""

PRE_LOST_DAYS: Final = Setting("worth.pre_lost_days", int, 90)
"""Without an order for so many days a customer is about to be lost."""

LOST_DAYS: Final = Setting("worth.lost_days", int, 180)
"""And after so many is lost."""

TIER_LIMITS: Final = Setting("worth.tier_limits", list[int], [40_000, 70_000, 100_000])
"""Cumulative paid amounts at which the tiers above the first are reached."""

TIER_SHARES: Final = Setting("worth.tier_shares", list[int], [80, 15, 3, 2])
"""The planned share of each tier, per cent."""


@dataclass(frozen=True, slots=True)
class WorthRules:
    """The shop's choices in one."""

    method: str = METHOD.default
    window_days: int = WINDOW_DAYS.default
    recency: tuple[int, ...] = (30, 60, 90, 180)
    frequency: tuple[int, ...] = (2, 3, 5, 10)
    money: tuple[int, ...] = (10_000, 40_000, 70_000, 100_000)
    high: int = HIGH.default
    loyal_orders: int = LOYAL_ORDERS.default
    pre_lost_days: int = PRE_LOST_DAYS.default
    lost_days: int = LOST_DAYS.default
    tiers: tuple[int, ...] = (40_000, 70_000, 100_000)
    planned: tuple[int, ...] = (80, 15, 3, 2)


def worth_rules(settings: Settings) -> WorthRules:
    """Read them."""
    return WorthRules(
        method="limits" if settings.get(METHOD) == "limits" else "quantile",
        window_days=max(1, settings.get(WINDOW_DAYS)),
        recency=(*settings.get(RECENCY_LIMITS),),
        frequency=(*settings.get(FREQUENCY_LIMITS),),
        money=(*settings.get(MONEY_LIMITS),),
        high=settings.get(HIGH),
        loyal_orders=settings.get(LOYAL_ORDERS),
        pre_lost_days=settings.get(PRE_LOST_DAYS),
        lost_days=max(settings.get(LOST_DAYS), settings.get(PRE_LOST_DAYS)),
        tiers=(*settings.get(TIER_LIMITS),),
        planned=(*settings.get(TIER_SHARES),),
    )
