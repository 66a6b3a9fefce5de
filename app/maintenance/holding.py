"""Erased persons and backups: which archives still hold one, and how to be rid of them."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError as SqlError

from app.homes import Home
from app.maintenance.backup import DATABASE, SUFFIX
from app.maintenance.erased import MIGRATION_COPIES
from db.engine import make_engine
from db.errors import DatabaseError

ANY: Final = 1 << 62
"""As a cutoff: whoever is in a backup at all counts."""


@dataclass(frozen=True, slots=True)
class HoldingBackup:
    """A backup in this home; `made_at` is Unix ms. `sure`: it was opened and does hold the person."""

    file: Path
    made_at: int
    size: int
    sure: bool = True


def holding_backups(
    home: Home, customers: Sequence[bytes], cutoff: int = ANY
) -> list[HoldingBackup]:
    """Return this home's backups that hold one of some customers, newest first.

    Each is opened; one that can't be is named too, for it may. Those count that do not know of an
    erasure up to the stamp `cutoff`.
    """
    found = []
    for file in sorted([*_archives(home), *home.path.glob(MIGRATION_COPIES)]):
        held = _holds(home, file, customers, cutoff)
        if held is not False:
            stat = file.stat()
            made_at = int(stat.st_mtime * 1000)
            found.append(HoldingBackup(file, made_at, stat.st_size, sure=bool(held)))
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def delete_backups(home: Home, files: Iterable[Path]) -> list[Path]:
    """Delete backups of this home, and nothing else; returns those that are gone."""
    own = {*_archives(home), *home.path.glob(MIGRATION_COPIES)}
    gone = []
    for file in files:
        if file in own:
            with suppress(OSError):
                file.unlink()
                gone.append(file)
    return gone


def _archives(home: Home) -> list[Path]:
    return list((home.path / "backups").glob(f"*{SUFFIX}"))


def _holds(home: Home, file: Path, customers: Sequence[bytes], cutoff: int) -> bool | None:
    """Whether a backup holds one of them; None where it can't be told."""
    try:
        with _database_of(home, file) as path:
            engine = make_engine(path, home.key)
            try:
                with engine.connect() as connection:
                    return _has_one(connection, customers, cutoff)
            finally:
                engine.dispose()
    except (OSError, KeyError, zipfile.BadZipFile, DatabaseError, SqlError):
        return None


@contextmanager
def _database_of(home: Home, file: Path) -> Iterator[Path]:
    """A backup's database, as a copy: looking at it must change nothing."""
    with tempfile.TemporaryDirectory(dir=home.path) as folder:
        path = Path(folder) / DATABASE
        if file.suffix == SUFFIX:
            with zipfile.ZipFile(file) as packed:
                packed.extract(DATABASE, folder)
        else:
            shutil.copyfile(file, path)
        yield path


def _has_one(connection: Connection, customers: Sequence[bytes], cutoff: int) -> bool:
    run = connection.exec_driver_sql
    tables = {name for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table'")}
    marks = ", ".join("?" * len(customers))
    known = run(f"SELECT id FROM customers WHERE id IN ({marks})", tuple(customers))  # noqa: S608 - marks only
    ids = [customer for (customer,) in known]
    if "erasures" not in tables:
        return bool(ids)
    upto = "SELECT max(cutoff) FROM erasures WHERE row_id = ?"
    return any((run(upto, (customer,)).scalar() or 0) < cutoff for customer in ids)
