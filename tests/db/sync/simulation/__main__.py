"""Plays histories: `python -m tests.db.sync.simulation --seeds 0-99 [--mutant NAME] [--show]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.db.sync.simulation.mutants import MUTANTS
from tests.db.sync.simulation.settings import SETTINGS
from tests.db.sync.simulation.world import Options, Outcome, play


def main(arguments: list[str] | None = None) -> int:
    """Play the seeds that were asked for; the exit code tells whether any failed."""
    options = _parser().parse_args(arguments)
    failed = 0
    started = time.process_time()
    for seed in options.seeds:
        with scratch_directory() as directory:
            outcome = _played(seed, Path(directory), options)
        if options.show:
            print("\n".join(outcome.history))
        if outcome.failure is not None:
            failed += 1
            print(f"seed {seed} ({outcome.digest}) fails:\n{_short(outcome.failure)}", flush=True)
        elif options.digests:
            print(f"seed {seed} {outcome.digest} {outcome.facts} facts")
    spent = time.process_time() - started
    count = len(options.seeds)
    print(f"{count} histories, {failed} failing, {spent / count:.2f} s of processor time each")
    return 1 if failed else 0


def _played(seed: int, directory: Path, options: argparse.Namespace) -> Outcome:
    play_options = Options(
        steps=options.steps,
        stations=options.stations,
        faults=not options.no_faults,
        mutant=options.mutant,
        setting=options.setting,
        whole_driver=options.whole_driver,
    )
    try:
        return play(seed, directory, play_options)
    except Exception:
        if options.stop:
            raise
        return Outcome(seed, traceback.format_exc())


def scratch_directory() -> tempfile.TemporaryDirectory[str]:
    """Return a directory in memory where the system has one: forcing to disk costs nothing there."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(
        prefix="kefu-simulation-", dir=memory if memory.is_dir() else None
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.db.sync.simulation", description=__doc__)
    parser.add_argument("--seeds", type=_seeds, default=range(20), help="a number, or A-B")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="switch a safety rule off")
    parser.add_argument("--setting", choices=sorted(SETTINGS), default="whole", help="which world")
    parser.add_argument("--steps", type=int, default=Options.steps)
    parser.add_argument("--stations", type=int, help="2 to 50; else drawn by the seed")
    parser.add_argument("--no-faults", action="store_true", help="calls to the folder never fail")
    parser.add_argument("--whole-driver", action="store_true", help="as the product, but slow")
    parser.add_argument("--show", action="store_true", help="print every history")
    parser.add_argument("--digests", action="store_true", help="print a hash of every history")
    parser.add_argument("--stop", action="store_true", help="let errors of the program through")
    return parser


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _short(failure: str) -> str:
    return "\n".join(line[:300] for line in failure.splitlines())


if __name__ == "__main__":
    sys.exit(main())
