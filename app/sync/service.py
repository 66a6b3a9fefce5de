"""The sharing of one home: a thread that keeps home and folder in step, and word of how it fares."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from app.channels import Presence
from app.conversations import Attachments
from app.core.settings import Settings
from app.sync.rounds import Rounds
from app.sync.shared import is_shared
from app.sync.status import SyncStatus
from app.sync.turn import Turn
from app.sync.work import Work
from db.database import Database
from db.sync.engine import Engine, PassResult
from db.sync.folder import FolderRelay
from db.sync.membership import ShopMembership
from db.sync.whereabouts import Here

LOCK: Final = "sync.lock"


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
        self._db, self._turn = db, Turn(db.path.with_name(LOCK))
        self._work = Work(db, settings, presence or Presence(), attachments, practice=practice)
        self._rounds: Rounds | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._lock = threading.RLock()

    # --- life -----------------------------------------------------------------------------

    @property
    def shared(self) -> bool:
        """Whether this home belongs to a shared shop, or asked to."""
        return is_shared(self._db)

    def start(self) -> None:
        """Begin to sync in a thread of its own; harmless where there is nothing to share."""
        with self._lock:
            if self._rounds is not None or not self.shared:
                return
            self._rounds = Rounds(self._turn, self._work)
            self._unsubscribe = self._db.subscribe(self._rounds.heed)
            self._rounds.start()

    def stop(self) -> None:
        """End after the pass under way; what is not in the folder yet goes there next time."""
        with self._lock:
            rounds, self._rounds = self._rounds, None
            if self._unsubscribe is not None:
                self._unsubscribe()
                self._unsubscribe = None
        if rounds is not None:
            rounds.stop()
        self._work.forget_parts()

    def restart(self) -> None:
        """Take up another shop, or another place of its folder."""
        self.stop()
        self.start()

    def pass_now(self, *, full: bool = False) -> PassResult | None:
        """Do a pass in the caller's thread; None where another process of this home does them."""
        with self._lock:
            if not self._turn.take():
                return None
            try:
                return self._work.do_pass(full=full)
            finally:
                if self._rounds is None:
                    self._turn.give_back()

    # --- what one asks --------------------------------------------------------------------

    def status(self) -> SyncStatus:
        """How it fares, as of the last pass; made now where no thread runs."""
        if self._rounds is None:
            self._work.look_alone()
        return self._work.status

    @property
    def last_status(self) -> SyncStatus:
        """What was told last; costs nothing."""
        return self._work.status

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call back, on the sync's thread, when status or colleagues changed; returns the end."""
        self._work.listeners.append(listener)

        def unsubscribe() -> None:
            with suppress(ValueError):
                self._work.listeners.remove(listener)

        return unsubscribe

    def membership(self) -> ShopMembership:
        """Return the membership; raises `LookupError` where the home has no shop."""
        return self._work.parts().membership

    def latest_membership(self) -> ShopMembership:
        """Return it with all that this home knows by now; raises `LookupError` as `membership`."""
        return self._work.latest_membership()

    def relay(self) -> FolderRelay:
        """Return the shop's folder; raises `LookupError` where the home has no shop."""
        return self._work.parts().relay

    def engine(self) -> Engine:
        """Return the engine; raises `LookupError` where the home has no shop."""
        return self._work.parts().engine

    def station_name(self, dev: int) -> str:
        """Return the name of the station that an incarnation's number belongs to; "" if unknown."""
        if not self.shared:
            return ""
        membership = self.membership()
        station = membership.station_of(dev)
        return "" if station is None else membership.names().get(station, "")

    # --- who is where ---------------------------------------------------------------------

    def colleagues(self) -> tuple[Here, ...]:
        """Return who is at the other desks, and which conversation they have before them."""
        return self._work.company.colleagues

    def staffed_elsewhere(self) -> bool:
        """Tell whether somebody is signed in at another station."""
        return any(here.staff for here in self.colleagues())

    def show_here(self, here: Here) -> None:
        """Say where the person at this desk is; told to the others within some seconds."""
        self._work.company.show(here)
