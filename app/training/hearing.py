"""What a practice customer makes of pictures and cards, which carry meaning beside words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.channels import OutgoingMessage
from app.conversations import PREVIEW_MARKS, MessageKind
from app.training.customer import Heard

SEEN: Final = "seen"
"""Understood, though it says nothing a scenario waits for."""
_MEANT: Final[Mapping[MessageKind, frozenset[str]]] = {
    MessageKind.IMAGE: frozenset({SEEN}),
    MessageKind.FILE: frozenset({SEEN}),
    MessageKind.PRODUCT_CARD: frozenset({SEEN, "recommend"}),
    MessageKind.ORDER_CARD: frozenset({SEEN}),
    MessageKind.CONFIRM_CARD: frozenset({SEEN, "confirm", "ask_contact"}),
    MessageKind.SATISFACTION_CARD: frozenset({SEEN}),
}


def heard_of(message: OutgoingMessage, at: float, typed_s: float | None) -> Heard:
    """A reply as the customer takes it."""
    text = message.text.strip() or PREVIEW_MARKS.get(message.kind, message.kind.value)
    return Heard(text, at, _MEANT.get(message.kind, frozenset()), typed_s)
