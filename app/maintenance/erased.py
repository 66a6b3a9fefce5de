"""The list of erased persons beside the backups: a restored one forgets them again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from app.conversations import Attachments
from app.homes import Home
from db.database import Database
from db.erasing.lists import take_list, write_list

MIGRATION_COPIES: Final = "kefu-before-*.backup"
"""Copies that an update of the program made of the database."""


def list_name(home_id: str) -> str:
    """Return the name of a home's list of erased persons, beside its backups."""
    return f"erased-{home_id}.json"


def keep_list(home: Home, db: Database, *folders: Path) -> None:
    """Write the list beside the backups; a folder that can't be written is passed over."""
    with db.read() as session:
        data = write_list(session.connection(), db.key)
    for folder in (home.path / "backups", *folders) if data is not None else ():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            unfinished = folder / f"{list_name(home.id)}.new"
            unfinished.write_bytes(data or b"")
            unfinished.replace(folder / list_name(home.id))


def erase_again(home: Home, beside: Path) -> int:
    """Erase in a home that was just restored what the list in a folder names; returns how much."""
    try:
        data = (beside / list_name(home.id)).read_bytes()
    except OSError:
        return 0
    database = Database(home.database, home.key)
    try:
        count = take_list(database, data)
        Attachments(database, home.path / "attachments").forget_erased()
        while database.index_pending(20_000):
            pass
    finally:
        database.close()
    for copy in home.path.glob(MIGRATION_COPIES) if count else ():
        copy.unlink(missing_ok=True)  # made just now, out of the old backup
    return count
