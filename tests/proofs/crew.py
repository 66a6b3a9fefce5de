"""Stations of one shop as processes that are started, killed, halted and asked what they hold."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.core.errors import UserError
from app.homes import create_home, open_home
from app.services import Services, build_services
from tests.db.sync.stations import Dump, dump
from tests.proofs.ledger import Account

PASSPHRASE: Final = "proof of the shop"
REPO: Final = Path(__file__).parents[2]
ANSWER_S: Final = 120.0


class ProofFailed(AssertionError):
    """The shop is not as it must be; the text says what is wrong."""


def environment() -> dict[str, str]:
    """The environment of the processes: homes open by a passphrase, no keyring is asked."""
    # They start again and again: compiled anew each time, that would be most of what they do.
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "KEFU_PASSPHRASE": PASSPHRASE, "PYTHONPATH": str(REPO)}


def kefu(home: Path, *words: str | Path, fine: bool = True) -> dict[str, Any]:
    """Run `kefu` as a person would and return its JSON document, with the code in `exit`."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "ui", "--home", str(home), "--json", *map(str, words)],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=REPO,
        check=False,
    )
    document: dict[str, Any] = json.loads(done.stdout) if done.stdout.strip() else {}
    if fine and done.returncode:
        raise ProofFailed(f"kefu {words} → {done.returncode}: {done.stdout}{done.stderr}")
    return {**document, "exit": done.returncode}


@contextmanager
def opened(home: Path) -> Iterator[Services]:
    """The services of a home that no process has open, without its sync's thread."""
    services = build_services(open_home(home, lambda: PASSPHRASE))
    try:
        services.staff.act_as_operator()
        yield services
    finally:
        services.close()


def found(home: Path, folder: Path, name: str) -> None:
    """Found the shop."""
    kefu(home, "shop", "create", "--folder", folder, "--station", name, "--name", "花店")


def admit(by: Path, home: Path, name: str, folder: Path) -> None:
    """Let a station in as `kefu shop` does; `folder` is where it sees the shop's folder."""
    create_home(home, passphrase=PASSPHRASE)
    with opened(by) as manager, opened(home) as joiner:
        code = manager.shop.invite().code
        until(lambda: _asked(joiner, folder, code, name), "the invitation to arrive", 60)
        until(manager.shop.requests, "the request to arrive", 60)
        (request,) = manager.shop.requests()
        manager.shop.approve(request.station)
        until(lambda: _is_in(joiner), "the approval to arrive", 60)


def _asked(joiner: Services, folder: Path, code: str, name: str) -> bool:
    try:
        joiner.shop.join(folder, code, name)
    except UserError:
        return False
    return True


def _is_in(joiner: Services) -> bool:
    joiner.sync.pass_now()
    return joiner.shop.joined


def until(what: Callable[[], Any], words: str, seconds: float) -> Any:
    """Wait for it; raises `ProofFailed` with these words."""
    end = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > end:
            raise ProofFailed(f"waited {seconds:.0f} s in vain for {words}")
        time.sleep(0.2)
    return found


