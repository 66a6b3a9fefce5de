"""The one door to the data: `read()` and `write()`, and word of what was written."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from db.audit import AUDITED, write_audit
from db.changes import MANY, Changes, collect_changes
from db.clock import HybridClock, now_ms
from db.derived import derive_touched
from db.engine import make_engine, roomy, wide_engine
from db.migrate import migrate
from db.models import Change
from db.registry import BY_NUMBER
from db.search import index_changes, merge_words

log = logging.getLogger(__name__)

Origin = Literal["local", "import", "channel", "carrier", "system", "sync"]
INLINE_INDEX: Final = 400
"""Up to this many changes are indexed in the writer's own transaction; more go to the queue."""

_SEARCH_CURSOR: Final = "search"
_BULK: Final = frozenset({"import", "sync"})
"""Origins of transactions that may write many rows at once."""


class Database:
    """An encrypted SQLite file. Thread-safe; one writer at a time, readers never wait."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open (or make) the file with its 32-byte key and bring it up to date.

        Raises `WrongKey`, `DatabaseNewer` or `DatabaseDamaged`.
        """
        self.path = path
        self.key = key
        self.actor = ""
        self.engine = make_engine(path, key)
        migrate(self.engine, path)
        self._write_lock = threading.RLock()
        self._joined = threading.local()
        self._subscribers: list[Callable[[Changes], None]] = []
        with self.engine.connect() as connection:
            self._clock = HybridClock(connection.scalar(text("SELECT max(stamp) FROM txn")) or 0)
            self._seen = connection.scalar(text("SELECT max(seq) FROM change")) or 0
            self._data_version = connection.scalar(text("PRAGMA data_version"))
        self._poll_connection: Connection | None = None
        self.check: Callable[[Connection, int, set[int]], None] = lambda *_: None
        """Looks at what is about to be committed here (transaction, table numbers); may raise."""

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session on one consistent state of the data."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def cursor(self) -> Iterator[DBAPICursor]:
        """Open a bare cursor on one consistent state of the data, to read with plain SQL.

        For the few reads a person waits for at a key press: a session costs ten times the query.
        """
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("BEGIN")
            yield cursor
        finally:
            connection.close()

    @contextmanager
    def write(self, origin: Origin = "local", through: Engine | None = None) -> Iterator[Session]:
        """Open a session whose changes are committed at the end, or rolled back on any error.

        Inside another `write()` of the same thread it joins that one (a savepoint), so that two
        services can make one transaction. `through` writes over another connection to this file,
        e.g. one that has a second file attached.
        """
        outer: Session | None = getattr(self._joined, "session", None)
        if outer is not None:
            with outer.begin_nested():
                yield outer
            return
        changes: Changes | None = None
        with self._write_lock, (through or self.engine).connect() as raw:
            connection = raw.execution_options(kefu_write=True)
            room = roomy(connection) if origin in _BULK else nullcontext()
            with room, connection.begin(), Session(connection, expire_on_commit=False) as session:
                txn = self._open_txn(connection, origin)
                self._joined.session = session
                try:
                    yield session
                    session.flush()
                finally:
                    self._joined.session = None
                changes, seen = self._close_txn(connection, txn, origin)
            # Only now it is so: a commit that failed would hide another process's changes.
            self._seen = seen
        if changes is not None:
            self._announce(changes)

    @contextmanager
    def wide(self) -> Iterator[Engine]:
        """A connection of its own for `write(through=…)`, with room for work on the whole file."""
        with wide_engine(self.path, self.key) as engine:
            yield engine

    def subscribe(
        self, callback: Callable[[Changes], None], *, first: bool = False
    ) -> Callable[[], None]:
        """Call back after every commit, on the writing thread; returns the way to stop it.

        `first` is for what must know before anybody asks it: a cache, made after its readers.
        """
        self._subscribers.insert(0 if first else len(self._subscribers), callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    def poll(self) -> Changes | None:
        """Announce what other processes committed since the last look; call it from one thread."""
        if self._poll_connection is None:
            self._poll_connection = self.engine.connect()
        connection = self._poll_connection
        version = connection.scalar(text("PRAGMA data_version"))
        connection.rollback()
        if version == self._data_version:
            return None
        self._data_version = version
        with self._write_lock:
            notes = connection.execute(
                select(Change.table_no, Change.row).where(Change.seq > self._seen)
            ).all()
            self._seen = connection.scalar(text("SELECT max(seq) FROM change")) or self._seen
            connection.rollback()
        if not notes:
            return None
        changes = collect_changes(((n, r) for n, r in notes), "other")
        self._announce(changes)
        return changes

    def index_pending(self, limit: int = 2_000) -> int:
        """File the next queued changes in the search index; returns how many were left to do."""
        with self._write_lock, self.engine.connect() as raw:
            connection = raw.execution_options(kefu_write=True)
            with connection.begin():
                cursor = _cursor(connection)
                notes = connection.exec_driver_sql(
                    "SELECT seq, table_no, rid FROM change WHERE seq > ? ORDER BY seq LIMIT ?",
                    (cursor, limit),
                ).all()
                if not notes:
                    return int(merge_words(connection))
                index_changes(connection, ((number, rid) for _, number, rid in notes))
                _move_cursor(connection, notes[-1].seq)
                return len(notes)

    def close(self) -> None:
        """Close all connections; the WAL is folded in by the last one."""
        if self._poll_connection is not None:
            self._poll_connection.close()
        self.engine.dispose()

    def _open_txn(self, connection: Connection, origin: Origin) -> int:
        # Plain SQL here and at the end: every write passes through, and building statements
        # would cost more than running them.
        station, last = connection.exec_driver_sql("SELECT station, stamp FROM txn_context").one()
        stamp = self._clock.tick(above=last)
        # The models' column defaults read these: a row is born with its stamp, no second write.
        connection.info.update(stamp=stamp, station=station)
        made = connection.exec_driver_sql(
            "INSERT INTO txn(stamp, at, actor, origin) VALUES (?, ?, ?, ?)",
            (stamp, now_ms(), self.actor, origin),
        )
        txn = int(made.lastrowid)
        connection.exec_driver_sql(
            "UPDATE txn_context SET txn = ?, stamp = ?, noting = 1", (txn, stamp)
        )
        return txn

    def _close_txn(
        self, connection: Connection, txn: int, origin: Origin
    ) -> tuple[Changes | None, int]:
        """What is about to be committed, and up to which change this process then has seen all."""
        first, count = connection.exec_driver_sql(
            "SELECT min(seq), count(*) FROM change WHERE txn = ?", (txn,)
        ).one()
        if not count:
            if origin == "sync":
                _enforce_erasures(connection, txn, origin)  # in what was put aside
            connection.exec_driver_sql("DELETE FROM txn WHERE rid = ?", (txn,))
            return None, self._seen
        notes = _notes(connection, txn) if count <= MANY else None
        numbers = _numbers(connection, txn) if notes is None else {note[0] for note in notes}
        if notes is None:
            # An import names its tables only: nobody refreshes a hundred thousand rows one by one.
            changes = Changes({BY_NUMBER[n].name: None for n in numbers}, origin)
        else:
            changes = collect_changes(((number, row) for number, _, row in notes), origin)
        if origin != "sync":
            self.check(connection, txn, numbers)
        if origin == "sync" and not connection.info.pop("derived", False):
            derive_touched(connection, txn)
        # The station that wrote what sync brings sends its own audit entries.
        if origin != "sync" and not AUDITED.isdisjoint(numbers):
            write_audit(connection, txn, self.actor, origin)
        changes = changes.joined(_enforce_erasures(connection, txn, origin))
        last = connection.exec_driver_sql("SELECT max(seq) FROM change").scalar() or 0
        if notes is not None and count <= INLINE_INDEX and _cursor(connection) >= first - 1:
            index_changes(connection, ((number, rid) for number, rid, _ in notes))
            _move_cursor(connection, last)
        return changes, last if self._seen >= first - 1 else self._seen

    def _announce(self, changes: Changes) -> None:
        for callback in list(self._subscribers):
            try:
                callback(changes)
            except Exception:
                # The data is committed; a listener's fault must not look like a failed write.
                log.exception("a listener failed on %s", sorted(changes.tables))


def _enforce_erasures(
    connection: Connection, txn: int, origin: str
) -> Mapping[str, frozenset[bytes]]:
    """Let nothing stand that belongs to an erased person; returns {table: ids} of what went."""
    if connection.exec_driver_sql("SELECT 1 FROM erasures LIMIT 1").first() is None:
        return {}
    # Loaded only where somebody was ever erased.
    from db.erasing.enforce import enforce_erasures

    return enforce_erasures(connection, txn, origin)


def _notes(connection: Connection, txn: int) -> list[tuple[int, int, bytes]]:
    """Table number, rid and id of every change of a transaction."""
    found = connection.exec_driver_sql(
        "SELECT table_no, rid, row FROM change WHERE txn = ? ORDER BY seq", (txn,)
    )
    return [(number, rid, row) for number, rid, row in found.all()]


def _numbers(connection: Connection, txn: int) -> set[int]:
    """The tables a transaction has changed."""
    found = connection.exec_driver_sql("SELECT DISTINCT table_no FROM change WHERE txn = ?", (txn,))
    return {number for (number,) in found.all()}


def _cursor(connection: Connection) -> int:
    found = connection.exec_driver_sql("SELECT seq FROM cursors WHERE name = ?", (_SEARCH_CURSOR,))
    return int(found.scalar() or 0)


def _move_cursor(connection: Connection, seq: int) -> None:
    connection.exec_driver_sql(
        "INSERT INTO cursors(name, seq) VALUES (?, ?) "
        "ON CONFLICT(name) DO UPDATE SET seq = excluded.seq",
        (_SEARCH_CURSOR, seq),
    )
