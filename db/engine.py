"""The SQLAlchemy engine over sqlcipher3: keyed connections, WAL, our own BEGIN."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, QueuePool, StaticPool, create_engine, event
from sqlalchemy.engine import Connection

from db.errors import WrongKey

BUSY_TIMEOUT_MS: Final = 10_000
CACHE_KIB: Final = 4 * 1024
"""Decrypted pages each connection keeps; a desk has half a dozen of them, open all day."""
IMPORT_CACHE_KIB: Final = 64 * 1024
"""While a file is taken in or all orders are judged: rows lie in every corner of the file."""


def make_engine(path: Path, key: bytes) -> Engine:
    """Return an engine on the encrypted file; raises `WrongKey` on the first connection if so."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path, key),
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=6,
        max_overflow=10,
        pool_use_lifo=True,  # the connection used last has the pages of its last readings at hand
        hide_parameters=True,  # errors reach logs and reports; names and phones must not
    )
    event.listen(engine, "begin", _begin)
    return engine


def engine_over(connection: Any) -> Engine:
    """Return an engine on one open connection, whose other attached files are then in reach."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: connection,
        module=sqlcipher,
        poolclass=StaticPool,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def wide_engine(path: Path, key: bytes) -> Iterator[Engine]:
    """Open one connection that keeps many pages from transaction to transaction."""
    raw = connect(path, key)
    try:
        raw.execute(f"PRAGMA cache_size = -{IMPORT_CACHE_KIB}")
        yield engine_over(raw)
    finally:
        raw.close()


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
        f"cache_size = -{CACHE_KIB}",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def roomy(connection: Connection) -> Iterator[None]:
    """Let a connection keep more pages for as long as the block runs."""
    raw = connection.connection.cursor()
    raw.execute(f"PRAGMA cache_size = -{IMPORT_CACHE_KIB}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def _begin(connection: Connection) -> None:
    # The driver would begin only before the first write; a reader then sees two states.
    immediate = connection.get_execution_options().get("kefu_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
