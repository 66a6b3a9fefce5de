"""How the sharing of a home stands: what the passes met with, and what is still on its way."""

from __future__ import annotations

from typing import Final

from app.core.settings import SHOP_NAME, Settings
from app.sync.figures import count_conflicts, count_waiting, open_problems, view_stations
from app.sync.status import LATE_MS, Problem, SyncState, SyncStatus
from app.sync.strangers import whose_folder
from db.clock import now_ms
from db.database import Database
from db.sync.engine import PassResult
from db.sync.membership import ShopMembership

REFUSALS: Final = ("full", "read_only")
"""Failures that no waiting mends: somebody has to make room, or give the right to write."""


class Standing:
    """Remembers since when what is so, and tells it as a status. Times are UTC ms, 0 for not."""

    def __init__(self, db: Database, settings: Settings, *, practice: bool) -> None:
        self._db, self._settings, self._practice = db, settings, practice
        self._late_since = self._offline_since = self._last_pass = 0
        self._failures: tuple[str, ...] = ()
        self._refused: dict[str, int] = {}

    @property
    def offline(self) -> bool:
        """Whether the folder was not there the last time."""
        return self._offline_since > 0

    def note(self, result: PassResult) -> None:
        """Take in what a pass met with."""
        self._failures = tuple(dict.fromkeys(result.failures))
        self.feel(there=not result.offline)
        if not result.offline:
            self._last_pass = now_ms()

    def fail(self) -> None:
        """Take in that a pass broke off, and nobody foresaw why."""
        self._failures = ("fault",)

    def feel(self, *, there: bool) -> None:
        """Take in whether the folder is there."""
        self._offline_since = 0 if there else self._offline_since or now_ms()

    def look(self, membership: ShopMembership, *, running: bool) -> SyncStatus:
        """Count it all. `running`: a thread is at it, so that being behind for a moment is fine."""
        stations = view_stations(self._db, membership)
        waiting = count_waiting(self._db)
        strange = self._strangers(membership)
        problems = self._problems() + strange
        unread = sum(s.unread for s in stations if not s.revoked)
        conflicts = count_conflicts(self._db)
        asks = bool(problems) or conflicts > 0 or membership.asking > 0
        late = self._is_late(waiting.total + unread, running=running)
        return SyncStatus(
            state=self._state(membership, asks=asks, late=late, strange=bool(strange)),
            shop=self._settings.get(SHOP_NAME),
            station=membership.names().get(membership.station, ""),
            folder=membership.folder,
            outbox=waiting.total,
            unread=unread,
            offline_since=self._offline_since,
            last_pass=self._last_pass,
            stations=stations,
            problems=problems,
            conflicts=conflicts,
            requests=membership.asking,
            failures=self._failures,
        )

    def _problems(self) -> tuple[Problem, ...]:
        """What is noted, and what keeps the folder from taking anything since how long."""
        now = now_ms()
        self._refused = {
            code: self._refused.get(code, now) for code in REFUSALS if code in self._failures
        }
        refused = tuple(Problem(code, "", {}, at) for code, at in self._refused.items())
        return open_problems(self._db) + refused

    def _strangers(self, membership: ShopMembership) -> tuple[Problem, ...]:
        """Whose folder stands in the place of the shop's, if that is why it is not there."""
        if not self._offline_since:
            return ()
        code = whose_folder(membership, practice=self._practice)
        return (Problem(code, "", {}, self._offline_since),) if code else ()

    def _is_late(self, behind: int, *, running: bool) -> bool:
        now = now_ms()
        self._late_since = (self._late_since or now) if behind else 0
        return bool(behind) and (not running or now - self._late_since >= LATE_MS)

    def _state(
        self, membership: ShopMembership, *, asks: bool, late: bool, strange: bool
    ) -> SyncState:
        if membership.revoked:
            return SyncState.OUT
        if not membership.member:
            return SyncState.WAITING
        if self._offline_since:
            return SyncState.ATTENTION if strange else SyncState.OFFLINE
        if asks:
            return SyncState.ATTENTION
        return SyncState.BEHIND if late else SyncState.CURRENT
