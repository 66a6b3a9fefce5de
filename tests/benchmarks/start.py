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
    times: dict[str, list[dict[str, float]]] = {"start": [], "empty": [], "floor": []}
    for _ in range(_ROUNDS):
        for what, found in times.items():
            found.append(ask(what, shop))
    ours, theirs, floor = (median(one["ms"] for one in found) for found in times.values())
    cpu = [median(one["cpu"] for one in found) for found in times.values()]
    note = (
        f"CPU {cpu[0] / cpu[1]:.2f}×; an empty window with SQLAlchemy loaded: {floor / theirs:.2f}×"
    )
    return [Measure("cold start to a usable window", ours, theirs, 2.5, note=note)]
