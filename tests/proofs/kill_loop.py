"""Kills a writer over real files again and again: `python -m tests.proofs.kill_loop HOME …`.

The writer is forked from a process that has loaded the program already, so that a round costs what
the writing costs. It opens the home, writes and syncs, and is killed at a time drawn by chance:
while it opens, writes, seals, puts a file into the folder or takes one from there.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Final

from app.homes import Home, open_home
from app.services import build_services
from tests.proofs.ledger import Pen
from tests.proofs.scribe import Scribe

LONGEST_S: Final = 1.2
"""Opening takes a tenth of a second; then there are some ten transactions and passes a second."""


def main(arguments: list[str] | None = None) -> int:
    """Kill as often as told; the exit code tells whether a writer ended by itself."""
    options = _parser().parse_args(arguments)
    rng = random.Random(options.seed)
    home = open_home(options.home)
    early = 0
    for number in range(options.rounds):
        child = os.fork()
        if child == 0:
            _write_until_killed(home, options.ledger, f"{options.seed}.{number}")
        time.sleep(rng.uniform(0.02, LONGEST_S))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        early += not os.WIFSIGNALED(status)
    print(f"{options.rounds} rounds, {early} ended by themselves")
    return 1 if early else 0


def _write_until_killed(home: Home, ledger: Path, prefix: str) -> None:
    try:
        services = build_services(home)
        services.staff.act_as_operator()
        scribe = Scribe(services, Pen(ledger), prefix, home.path, manages=True)
        while True:
            for _ in range(3):
                scribe.step()
            services.sync.pass_now()
    except BaseException as error:  # noqa: BLE001 - the parent sees that it ended
        sys.stderr.write(f"{error!r}\n")
        sys.stderr.flush()
    finally:
        os._exit(3)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.kill_loop", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
