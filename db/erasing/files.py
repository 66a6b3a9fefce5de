"""Contents of erased attachments: named here until their files are gone, on the disk and elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import Connection

if TYPE_CHECKING:
    from db.erasing.personal import Personal
    from db.sync.rows import Row

KEY: Final = "erasing.files"
"""Local setting: SHA-256 (hex) of contents whose files are to go."""


def note_files(connection: Connection, spec: Personal, attachment: Row) -> None:
    """Remember the content of an attachment that is about to be blanked."""
    names = dict(spec.table.numbered())
    content = next(r.value for n, r in attachment.registers.items() if names.get(n) == "sha256")
    if isinstance(content, str) and content:
        _keep(connection, {*waiting_files(connection), content})


def waiting_files(connection: Connection) -> list[str]:
    """Return the contents whose files are still to go."""
    found = connection.exec_driver_sql("SELECT value FROM local_settings WHERE key = ?", (KEY,))
    return msgspec.json.decode(found.scalar() or "[]", type=list[str])


def unreferenced(connection: Connection, contents: Iterable[str]) -> list[str]:
    """Return those contents that no living attachment has."""
    run = connection.exec_driver_sql
    return [
        content
        for content in contents
        if run("SELECT 1 FROM attachments WHERE sha256 = ? AND NOT _del", (content,)).first()
        is None
    ]


def forget_files(connection: Connection, contents: Iterable[str]) -> None:
    """Note that these are gone, or stay because something else needs them."""
    _keep(connection, set(waiting_files(connection)) - set(contents))


def _keep(connection: Connection, contents: set[str]) -> None:
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO local_settings(key, value) VALUES (?, ?)",
        (KEY, msgspec.json.encode(sorted(contents)).decode()),
    )
