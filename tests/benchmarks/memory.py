"""Memory of the window after a long day, against the same window fresh."""

from __future__ import annotations

from typing import Final

from tests.benchmarks.measure import Measure
from tests.benchmarks.processes import ask
from tests.benchmarks.seed import Shop

_SWITCHES: Final = 10_000


def run(shop: Shop) -> list[Measure]:
    """Resident memory after 10,000 switches of conversation."""
    found = ask("memory", shop, _SWITCHES)
    name = "memory after 10,000 switches"
    return [Measure(name, found["after"], found["before"], 1.15, unit="MB")]
