"""Cold start to a usable window, against an empty window of the same toolkit."""

from __future__ import annotations

from statistics import median
from typing import Final

from tests.benchmarks.measure import Measure
from tests.benchmarks.processes import ask
from tests.benchmarks.seed import Shop

_ROUNDS: Final = 5


def run(shop: Shop) -> list[Measure]:
    """From starting Python until the inbox is painted and takes keys; the median."""
    ask("start", shop)  # the first start after a change compiles Python files
    pairs = [(ask("start", shop)["ms"], ask("empty", shop)["ms"]) for _ in range(_ROUNDS)]
    ours, theirs = (median(times) for times in zip(*pairs, strict=True))
    return [Measure("cold start to a usable window", ours, theirs, 2.5)]
