"""The first snapshot of a new station: rows first, indexes after, the search index from its queue.

It is the same merge as any other, and just as much one transaction; only what SQLite keeps beside
the rows is put off to the end, where it is sorted in one go instead of being searched row by row.
A station with data of its own takes the ordinary way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Final

from sqlalchemy import Connection

from db.registry import TABLES
from db.sync.manifests import Manifest

MANY: Final = 20_000
"""Rows from which on it is worth the while."""

TIMES: Final = 10
"""So many times the rows that are here the image must have."""

CACHE_KIB: Final = 512 * 1024
"""For this one time: pages that go out before the end go out twice."""

_QUEUE: Final = "change"
_CREATE: Final = re.compile(r"(CREATE (?:UNIQUE )?(?:INDEX|TRIGGER) )(?=\S)")


def is_new(connection: Connection, manifest: Manifest) -> bool:
    """Tell whether this station has next to nothing beside what the image brings."""
    coming = sum(manifest.rows.values())
    here = sum(_count(connection, table.name) for table in TABLES)
    return coming >= MANY and coming >= TIMES * here


def is_empty(connection: Connection, *tables: str) -> bool:
    """Tell whether some tables have no rows."""
    return all(_count(connection, table) == 0 for table in tables)


@contextmanager
def indexes_put_off(connection: Connection) -> Iterator[Callable[[str], None]]:
    """Do without the secondary indexes and triggers of the shared tables inside the block.

    What it gives puts back those of one table, best while its pages are at hand; the rest follows
    at the end. The running transaction holds it all: broken off, everything is as it was. The
    indexes by id stay, for they keep rows apart.
    """
    connection.exec_driver_sql(f"PRAGMA shop.cache_size = -{CACHE_KIB}")
    dropped = {
        name: list(_beside(connection, name)) for name in (*(t.name for t in TABLES), _QUEUE)
    }
    for kind, name, _ in chain.from_iterable(dropped.values()):
        connection.exec_driver_sql(f"DROP {kind} shop.{name}")

    def put_back(table: str) -> None:
        for _, _, statement in dropped.pop(table):
            connection.exec_driver_sql(_CREATE.sub(r"\1shop.", statement, count=1))

    yield put_back
    for table in tuple(dropped):
        put_back(table)


def _beside(connection: Connection, table: str) -> Iterator[tuple[str, str, str]]:
    found = connection.exec_driver_sql(
        "SELECT type, name, sql FROM shop.sqlite_master WHERE type IN ('index', 'trigger') "
        "AND sql IS NOT NULL AND tbl_name = ? ORDER BY type, name",
        (table,),
    )
    yield from ((kind, name, statement) for kind, name, statement in found.all())


def _count(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM shop.{table}").scalar_one())
