"""Kills a writer over real files again and again: `python -m tests.proofs.kill_loop HOME …`.

The writer is forked from a process that has loaded the program already, so that a round costs what
the writing costs. It opens the home, writes and syncs, and is killed at a time drawn by chance:
while it opens, writes, seals, puts a file into the folder or takes one from there.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import signal
import sys
import time
from pathlib import Path
from typing import Final

from app.homes import Home, open_home
from app.services import build_services
from tests.proofs.ledger import Pen
from tests.proofs.scribe import Scribe

WHILE_OPENING: Final = 0.2
"""Share of the rounds that end while the home is opened, or right after."""
LONGEST_S: Final = 1.0
"""Most rounds end within this after the first write, or in the time that came before it if that is
longer: some ten transactions and passes."""
OPENED_S: Final = 60.0


def main(arguments: list[str] | None = None) -> int:
    """Kill as often as told; the exit code tells whether a writer ended by itself."""
    options = _parser().parse_args(arguments)
    rng = random.Random(options.seed)
    home = open_home(options.home)
    early = 0
    for number in range(options.rounds):
        told, tells = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(told)
            _write_until_killed(home, options.ledger, f"{options.seed}.{number}", tells)
        os.close(tells)
        _let_it_work(told, rng)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(told)
        early += not os.WIFSIGNALED(status)
        if number % 50 == 49:
            print(f"{number + 1} rounds, {early} ended by themselves", flush=True)
    return 1 if early else 0


def _let_it_work(told: int, rng: random.Random) -> None:
    """However slow the machine is, it comes to writing in most rounds."""
    if rng.random() < WHILE_OPENING:
        time.sleep(rng.uniform(0.02, LONGEST_S))
        return
    start = time.monotonic()
    select.select([told], [], [], OPENED_S)
    time.sleep(rng.uniform(0.0, max(LONGEST_S, time.monotonic() - start)))


def _write_until_killed(home: Home, ledger: Path, prefix: str, tells: int) -> None:
    try:
        services = build_services(home)
        services.staff.act_as_operator()
        scribe = Scribe(services, Pen(ledger), prefix, home.path, manages=True)
        scribe.step()
        os.write(tells, b"!")
        while True:
            services.sync.pass_now()
            for _ in range(3):
                scribe.step()
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