@dataclass
class Station:
    """One home and the process that works in it."""

    home: Path
    manages: bool = False
    place: str = ""
    pause: float = 0.1
    process: subprocess.Popen[str] | None = None
    halted: bool = False
    killed: bool = False
    errors: Path = field(init=False)
    ledger: Path = field(init=False)

    def __post_init__(self) -> None:
        self.errors = self.home.with_suffix(".log")
        self.ledger = self.home.with_suffix(".ledger")

    def start(self, *, quiet: bool = False, limits: Callable[[], None] | None = None) -> None:
        """Begin to work."""
        command = [sys.executable, "-m", "tests.proofs.station", str(self.home)]
        command += ["--ledger", str(self.ledger), "--pause", str(self.pause)]
        command += [*(["--place", self.place] if self.place else [])]
        command += [*(["--manages"] if self.manages else []), *(["--quiet"] if quiet else [])]
        with self.errors.open("a") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment(),
                cwd=REPO,
                preexec_fn=limits,  # noqa: PLW1509 - limits are set, nothing else
            )
        self.halted = self.killed = False

    @property
    def on(self) -> bool:
        """Whether its process runs, or is halted."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """End it as a power cut of this one program does; it may hang in a share for a while."""
        if self.process is not None:
            self.process.kill()
            self.killed = True

    def halt(self) -> None:
        """Stop it in the midst of whatever it does."""
        if self.on and self.process is not None:
            self.process.send_signal(signal.SIGSTOP)
            self.halted = True

    def go_on(self) -> None:
        """Let it go on after a halt."""
        if self.on and self.process is not None:
            self.process.send_signal(signal.SIGCONT)
        self.halted = False

    def say(self, command: str) -> None:
        """Give it a command."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def asked(self, what: str) -> dict[str, Any]:
        """Ask for its `standing`, or the `state` of all that it holds."""
        assert self.process is not None
        assert self.process.stdout is not None
        self.say(what)
        line = self.process.stdout.readline()
        if not line:
            raise ProofFailed(f"{self.home.name} ended:\n{self.told()[-2000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """End it in peace."""
        if self.process is None:
            return
        self.go_on()
        with suppress(BrokenPipeError, ProcessLookupError):
            self.say("end")
        try:
            self.process.wait(ANSWER_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.reap()

    def reap(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.wait(30)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()

    def told(self) -> str:
        """What it wrote to its log."""
        return self.errors.read_text(errors="replace") if self.errors.exists() else ""

    def read(self) -> Dump:
        """Read all its shared rows; no process may run."""
        with opened(self.home) as services:
            return dump(services.db)


@dataclass
class Course:
    """What a run was like, for the report."""

    seconds: float = 0.0
    killed: int = 0
    halted: int = 0
    outages: int = 0
    settled_s: float = 0.0
    writes: int = 0
    unsure: int = 0
    rows: int = 0

    def __str__(self) -> str:
        return (
            f"{self.seconds:.0f} s, {self.killed} kill -9, {self.halted} halts, "
            f"{self.outages} outages of the storage, {self.writes} acknowledged writes "
            f"(and {self.unsure} unsure), {self.rows} rows, equal {self.settled_s:.1f} s after"
        )


class Crew:
    """The stations of a shop and their bad days. `outages` are ways the storage may fail."""

    def __init__(
        self,
        stations: Sequence[Station],
        seed: int,
        outages: Sequence[Callable[[], Callable[[], None]]] = (),
    ) -> None:
        self.stations, self._outages = list(stations), list(outages)
        self._rng = random.Random(seed)
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._storage_away = False
        self.course = Course()

    def work(self, seconds: float, every_s: float = 4.0) -> None:
        """Let all write, and something happen every so often."""
        for station in self.stations:
            station.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(self._rng.uniform(0.3, 1.7) * every_s)
            self._catch_up()
            self._strike()
        self._catch_up(everything=True)
        self.course.seconds = seconds

    def _strike(self) -> None:
        draw = self._rng.random()
        station = self._rng.choice(self.stations)
        if draw < 0.3 and self._outages and not self._storage_away:
            self._storage_away = True
            self.course.outages += 1
            self._in(1, 6, self._rng.choice(self._outages)(), storage=True)
        elif not station.on or station.halted or station.killed:
            return
        elif draw < 0.7:
            station.kill()
            self.course.killed += 1
            self._in(0.1, 4, lambda: self._restart(station))
        else:
            station.halt()
            self.course.halted += 1
            self._in(0.5, 5, station.go_on)

    def _restart(self, station: Station) -> None:
        if station.on:  # it hangs in a call to storage that does not answer
            self._in(0.5, 1, lambda: self._restart(station))
        else:
            station.reap()
            station.start()

    def _in(
        self, least: float, most: float, work: Callable[[], None], *, storage: bool = False
    ) -> None:
        def done() -> None:
            work()
            if storage:
                self._storage_away = False

        self._later.append((time.monotonic() + self._rng.uniform(least, most), done))

    def _catch_up(self, *, everything: bool = False) -> None:
        while True:
            now = time.monotonic()
            due = [entry for entry in self._later if entry[0] <= now]
            self._later = [entry for entry in self._later if entry[0] > now]
            for _, work in due:
                work()
            if not everything or not self._later:
                return
            time.sleep(0.2)

    def settle(self, seconds: float) -> None:
        """Let nobody write any more and wait until all hold the same."""
        start = time.monotonic()
        for station in self.stations:
            if not station.on:
                station.reap()
                station.start(quiet=True)
            station.say("quiet")
        states: list[dict[str, Any]] = []
        while time.monotonic() - start < seconds:
            # Reading all rows takes long: only where they may be alike.
            states = [station.asked("standing") for station in self.stations]
            if not any(s["outbox"] or s["unread"] for s in states):
                states = [station.asked("state") for station in self.stations]
                if len({s["hash"] for s in states}) == 1 and not any(s["outbox"] for s in states):
                    self.course.settled_s = time.monotonic() - start
                    return
            time.sleep(1)
        shown = "\n".join(
            f"{s.home.name}: {state}" for s, state in zip(self.stations, states, strict=False)
        )
        raise ProofFailed(f"not equal after {seconds:.0f} s\n{shown}\n{self.differences()}")

    def differences(self) -> str:
        """Name rows in which the stations differ; ends their processes."""
        self.end()
        first, *others = self.stations
        mine, lines = first.read(), list[str]()
        for other in others:
            theirs = other.read()
            for table, rows in mine.items():
                for row in rows.keys() | theirs[table].keys():
                    left, right = rows.get(row), theirs[table].get(row)
                    if left != right:
                        lines.append(f"{table}/{row.hex()} {first.home.name} {left}")
                        lines.append(f"{' ' * 8}{other.home.name} {right}")
        return "\n".join(lines[:40])

    def end(self) -> None:
        """End all processes in peace."""
        for station in self.stations:
            station.end()

    def judge(self) -> None:
        """Compare what was acknowledged with what every station holds; all processes ended."""
        account = Account(station.ledger for station in self.stations)
        final = self.stations[0].read()
        self.course.writes, self.course.unsure = account.writes, account.unsure
        self.course.rows = sum(len(rows) for rows in final.values())
        faults = list(account.faults(final))
        faults += [
            f"{station.home.name}: {line}"
            for station in self.stations
            for line in station.told().splitlines()
            if "a sync pass failed" in line
        ]
        if faults:
            raise ProofFailed(f"{len(faults)} faults\n" + "\n".join(faults[:40]))
