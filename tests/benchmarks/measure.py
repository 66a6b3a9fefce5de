"""Timing helpers and the form in which a benchmark reports."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure beside its reference, both in `unit`, and the ratio the budget allows."""

    name: str
    value: float
    reference: float
    target: float
    unit: str = "ms"
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the reference."""
        return self.value / self.reference if self.reference else float("inf")

    def line(self) -> str:
        """One row of the report."""
        verdict = "ok" if self.ratio <= self.target else "over"
        figures = f"{self.value:12.3f} {self.reference:12.3f} {self.unit:4}"
        row = f"{self.name:42} {figures} {self.ratio:8.2f}× ≤ {self.target:.2f}× {verdict}"
        return f"{row}  {self.note}" if self.note else row


def milliseconds(work: Callable[[], object]) -> float:
    """Run once; how long it took."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def alternately(
    ours: Callable[[str], object],
    theirs: Callable[[str], object],
    inputs: Sequence[str],
    rounds: int,
) -> tuple[list[float], list[float]]:
    """Take turns round by round, so that a busy machine slows both; the single times."""
    here, there = list[float](), list[float]()
    for _ in range(rounds):
        for work, times in ((ours, here), (theirs, there)):
            gc.collect()
            times += [milliseconds(partial(work, given)) for given in inputs]
    return here, there


def p95(times: list[float]) -> float:
    """The time 95 of 100 runs stay below."""
    return quantiles(times, n=20, method="inclusive")[-1]
