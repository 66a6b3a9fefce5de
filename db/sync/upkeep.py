"""What keeps the folder small and whole, in the one step that the engine takes after reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from db.database import Database
from db.sync.collect import Collected, Collector
from db.sync.images import OutboxOpen
from db.sync.manifests import SnapshotError
from db.sync.membership import Membership
from db.sync.mergers import Merged
from db.sync.relay import Relay, RelayError
from db.sync.rollups import RollUps
from db.sync.snapshots import WORKERS, Snapshots
from db.sync.surroundings import Surroundings

GAP_MS: Final = 15_000
"""So long a gap must last before a snapshot fills it."""

EVERY_MS: Final = 30_000
"""Without a reason the folder's snapshots are looked at so often."""


@dataclass(slots=True)
class Kept:
    """What a step did."""

    merged: list[Merged]
    made: bool
    collected: Collected
    rolled_up: int


class Upkeep:
    """Snapshots, roll-ups and collection of one station. One thread at a time."""

    def __init__(
        self,
        database: Database,
        relay: Relay,
        membership: Membership,
        surroundings: Surroundings,
        *,
        workers: int = WORKERS,
    ) -> None:
        """With one of `workers`, which fetch and seal chunks, nothing is threaded."""
        shared = database, relay, membership, surroundings
        self.snapshots: Final = Snapshots(*shared, workers=workers)
        self.collector: Final = Collector(*shared, self.snapshots)
        self.roll_ups: Final = RollUps(*shared)
        self.sweep: Callable[[Snapshots], object] | None = None
        """What else is tidied up by the one managing station whose turn it is today."""
        self._around = surroundings
        self._looked_at: int | None = None
        self._gap_since: int | None = None
        self._begun = False

    def begin(self) -> list[Merged]:
        """Let a station that has read no log yet start from a snapshot; once, before it reads.

        Raises `RelayError`, and then is to be called again.
        """
        if self._begun:
            return []
        merged = self.snapshots.heal()
        self._begun = True
        return merged

    def step(
        self, seal: Callable[[], object], *, gap: bool, wanted: bool, word: bool = False
    ) -> Kept:
        """Merge what the logs can't bring, make a snapshot if it is time, and tidy up.

        `seal` puts the outbox into segments; `gap`: the reader met one that no file fills;
        `wanted`: a station asked for a snapshot; `word`: for what only this one could bring by
        one. Raises `RelayError` or `EpochWanted`.
        """
        merged, made = list[Merged](), False
        lasting = self._is_lasting(gap=gap)
        if not self._is_time() and not lasting and not wanted:
            return Kept(merged, made, Collected(), 0)
        merged = self.snapshots.heal(gap=lasting)
        if self.collector.is_due(wanted=wanted, word=word):
            made = self._make(seal, wanted=wanted or word)
        rolled_up = self.roll_ups.step()
        if self.sweep is not None and self.collector.is_janitor():
            self.sweep(self.snapshots)
        return Kept(merged, made, self.collector.collect(), rolled_up)

    def _is_lasting(self, *, gap: bool) -> bool:
        """Shares show a new file some seconds late: that is no reason to fetch everything."""
        now = self._around.now_ms()
        self._gap_since = (self._gap_since or now) if gap else None
        return self._gap_since is not None and abs(now - self._gap_since) >= GAP_MS

    def _is_time(self) -> bool:
        now = self._around.now_ms()
        if self._looked_at is not None and 0 <= now - self._looked_at < EVERY_MS:
            return False
        self._looked_at = now
        return True

    def _make(self, seal: Callable[[], object], *, wanted: bool) -> bool:
        try:
            made = self.snapshots.make(seal)
        except OutboxOpen:
            return False  # too busy just now
        except SnapshotError:
            # The folder gave back other bytes than it was given.
            self.collector.note_failed()
            return False
        except RelayError:
            self.collector.note_failed()
            raise
        self.collector.note_made(wanted=wanted)
        self.collector.drop_words(made)
        return True
