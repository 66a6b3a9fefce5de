"""The words of after-sales: kinds, states, reasons, parties and grades (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.i18n import N_
from db.models import AfterSaleKind, AfterSaleState, Grade, Party, ReasonGroup

KIND_NAMES: Final[Mapping[str, str]] = {
    AfterSaleKind.REFUND: N_("Refund only"),
    AfterSaleKind.RETURN_REFUND: N_("Return and refund"),
    AfterSaleKind.EXCHANGE: N_("Exchange"),
    AfterSaleKind.RESEND: N_("Resend"),
    AfterSaleKind.REPAIR: N_("Repair"),
    AfterSaleKind.COMPENSATION: N_("Compensation"),
    AfterSaleKind.PRICE_REDUCTION: N_("Price reduction"),
    AfterSaleKind.COMPLAINT: N_("Complaint"),
    AfterSaleKind.REVIEW: N_("Customer review"),
}
STATE_NAMES: Final[Mapping[str, str]] = {
    AfterSaleState.REQUESTED: N_("Requested"),
    AfterSaleState.AGREED: N_("Agreed"),
    AfterSaleState.REFUSED: N_("Declined"),
    AfterSaleState.DONE: N_("Done"),
    AfterSaleState.WITHDRAWN: N_("Withdrawn"),
}
GROUP_NAMES: Final[Mapping[str, str]] = {
    ReasonGroup.SUBJECTIVE: N_("Buyer's own reason"),
    ReasonGroup.PRODUCT: N_("Product"),
    ReasonGroup.LOGISTICS: N_("Logistics"),
    ReasonGroup.SERVICE: N_("Service"),
}
PARTY_NAMES: Final[Mapping[str, str]] = {
    Party.BUYER: N_("Buyer"),
    Party.SELLER: N_("Shop"),
    Party.CARRIER: N_("Carrier"),
}
GRADE_NAMES: Final[Mapping[str, str]] = {
    Grade.GOOD: N_("Good review"),
    Grade.MIDDLING: N_("Middling review"),
    Grade.BAD: N_("Bad review"),
}
REASONS: Final[Mapping[str, Mapping[str, str]]] = {
    ReasonGroup.SUBJECTIVE: {
        "no_reason": N_("7-day no reason"),
        "wrong_order": N_("Ordered by mistake"),
        "dislike": N_("Does not like it"),
    },
    ReasonGroup.PRODUCT: {
        "quality": N_("Quality"),
        "workmanship": N_("Workmanship"),
        "size": N_("Size differs"),
        "colour": N_("Colour differs"),
        "material": N_("Material differs"),
        "not_as_described": N_("Not as described"),
    },
    ReasonGroup.LOGISTICS: {
        "damaged": N_("Arrived damaged"),
        "no_trace": N_("No tracking news"),
        "not_received": N_("Never arrived"),
    },
    ReasonGroup.SERVICE: {
        "late_dispatch": N_("Shipped late"),
        "wrong_item": N_("Wrong/missing item"),
        "invoice": N_("Invoice"),
        "attitude": N_("Way of service"),
    },
}
"""Message ids of the reasons, by group."""
GROUP_OF: Final[Mapping[str, str]] = {
    reason: group for group, reasons in REASONS.items() for reason in reasons
}
REASON_NAMES: Final[Mapping[str, str]] = {
    reason: name for reasons in REASONS.values() for reason, name in reasons.items()
}
