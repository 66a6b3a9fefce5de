"""Segments whose bytes this home still has, its own and copies of the others'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from db.sync.frames import Group
from db.sync.manifests import Place
from db.sync.members import Membership
from db.sync.ranges import parse_range, split_range
from db.sync.rights import counts
from db.sync.segments import SegmentError, open_segment, parse_name


class KeptSegments:
    """Looks for them in the transaction that runs; `own` are the incarnations of this home."""

    def __init__(self, connection: Connection, membership: Membership) -> None:
        self._run, self._membership = connection.exec_driver_sql, membership
        self.own = {dev for (dev,) in self._run("SELECT DISTINCT dev FROM sync_sealed").all()}

    def since(self, since: int) -> Iterator[tuple[Place, bytes | None]]:
        """Return those that came since a transaction, and all copies; None: the bytes are gone."""
        own = self._run("SELECT dev, seq, substr(digest, 1, 8), data, name FROM sync_sealed").all()
        at = self._run("SELECT min(at) FROM txn WHERE rid >= ?", (since,)).scalar() or 0
        rolled = dict(self._rolled_up((name, data) for *_, data, name in own))
        for dev, seq, digest, kept, name in own:
            data = rolled.get(Place(dev, seq, digest)) if kept is None else kept
            if parse_range(name):
                continue
            sealed_at = self._run("SELECT at FROM sync_sealed WHERE name = ?", (name,)).scalar()
            if data is not None or (sealed_at or 0) >= at:
                yield Place(dev, seq, digest), data
        copies = {
            parsed: data
            for name, data in self._run("SELECT name, data FROM sync_copy")
            if (parsed := parse_name(name))
        }
        for *place, txn in self._run("SELECT dev, seq, digest8, txn FROM sync_seen").all():
            found = Place(*place)
            if (
                found.dev not in self.own
                and (data := copies.get((found.dev, found.seq, found.digest8))) is not None
            ):
                yield found, data
            elif txn >= since > 0 and counts(self._membership, found):
                yield found, None

    def _rolled_up(self, own: Iterable[tuple[str, bytes | None]]) -> Iterator[tuple[Place, bytes]]:
        """Segments of mine that are kept in range files only."""
        member = self._membership
        for name, data in own:
            if data is not None and parse_range(name):
                for part in split_range(name, data, member.shop, member.keys.public):
                    yield part.place, part.data

    def open(self, place: Place, data: bytes) -> list[Group] | None:
        """Return a segment's ops; None where it can't be opened here."""
        member = self._membership
        # Mine may not be announced yet, and what was written here must never be missing.
        signer = member.keys.public if place.dev in self.own else member.signer(place.dev)
        if signer is None:
            return None
        try:
            return open_segment(data, member.shop, place.dev, signer, member.epochs).groups
        except SegmentError:
            return None
