"""The services behind the chat, and what it needs of them beyond conversations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.channels.presence import Presence
from app.conversations import Attachments, Conversations
from db.database import Database


class Answers(Protocol):
    """Who takes the answers to confirmation cards: the orders."""

    def answer(self, confirmation_id: bytes, conversation_id: bytes, payload: Any) -> object:
        """Note the customer's answer on the order."""


class Ratings(Protocol):
    """Who takes the answers to the question how satisfied one is."""

    def answer(
        self, satisfaction_id: bytes, conversation_id: bytes, payload: Mapping[str, Any]
    ) -> Rating:
        """Keep the customer's answer."""


class Rating(Protocol):
    """An answered question."""

    @property
    def message_id(self) -> bytes:
        """The card it stands on."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The services behind the chat."""

    db: Database
    conversations: Conversations
    attachments: Attachments
    presence: Presence
    confirmations: Answers | None = None
    account: str = ""
    satisfaction: Ratings | None = None
