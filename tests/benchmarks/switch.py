"""Switching conversation until it is painted, against reading the page and painting nothing."""

from __future__ import annotations

from typing import Final

from tests.benchmarks.measure import Measure
from tests.benchmarks.processes import ask
from tests.benchmarks.seed import Shop

_SWITCHES: Final = 300


def run(shop: Shop) -> list[Measure]:
    """Conversations from all over the shop's years."""
    found = ask("switch", shop, _SWITCHES)
    return [Measure("switching conversation, p95", found["ours"], found["theirs"], 3.0)]
