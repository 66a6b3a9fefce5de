"""A thin stand-in for SQLAlchemy and the cipher, so that a history takes a quarter of the time.

The product's own `Database` runs over it; what is left out is the building of result objects, the
pool and the enciphering of pages. That a history comes out the same over the product's real driver
is tested.
"""

from __future__ import annotations

import itertools
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Connection, NullPool, TextClause, create_engine, insert
from sqlalchemy.exc import DBAPIError

from db.models import Base
from db.sync.scratch import Scratch

_NUMBERS: Final = itertools.count()
_MAKERS: Final = dict[str, Callable[[Any], Any]]()
"""How the rows of each statement are made."""
_MOST_MAKERS: Final = 5_000


def connect(path: Path, _: bytes) -> Any:
    """Open a connection that keeps its pages in clear, with what of its settings matters here."""
    connection = sqlite.connect(
        str(path), isolation_level=None, check_same_thread=False, cached_statements=512
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


@contextmanager
def attached(scratch: Scratch, path: Path, _: bytes) -> Iterator[Any]:
    """Stand for `db.sync.scratch.attached` over a database in clear."""
    connection = scratch.open()
    try:
        connection.execute("ATTACH ? AS shop KEY ''", (str(path),))
        connection.execute("PRAGMA shop.synchronous = FULL")
        yield connection
    finally:
        connection.close()


class Result:
    """What a statement gave, read as the sync code reads it."""

    def __init__(self, cursor: Any, statement: str) -> None:
        self._cursor, self._statement = cursor, statement

    @property
    def rowcount(self) -> int:
        return int(self._cursor.rowcount)

    @property
    def lastrowid(self) -> int:
        return int(self._cursor.lastrowid)

    def _make(self) -> Callable[[Any], Any]:
        made = _MAKERS.get(self._statement)
        if made is None:
            made = _row_type(tuple(column[0] for column in self._cursor.description))
            if len(_MAKERS) < _MOST_MAKERS:
                _MAKERS[self._statement] = made
        return made

    def __iter__(self) -> Iterator[Any]:
        return map(self._make(), self._cursor)

    def all(self) -> list[Any]:
        return list(self)

    def first(self) -> Any:
        row = self._cursor.fetchone()
        found = None if row is None else self._make()(row)
        self._cursor.close()
        return found

    def one(self) -> Any:
        (row,) = self.all()
        return row

    def scalar(self) -> Any:
        row = self.first()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalars(self) -> Scalars:
        return Scalars(self)


class Scalars:
    """The first column of a result."""

    def __init__(self, result: Result) -> None:
        self._result = result

    def __iter__(self) -> Iterator[Any]:
        return (row[0] for row in self._result)

    def all(self) -> list[Any]:
        return list(self)

    def first(self) -> Any:
        return self._result.scalar()


@cache
def _row_type(names: tuple[str, ...]) -> Callable[[Any], Any]:
    if any(not name.isidentifier() or name.startswith("_") for name in names):
        return tuple
    if len(set(names)) < len(names):
        return tuple
    made: Any = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024 - names come late
    return made._make


class ThinConnection:
    """One connection as `sqlalchemy.Connection` shows it, as far as the sync code looks."""

    def __init__(self, engine: ThinEngine, raw: Any) -> None:
        self._engine, self.connection = engine, raw
        self.info: dict[str, Any] = {}
        self._write = False
        self._whole: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self.rollback()
        self._write = False
        self._engine.take_back(self)

    def rollback(self) -> None:
        """Undo what was not committed."""
        if self.connection.in_transaction:
            self.connection.rollback()

    def execution_options(self, **options: Any) -> ThinConnection:
        """Take the one option there is: that the next transaction writes."""
        self._write = bool(options.get("kefu_write", False))
        return self

    @contextmanager
    def begin(self) -> Iterator[None]:
        """Commit at the end of the block, or roll back on any error."""
        self.connection.execute("BEGIN IMMEDIATE" if self._write else "BEGIN")
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.connection.commit()

    @contextmanager
    def begin_nested(self) -> Iterator[None]:
        """Undo only the block on an error in it."""
        name = f"point{next(_NUMBERS)}"
        self.connection.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            self.connection.execute(f"ROLLBACK TO {name}")
            self.connection.execute(f"RELEASE {name}")
            raise
        self.connection.execute(f"RELEASE {name}")

    def exec_driver_sql(self, statement: str, parameters: Any = None) -> Result:
        """Run plain SQL; a list of parameters runs it for each."""
        cursor = self.connection.cursor()
        try:
            if parameters is None:
                cursor.execute(statement)
            elif isinstance(parameters, list):
                cursor.executemany(statement, parameters)
            else:
                cursor.execute(statement, parameters)
        except sqlite.Error as error:
            raise DBAPIError.instance(statement, None, error, sqlite.Error) from error
        return Result(cursor, statement)

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Run a statement; one that must be built first goes the whole way."""
        if isinstance(statement, TextClause):
            return self.exec_driver_sql(statement.text, parameters)
        return self._through().execute(statement, parameters)

    def scalar(self, statement: Any, parameters: Any = None) -> Any:
        """Return the first value."""
        return self.execute(statement, parameters).scalar()

    def scalars(self, statement: Any, parameters: Any = None) -> Any:
        """Return the first column."""
        return self.execute(statement, parameters).scalars()

    def _through(self) -> Connection:
        """SQLAlchemy's own connection over the same handle, within the same transaction."""
        if self._whole is None:
            self._whole = _whole_over(self.connection)
        self._whole.info.clear()
        self._whole.info.update(self.info)
        return self._whole


class _Handles:
    """Gives SQLAlchemy the handle that it is to work on; it rolls back the first it ever gets."""

    def __init__(self) -> None:
        self.next: Any = sqlite.connect(":memory:", check_same_thread=False)
        self.engine = create_engine(
            "sqlite://",
            creator=lambda: self.next,
            module=sqlite,
            poolclass=NullPool,
            pool_reset_on_return=None,
        )
        self.engine.connect().close()


@cache
def _handles() -> _Handles:
    return _Handles()


def _whole_over(raw: Any) -> Connection:
    handles = _handles()
    handles.next = raw
    return handles.engine.connect()


class ThinSession:
    """A session without objects: a transaction on a connection."""

    def __init__(self, bind: ThinEngine | ThinConnection, *, expire_on_commit: bool) -> None:
        self._owned = isinstance(bind, ThinEngine)
        self._connection = bind.connect() if isinstance(bind, ThinEngine) else bind
        if self._owned:
            self._connection.connection.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._owned:
            self._connection.close()

    def connection(self) -> ThinConnection:
        """Return the connection."""
        return self._connection

    def flush(self) -> None:
        """Nothing is kept back."""

    def add(self, row: Base) -> None:
        """Insert a row made of a model, at once."""
        values = {name: value for name, value in vars(row).items() if not name.startswith("_")}
        self.execute(insert(type(row)), [values])

    @contextmanager
    def begin_nested(self) -> Iterator[None]:
        """Undo only the block on an error in it."""
        with self._connection.begin_nested():
            yield

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Run a statement."""
        return self._connection.execute(statement, parameters)

    def scalar(self, statement: Any, parameters: Any = None) -> Any:
        """Return the first value."""
        return self._connection.scalar(statement, parameters)

    def scalars(self, statement: Any, parameters: Any = None) -> Any:
        """Return the first column."""
        return self._connection.scalars(statement, parameters)


class ThinEngine:
    """The connections to one file; they stay open while the file stays what it is."""

    def __init__(self, creator: Callable[[], Any]) -> None:
        self._creator = creator
        self._free: list[ThinConnection] = []

    def connect(self) -> ThinConnection:
        """Return a free connection, or a new one."""
        return self._free.pop() if self._free else ThinConnection(self, self._creator())

    def take_back(self, connection: ThinConnection) -> None:
        """Keep a connection for the next who wants one."""
        self._free.append(connection)

    def dispose(self) -> None:
        """A program that ends leaves the file as it is: its next life goes on with it."""

    def close(self) -> None:
        """Close the file."""
        for connection in self._free:
            connection.connection.close()
        self._free.clear()


def engine_over(raw: Any) -> ThinEngine:
    """Stand for `db.engine.engine_over`: one open connection, closed by who opened it."""
    return ThinEngine(lambda: raw)
