"""Orders: imported, listed, corrected, remarked on."""

from app.orders.model import (
    FLAG_NAMES,
    STATUS_NAMES,
    STATUS_RANK,
    ItemFacts,
    OrderFacts,
    OrderRow,
    ParcelFacts,
    Receiver,
    RemarkFacts,
)

__all__ = [
    "FLAG_NAMES",
    "STATUS_NAMES",
    "STATUS_RANK",
    "ItemFacts",
    "OrderFacts",
    "OrderRow",
    "ParcelFacts",
    "Receiver",
    "RemarkFacts",
]
