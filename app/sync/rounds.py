"""The thread of the sharing: when to look into the folder, and when to do a pass."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from app.sync.place import Pace
from app.sync.turn import Turn
from db.changes import Changes
from db.sync.relay import RelayError

FULL_EVERY_S: Final = 300.0
"""Listings may be stale: everything is looked through so often."""
PASS_EVERY_S: Final = 30.0
"""A pass is done so often though nothing seems to have changed."""
_TURN_EVERY_S: Final = 2.0
_PACE_EVERY_S: Final = 5.0
"""A pace that a person chose is in force after this."""


class Chores(Protocol):
    """What is to be done, each on the thread of the rounds."""

    def pace(self) -> Pace:
        """Return how often to write and look."""
        ...

    def glance(self) -> frozenset[str]:
        """Return the names that others left where word is left. Raises `RelayError`."""
        ...

    def work(self, *, full: bool, seal: bool) -> bool:
        """Do a pass; True if the next may find more, though nobody writes anything."""
        ...

    def idle(self) -> None:
        """Do what is to be done between passes."""
        ...

    def look(self) -> None:
        """Tell how it stands where another process of this home does the passes."""
        ...

    def leave(self) -> None:
        """Do what is to be done at the end."""
        ...


class Rounds:
    """A thread that works while it is this process's turn to sync the home."""

    def __init__(
        self, turn: Turn, chores: Chores, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock` tells seconds that never go back."""
        self._turn, self._chores, self._clock = turn, chores, clock
        self._wake, self._stop = threading.Event(), threading.Event()
        self._changed_at = self._waiting_since = 0.0
        self._seen, self._unsettled = frozenset[str](), True
        self._full_at = self._pass_at = self._looked_at = self._paced_at = float("-inf")
        self._pace = Pace(0, 0, 0)
        self._thread = threading.Thread(target=self._run, name="kefu-sync")

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    def stop(self) -> None:
        """End after the pass under way."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def heed(self, changes: Changes) -> None:
        """Take in what was written; comes on the writing thread."""
        if changes.origin == "sync":
            return
        self._changed_at = self._clock()
        if not self._waiting_since:
            self._waiting_since = self._changed_at
            self._wake.set()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                if self._turn.take():
                    self._wait(self._step())
                else:
                    # Its commits are heard of by polling.
                    self._chores.look()
                    self._wait(_TURN_EVERY_S)
        finally:
            self._chores.leave()
            self._turn.give_back()

    def _step(self) -> float:
        """Do what is due now; returns the seconds in which nothing else is."""
        now, pace = self._clock(), self._paced()
        if self._is_time_to_seal(now, pace):
            self._pass(None, pace)
        elif now - self._looked_at >= pace.poll_s:
            self._looked_at = now
            self._look(now, pace)
        return self._leisure(self._clock(), pace)

    def _look(self, now: float, pace: Pace) -> None:
        try:
            seen = self._chores.glance()
        except (RelayError, LookupError):
            seen = None  # the pass will say what is wrong
        news = seen is None or seen != self._seen
        if news or self._unsettled or now - self._pass_at >= PASS_EVERY_S:
            self._pass(seen, pace)
        else:
            self._chores.idle()

    def _pass(self, seen: frozenset[str] | None, pace: Pace) -> None:
        """`seen` was there before the pass: what comes meanwhile is news for the next look."""
        now = self._clock()
        full = now - self._full_at >= FULL_EVERY_S
        # What was only just begun goes with the next: a file for every look would be many.
        seal = not self._waiting_since or now - self._waiting_since >= pace.quiet_s
        if seal:
            self._changed_at = self._waiting_since = 0.0
        self._unsettled = self._chores.work(full=full, seal=seal)
        self._seen = self._seen if seen is None else seen
        self._pass_at = self._looked_at = self._clock()
        self._full_at = self._pass_at if full else self._full_at

    def _is_time_to_seal(self, now: float, pace: Pace) -> bool:
        if not self._waiting_since:
            return False
        quiet = now - self._changed_at >= pace.quiet_s
        return quiet or now - self._waiting_since >= pace.most_s

    def _leisure(self, now: float, pace: Pace) -> float:
        due = self._looked_at + pace.poll_s
        if self._waiting_since:
            due = min(due, self._changed_at + pace.quiet_s, self._waiting_since + pace.most_s)
        return max(0.0, due - now)

    def _paced(self) -> Pace:
        now = self._clock()
        if now - self._paced_at >= _PACE_EVERY_S:
            self._pace, self._paced_at = self._chores.pace(), now
        return self._pace

    def _wait(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()
