"""Parcels: where they are, which need somebody, and how to say so."""

from app.shipments.model import (
    ADVICE,
    STATE_NAMES,
    TROUBLE_NAMES,
    OrderRef,
    ParcelDetail,
    ParcelFilter,
    ParcelRow,
    SortKey,
    TraceView,
    Trouble,
)
from app.shipments.service import Shipments
from app.shipments.words import in_words, language_of, reason_text
from db.models import ShipmentState

__all__ = [
    "ADVICE",
    "STATE_NAMES",
    "TROUBLE_NAMES",
    "OrderRef",
    "ParcelDetail",
    "ParcelFilter",
    "ParcelRow",
    "ShipmentState",
    "Shipments",
    "SortKey",
    "TraceView",
    "Trouble",
    "in_words",
    "language_of",
    "reason_text",
]
