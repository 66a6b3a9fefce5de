"""The list of who is erased, as a small file beside the backups: ids and stamps, no word of anybody.

A backup from before knows nothing of it; whoever restores one reads the list and erases again.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from db.database import Database
from db.erasing.personal import ERASURES
from db.registry import BY_NUMBER
from db.triggers import INSERTED

_LABEL: Final = b"kefu-desk erasures v1"
_COLUMNS: Final = ("id", "_st", "_dv", *(name for _, name in BY_NUMBER[ERASURES].numbered()))


class _List(msgspec.Struct):
    mac: str
    rows: list[list[Any]]


def write_list(connection: Connection, key: bytes) -> bytes | None:
    """Return the list, sealed against changes with the database's key; None where it is empty."""
    found = connection.exec_driver_sql(
        f"SELECT {', '.join(_COLUMNS)} FROM erasures ORDER BY rid"
    ).all()
    rows = [[_plain(value) for value in row] for row in found]
    return msgspec.json.encode(_List(_mac(key, rows), rows)) if rows else None


def take_list(database: Database, data: bytes) -> int:
    """Erase in this database what the list names; returns how many records were new to it.

    A list that is damaged or not of this database's key counts as empty. The rows keep their stamps,
    and are no op of this station: the shop has them, or this home is alone.
    """
    rows = _sound_rows(database.key, data)
    if not rows:
        return 0
    marks = ", ".join("?" * len(_COLUMNS))
    with database.write("sync") as session:
        run = session.connection().exec_driver_sql
        run("UPDATE txn_context SET noting = 0")
        last = run("SELECT max(rid) FROM erasures").scalar() or 0
        run(
            f"INSERT OR IGNORE INTO erasures({', '.join(_COLUMNS)}) VALUES ({marks})",
            [tuple(map(_value, row)) for row in rows],
        )
        noted = run(
            "INSERT INTO change(txn, table_no, rid, row, kind) "
            "SELECT (SELECT txn FROM txn_context), ?, rid, id, ? FROM erasures WHERE rid > ?",
            (ERASURES, INSERTED, last),
        )
        run("UPDATE txn_context SET noting = 1")
        return int(noted.rowcount)


def _sound_rows(key: bytes, data: bytes) -> list[list[Any]]:
    try:
        found = msgspec.json.decode(data, type=_List)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
    same = hmac.compare_digest(found.mac, _mac(key, found.rows))
    return [row for row in found.rows if len(row) == len(_COLUMNS)] if same else []


def _mac(key: bytes, rows: list[list[Any]]) -> str:
    own = hmac.digest(key, _LABEL, hashlib.sha256)
    return hmac.digest(own, msgspec.json.encode(rows), hashlib.sha256).hex()


def _plain(value: Any) -> Any:
    return {"x": value.hex()} if isinstance(value, bytes) else value


def _value(value: Any) -> Any:
    return bytes.fromhex(value["x"]) if isinstance(value, dict) else value
