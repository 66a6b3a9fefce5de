"""Levels, states and actions of verification in words and looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.i18n import N_
from app.orders import LEVEL_NAMES, Action, Level
from ui.widgets import Kind

__all__ = [
    "ACTION_NAMES",
    "CONFIRMATION_KINDS",
    "CONFIRMATION_NAMES",
    "LEVEL_KINDS",
    "LEVEL_NAMES",
    "STATUS_KINDS",
]

LEVEL_KINDS: Final[Mapping[Level, Kind]] = {
    Level.PASS: "success",
    Level.WARN: "info",
    Level.HOLD: "warning",
    Level.BLOCK: "danger",
}
ACTION_NAMES: Final[Mapping[Action, str]] = {
    Action.FIX_RECIPIENT: N_("Correct"),
    Action.FIX_PHONE: N_("Correct"),
    Action.FIX_ADDRESS: N_("Correct"),
    Action.APPLY_REGION: N_("Take over"),
    Action.APPLY_ADDRESS: N_("Take over…"),
    Action.RELEASE: N_("Release"),
    Action.MERGE: N_("Copy numbers"),
    Action.SPLIT: N_("Note the split"),
    Action.CONFIRM: N_("Send card"),
}
"""Labels of the button behind a finding; asking the customer has a button of its own."""

STATUS_KINDS: Final[Mapping[str, Kind]] = {
    "unpaid": "neutral",
    "paid": "info",
    "part_shipped": "info",
    "shipped": "neutral",
    "received": "success",
    "completed": "success",
    "closed": "neutral",
    "frozen": "danger",
}
CONFIRMATION_NAMES: Final[Mapping[str, str]] = {
    "sent": N_("Card sent, no answer yet"),
    "confirmed": N_("Confirmed by the customer"),
    "corrected": N_("Corrected by the customer"),
}
CONFIRMATION_KINDS: Final[Mapping[str, Kind]] = {
    "sent": "neutral",
    "confirmed": "success",
    "corrected": "warning",
}
