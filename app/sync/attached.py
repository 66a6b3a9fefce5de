"""Attachments between stations: published before the ops that name them, fetched when looked at."""

from __future__ import annotations

import logging
import time
from typing import Final

from sqlalchemy import text

from app.conversations import Attachments
from db.database import Database
from db.sync.blobs import BlobDamaged, BlobKeeper, BlobLocked, Blobs
from db.sync.engine import Engine
from db.sync.membership import EpochWanted, ShopMembership
from db.sync.relay import NotThere, Relay, RelayError
from db.sync.snapshots import Snapshots
from db.sync.store import Store
from db.sync.surroundings import Surroundings

LIMIT: Final = 4 << 30
"""Bytes that attachments take up in a home before the oldest copies of others' leave."""
TRIM_EVERY_S: Final = 24 * 60 * 60.0

log = logging.getLogger(__name__)


class AttachedFiles:
    """Joins a home's attachments to the blobs of its shop."""

    def __init__(
        self, attachments: Attachments, db: Database, relay: Relay, membership: ShopMembership
    ) -> None:
        self._attachments, self._db = attachments, db
        self._relay, self._membership = relay, membership
        self._trimmed_at: float | None = None
        self._made: tuple[Blobs, BlobKeeper] | None = None

    def join(self, engine: Engine) -> None:
        """Let the engine publish what is added here, and the home fetch what others added."""
        engine.writer.before_publish = self.publish
        engine.attached = lambda: self._parts()[1]
        engine.upkeep.sweep = self.sweep
        self._attachments.fetch_from(self.fetch)

    def publish(self) -> int:
        """Publish what was added here. Raises `RelayError` or `EpochWanted`."""
        count = self._parts()[1].publish()
        self._attachments.forget_erased(self._forget_shared)
        self._trim()
        return count

    def _forget_shared(self, sha256: str) -> None:
        """Delete an erased person's file in the folder too; whoever still needs it puts it back."""
        if self._membership.manager:
            blobs = self._parts()[0]
            blobs.delete(blobs.name_of(sha256))

    def sweep(self, snapshots: Snapshots) -> int:
        """Delete what nobody has referred to for a month. Raises `RelayError`."""
        return self._parts()[1].sweep(snapshots)

    def fetch(self, sha256: str) -> bytes | None:
        """Bring a content from the folder; None where it can't be had now."""
        try:
            return self._parts()[0].fetch(sha256)
        except NotThere:
            return None
        except (BlobDamaged, BlobLocked, EpochWanted, RelayError) as error:
            log.info("an attachment could not be fetched: %s", type(error).__name__)
            return None

    def may_leave(self, sha256: str) -> bool:
        """Tell whether it is only a copy of another station's, and whole in the folder now."""
        with self._db.read() as session:
            mine = Store(session.connection()).my_devs()
            births = session.scalars(
                text("SELECT _dv FROM attachments WHERE sha256 = :found"), {"found": sha256}
            )
            if not mine.isdisjoint(births):
                return False
        return self.fetch(sha256) is not None

    def _trim(self) -> None:
        now = time.monotonic()
        if self._trimmed_at is None or now - self._trimmed_at >= TRIM_EVERY_S:
            self._trimmed_at = now
            self._attachments.trim(LIMIT, self.may_leave)

    def _parts(self) -> tuple[Blobs, BlobKeeper]:
        # The key comes with the first epoch, which a station that waits for approval has not.
        if self._made is None:
            blobs = Blobs(self._relay, self._membership, self._membership.blob_key)
            local = self._attachments.local
            self._made = blobs, BlobKeeper(self._db, blobs, Surroundings(), local)
        return self._made
