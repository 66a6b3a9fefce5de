"""The background thread of a home that is in use."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from app.core.patience import Patience
from app.sync import is_shared
from db.database import Database

log = logging.getLogger(__name__)

POLL_S = 0.25
INDEX_BATCH = 2_000
COUNT_AFTER_S = 30.0
"""Nobody who opens a window waits for numbers at once."""
COUNT_EVERY_S = 20.0
COUNT_AT_LEAST_EVERY_S = 320.0
"""As often even while counting fails."""


class Keeper:
    """Follows other processes, fills the index, gets the numbers ready."""

    def __init__(self, db: Database, count: Callable[[Callable[[], bool]], None]) -> None:
        """`count` works the numbers' facts out and stops soon when told to."""
        self._db, self._count = db, count
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; harmless if it runs already."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="kefu-keeper")
            self._thread.start()

    def stop(self) -> None:
        """End and wait for it, a fraction of a second."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        following = Patience(log, "the background round", POLL_S)
        counting = Patience(log, "counting", COUNT_EVERY_S, most=COUNT_AT_LEAST_EVERY_S)
        count_at = time.monotonic() + COUNT_AFTER_S
        while not self._stop.is_set():
            with following.trying():
                self._follow()
            if time.monotonic() >= count_at:
                with counting.trying():
                    self._count(self._stop.is_set)
                count_at = time.monotonic() + counting.pause
            self._stop.wait(following.pause)

    def _follow(self) -> None:
        self._db.poll()
        while self._db.index_pending(INDEX_BATCH) and not self._stop.is_set():
            pass
        self._keep_erased()

    def _keep_erased(self) -> None:
        """What came of an erased person since is theirs too; where it is shared, a pass does it."""
        with self._db.cursor() as cursor:
            somebody = cursor.execute("SELECT 1 FROM erasures LIMIT 1").fetchone()
        if somebody and not is_shared(self._db):
            from db.erasing.roots import discover

            discover(self._db)
