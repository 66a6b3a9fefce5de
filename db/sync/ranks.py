"""Where the newer stamp alone must not win: how far an order has come (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from db.models import OrderStatus
from db.registry import BY_NAME

ORDER_RANK: Final[Mapping[str, int]] = {
    OrderStatus.UNKNOWN: 0,
    OrderStatus.UNPAID: 1,
    OrderStatus.PAID: 2,
    OrderStatus.FROZEN: 2,
    OrderStatus.PART_SHIPPED: 3,
    OrderStatus.SHIPPED: 4,
    OrderStatus.RECEIVED: 5,
    OrderStatus.COMPLETED: 6,
    OrderStatus.CLOSED: 7,
}
"""Of two stations' states of an order the one that came further stands."""

GENERATION: Final = "g"
"""Key in a row's `_fc`: how often its state was taken back here or elsewhere, e.g. by an undo.

A later generation beats any rank, so that an undo is right on every station.
"""

_ORDERS: Final = BY_NAME["orders"]
_NUMBERS: Final = {name: number for number, name in _ORDERS.numbered()}

ORDERS: Final = _ORDERS.number
STATUS: Final = _NUMBERS["status"]
SOURCE_AT: Final = _NUMBERS["source_at"]

STATE_BUNDLE: Final = frozenset(
    _NUMBERS[name] for name in ("status", "platform_status", "close_reason", "source_at")
)
"""Fields of an order that tell one fact and are therefore taken from one station together."""


def progress(source_at: object, status: object) -> tuple[int, int]:
    """Return what orders two states: the source's own time, then the rank."""
    return (source_at if isinstance(source_at, int) else 0, ORDER_RANK.get(str(status), 0))
