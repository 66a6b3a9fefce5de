"""`python3 dev.py bench [NAME …] [--messages N]`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from typing import Final

from tests.benchmarks.measure import Measure
from tests.benchmarks.seed import seeded_shop

NAMES: Final = (
    "start",
    "switch",
    "phrases",
    "search",
    "orders",
    "memory",
    "stats",
    "stats_tab",
    "sync",
    "sync_live",
    "sync_snapshots",
)


def main() -> int:
    """Run the named benchmarks, or all; print each figure beside its reference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--messages", type=int, default=1_000_000)
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"unknown benchmark: {', '.join(sorted(unknown))}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    shop = seeded_shop(options.messages)
    print(f"{'':42} {'here':>12} {'reference':>12}")
    for name in options.names or NAMES:
        module = importlib.import_module(f"tests.benchmarks.{name}")
        measures: list[Measure] = module.run(shop)
        for measure in measures:
            print(measure.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
