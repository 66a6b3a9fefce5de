"""Whose turn it is: who makes the next snapshot and when, and who tidies up for all (SYNC §4.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import text

from db.database import Database
from db.erasing.held import count_erasures, is_clean
from db.sync.membership import Membership
from db.sync.pauses import Pause
from db.sync.snapshots import Snapshots
from db.sync.store import Store
from db.sync.surroundings import Surroundings

HOUR_MS: Final = 60 * 60_000
DAY_MS: Final = 24 * HOUR_MS

EVERY_MS: Final = DAY_MS
"""So old the newest snapshot may become."""
LEAST_MS: Final = HOUR_MS
"""One station makes them at least so far apart, whatever others' clocks say."""
AFTER_FAILURE_MS: Final = (2 * 60_000, 2 * HOUR_MS)
"""The first and the longest wait after one that could not be put, or was not read back as it was."""
BETWEEN_WANTED_MS: Final = (60_000, 6 * HOUR_MS)
"""The same between those asked for: an ask may stand for ever where a snapshot does not help."""
WORD_AFTER_MS: Final = 10 * 60_000
"""So long managing stations may take to bring what is asked for, before its writer does."""
TURN_MS: Final = HOUR_MS
"""Who is next in turn waits so long for the one before."""
GROWTH: Final = 0.5
"""Or, before its time, once the logs since then reach this part of its size."""
OP_BYTES: Final = 90
LEAST_GROWTH: Final = 4 << 20
WITNESSES: Final = 2
"""Snapshots that must hold what is deleted."""


def rank(dev: int, others: Iterable[int], now_ms: int) -> int:
    """Return whose turn it is today: 0 for the first, by a lot that all draw alike."""
    mine = _lot(dev, now_ms)
    return sum(_lot(other, now_ms) < mine for other in set(others) - {dev})


def _lot(dev: int, now_ms: int) -> bytes:
    return hashlib.sha256(f"{dev:016x}.{now_ms // DAY_MS}".encode()).digest()


class Turns:
    """Tells when this station is to make a snapshot, or to tidy up for all; one thread at a time."""

    def __init__(
        self,
        database: Database,
        membership: Membership,
        surroundings: Surroundings,
        snapshots: Snapshots,
    ) -> None:
        self._database, self._membership = database, membership
        self._around, self._snapshots = surroundings, snapshots
        self._due_since: int | None = None
        self._made_at: int | None = None
        self._word_since: int | None = None
        self._failed, self._asked = Pause(*AFTER_FAILURE_MS), Pause(*BETWEEN_WANTED_MS)

    def is_due(self, *, wanted: bool = False, word: bool = False) -> bool:
        """Tell whether this station should make a snapshot now. Raises `RelayError`.

        `wanted`: somebody asked for one, having a gap that no log fills; `word`: the gap is in the
        log of this station, which has what stood there in its rows only.
        """
        now = self._around.now_ms()
        self._word_since = (self._word_since or now) if word else None
        if self._failed.lasts(now) or ((wanted or word) and self._asked.lasts(now)):
            return False
        if not self._membership.manager:
            return self._word_since is not None and abs(now - self._word_since) >= WORD_AFTER_MS
        if self._made_lately(now, wanted=wanted):
            return False
        if not wanted and not self._is_time(now):
            self._due_since = None
            return False
        since = self._due_since = self._due_since or now
        turn = TURN_MS // 60 if wanted else TURN_MS
        return abs(now - since) >= self._rank(now) * turn

    def note_made(self, *, wanted: bool = False) -> None:
        """Note that this station has just made one, or that it did because somebody asked."""
        self._made_at, self._due_since = self._around.now_ms(), None
        self._failed.end()
        if wanted:
            self._asked.begin(self._made_at)

    def note_failed(self) -> None:
        """Note that one could not be put whole: all its bytes for nothing."""
        self._failed.begin(self._around.now_ms())

    def _made_lately(self, now: int, *, wanted: bool) -> bool:
        least = LEAST_MS // 60 if wanted else LEAST_MS
        return self._made_at is not None and 0 <= now - self._made_at < least

    def _is_time(self, now: int) -> bool:
        newest = next(iter(self._snapshots.usable()), None)
        since = newest.manifest.made_at if newest else self._began()
        if since is None or now - since >= EVERY_MS:
            return since is not None
        if self._misses_an_erasure():
            return True
        large = GROWTH * newest.manifest.sealed if newest else 0
        return self._changes_since(since if newest else 0) * OP_BYTES > max(large, LEAST_GROWTH)

    def _misses_an_erasure(self) -> bool:
        """Tell whether somebody was erased whom the newest snapshots may still hold.

        Two are wanted soon: only when they are proved may those from before leave.
        """
        known = self._erasures()
        if not known:
            return False
        newest = self._snapshots.usable()[:WITNESSES]
        return sum(is_clean(opened.manifest.rows, known) for opened in newest) < WITNESSES

    def _erasures(self) -> int:
        with self._database.read() as session:
            return count_erasures(session.connection())

    def _began(self) -> int | None:
        """When this home was first written to; None for one that is empty."""
        with self._database.read() as session:
            found = session.scalar(text("SELECT at FROM txn ORDER BY rid LIMIT 1"))
        return None if found is None else int(found)

    def _changes_since(self, at: int) -> int:
        with self._database.read() as session:
            found = session.scalar(
                text(
                    "SELECT count(*) FROM change WHERE txn > "
                    "coalesce((SELECT max(rid) FROM txn WHERE at <= :at), 0)"
                ),
                {"at": at},
            )
        return int(found or 0)

    def _rank(self, now: int) -> int:
        """My place among the managing stations that were heard within the hour."""
        with self._database.read() as session:
            store = Store(session.connection())
            me, cursors, heads = store.me(), store.cursors(), store.heads()
        others = [
            dev
            for dev, (heard_at, _) in heads.items()
            if dev != me.dev
            and abs(now - heard_at) <= HOUR_MS
            and self._membership.may_manage(dev, cursors[dev].seq)
        ]
        return rank(me.dev, others, now)

    def is_janitor(self) -> bool:
        """Tell whether it is this station's turn today to tidy up for all."""
        return self._membership.manager and self._rank(self._around.now_ms()) == 0
