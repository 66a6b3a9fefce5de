"""A backup is one archive of the home; it counts only once it was opened again and read.

The database stays encrypted in it with the home's own key, the attachments too.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.homes import MARKER, Home, check_kind, home_exists, open_home
from app.maintenance.erased import erase_again, keep_list
from db.database import Database
from db.engine import make_engine
from db.errors import DatabaseDamaged, DatabaseError
from db.migrate import backup_to, check_integrity

SUFFIX: Final = ".kefu-backup"
DATABASE: Final = "kefu.db"
_KEY_FILE: Final = "practice.key"
_PART: Final = re.compile(
    rf"{re.escape(MARKER)}|{re.escape(DATABASE)}|{re.escape(_KEY_FILE)}"
    r"|attachments/[0-9a-f]{2}/[0-9a-f]{64}"
)


@dataclass(frozen=True, slots=True)
class BackupReport:
    """Where the archive lies, how large it is (bytes) and how many files it holds."""

    file: Path
    size: int
    files: int


def back_up(home: Home, db: Database, target: Path | None = None) -> BackupReport:
    """Write a verified archive; by default into the home's `backups` folder."""
    if target is None:
        name = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        target = home.path / "backups" / f"{name}{SUFFIX}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / DATABASE
        backup_to(db.engine, copy)
        _verify(copy, home)
        unfinished = Path(folder) / "archive"
        files = _pack(home, copy, unfinished)
        unfinished.chmod(0o600)
        unfinished.replace(target)
    # Whoever restores an older one erases again by it.
    keep_list(home, db, target.parent)
    return BackupReport(target, target.stat().st_size, files)


def restore(archive: Path, target: Path) -> Home:
    """Unpack an archive into a folder that is no home yet; raises `UserError`.

    The key comes from this computer's keyring or a passphrase, as for the home it was made of.
    """
    if home_exists(target):
        raise UserError(
            _("There is already a shop in this folder."),
            hint=_("Restore into an empty folder."),
            code="home_exists",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        _unpack(archive, Path(folder))
        home = open_home(Path(folder))
        _verify(home.database, home)
        shutil.copytree(folder, target, dirs_exist_ok=True)
    restored = open_home(target)
    erase_again(restored, archive.parent)
    return restored


def _pack(home: Home, database: Path, archive: Path) -> int:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        packed.write(database, DATABASE)
        for name in (MARKER, _KEY_FILE):
            if (home.path / name).is_file():
                packed.write(home.path / name, name)
        attachments = home.path / "attachments"
        for file in sorted(attachments.rglob("*")) if attachments.is_dir() else []:
            if file.is_file():
                packed.write(file, file.relative_to(home.path).as_posix())
        return len(packed.namelist())


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as packed:
            # Nothing else belongs into a home, wherever the archive came from.
            names = [name for name in packed.namelist() if _PART.fullmatch(name)]
            whole = {MARKER, DATABASE} <= set(names) and packed.testzip() is None
            if whole:
                packed.extractall(folder, names)
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        whole = False
    if not whole:
        raise UserError(
            _("“{name}” is no whole backup of Kefu Desk.").format(name=archive.name),
            hint=_("Choose another backup file."),
            code="bad_backup",
        )


def _verify(database: Path, home: Home) -> None:
    engine = make_engine(database, home.key)
    try:
        check_integrity(engine)
        check_kind(home, engine)
    except DatabaseDamaged as error:
        raise UserError(
            _("The copy of the database is damaged: {detail}").format(detail=error),
            code="backup_damaged",
        ) from error
    except DatabaseError as error:
        raise UserError(
            _("The copy of the database can't be opened with this shop's key."), code="wrong_key"
        ) from error
    finally:
        engine.dispose()
