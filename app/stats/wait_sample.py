"""What the numbers of answers are worked out from: how long customers waited, in ms."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field

from app.stats.model import Measure, share


@dataclass(slots=True)
class Questions:
    """How long answers took, and how long those wait who have none: shortest first, once sorted."""

    answered: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    def sort(self) -> None:
        """Order them by length."""
        self.answered.sort()
        self.waiting.sort()

    def in_time(self, limit_ms: int) -> Measure:
        """The share answered in time, of those of whom that is known."""
        late = len(self.waiting) - bisect_right(self.waiting, limit_ms)
        return share(bisect_right(self.answered, limit_ms), len(self.answered) + late)


@dataclass(slots=True)
class WaitSample:
    """The judged questions of one row; `first` are those that begin a session."""

    every: Questions = field(default_factory=Questions)
    first: Questions = field(default_factory=Questions)
    robot: list[int] = field(default_factory=list)
    heard: set[bytes] = field(default_factory=set)
    """Customers who got an answer."""
    longest: dict[bytes, int] = field(default_factory=dict)
    """By customer the longest wait, for an answer or still."""
    slow: Counter[tuple[bytes, int]] = field(default_factory=Counter)
    """Slow answers by customer and local day."""

    def take_waiting(self, customer: bytes, waiting: int, *, first: bool) -> None:
        """Take a question nobody answered yet."""
        self.every.waiting.append(waiting)
        if first:
            self.first.waiting.append(waiting)
        if waiting > self.longest.get(customer, -1):
            self.longest[customer] = waiting

    def take_answered(self, customer: bytes, waited: int, *, first: bool) -> None:
        """Take a question that was answered."""
        self.heard.add(customer)
        self.every.answered.append(waited)
        if first:
            self.first.answered.append(waited)
        if waited > self.longest.get(customer, -1):
            self.longest[customer] = waited

    def sort(self) -> None:
        """Order the waits by length."""
        self.every.sort()
        self.first.sort()

    def people_in_time(self, limit_ms: int) -> Measure:
        """The share of customers who never waited longer, of those of whom that is known."""
        late = {customer for customer, wait in self.longest.items() if wait > limit_ms}
        in_time = len(self.heard - late)
        return share(in_time, in_time + len(late))
