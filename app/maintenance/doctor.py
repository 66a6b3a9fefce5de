"""A look at the home's health: integrity, free space, keyring, what waits for the index."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.core.i18n import _
from app.core.secrets import keyring_works
from app.homes import Home
from db.database import Database
from db.errors import DatabaseDamaged
from db.migrate import SCHEMA, check_integrity
from db.models import Base, Change, Cursor

LOW_SPACE: Final = 500 * 1024 * 1024
"""Bytes of free disk below which a shop's day of work may not fit."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination; `ok` False asks for action."""

    subject: str
    ok: bool
    text: str


def examine(home: Home, db: Database) -> list[Finding]:
    """Return what was found, problems included; changes nothing."""
    return [_integrity(db), _space(home), _keys(home), _index(db), _sizes(home, db)]


def _integrity(db: Database) -> Finding:
    try:
        check_integrity(db.engine)
    except DatabaseDamaged as error:
        return Finding("database", ok=False, text=str(error))
    return Finding("database", ok=True, text=_("whole, schema {n}").format(n=SCHEMA))


def _space(home: Home) -> Finding:
    free = shutil.disk_usage(home.path).free
    text = _("{n} MB free").format(n=free // 1024**2)
    return Finding("disk", ok=free >= LOW_SPACE, text=text)


def _keys(home: Home) -> Finding:
    text = _("keyring available") if keyring_works() else _("no keyring, passphrase in use")
    return Finding("keys", ok=True, text=_("practice shop") if home.practice else text)


def _index(db: Database) -> Finding:
    with db.read() as session:
        last = session.scalar(select(func.max(Change.seq))) or 0
        done = session.scalar(select(Cursor.seq).where(Cursor.name == "search")) or 0
    return Finding(
        "search", ok=True, text=_("{n} changes wait for the index").format(n=max(0, last - done))
    )


def _sizes(home: Home, db: Database) -> Finding:
    with db.read() as session:
        rows = {
            name: session.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
            for name in ("messages", "orders", "customers")
        }
    size = home.database.stat().st_size // 1024**2
    counted = ", ".join(f"{name} {count}" for name, count in rows.items())
    return Finding("size", ok=True, text=f"{size} MB, {counted}")
