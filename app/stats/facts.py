"""Keeps the facts behind the numbers up to date from the change notes, or works them out anew.

A note names a row; the conversations and orders that hang on it are worked out anew from what the
tables say now, so it does not matter in which order the notes came. Only what differs is written.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Final

import msgspec

from app.stats.fact_orders import judge_orders, orders_of
from app.stats.fact_parts import recut
from app.stats.fact_service import keep_cases, keep_ratings, keep_stale
from app.stats.settings import FactRules
from app.stats.stale import Note, find_stale
from db.database import Database

BATCH: Final = 2_000
"""Notes taken in one transaction."""

CHUNK: Final = 200
"""Conversations or orders worked out in one transaction of a rebuild: a writer waits for it."""

_NAME: Final = "stats"
_MARK: Final = "stats.facts"
_TABLES: Final = (
    *("stats_parts", "stats_messages", "stats_turns", "stats_orders", "stats_items"),
    *("stats_after_sales", "stats_ratings"),
)


def _never() -> bool:
    return False


class Facts:
    """The facts of one home; any process may bring them up to date."""

    def __init__(self, db: Database, rules: Callable[[], FactRules]) -> None:
        self._db, self._rules = db, rules
        self._lock = threading.Lock()

    def catch_up(self, stopped: Callable[[], bool] = _never) -> None:
        """Take all that changed since the last time; from scratch where that is not possible.

        Ends early, and begins there again the next time, when `stopped` says so.
        """
        with self._lock:
            if not self._usable():
                self._rebuild(stopped)
            while not stopped() and self._take():
                pass

    def rebuild(self) -> None:
        """Work out everything from scratch; others can write in between."""
        with self._lock:
            self._rebuild(_never)
            while self._take():
                pass

    def _rebuild(self, stopped: Callable[[], bool]) -> None:
        rules = self._rules()
        token = f"making {os.urandom(8).hex()}"
        with self._db.write("system") as session:
            run = _cursor(session)
            for table in _TABLES:
                run.execute(f"DELETE FROM {table}")  # noqa: S608 - own names
            _set_mark(run, token)
            last = run.execute("SELECT max(seq) FROM change").fetchone()[0] or 0
            _move(run, last)
        self._each("conversations", lambda run, ids: recut(run, ids, rules), stopped)
        self._each("orders", lambda run, ids: judge_orders(run, ids, rules), stopped)
        self._each("after_sales", keep_cases, stopped)
        self._each("satisfaction", keep_ratings, stopped)
        if stopped():
            return
        with self._db.write("system") as session:
            run = _cursor(session)
            # Another process may have begun anew meanwhile: then it is its work that counts.
            if _mark(run) == token:
                _set_mark(run, rules.mark)

    def _each(
        self,
        table: str,
        work: Callable[[Any, list[bytes]], object],
        stopped: Callable[[], bool],
    ) -> None:
        last = 0
        while not stopped():
            with self._db.write("system") as session:
                run = _cursor(session)
                rows = run.execute(
                    f"SELECT rid, id FROM {table} WHERE rid > ? ORDER BY rid LIMIT ?",  # noqa: S608
                    (last, CHUNK),
                ).fetchall()
                if not rows:
                    return
                work(run, [row_id for _rid, row_id in rows])
                last = rows[-1][0]

    def _usable(self) -> bool:
        with self._db.cursor() as run:
            if _mark(run) != self._rules().mark:
                return False
            run.execute("SELECT min(seq) FROM change")
            row = run.fetchone()
            # Notes that were cleared away before they were read leave a gap.
            return row is None or row[0] is None or int(row[0]) <= _place(run) + 1

    def _take(self) -> bool:
        with self._db.cursor() as run:
            run.execute("SELECT max(seq) FROM change")
            if ((run.fetchone() or (0,))[0] or 0) <= _place(run):
                return False
        rules = self._rules()
        with self._db.write("system") as session:
            run = _cursor(session)
            rows = run.execute(
                "SELECT seq, table_no, rid, row, kind, fields FROM change "
                "WHERE seq > ? ORDER BY seq LIMIT ?",
                (_place(run), BATCH),
            ).fetchall()
            if not rows:
                return False
            notes = [Note(*row[1:]) for row in rows]
            stale = find_stale(run, notes)
            customers = recut(run, sorted(stale.conversations), rules)
            orders = stale.orders | orders_of(run, customers)
            judge_orders(run, sorted(orders), rules)
            keep_stale(run, notes, stale)
            _move(run, rows[-1][0])
        return True


def _cursor(session: Any) -> Any:
    return session.connection().connection.cursor()


def _place(run: Any) -> int:
    row = run.execute("SELECT seq FROM cursors WHERE name = ?", (_NAME,)).fetchone()
    return int(row[0]) if row else 0


def _move(run: Any, seq: int) -> None:
    run.execute(
        "INSERT INTO cursors(name, seq) VALUES (?, ?) "
        "ON CONFLICT(name) DO UPDATE SET seq = excluded.seq",
        (_NAME, seq),
    )


def _mark(run: Any) -> str:
    row = run.execute("SELECT value FROM local_settings WHERE key = ?", (_MARK,)).fetchone()
    return str(msgspec.json.decode(row[0])) if row and row[0] else ""


def _set_mark(run: Any, mark: str) -> None:
    value = msgspec.json.encode(mark).decode()
    run.execute("INSERT OR REPLACE INTO local_settings(key, value) VALUES (?, ?)", (_MARK, value))
