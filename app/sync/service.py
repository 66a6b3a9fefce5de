"""The sharing of one home: a thread that keeps home and folder in step, and word of how it fares."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec

from app.channels import Marks, Presence
from app.conversations import Attachments
from app.core.settings import SHOP_NAME, Settings
from app.sync.attached import AttachedFiles
from app.sync.figures import (
    count_conflicts,
    count_waiting,
    open_problems,
    view_stations,
)
from app.sync.place import PACES, Pace, Place, pace_of
from app.sync.settings import PLACE
from app.sync.shared import is_shared
from app.sync.status import LATE_MS, Problem, SyncState, SyncStatus
from app.sync.turn import Turn
from db.changes import Changes
from db.clock import now_ms
from db.database import Database
from db.sync.engine import Engine, PassResult
from db.sync.folder import FolderRelay
from db.sync.here import HereBoard
from db.sync.marker import Marker
from db.sync.membership import EpochWanted, ShopMembership
from db.sync.relay import RelayError
from db.sync.snapshots import WORKERS
from db.sync.store import Store
from db.sync.whereabouts import Here

log = logging.getLogger(__name__)

LOCK: Final = "sync.lock"
FULL_EVERY_S: Final = 300.0
"""Listings may be stale: everything is looked through so often."""
PASS_EVERY_S: Final = 30.0
"""A pass is done so often though nothing seems to have changed."""
MEET_EVERY_S: Final = 1.5
"""Who is where is looked up so often."""
_HINTS: Final = ("head/", "ask/", "mem/", "snap/")
"""Where others leave word; what lies there got a new name when it changed."""
REFUSALS: Final = ("full", "read_only")
"""Failures that no waiting mends: somebody has to make room, or give the right to write."""
MOST_ONLINE: Final = 500
"""Customers on the line that a station tells the others of."""
_TURN_EVERY_S: Final = 2.0


@dataclass(slots=True)
class _Parts:
    """What works for one membership; made anew when the home joins another shop."""

    membership: ShopMembership
    relay: FolderRelay
    engine: Engine
    board: HereBoard


class SyncService:
    """Runs where the home has a shop to share; everything else works the same without it."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        presence: Presence | None = None,
        attachments: Attachments | None = None,
        *,
        practice: bool = False,
    ) -> None:
        """`practice`: the home's kind; a station that waits has no record yet that tells it."""
        self._practice = practice
        self._db, self._settings, self._attachments = db, settings, attachments
        self._presence = presence or Presence()
        self._turn = Turn(db.path.with_name(LOCK))
        self._parts: _Parts | None = None
        self._lock = threading.RLock()
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._changed_at = self._waiting_since = 0.0
        self._late_since = self._offline_since = self._last_pass = 0
        self._failures: tuple[str, ...] = ()
        self._refused: dict[str, int] = {}
        self._met = float("-inf")
        self._seen, self._unsettled = frozenset[str](), True
        self._status = SyncStatus()
        self._here, self._colleagues = Here(), tuple[Here, ...]()
        self._listeners: list[Callable[[], None]] = []

    # --- life -----------------------------------------------------------------------------

    @property
    def shared(self) -> bool:
        """Whether this home belongs to a shared shop, or asked to."""
        return is_shared(self._db)

    def start(self) -> None:
        """Begin to sync in a thread of its own; harmless where there is nothing to share."""
        with self._lock:
            if self._thread is not None or not self.shared:
                return
            self._stop.clear()
            self._unsubscribe = self._db.subscribe(self._on_change)
            self._thread = threading.Thread(target=self._run, name="kefu-sync")
            self._thread.start()

    def stop(self) -> None:
        """End after the pass under way; what is not in the folder yet goes there next time."""
        with self._lock:
            thread, self._thread = self._thread, None
            if self._unsubscribe is not None:
                self._unsubscribe()
                self._unsubscribe = None
        self._stop.set()
        self._wake.set()
        if thread is not None:
            thread.join()
        self._parts = None

    def restart(self) -> None:
        """Take up another shop, or another place of its folder."""
        self.stop()
        self.start()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call back, on the sync's thread, when status or colleagues changed; returns the end."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    # --- what one asks --------------------------------------------------------------------

    def status(self) -> SyncStatus:
        """How it fares, as of the last pass; made now where no thread runs."""
        if self._thread is None:
            if self.shared:
                self._feel()
            self._status = self._look()
        return self._status

    @property
    def last_status(self) -> SyncStatus:
        """What was told last; costs nothing."""
        return self._status

    def colleagues(self) -> tuple[Here, ...]:
        """Return who is at the other desks, and which conversation they have before them."""
        return self._colleagues

    def staffed_elsewhere(self) -> bool:
        """Tell whether somebody is signed in at another station."""
        return any(here.staff for here in self._colleagues)

    def show_here(self, here: Here) -> None:
        """Say where the person at this desk is; told to the others within some seconds."""
        self._here = here

    def membership(self) -> ShopMembership:
        """Return the membership; raises `LookupError` where the home has no shop."""
        return self._made().membership

    def relay(self) -> FolderRelay:
        """Return the shop's folder; raises `LookupError` where the home has no shop."""
        return self._made().relay

    def engine(self) -> Engine:
        """Return the engine; raises `LookupError` where the home has no shop."""
        return self._made().engine

    def station_name(self, dev: int) -> str:
        """Return the name of the station that an incarnation's number belongs to; "" if unknown."""
        if not self.shared:
            return ""
        membership = self.membership()
        station = membership.station_of(dev)
        return "" if station is None else membership.names().get(station, "")

    # --- one pass -------------------------------------------------------------------------

    def pass_now(self, *, full: bool = False) -> PassResult | None:
        """Do a pass in the caller's thread; None where another process of this home does them."""
        with self._lock:
            if not self._turn.take():
                return None
            try:
                return self._pass(full=full)
            finally:
                if self._thread is None:
                    self._turn.give_back()

    def _pass(self, *, full: bool) -> PassResult:
        result = self._made().engine.pass_once(full=full)
        now = now_ms()
        self._failures = tuple(dict.fromkeys(result.failures))
        if result.offline:
            self._offline_since = self._offline_since or now
        else:
            self._offline_since, self._last_pass = 0, now
        self._meet()
        return result

    def _feel(self) -> None:
        """Find out whether the folder is there; a pass finds it out by itself."""
        try:
            self._made().relay.list("head/")
        except RelayError:
            self._offline_since = self._offline_since or now_ms()
        else:
            self._offline_since = 0

    def _meet(self) -> None:
        """Say where one is and see where the others are; never a reason to fail."""
        parts = self._made()
        self._met = time.monotonic()
        if not parts.membership.member:
            return
        try:
            parts.board.say(self._mine())
            seen = tuple(sorted(parts.board.look(), key=lambda here: here.name))
        except (RelayError, EpochWanted, LookupError):
            seen = ()
        self._presence.set_elsewhere(_marks(seen))
        told, self._colleagues = self._colleagues, seen
        if [_shown(here) for here in seen] != [_shown(here) for here in told]:
            self._tell()

    def _mine(self) -> Here:
        marks = self._presence.marks()
        return msgspec.structs.replace(
            self._here,
            types=self._here.views in marks.agents,
            online=tuple(sorted(marks.online))[:MOST_ONLINE],
            typing=tuple(sorted(marks.customers))[:MOST_ONLINE],
        )

    def _made(self) -> _Parts:
        with self._lock:
            if self._parts is None:
                membership = ShopMembership(self._db)
                practice = membership.practice or self._practice
                marker = Marker(membership.founding_root, practice).pack()
                relay = FolderRelay(Path(membership.folder), marker)
                engine = Engine(
                    self._db, relay, membership, app=_program_version(), workers=WORKERS
                )
                if self._attachments is not None:
                    AttachedFiles(self._attachments, self._db, relay, membership).join(engine)
                board = HereBoard(relay, membership, self._dev)
                self._parts = _Parts(membership, relay, engine, board)
            return self._parts

    def _dev(self) -> int:
        with self._db.read() as session:
            return Store(session.connection()).me().dev

    # --- the thread -----------------------------------------------------------------------

    def _run(self) -> None:
        last_full = last_pass = last_look = float("-inf")
        try:
            while not self._stop.is_set():
                if not self._turn.take():
                    # Another process of this home syncs it; its commits are heard of by polling.
                    self._show(self._look())
                    self._wait(_TURN_EVERY_S)
                    continue
                now, pace = time.monotonic(), self._pace()
                if self._is_time_to_seal(now, pace):
                    due = True
                elif now - last_look >= pace.poll_s:
                    due, last_look = now - last_pass >= PASS_EVERY_S or self._has_news(), now
                else:
                    due = False
                if due:
                    full = now - last_full >= FULL_EVERY_S
                    self._try_pass(full=full)
                    last_pass = last_look = time.monotonic()
                    last_full = last_pass if full else last_full
                self._wait(min(pace.poll_s, pace.quiet_s))
        finally:
            self._say_goodbye()
            self._turn.give_back()

    def _has_news(self) -> bool:
        """Tell whether a pass may find anything: a few listings instead of a whole look."""
        if self._unsettled or self._changed_at:
            return True
        try:
            seen = self._glance()
        except (RelayError, LookupError):
            return True  # the pass will say what is wrong
        if seen != self._seen:
            return True
        if time.monotonic() - self._met >= MEET_EVERY_S:
            self._meet()
        return False

    def _glance(self) -> frozenset[str]:
        relay = self._made().relay
        return frozenset(name for hint in _HINTS for name in relay.list(hint))

    def _glance_if_there(self) -> frozenset[str]:
        try:
            return self._glance()
        except RelayError:
            return frozenset()

    def _try_pass(self, *, full: bool) -> None:
        self._changed_at = self._waiting_since = 0.0
        self._unsettled = True
        try:
            # Taken before the pass: what comes meanwhile is news for the next look.
            seen = self._glance_if_there()
            self._unsettled = _is_unsettled(self._pass(full=full), self._made().engine)
            self._seen = seen
        except Exception:
            # Whatever it was, nothing is lost by it; the next pass tries again.
            log.exception("a sync pass failed")
            self._failures = ("fault",)
        self._show(self._look())

    def _wait(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()

    def _is_time_to_seal(self, now: float, pace: Pace) -> bool:
        if not self._changed_at:
            return False
        quiet = now - self._changed_at >= pace.quiet_s
        return quiet or now - self._waiting_since >= pace.most_s

    def _pace(self) -> Pace:
        try:
            place = Place(self._settings.get(PLACE))
            return pace_of(place, Path(self.membership().folder))
        except (ValueError, LookupError):
            return PACES[Place.SHARE]

    def _on_change(self, changes: Changes) -> None:
        """Comes on the writing thread."""
        if changes.origin == "sync":
            return
        self._changed_at = time.monotonic()
        self._waiting_since = self._waiting_since or self._changed_at

    def _say_goodbye(self) -> None:
        with suppress(LookupError, RelayError):
            self._made().board.leave()

    # --- status ---------------------------------------------------------------------------

    def _show(self, status: SyncStatus) -> None:
        told = self._status
        self._status = status
        if status != told:
            self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _look(self) -> SyncStatus:
        if not self.shared:
            return SyncStatus()
        membership = self.membership()
        stations = view_stations(self._db, membership)
        waiting, problems = count_waiting(self._db), self._problems()
        unread = sum(s.unread for s in stations if not s.revoked)
        conflicts = count_conflicts(self._db)
        return SyncStatus(
            state=self._state(
                waiting.total + unread,
                out=membership.revoked,
                waits=not membership.member,
                asks=bool(problems) or conflicts > 0 or membership.asking > 0,
            ),
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

    def _state(self, behind: int, *, out: bool, waits: bool, asks: bool) -> SyncState:
        now = now_ms()
        self._late_since = (self._late_since or now) if behind else 0
        if out:
            return SyncState.OUT
        if waits:
            return SyncState.WAITING
        if self._offline_since:
            return SyncState.OFFLINE
        if asks:
            return SyncState.ATTENTION
        late = self._late_since and (self._thread is None or now - self._late_since >= LATE_MS)
        return SyncState.BEHIND if late else SyncState.CURRENT


def _is_unsettled(result: PassResult, engine: Engine) -> bool:
    """Whether the next pass may find more, though nobody writes anything."""
    moved = result.sealed or result.published or result.taken or result.merged
    return bool(moved or result.failures or result.waiting or engine.reader.restless)


def _shown(here: Here) -> tuple[bytes, bytes, bool]:
    return here.staff, here.views, here.types


def _marks(seen: Sequence[Here]) -> Marks:
    """What the other stations know of customers and typing agents, taken together."""
    return Marks(
        frozenset(c for here in seen for c in here.online),
        frozenset(c for here in seen for c in here.typing),
        frozenset(here.views for here in seen if here.types),
    )


def _program_version() -> str:
    try:
        return version("kefu-desk")
    except PackageNotFoundError:
        return ""
