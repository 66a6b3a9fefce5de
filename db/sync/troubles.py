"""What a reader can't take: how often it was tried, whom to ask for it, and what is cleared away.

Nothing here decides what is read. It only sees to it that a file that is damaged or missing is looked
for again, asked for, and put back by who has it (SYNC §4.5).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from db.database import Database
from db.sync.asks import RECORDS, SNAPSHOT, Ask, Asks
from db.sync.losses import MISSING
from db.sync.manifests import Place
from db.sync.relay import Relay, RelayError
from db.sync.store import Store
from db.sync.surroundings import Surroundings

log = logging.getLogger(__name__)

ASK_AFTER_TRIES: Final = 3
ASK_AFTER_MS: Final = 30_000
KEYS_AFTER_MS: Final = 120_000
"""A log without a key must be so long without one before the members' records are asked for."""
SNAPSHOT_AFTER_MS: Final = 90_000
"""A gap that nobody filled by then is asked to be filled by a snapshot."""
CLEAR_AFTER_LOOKS: Final = 4
CLEAR_AFTER_MS: Final = 120_000
"""So long a file must be damaged in the same way before it is removed: it may be on its way."""
_LONGEST_WAIT_MS: Final = 60_000
_MOST_BRANCHES: Final = 50
"""Branches that are asked for at a time, whatever a head tells of."""


@dataclass(slots=True)
class _Gap:
    """A segment that is missing: since when, and how often it was looked for."""

    since: int
    tries: int = 0
    asked: bool = False


@dataclass(slots=True)
class _Bad:
    """A file that is damaged: how often it was looked at, when to look again, and how it looked."""

    tries: int = 0
    again: int = 0
    digest: bytes = b""
    since: int = 0
    looks: int = 0
    patience: int = CLEAR_AFTER_MS


