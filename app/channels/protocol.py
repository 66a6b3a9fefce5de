"""What a channel is to the desk: something that brings messages in and takes replies out."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

from app.conversations import IncomingMessage, MessageKind, MessageState, MessageView


class Inbox(Protocol):
    """Where a channel delivers what arrives."""

    def receive(self, incoming: IncomingMessage) -> MessageView:
        """Keep a customer's message; the same one twice is one message."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A reply of the desk on its way out. `visitor` names the conversation on the channel's side."""

    id: bytes
    conversation_id: bytes
    account: str
    visitor: str
    kind: MessageKind
    text: str
    payload: Any = None
    attachment_id: bytes | None = None


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of a reply: SENT, FAILED with a reason, or UNKNOWN."""

    state: MessageState
    error: str = ""


class Channel(Protocol):
    """One way customers reach the shop (DESIGN §5)."""

    repeats_safely: bool
    """Whether a reply that is sent twice arrives once: it needs no note before it is sent."""

    def run(self, inbox: Inbox, stop: Event) -> None:
        """Deliver what arrives until `stop` is set. Blocks; runs in a thread of its own."""

    def send(self, message: OutgoingMessage) -> SendResult:
        """Take a reply out; called on the outbox's thread."""
