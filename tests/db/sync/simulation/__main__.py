"""Plays histories: `python -m tests.db.sync.simulation --seeds 0-99 [--mutant NAME] [--show]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Final

from tests.db.sync.simulation.mutants import MUTANTS
from tests.db.sync.simulation.settings import SETTINGS
from tests.db.sync.simulation.world import Options, Outcome, play

PROGRESS_EVERY: Final = 50
"""Histories of a run that can be resumed after which it tells how far it is."""


def main(arguments: list[str] | None = None) -> int:
    """Play the seeds that were asked for; the exit code tells whether any failed."""
    options = _parser().parse_args(arguments)
    done = _done(options.resume)
    failed = count = 0
    started = time.process_time()
    for seed in (seed for seed in options.seeds if seed not in done):
        with scratch_directory() as directory:
            outcome = _played(seed, Path(directory), options)
        count += 1
        _tell(outcome, options)
        failed += outcome.failure is not None
        if options.resume:
            _note_done(options.resume, outcome)
            if count % PROGRESS_EVERY == 0:
                print(f"{count} played, up to seed {seed}, {failed} failing", flush=True)
        if failed and options.first:
            break
    spent = time.process_time() - started
    each = spent / max(1, count)
    print(f"{count} histories, {failed} failing, {each:.2f} s of processor time each")
    return 1 if failed else 0


def _tell(outcome: Outcome, options: argparse.Namespace) -> None:
    if options.show:
        print("\n".join(outcome.history))
    if outcome.failure is not None:
        words = _short(outcome.failure)
        print(f"seed {outcome.seed} ({outcome.digest}) fails:\n{words}", flush=True)
    elif options.digests:
        print(f"seed {outcome.seed} {outcome.digest} {outcome.facts} facts")


def _done(path: Path | None) -> set[int]:
    """Return the seeds that an earlier run got through."""
    if path is None or not path.exists():
        return set()
    return {int(line.split()[0]) for line in path.read_text().splitlines()}


def _note_done(path: Path, outcome: Outcome) -> None:
    words = outcome.failure.splitlines()[0] if outcome.failure else "passed"
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{outcome.seed} {outcome.digest} {words[:200]}\n")


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
    parser.add_argument("--setting", choices=sorted(SETTINGS), default="", help="which world")
    parser.add_argument("--steps", type=int, default=Options.steps)
    parser.add_argument("--stations", type=int, help="2 to 50; else drawn by the seed")
    parser.add_argument("--no-faults", action="store_true", help="calls to the folder never fail")
    parser.add_argument("--whole-driver", action="store_true", help="as the product, but slow")
    parser.add_argument("--resume", type=Path, help="file of what is done; go on behind it")
    parser.add_argument("--show", action="store_true", help="print every history")
    parser.add_argument("--digests", action="store_true", help="print a hash of every history")
    parser.add_argument("--first", action="store_true", help="end with the first that fails")
    parser.add_argument("--stop", action="store_true", help="let errors of the program through")
    return parser


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _short(failure: str) -> str:
    return "\n".join(line[:300] for line in failure.splitlines())


if __name__ == "__main__":
    sys.exit(main())
