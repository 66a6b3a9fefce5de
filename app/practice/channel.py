"""The practice customers' channel: replies arrive and are read, nothing leaves this computer."""

from __future__ import annotations

from threading import Event
from typing import Final

from app.channels import Inbox, OutgoingMessage, SendResult
from app.conversations import MessageState

PRACTICE_CHANNEL: Final = "practice"


class PracticeChannel:
    """Takes every reply at once; the customers in it are invented and only read."""

    repeats_safely = True
    url = ""

    def __init__(self) -> None:
        self.ready = Event()

    def run(self, inbox: Inbox, stop: Event) -> None:
        """Wait for the end: these customers wrote before the shop was opened."""
        self.ready.set()
        stop.wait()

    def send(self, message: OutgoingMessage) -> SendResult:
        """Deliver a reply."""
        return SendResult(MessageState.READ)
