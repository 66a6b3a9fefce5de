"""Orders: imported, listed, corrected, remarked on."""

from app.orders.confirmations import Confirmations, ConfirmationView, WrongCustomer
from app.orders.corrections import BY_CUSTOMER, Correction
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
    "BY_CUSTOMER",
    "FLAG_NAMES",
    "STATUS_NAMES",
    "STATUS_RANK",
    "ConfirmationView",
    "Confirmations",
    "Correction",
    "ItemFacts",
    "OrderFacts",
    "OrderRow",
    "ParcelFacts",
    "Receiver",
    "RemarkFacts",
    "WrongCustomer",
]
