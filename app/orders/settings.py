"""What a shop decides about its orders; numbers of the domain are its defaults (DOMAIN §5, §6)."""

from __future__ import annotations

from app.core.settings import Setting

__all__ = [
    "DISPATCH_HOURS",
    "HOLD_ON_MESSAGE",
    "HOLD_ON_REMARK",
    "LARGE_AMOUNT_FEN",
    "MANY_BUYERS",
    "PROMISE_SOON_HOURS",
    "REFUNDS_IN_90_DAYS",
    "SURCHARGE_AREAS",
    "UNSERVED_AREAS",
]

DISPATCH_HOURS = Setting("orders.dispatch_hours", int, 48)
"""Hours from payment to dispatch where the order itself names no time."""

PROMISE_SOON_HOURS = Setting("orders.promise_soon_hours", int, 12)
"""So many hours before a promise runs out it is called to mind."""

HOLD_ON_MESSAGE = Setting("orders.hold_on_message", bool, True)
"""Hold an order whose buyer left a message until a person has read it."""

HOLD_ON_REMARK = Setting("orders.hold_on_remark", bool, True)
"""Hold an order with a seller's remark until a person has read it."""

SURCHARGE_AREAS = Setting("orders.surcharge_areas", list[str], ["*"])
"""Regions carriers ask more for, each "province [city [district]]"; "*" is the shipped list."""

UNSERVED_AREAS = Setting("orders.unserved_areas", list[str], ["*"])
"""Regions the shop's carriers do not reach, written like the former."""

LARGE_AMOUNT_FEN = Setting("orders.large_amount_fen", int, 500_000)
"""From this paid amount on an order is looked at; 0 = never."""

MANY_BUYERS = Setting("orders.many_buyers", int, 4)
"""So many buyers with one address are looked at; 0 = never."""

REFUNDS_IN_90_DAYS = Setting("orders.refunds_in_90_days", int, 3)
"""So many refunded orders of one buyer in 90 days are called to mind; 0 = never."""
