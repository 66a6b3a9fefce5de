"""The one door to the data: `read()` and `write()`, and word of what was written."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from db.audit import write_audit
from db.changes import MANY, Changes, collect_changes
from db.clock import HybridClock, now_ms
from db.engine import make_engine, roomy
from db.migrate import migrate
from db.models import Change, Cursor, Txn, TxnContext
from db.registry import BY_NUMBER
from db.search import index_changes

log = logging.getLogger(__name__)

Origin = Literal["local", "import", "channel", "carrier", "system", "sync"]
INLINE_INDEX: Final = 400
"""Up to this many changes are indexed in the writer's own transaction; more go to the queue."""

_SEARCH_CURSOR: Final = "search"


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

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session on one consistent state of the data."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, origin: Origin = "local") -> Iterator[Session]:
        """Open a session whose changes are committed at the end, or rolled back on any error.

        Inside another `write()` of the same thread it joins that one (a savepoint), so that two
        services can make one transaction.
        """
        outer: Session | None = getattr(self._joined, "session", None)
        if outer is not None:
            with outer.begin_nested():
                yield outer
            return
        changes: Changes | None = None
        with self._write_lock, self.engine.connect() as raw:
            connection = raw.execution_options(kefu_write=True)
            room = roomy(connection) if origin == "import" else nullcontext()
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

    def subscribe(self, callback: Callable[[Changes], None]) -> Callable[[], None]:
        """Call back after every commit, on the writing thread; returns the way to stop it."""
        self._subscribers.append(callback)

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
                notes = connection.execute(
                    select(Change.seq, Change.table_no, Change.rid)
                    .where(Change.seq > cursor)
                    .order_by(Change.seq)
                    .limit(limit)
                ).all()
                if not notes:
                    return 0
                index_changes(connection, ((number, rid) for _, number, rid in notes))
                _move_cursor(connection, notes[-1].seq)
                return len(notes)

    def close(self) -> None:
        """Close all connections; the WAL is folded in by the last one."""
        if self._poll_connection is not None:
            self._poll_connection.close()
        self.engine.dispose()

    def _open_txn(self, connection: Connection, origin: Origin) -> int:
        station, last = connection.execute(select(TxnContext.station, TxnContext.stamp)).one()
        stamp = self._clock.tick(above=last)
        # The models' column defaults read these: a row is born with its stamp, no second write.
        connection.info.update(stamp=stamp, station=station)
        values = {"stamp": stamp, "at": now_ms(), "actor": self.actor, "origin": origin}
        txn = int(connection.execute(insert(Txn).values(values).returning(Txn.rid)).scalar_one())
        connection.execute(update(TxnContext).values(txn=txn, stamp=stamp, noting=True))
        return txn

    def _close_txn(
        self, connection: Connection, txn: int, origin: Origin
    ) -> tuple[Changes | None, int]:
        """What is about to be committed, and up to which change this process then has seen all."""
        first, count = connection.execute(
            select(func.min(Change.seq), func.count()).where(Change.txn == txn)
        ).one()
        if not count:
            connection.execute(delete(Txn).where(Txn.rid == txn))
            return None, self._seen
        changes = _noted(connection, txn, count, origin)
        if origin != "sync":  # the station that wrote it sends its own audit entries
            write_audit(connection, txn, self.actor, origin)
        last = connection.scalar(text("SELECT max(seq) FROM change")) or 0
        if count <= INLINE_INDEX and _cursor(connection) >= first - 1:
            pairs = connection.execute(
                select(Change.table_no, Change.rid).where(Change.txn == txn)
            ).all()
            index_changes(connection, ((number, rid) for number, rid in pairs))
            _move_cursor(connection, last)
        return changes, last if self._seen >= first - 1 else self._seen

    def _announce(self, changes: Changes) -> None:
        for callback in list(self._subscribers):
            try:
                callback(changes)
            except Exception:
                # The data is committed; a listener's fault must not look like a failed write.
                log.exception("a listener failed on %s", sorted(changes.tables))


def _noted(connection: Connection, txn: int, count: int, origin: str) -> Changes:
    if count > MANY:
        # An import names its tables only: nobody refreshes a hundred thousand rows one by one.
        numbers = connection.scalars(
            select(Change.table_no).where(Change.txn == txn).distinct()
        ).all()
        return Changes({BY_NUMBER[n].name: None for n in numbers}, origin)
    notes = connection.execute(select(Change.table_no, Change.row).where(Change.txn == txn)).all()
    return collect_changes(((n, row) for n, row in notes), origin)


def _cursor(connection: Connection) -> int:
    found = connection.scalar(select(Cursor.seq).where(Cursor.name == _SEARCH_CURSOR))
    return int(found or 0)


def _move_cursor(connection: Connection, seq: int) -> None:
    connection.exec_driver_sql(
        "INSERT INTO cursors(name, seq) VALUES (?, ?) "
        "ON CONFLICT(name) DO UPDATE SET seq = excluded.seq",
        (_SEARCH_CURSOR, seq),
    )
