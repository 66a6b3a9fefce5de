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
from sqlalchemy import Engine

from app.stats.fact_orders import judge_orders, orders_of
from app.stats.fact_parts import recut
from app.stats.fact_service import keep_cases, keep_ratings, keep_stale
from app.stats.settings import FactRules
from app.stats.stale import FOLLOWED, Note, find_stale
from db.database import Database

BATCH: Final = 2_000
"""Notes taken in one transaction."""

CHUNKS: Final = {"conversations": 250, "orders": 1_000, "after_sales": 2_000, "satisfaction": 2_000}
"""Rows worked out in one transaction of a rebuild: a writer waits for it."""

MANY: Final = 20_000
"""With fewer notes than these nobody asks whether a rebuild were cheaper."""

NOTES_A_ROW: Final = 3
"""A note costs about as much as so many rows of a rebuild: half a row where notes come in the order
of the talks, six where they come in none; measured on conversations of 25 messages."""

_NAME: Final = "stats"
_MARK: Final = "stats.facts"
_WAITING: Final = (
    "SELECT count(*) FROM change WHERE seq > ? AND table_no IN "  # noqa: S608 - whole numbers
    f"({', '.join(map(str, FOLLOWED))})"
)
_TABLES: Final = (
    *("stats_parts", "stats_messages", "stats_turns", "stats_orders", "stats_items"),
    *("stats_after_sales", "stats_ratings"),
)


_Work = Callable[[Any, list[bytes]], object]


def _never() -> bool:
    return False


class Facts:
    """The facts of one home; any process may bring them up to date."""

    def __init__(self, db: Database, rules: Callable[[], FactRules], *, many: int = MANY) -> None:
        self._db, self.rules, self._many = db, rules, many
        self._lock = threading.Lock()

    def catch_up(self, stopped: Callable[[], bool] = _never) -> None:
        """Take all that changed since the last time; from scratch where that is not possible.

        Or where it is quicker: after so many changes as a first sync or a large import brings.
        Ends early, and begins there again the next time, when `stopped` says so.
        """
        with self._lock:
            if not self._usable() or self._is_quicker_anew():
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
        rules = self.rules()
        token = f"making {os.urandom(8).hex()}"
        # Facts lie in every corner of the file, so their pages are kept from step to step.
        with self._db.wide() as wide:
            with self._db.write("system", wide) as session:
                run = _cursor(session)
                for table in _TABLES:
                    run.execute(f"DELETE FROM {table}")  # noqa: S608 - own names
                _set_mark(run, token)
                _move(run, _number(run, "SELECT max(seq) FROM change"))
            for table, work in _steps(rules).items():
                self._each(table, work, wide, stopped)
            if stopped():
                return
            with self._db.write("system", wide) as session:
                run = _cursor(session)
                # Another process may have begun anew meanwhile: then it is its work that counts.
                if _mark(run) == token:
                    _set_mark(run, rules.mark)

    def _each(self, table: str, work: _Work, wide: Engine, stopped: Callable[[], bool]) -> None:
        with self._db.cursor() as run:
            # What comes later has its note.
            run.execute(f"SELECT id FROM {table} ORDER BY rid")  # noqa: S608 - own names
            ids = [row_id for (row_id,) in run.fetchall()]
        size = CHUNKS[table]
        for start in range(0, len(ids), size):
            if stopped():
                return
            with self._db.write("system", wide) as session:
                work(_cursor(session), ids[start : start + size])

    def _usable(self) -> bool:
        with self._db.cursor() as run:
            if _mark(run) != self.rules().mark:
                return False
            # Notes that were cleared away before they were read leave a gap.
            return _number(run, "SELECT min(seq) FROM change") <= _place(run) + 1

    def _is_quicker_anew(self) -> bool:
        with self._db.cursor() as run:
            place = _place(run)
            if _number(run, "SELECT max(seq) FROM change") - place < self._many:
                return False
            waiting = _number(run, _WAITING, place)
            sizes = (f"SELECT max(rid) FROM {table}" for table in (*CHUNKS, "messages"))  # noqa: S608 - own names
            rows = sum(_number(run, size) for size in sizes)
        return waiting >= self._many and waiting * NOTES_A_ROW >= rows

    def _take(self) -> bool:
        with self._db.cursor() as run:
            if _number(run, "SELECT max(seq) FROM change") <= _place(run):
                return False
        rules = self.rules()
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


def _steps(rules: FactRules) -> dict[str, _Work]:
    return {
        "conversations": lambda run, ids: recut(run, ids, rules),
        "orders": lambda run, ids: judge_orders(run, ids, rules),
        "after_sales": keep_cases,
        "satisfaction": keep_ratings,
    }


def _number(run: Any, statement: str, *values: int) -> int:
    run.execute(statement, values)
    return int(run.fetchone()[0] or 0)


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
