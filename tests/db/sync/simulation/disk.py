"""A station's database file, with the crashes and power cuts that may befall it.

The file is a real SQLite in WAL mode. As its log only grows here, the log's length after
a commit is that commit's state, and cutting the log back is what a power cut does to commits whose
bytes were not forced to the disk (`synchronous` below FULL).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from unittest import mock

from sqlalchemy import Engine
from sqlalchemy.orm import Session

import db.engine
from db.database import Database, Origin
from db.registry import TABLES
from db.triggers import trigger_statements
from tests.db.sync.simulation.ambience import Ambience
from tests.db.sync.simulation.driver import connect
from tests.db.sync.simulation.edits import WRITTEN
from tests.db.sync.simulation.folder import Crash
from tests.db.sync.stations import KEY, empty_file

_FULL: Final = 2
"""What `PRAGMA synchronous` reports for FULL; EXTRA is 3."""


@cache
def template(*, whole_driver: bool) -> bytes:
    """Return a migrated file, enciphered or in clear; made once a process, outside of histories."""
    if whole_driver:
        return empty_file()
    with TemporaryDirectory() as directory, mock.patch.object(db.engine, "connect", connect):
        path = Path(directory, "kefu.db")
        database = Database(path, KEY)
        _drop_idle_triggers(database)
        database.close()
        return path.read_bytes()


def _drop_idle_triggers(database: Database) -> None:
    """Every connection reads all triggers anew: those of tables that nobody writes to are left out.

    What comes from elsewhere is merged without them.
    """
    with database.engine.begin() as connection:
        for table in TABLES:
            if table.name not in WRITTEN:
                for statement in trigger_statements(table):
                    connection.exec_driver_sql(f"DROP TRIGGER {statement.split()[2]}")


@dataclass(frozen=True, slots=True)
class Image:
    """The two files of a database at one moment."""

    main: bytes
    log: bytes


class Disk:
    """Where one station's database lies, through all its lives."""

    def __init__(self, path: Path, ambience: Ambience) -> None:
        self.path, self._ambience, self.rng = path, ambience, ambience.rng
        self.crash_chance = 0.0
        self.dead = False
        self.died: Callable[[], None] = lambda: None
        self._points: list[tuple[int, bool]] = []
        """Length of the log after each commit, and whether it was forced to the disk."""
        path.write_bytes(template(whole_driver=ambience.whole_driver))
        self._points.append((0, True))

    @property
    def _log(self) -> Path:
        return self.path.with_name(f"{self.path.name}-wal")

    def open(self) -> SimulatedDatabase:
        """Open the database as a program that starts does."""
        self.dead = False
        return SimulatedDatabase(self)

    def image(self) -> Image:
        """Return the files as they are now."""
        return Image(self.path.read_bytes(), self._log.read_bytes() if self._log.exists() else b"")

    def put(self, image: Image) -> None:
        """Lay these files in place of what is there; no program may have it open."""
        self._ambience.release(self.path)
        self.path.write_bytes(image.main)
        self._log.write_bytes(image.log)
        self.path.with_name(f"{self.path.name}-shm").unlink(missing_ok=True)

    def end(self, database: Database, *, power: bool) -> None:
        """End a program without warning; with its machine's power cut, lose what was not safe."""
        length = self._length()
        kept = self._survived(length) if power else length
        if kept == length and not self._ambience.whole_driver:
            self.dead = True
            database.close()
            return  # nothing of the file changes: whoever starts next finds it open
        image = self.image()
        self.dead = True
        database.close()
        self.put(Image(image.main, image.log[:kept]))

    def replace(self, database: Database, image: Image) -> None:
        """Put an older copy of the database back."""
        self.dead = True
        database.close()
        self._points = [(len(image.log), True)]
        self.put(image)

    def _length(self) -> int:
        return self._log.stat().st_size if self._log.exists() else 0

    def committed(self, *, full: bool) -> None:
        """Note a commit."""
        length = self._length()
        if self._points and length < self._points[-1][0]:
            self._points = [(0, True)]  # somebody folded the log into the file
        self._points.append((length, full))
        self.step()

    def step(self) -> None:
        """Maybe end the process here, before or after a commit."""
        if self.crash_chance and self.rng.random() < self.crash_chance:
            self.dead = True
            self.died()
            raise Crash

    def _survived(self, length: int) -> int:
        last = max(n for n, (_, full) in enumerate(self._points) if full)
        kept = self.rng.randrange(last, len(self._points))
        del self._points[kept + 1 :]
        return min(length, self._points[kept][0])


class SimulatedDatabase(Database):
    """The product's database on a disk that may fail around every commit."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(disk.path, KEY)

    @contextmanager
    def write(self, origin: Origin = "local", through: Engine | None = None) -> Iterator[Session]:
        if getattr(self._joined, "session", None) is not None:
            with super().write(origin, through) as session:
                yield session
            return
        if self._disk.dead:
            raise Crash
        with super().write(origin, through) as session:
            yield session
            self._disk.step()
            level = session.connection().exec_driver_sql("PRAGMA synchronous").scalar_one()
        self._disk.committed(full=level >= _FULL)
