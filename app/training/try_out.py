"""Trying a scenario out while one writes it: a conversation of which nothing is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.language import Checker
from app.training.customer import Line, Outcome, PracticeCustomer
from app.training.scenario_model import Scenario
from app.training.scripted import SAMPLE_FACTS


@dataclass(frozen=True, slots=True)
class Tried:
    """How a try-out stands: what was said, the customer's mood, the needs met and open now."""

    lines: Sequence[Line]
    mood: int
    met: tuple[str, ...]
    open: tuple[str, ...]
    outcome: Outcome | None = None


class TryOut:
    """One customer of a scenario, with invented facts; time is that of the clock."""

    def __init__(
        self,
        scenario: Scenario,
        checker: Checker,
        *,
        seed: int,
        english: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._since = clock, clock()
        self._customer = PracticeCustomer(
            scenario, SAMPLE_FACTS, checker, seed=seed, english=english
        )
        self._customer.begin()

    def say(self, text: str) -> Tried:
        """The agent writes."""
        self._customer.hear(text, self._now())
        return self.state()

    def act(self, action: str) -> Tried:
        """The agent does something in the desk."""
        self._customer.act(action, self._now())
        return self.state()

    def state(self) -> Tried:
        """How it stands."""
        one = self._customer
        needs = tuple(need.id for need in one.open_needs())
        return Tried(one.lines, one.mood, one.met, needs, one.outcome)

    def _now(self) -> float:
        return self._clock() - self._since