class Troubles:
    """The troubles of one reader."""

    def __init__(
        self, database: Database, relay: Relay, surroundings: Surroundings, asks: Asks
    ) -> None:
        self._database, self._relay = database, relay
        self._around, self._asks = surroundings, asks
        self._gaps: dict[tuple[int, int], _Gap] = {}
        self._bad: dict[str, _Bad] = {}
        self._branches: dict[Place, int] = {}
        self._locked: dict[int, int] = {}

    @property
    def pressing(self) -> bool:
        """Whether something is to be looked for again, or asked for, as time goes by."""
        since = self._around.now_ms() - ASK_AFTER_MS
        fresh = any(told > since for told in self._branches.values())
        return bool(self._gaps) or fresh or any(bad.looks for bad in self._bad.values())

    @property
    def branched(self) -> set[int]:
        """The logs of which a branch is missing."""
        return {place.dev for place in self._branches}

    @property
    def locked(self) -> bool:
        """Whether the key of some log is missing."""
        return bool(self._locked)

    def wants(self, ask: Ask) -> bool:
        """Tell whether an ask of mine for a branch still stands."""
        return (ask.target, ask.seq) in {place[:2] for place in self._branches}

    # Damaged files.

    def waits(self, name: str) -> bool:
        """Tell whether it is too early to look at a damaged file again."""
        bad = self._bad.get(name)
        return bad is not None and 0 < bad.again - self._around.now_ms() <= _LONGEST_WAIT_MS

    def note_bad(self, name: str, data: bytes) -> None:
        """Note that a file is damaged; one that stays so is removed, for its writer to put back.

        Where every station has a copy of the folder nobody else may see the damage, so that
        asking alone would change nothing.
        """
        now = self._around.now_ms()
        bad = self._bad.setdefault(name, _Bad())
        bad.again = now + min(_LONGEST_WAIT_MS, 1000 << min(bad.tries, 6))
        bad.tries += 1
        digest = hashlib.sha256(data).digest()
        if digest != bad.digest:
            bad.digest, bad.since, bad.looks = digest, now, 0
        bad.looks += 1
        if bad.looks >= CLEAR_AFTER_LOOKS and abs(now - bad.since) >= bad.patience:
            # Each time later: whoever puts it back may see something else in it than this program.
            bad.digest, bad.looks, bad.patience = b"", 0, 4 * bad.patience
            log.warning("%s stays damaged and is removed, to be put back", name)
            with suppress(RelayError):
                self._relay.delete(name)

    def note_good(self, name: str) -> None:
        """Note that a file could be read."""
        self._bad.pop(name, None)

    def forget_files(self, listed: Collection[str]) -> None:
        """Forget files that the folder has no more."""
        for name in self._bad.keys() - set(listed):
            if self._bad[name].looks:  # else it was removed, and may come again as it was
                del self._bad[name]

    # Keys.

    def note_locked(self, devs: Collection[int]) -> None:
        """Note the logs whose key is missing; after a while the records are asked for once more.

        The record of a key may be lost here alone, and everybody else sees it in the folder.
        """
        now = self._around.now_ms()
        self._locked = {dev: self._locked.get(dev, now) for dev in devs}
        if any(abs(now - since) >= KEYS_AFTER_MS for since in self._locked.values()):
            with self._database.read() as session:
                me = Store(session.connection()).me().dev
            self._asks.put(me, *RECORDS)

    # Gaps.

    def note_gap(self, dev: int, seq: int, following: Iterable[int] = ()) -> None:
        """Note that a segment is missing; after a while it is asked for, later a snapshot.

        Those `following` are missing as well: asked for together they come together.
        """
        now = self._around.now_ms()
        gap = self._gaps.setdefault((dev, seq), _Gap(now))
        gap.tries += 1
        waited = abs(now - gap.since)
        if gap.tries < ASK_AFTER_TRIES or waited < ASK_AFTER_MS:
            return
        with self._database.write("system") as session:
            store = Store(session.connection())
            me = store.me().dev
            store.open_problem(MISSING, f"{dev:016x}/{seq}", "{}", now)
        self._asks.put(me, dev, seq)
        if not gap.asked:
            gap.asked = True
            for later in following:
                self._asks.put(me, dev, later)
        if waited >= SNAPSHOT_AFTER_MS:
            self._asks.put(me, *SNAPSHOT)

    def ask_now(self) -> int:
        """Ask at once for what the last look lacked; returns for how many segments."""
        now = self._around.now_ms()
        with self._database.read() as session:
            store = Store(session.connection())
            me = store.me().dev
            told = {about: at for code, about, _, at in store.open_problems() if code == MISSING}
        for dev, seq in sorted(self._gaps):
            about = f"{dev:016x}/{seq}"
            self._asks.put(me, dev, seq)
            if about not in told:
                with self._database.write("system") as session:
                    Store(session.connection()).open_problem(MISSING, about, "{}", now)
            elif now - told[about] >= SNAPSHOT_AFTER_MS:
                self._asks.put(me, *SNAPSHOT)
        return len(self._gaps)

    def forget_gap(self, dev: int, seq: int) -> None:
        """Forget a gap that was given up."""
        self._gaps.pop((dev, seq), None)

    def forget_filled(self, cursors: Mapping[int, Place], named: Iterable[tuple[int, int]]) -> None:
        """What was read by now is no trouble, though another process named it (`named`)."""
        over = [
            (dev, seq)
            for dev, seq in sorted(self._gaps.keys() | set(named))
            if dev in cursors and cursors[dev].seq >= seq
        ]
        if not over:
            return
        now = self._around.now_ms()
        with self._database.write("system") as session:
            store = Store(session.connection())
            for dev, seq in over:
                self._gaps.pop((dev, seq), None)
                store.close_problem(MISSING, f"{dev:016x}/{seq}", now)

    # Branches.

    def note_branches(self, me: int, told: Iterable[Place]) -> None:
        """Ask for branches that others took and that are unknown here; for all that there are."""
        now = self._around.now_ms()
        self._branches = {place: self._branches.get(place, now) for place in sorted(told)}
        for place, since in list(self._branches.items())[:_MOST_BRANCHES]:
            if abs(now - since) >= ASK_AFTER_MS:
                self._asks.put(me, place.dev, place.seq)
