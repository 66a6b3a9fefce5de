"""The SQLAlchemy engine over sqlcipher3: keyed connections, WAL, our own BEGIN."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, QueuePool, create_engine, event
from sqlalchemy.engine import Connection

from db.errors import WrongKey

BUSY_TIMEOUT_MS: Final = 10_000


def make_engine(path: Path, key: bytes) -> Engine:
    """Return an engine on the encrypted file; raises `WrongKey` on the first connection if so."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path, key),
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=6,
        max_overflow=10,
    )
    event.listen(engine, "begin", _begin)
    return engine


def connect(path: Path, key: bytes) -> Any:
    """Open one keyed connection with the pragmas of the desk (DESIGN §9)."""
    connection = sqlcipher.connect(
        str(path), isolation_level=None, check_same_thread=False, cached_statements=512
    )
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        connection.close()
        raise WrongKey(str(path.name)) from error
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        # Only what is on the disk is "saved": FULL also keeps commits through a power cut.
        "synchronous = FULL",
        "cache_size = -32768",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _begin(connection: Connection) -> None:
    # The driver would begin only before the first write; a reader then sees two states.
    immediate = connection.get_execution_options().get("kefu_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
