"""What the metrics are worked out from: the facts of a period that belong to one row of a table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from app.stats.sales_sample import SalesSample
from app.stats.service_sample import ServiceSample
from app.stats.settings import Rules
from app.stats.wait_sample import WaitSample


class Inquiry(NamedTuple):
    """An inquiring customer: ordered and paid the same day, by the next day's end, in the end."""

    ordered: tuple[bool, bool, bool]
    paid: tuple[bool, bool, bool]


@dataclass(slots=True)
class Sessions:
    """How many sessions there were: by whom they were begun and who took part.

    `met` are those in which the customer wrote, `robot_met` those of them the robot answered in;
    in the `unserved` and `robot_alone` of these no person wrote.
    """

    by_agent: int = 0
    met: int = 0
    unserved: int = 0
    robot_met: int = 0
    robot_alone: int = 0

    def take(self, *, by_agent: bool, met: bool, robot: bool, person: bool) -> None:
        """Count one: who began it, and whether customer, robot and a person wrote in it."""
        self.by_agent += by_agent
        if met:
            self.met += 1
            self.unserved += not person
            self.robot_met += robot
            self.robot_alone += robot and not person


@dataclass(slots=True)
class Sample:
    """The facts of one row."""

    rules: Rules
    wrote: set[bytes] = field(default_factory=set)
    """Customers who wrote, filtered ones too; all else here is without these."""
    asked: dict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    """By customer served: their messages."""
    answers: dict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    """By customer: people's messages to them."""
    first_wrote: dict[bytes, int] = field(default_factory=dict)
    """When customers wrote first, of those of whose messages a time is known (Unix ms)."""
    agent_chars: int = 0
    robot_messages: int = 0
    automatic_messages: int = 0
    waits: WaitSample = field(default_factory=WaitSample)
    receptions: list[int] = field(default_factory=list)
    """How long they took, ms."""
    settled: int = 0
    """Receptions whose customer needed no further session."""
    sessions: Sessions = field(default_factory=Sessions)
    busiest: int = 0
    begun: list[tuple[bytes, int]] = field(default_factory=list)
    """Sessions an agent began: with whom and when (Unix ms)."""
    reminded: dict[bytes, bool] = field(default_factory=dict)
    """Orders unpaid when an agent began such a session, and whether they were paid after it."""
    inquiries: list[Inquiry] = field(default_factory=list)
    sales: SalesSample = field(default_factory=SalesSample)
    quality: list[Fraction] = field(default_factory=list)
    service: ServiceSample = field(default_factory=ServiceSample)
