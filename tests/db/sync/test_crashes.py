"""Whatever call fails, and whenever the process is killed: what was saved arrives, once."""

import errno
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from db.ids import new_id
from db.models import Customer
from db.sync.files import Files
from db.sync.folder import FolderRelay, create_folder
from tests.db.sync.homes import Clock, Home, Register, settle
from tests.db.sync.stations import dump
from tests.db.sync.writer import MARKER, SharedHome

REPOSITORY = Path(__file__).parents[3]


class Brittle(Files):
    """Fails its n-th call, in one of the ways that folders do."""

    def __init__(self) -> None:
        self.left, self.kind, self.calls = 0, "", 0

    def fail(self, at: int, kind: str) -> None:
        self.left, self.kind, self.calls = at, kind, 0

    def _due(self) -> bool:
        self.calls += 1
        self.left -= 1
        return self.left == 0

    def write_new(self, path: Path, data: bytes) -> None:
        if self._due():
            path.write_bytes(data[: len(data) // 2] if self.kind == "short" else data)
            raise OSError(errno.ENOSPC if self.kind != "error" else errno.EIO, "made to fail")
        super().write_new(path, data)

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in {"read", "rename", "remove", "make_directory", "sync_directory", "walk"}:
            return found
        return self._brittle(found)

    def _brittle(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            if self._due():
                raise OSError(errno.EIO, "made to fail")
            return call(*arguments)

        return run


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Home, Home, Brittle]]:
    """Two homes, the first of which has a brittle view of the folder."""
    create_folder(tmp_path / "share", MARKER)
    brittle, clock, register = Brittle(), Clock(), Register()
    views = (FolderRelay(tmp_path / "share", MARKER, files) for files in (brittle, Files()))
    a, b = (Home(tmp_path / n, n, v, register, clock) for n, v in zip("ab", views, strict=True))
    yield a, b, brittle
    a.close()
    b.close()


def add(home: Home, nick: str) -> None:
    with home.db.write() as session:
        session.add(Customer(id=new_id(), nick=nick, created_at=1))


def nicks(home: Home) -> list[str]:
    return sorted(str(nick) for (nick,) in home.ask("SELECT nick FROM customers"))


@pytest.mark.parametrize("kind", ["error", "full", "short"])
def test_whichever_file_call_fails_nothing_is_lost(
    shop: tuple[Home, Home, Brittle], kind: str
) -> None:
    a, b, brittle = shop
    settle(a, b)
    written = []
    for at in range(1, 200):
        for home in (a, b):
            written.append(f"{home.name}{at}")
            add(home, written[-1])
        b.sync()
        brittle.fail(at, kind)
        a.sync()
        beyond = brittle.left > 0
        brittle.fail(0, "")
        if at % 10 == 0 or beyond:
            settle(a, b, rounds=2)
            assert nicks(a) == nicks(b) == sorted(written)
        if beyond:
            break
    assert beyond
    assert dump(a.db) == dump(b.db)


def _kill_in_loops(directory: Path, times: int) -> None:
    create_folder(directory / "share", MARKER)
    reader = SharedHome(directory / "reader", directory / "share")
    dice, saved = random.Random(times), set[str]()
    for _ in range(times):
        saved |= _write_until_killed(directory, dice.uniform(0.02, 0.4))
        reader.sync()
    writer = SharedHome(directory / "writer", directory / "share")
    for _ in range(2):
        writer.sync()
        reader.sync()
    assert saved <= set(nicks(reader))
    assert nicks(writer) == nicks(reader)
    assert len(set(nicks(reader))) == len(nicks(reader))
    assert dump(writer.db) == dump(reader.db)
    assert writer.ask("SELECT count(*) FROM sync_fork") == [(0,)]
    writer.close()
    reader.close()


def _write_until_killed(directory: Path, seconds: float) -> set[str]:
    command = [sys.executable, "-m", "tests.db.sync.writer"]
    homes = [str(directory / "writer"), str(directory / "share")]
    process = subprocess.Popen(
        [*command, *homes], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process:
        first = list(islice(process.stdout, 1))
        timer = Timer(seconds, process.kill)
        timer.start()
        rest = [line for line in process.stdout if line.endswith("\n")]
        timer.join()
    return {line.strip() for line in [*first, *rest]}


def test_a_writer_that_is_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    _kill_in_loops(tmp_path, 4)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_writer_that_is_killed_five_hundred_times_loses_nothing(tmp_path: Path) -> None:
    _kill_in_loops(tmp_path, 500)
