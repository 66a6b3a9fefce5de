"""The stats tab on a big shop beside the same tab on one of two thousand messages.

What the window does must not grow with the shop: only the numbers may come later.
"""

from __future__ import annotations

from typing import Any, Final

from tests.benchmarks.measure import Measure
from tests.benchmarks.processes import ask
from tests.benchmarks.seed import Shop, seeded_shop

_SMALL: Final = 2_000
_MESSAGES: Final = 12
_ROUNDS: Final = 2
_A_SECOND: Final = 1_000.0


def run(shop: Shop) -> list[Measure]:
    """The better of two rounds each, in turns: the machine's other work is none of the tab's."""
    small = seeded_shop(_SMALL)
    ask("stats_tab", shop, 1)  # brings the numbers up to date, as the keeper leaves them
    here, there = list[dict[str, Any]](), list[dict[str, Any]]()
    for _ in range(_ROUNDS):
        here.append(ask("stats_tab", shop, _MESSAGES))
        there.append(ask("stats_tab", small, _MESSAGES))
    return [
        _least("stats tab, first frame", "live", here, there),
        *(
            _least(f"stats tab, frame of {page}", page, here, there)
            for page in ("overview", "tables", "credit", "worth", "staffing")
        ),
        _pauses(here, there),
        _late("waiting tile after a message, worst", "waiting", here),
        _late("served tile after a message, worst", "served", here),
    ]


def _least(
    name: str, page: str, here: list[dict[str, Any]], there: list[dict[str, Any]]
) -> Measure:
    ours, theirs = (min(one["frames"][page] for one in found) for found in (here, there))
    note = f"{min(one['work'][page] for one in here):,.0f} ms of them its own work"
    if page in here[0]["ready"]:
        note += f", numbers after {min(one['ready'][page] for one in here):,.0f} ms"
    return Measure(name, ours, theirs, 1.5, note=note)


def _pauses(here: list[dict[str, Any]], there: list[dict[str, Any]]) -> Measure:
    """The longest pause of the event loop over all pages while their numbers are worked out."""
    ours, theirs = (min(max(one["pauses"].values()) for one in found) for found in (here, there))
    page = max(here[0]["pauses"], key=lambda key: here[0]["pauses"][key])
    return Measure("stats tab, longest pause of events", ours, theirs, 1.5, note=f"in {page}")


def _late(name: str, kind: str, here: list[dict[str, Any]]) -> Measure:
    return Measure(name, min(max(one[kind]) for one in here), _A_SECOND, 1.0)
