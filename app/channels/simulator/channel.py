"""The channel of practice customers: nothing leaves this computer, nobody is reached."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from threading import Event
from typing import Final, Protocol

from app.channels import Inbox, OutgoingMessage, SendResult
from app.conversations import IncomingMessage, MessageState
from app.core.patience import Patience

log = logging.getLogger(__name__)

TICK_S: Final = 0.2
"""How often the customers are asked what they do; people don't notice less."""


class Cast(Protocol):
    """The customers behind the channel."""

    def enter(self) -> None:
        """The channel is open."""

    def step(self) -> Sequence[IncomingMessage]:
        """What they write at this moment."""

    def hear(self, message: OutgoingMessage) -> bool:
        """Take a reply; False where nobody is at the other end any more."""

    def leave(self) -> None:
        """The channel closes: whoever is still there leaves."""


class Simulator:
    """Delivers what practice customers write, and hands them what the desk sends.

    A reply into a conversation of the shop's past, whose customer is only read, counts as read.
    """

    repeats_safely = True
    url = ""

    def __init__(self, cast: Cast) -> None:
        self.ready = Event()
        self._cast = cast

    def run(self, inbox: Inbox, stop: Event) -> None:
        """Let the customers act until `stop` is set; a busy database only delays them."""
        self._cast.enter()
        self.ready.set()
        patience = Patience(log, "practice customers' writing", TICK_S)
        unsaid: list[IncomingMessage] = []
        try:
            while not stop.wait(patience.pause):
                with patience.trying():  # what was not taken is said at the next tick
                    unsaid += self._cast.step()
                    while unsaid:
                        inbox.receive(unsaid[0])
                        del unsaid[0]
        finally:
            self._cast.leave()

    def send(self, message: OutgoingMessage) -> SendResult:
        """Deliver a reply."""
        heard = self._cast.hear(message)
        return SendResult(MessageState.DELIVERED if heard else MessageState.READ)
