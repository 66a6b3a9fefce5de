"""Orders: imported, listed, corrected, remarked on."""

from app.orders.confirmations import Confirmations, ConfirmationView, WrongCustomer
from app.orders.corrections import BY_CUSTOMER, Correction
from app.orders.import_undo import UndoReport, undo_words
from app.orders.importing import OrderImport
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
from app.orders.queries import OrderFilter, Orders
from app.orders.report import ImportReport, OrderChange
from app.orders.verification import (
    LEVEL_NAMES,
    TO_SHIP,
    Action,
    Finding,
    Level,
    PromiseState,
    Remedy,
    Report,
    Verdict,
    Verification,
)

__all__ = [
    "BY_CUSTOMER",
    "FLAG_NAMES",
    "LEVEL_NAMES",
    "STATUS_NAMES",
    "STATUS_RANK",
    "TO_SHIP",
    "Action",
    "ConfirmationView",
    "Confirmations",
    "Correction",
    "Finding",
    "ImportReport",
    "ItemFacts",
    "Level",
    "OrderChange",
    "OrderFacts",
    "OrderFilter",
    "OrderImport",
    "OrderRow",
    "Orders",
    "ParcelFacts",
    "PromiseState",
    "Receiver",
    "RemarkFacts",
    "Remedy",
    "Report",
    "UndoReport",
    "Verdict",
    "Verification",
    "WrongCustomer",
    "undo_words",
]
