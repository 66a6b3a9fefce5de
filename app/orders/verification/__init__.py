"""Order verification: rules, verdicts, holds and corrections (DOMAIN §5)."""

from app.orders.verification.judge import TO_SHIP, judge
from app.orders.verification.model import (
    LEVEL_NAMES,
    Action,
    Finding,
    Level,
    Neighbours,
    Policy,
    PromiseState,
    Remedy,
    Report,
    Verdict,
    Wish,
)
from app.orders.verification.service import Verification
from app.orders.verification.wishes import WISH_NAMES

__all__ = [
    "LEVEL_NAMES",
    "TO_SHIP",
    "WISH_NAMES",
    "Action",
    "Finding",
    "Level",
    "Neighbours",
    "Policy",
    "PromiseState",
    "Remedy",
    "Report",
    "Verdict",
    "Verification",
    "Wish",
    "judge",
]
