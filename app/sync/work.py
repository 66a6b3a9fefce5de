"""What there is to do for one shared home: passes, meeting the colleagues, telling how it fares."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from app.channels import Presence
from app.conversations import Attachments
from app.core.settings import Settings
from app.sync.company import Company
from app.sync.parts import Parts, make_parts
from app.sync.place import PACES, Pace, Place
from app.sync.settings import PLACE
from app.sync.shared import is_shared
from app.sync.standing import Standing
from app.sync.status import SyncStatus
from db.database import Database
from db.sync.engine import PassResult
from db.sync.membership import ShopMembership
from db.sync.relay import RelayError

log = logging.getLogger(__name__)

_HINTS: Final = ("ask/", "head/", "mem/")
"""Where others leave word; what lies there got a new name when it changed."""


class Work:
    """Done by one thread at a time; what was found may be asked by any."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        presence: Presence,
        attachments: Attachments | None,
        *,
        practice: bool,
    ) -> None:
        self._db, self._settings, self._attachments = db, settings, attachments
        self._practice = practice
        self._parts: Parts | None = None
        self._making, self._passing = threading.Lock(), threading.RLock()
        self._standing = Standing(db, settings, practice=practice)
        self.company: Final = Company(presence, self._tell)
        self.status = SyncStatus()
        """What was found last."""
        self.listeners: Final = list[Callable[[], None]]()
        """Called when status or colleagues changed, on the thread that found it."""

    def parts(self) -> Parts:
        """Return what works; raises `LookupError` where the home has no shop."""
        with self._making:
            if self._parts is None:
                self._parts = make_parts(self._db, self._attachments, practice=self._practice)
            return self._parts

    def latest_membership(self) -> ShopMembership:
        """Return the membership with what other objects and processes have kept of it by now."""
        found = self.parts().membership
        # A pass under way takes it in by itself.
        if self._passing.acquire(blocking=False):
            try:
                found.catch_up()
            finally:
                self._passing.release()
        return found

    def forget_parts(self) -> None:
        """Make them anew when they are wanted next."""
        self._parts = None

    # --- passes ---------------------------------------------------------------------------

    def do_pass(self, *, full: bool, seal: bool = True) -> PassResult:
        """Do one and take in how it went; waits for one that another thread is at."""
        with self._passing:
            parts = self.parts()
            result = parts.engine.pass_once(full=full, seal=seal)
            self._standing.note(result)
            if result.offline:
                parts.forget_place()
            self.company.meet(parts)
            return result

    def work(self, *, full: bool, seal: bool) -> bool:
        """Do a pass and tell of it; True if the next may find more, though nobody writes."""
        try:
            restless = _moved(self.do_pass(full=full, seal=seal))
            restless = restless or self.parts().engine.reader.restless
        except Exception:
            # Whatever it was, nothing is lost by it; the next pass tries again.
            log.exception("a sync pass failed")
            self._standing.fail()
            restless = True
        self.look()
        return restless

    def pace(self) -> Pace:
        """Return the pace of the place that was chosen, or is found out."""
        try:
            return self.parts().pace(Place(self._settings.get(PLACE)))
        except (ValueError, LookupError):
            return PACES[Place.SHARE]

    def glance(self) -> frozenset[str]:
        """Return what others left as word. Raises `RelayError`."""
        return self.parts().relay.glance(_HINTS)

    def idle(self) -> None:
        """See who is where, when it is time to."""
        if self.company.due:
            with self._passing:
                self.company.meet(self.parts())

    def leave(self) -> None:
        """Say that nobody is here any more."""
        with suppress(LookupError, RelayError):
            self.parts().board.leave()

    # --- status ---------------------------------------------------------------------------

    def look(self) -> None:
        """Find out how it fares while a thread is at it, and tell what changed."""
        told, self.status = self.status, self._found(running=True)
        if self.status != told:
            self._tell()

    def look_alone(self) -> None:
        """Find out how it fares where no thread runs, so whether the folder is there as well."""
        if is_shared(self._db):
            try:
                self.parts().relay.glance(_HINTS[:1])
            except RelayError:
                self._standing.feel(there=False)
            else:
                self._standing.feel(there=True)
        self.status = self._found(running=False)

    def _found(self, *, running: bool) -> SyncStatus:
        if not is_shared(self._db):
            return SyncStatus()
        return self._standing.look(self.latest_membership(), running=running)

    def _tell(self) -> None:
        for listener in tuple(self.listeners):
            listener()


def _moved(result: PassResult) -> bool:
    moved = result.sealed or result.published or result.taken or result.merged
    return bool(moved or result.failures or result.waiting)
