"""One station as a process of its own: `python -m tests.proofs.station HOME --ledger FILE …`.

A desk without its window: the services, the sync in its thread, and somebody who writes without
rest. It takes one command a line: `quiet` (write no more), `write`, `standing` (answers one JSON
line), `state` (the same with a hash of all that it holds) and `end`, as at the end of the input.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import queue
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

from app.homes import open_home
from app.services import Services, build_services
from app.sync.settings import PLACE
from db.database import Database
from tests.db.sync.stations import Dump, dump
from tests.proofs.ledger import Pen
from tests.proofs.scribe import Scribe


def main(arguments: list[str] | None = None) -> int:
    """Run until told to end."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    services = build_services(open_home(options.home))
    services.staff.act_as_operator()
    try:
        if options.place:
            services.settings.set(PLACE, options.place)
        services.keeper.start()
        services.share()
        _serve(services, options)
    finally:
        services.close()
    return 0


def _serve(services: Services, options: argparse.Namespace) -> None:
    pen = Pen(options.ledger)
    prefix = f"{options.home.name}.{random.SystemRandom().randrange(10**9)}"
    scribe = Scribe(services, pen, prefix, options.home, manages=options.manages)
    commands: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(commands,), daemon=True).start()
    writing = not options.quiet
    while True:
        try:
            command = commands.get(timeout=options.pause * random.random() * 2)
        except queue.Empty:
            if writing:
                _write(scribe)
            continue
        if command == "end":
            return
        if command == "standing":
            _say(standing(services))
        elif command == "state":
            _say(state(services))
        else:
            writing = command == "write"


def _write(scribe: Scribe) -> None:
    try:
        scribe.step()
    except Exception as error:  # noqa: BLE001 - what was refused was not acknowledged
        logging.getLogger(__name__).info("not written: %r", error)
        time.sleep(0.1)


def _listen(commands: queue.Queue[str]) -> None:
    for line in sys.stdin:
        commands.put(line.strip())
    commands.put("end")


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def state(services: Services) -> dict[str, Any]:
    """What the station holds, and whether something is still on its way."""
    return {"hash": state_hash(services.db), **standing(services)}


def standing(services: Services) -> dict[str, Any]:
    """Whether something is still on its way, which is soon told."""
    status = services.sync.status()
    return {
        "state": status.state.value,
        "outbox": status.outbox,
        "unread": status.unread,
        "problems": [f"{p.code} {p.about}" for p in status.problems],
        "failures": list(status.failures),
    }


def state_hash(database: Database) -> str:
    """One number for all shared rows with the clock of every field."""
    return hash_of(dump(database))


def hash_of(rows: Dump) -> str:
    """The same of rows that were read."""
    digest = hashlib.sha256()
    for table in sorted(rows):
        for row_id, row in sorted(rows[table].items()):
            text = f"{table}|{row_id.hex()}|{row.birth}|{sorted(row.registers.items())}"
            digest.update(f"{text}|{sorted(row.clocks().items())}\n".encode())
    return digest.hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.station", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--pause", type=float, default=0.1, help="mean seconds between two writes")
    parser.add_argument("--place", default="", help="kind of the folder: local, share, copied")
    parser.add_argument("--manages", action="store_true", help="change staff and settings too")
    parser.add_argument("--quiet", action="store_true", help="only sync")
    return parser


if __name__ == "__main__":
    sys.exit(main())
