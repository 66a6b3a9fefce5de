"""The channel of practice customers: what it does while the desk can't take their words."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import cast

import pytest

from app.channels import OutgoingMessage
from app.channels.simulator import Simulator
from app.channels.simulator.channel import TICK_S
from app.conversations import IncomingMessage, MessageView

WORDS = IncomingMessage(
    channel="practice", account="", external_id="1", visitor="someone", text="在吗"
)


@dataclass
class Crowd:
    """One customer who writes one message at once."""

    said: bool = False

    def enter(self) -> None: ...

    def leave(self) -> None: ...

    def hear(self, message: OutgoingMessage) -> bool:
        return True

    def step(self) -> Sequence[IncomingMessage]:
        said, self.said = self.said, True
        return [] if said else [WORDS]


@dataclass
class Desk:
    """An inbox that is out of order for some tries, or for good."""

    faults: int
    taken: list[str] = field(default_factory=list)

    def receive(self, incoming: IncomingMessage) -> MessageView:
        if self.faults:
            self.faults -= 1
            raise OSError("disk full")
        self.taken.append(incoming.text)
        return cast("MessageView", None)  # nobody looks


class Moment(Event):
    """Time that passes at once: notes how long it was waited, ends after so many ticks."""

    def __init__(self, ticks: int) -> None:
        super().__init__()
        self.ticks, self.waits = ticks, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0)
        return len(self.waits) > self.ticks


def test_a_fault_that_lasts_is_told_once_and_tried_ever_more_rarely(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop = Moment(60)
    Simulator(Crowd()).run(Desk(faults=1_000), stop)
    assert stop.waits[:4] == [TICK_S, TICK_S * 2, TICK_S * 4, TICK_S * 8]
    assert stop.waits[-1] == max(stop.waits) <= 30
    assert len(caplog.records) == 1


def test_what_was_not_taken_is_said_once_the_fault_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop, desk = Moment(6), Desk(faults=2)
    Simulator(Crowd()).run(desk, stop)
    assert desk.taken == ["在吗"]
    assert stop.waits[-1] == TICK_S
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
