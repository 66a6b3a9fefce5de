"""Stations for the tests: real databases, each with its own number, and what they hold."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from db.database import Database
from db.registry import TABLES
from db.sync.apply import Applied, apply_groups
from db.sync.frames import Op, decode_groups, encode_ops
from db.sync.ops import take_ops
from db.sync.rows import Row
from db.sync.tables import read_rows, shape_of

Dump = dict[str, dict[bytes, Row]]

KEY = bytes(range(32))


@cache
def empty_file() -> bytes:
    """A migrated file: a migration for every station would be most of the time of these tests."""
    with TemporaryDirectory() as directory:
        path = Path(directory, "kefu.db")
        Database(path, KEY).close()
        return path.read_bytes()


def open_station(path: Path, number: int) -> Database:
    path.write_bytes(empty_file())
    database = Database(path, KEY)
    with database.write("system") as session:
        session.execute(text("UPDATE txn_context SET station = :n"), {"n": number})
    return database


def take(database: Database, limit: int = 100_000) -> list[Op]:
    with database.write("system") as session:
        return take_ops(session.connection(), limit)


def apply(database: Database, ops: Sequence[Op]) -> Applied:
    """Apply ops as they come over the wire."""
    return apply_groups(database, decode_groups(encode_ops(ops)))


def exchange(databases: Sequence[Database]) -> None:
    """Let every station have what every other wrote."""
    written = [take(database) for database in databases]
    for index, database in enumerate(databases):
        for other, ops in enumerate(written):
            if other != index:
                apply(database, ops)


def dump(database: Database, tables: Iterable[str] = ()) -> Dump:
    """Return all shared rows with the clocks of their fields."""
    wanted = set(tables)
    found: Dump = {}
    with database.read() as session:
        for table in TABLES:
            if wanted and table.name not in wanted:
                continue
            shape = shape_of(table.number)
            ids = list(session.scalars(text(f"SELECT id FROM {table.name}")))
            rows = read_rows(session.connection(), shape, "id", ids)
            found[table.name] = {row_id: row for _, row_id, row in rows}
    return found
