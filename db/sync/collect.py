"""What may leave the folder (SYNC §4.6).

Nothing leaves by age alone: the owner deletes its own segments once two snapshots that it read whole
hold its very branch, told by hash, and had a week to reach everybody.
"""

from __future__ import annotations

import logging
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from db.clock import stamp_ms
from db.database import Database
from db.erasing.held import is_clean
from db.sync.manifests import (
    Opened,
    Place,
    SnapshotError,
    SnapshotForeign,
    SnapshotRefused,
    parse_name,
)
from db.sync.membership import Membership
from db.sync.ranges import parse_range
from db.sync.relay import NotThere, Relay
from db.sync.segments import parse_name as parse_segment
from db.sync.snapshots import Snapshots
from db.sync.store import Store
from db.sync.surroundings import Surroundings
from db.sync.turns import DAY_MS, HOUR_MS, WITNESSES, Turns

log = logging.getLogger(__name__)

WEEK_MS: Final = 7 * DAY_MS
ALL: Final = -(1 << 62)
"""Numbers from here on, the marks of range files included."""

LOOK_EVERY_MS: Final = 6 * HOUR_MS

NEWEST_KEPT: Final = 3
WEEKS_KEPT: Final = 8
DEAD_MS: Final = 180 * DAY_MS
"""A station silent for so long will not tidy up after itself."""


@dataclass(slots=True)
class Collected:
    """What left the folder."""

    segments: int = 0
    snapshots: int = 0
    chunks: int = 0


class Collector(Turns):
    """Deletes what snapshots cover, besides; used by one thread at a time."""

    def __init__(
        self,
        database: Database,
        relay: Relay,
        membership: Membership,
        surroundings: Surroundings,
        snapshots: Snapshots,
    ) -> None:
        super().__init__(database, membership, surroundings, snapshots)
        self._relay = relay
        self._looked_at: int | None = None

    def collect(self, *, at_once: bool = False) -> Collected:
        """Delete what is covered; looks every few hours only. Raises `RelayError`."""
        now, done = self._around.now_ms(), Collected()
        if (
            self._looked_at is not None
            and not at_once
            and 0 <= now - self._looked_at < LOOK_EVERY_MS
        ):
            return done
        self._looked_at = now
        usable = self._snapshots.usable()
        witnesses = self._witnesses(usable, now)
        if len(witnesses) == WITNESSES:
            done.segments += self._own_segments(witnesses)
            self._copies(witnesses)
            if self.is_janitor():
                done.segments += self._segments_of_the_gone(witnesses, now)
        done.snapshots += self._old_snapshots(usable, now)
        done.chunks += self._halves(now)
        return done

    def _witnesses(self, usable: Sequence[Opened], now: int) -> list[Opened]:
        """The newest snapshots that had a week to reach everybody and that were read whole here."""
        old = [opened for opened in usable if now - opened.manifest.made_at >= WEEK_MS]
        found = list[Opened]()
        for opened in old:
            if len(found) < WITNESSES and self._is_whole(opened):
                found.append(opened)
        return found

    def _is_whole(self, opened: Opened) -> bool:
        if opened.name in self._snapshots.verified:
            return True
        try:
            self._snapshots.verify(opened)
        except SnapshotError as fault:
            self._snapshots.faults[opened.name] = fault
            return False
        except NotThere:
            return False
        return True

    def _covered(self, store: Store, witnesses: Sequence[Opened], dev: int) -> Place:
        """How far all witnesses hold the branch of a log that is known here."""
        ends = [opened.manifest.place_of(dev) for opened in witnesses]
        known = all(end.digest8 in store.digests_at(dev, end.seq) for end in ends)
        return min(ends, key=operator.attrgetter("seq")) if known else Place(dev, 0, b"")

    def _own_segments(self, witnesses: Sequence[Opened]) -> int:
        with self._database.read() as session:
            store = Store(session.connection())
            mine = {dev: self._own_log(store, dev) for dev in store.my_devs()}
        count = 0
        for dev, known in mine.items():
            ends = [opened.manifest.place_of(dev) for opened in witnesses]
            if all((end.seq, end.digest8) in known for end in ends):
                end = min(end.seq for end in ends)
                count += self._delete(dev, known, end)
                self._let_go(dev, end)
        return count

    @staticmethod
    def _own_log(store: Store, dev: int) -> set[tuple[int, bytes]]:
        """What I know of a log of mine; of one given up also what I read back of it."""
        known = store.my_digests(dev)
        if dev != store.me().dev and dev not in {place.dev for place in store.forks()}:
            known |= store.seen(dev, since=ALL)
        return known

    def _delete(self, dev: int, known: set[tuple[int, bytes]], end: int) -> int:
        count = 0
        for name in self._relay.list(f"ops/{dev:016x}/"):
            found = parse_segment(name) or parse_range(name)
            if found is None:
                continue
            # A range file is known by its last number if I made it, else by its mark.
            *_, last, digest8 = found
            if last <= end and not known.isdisjoint({(last, digest8), (-last, digest8)}):
                self._relay.delete(name)
                count += 1
        return count

    def _let_go(self, dev: int, end: int) -> None:
        """The bytes are needed no more; that they were sealed is remembered."""
        with self._database.write("system") as session:
            session.execute(
                text(
                    "UPDATE sync_sealed SET data = NULL WHERE dev = :dev AND seq <= :end "
                    "AND published AND data IS NOT NULL"
                ),
                {"dev": dev, "end": end},
            )

    def _copies(self, witnesses: Sequence[Opened]) -> None:
        """Others' segments that were kept here to help out."""
        with self._database.write("system") as session:
            store = Store(session.connection())
            mine, forked = store.my_devs(), {place.dev for place in store.forks()}
            store.forget_copies(
                place
                for dev in store.cursors().keys() - mine - forked
                if (place := self._covered(store, witnesses, dev)).seq
            )

    def _segments_of_the_gone(self, witnesses: Sequence[Opened], now: int) -> int:
        """The logs of those who can't tidy up: revoked, silent for half a year, my lost selves."""
        with self._database.read() as session:
            store = Store(session.connection())
            forked = {place.dev for place in store.forks()}
            gone = [
                dev
                for dev in store.cursors().keys() - store.my_devs() - forked
                if self._is_gone(dev, store.heads(), now)
            ]
            ends = {dev: self._covered(store, witnesses, dev).seq for dev in gone}
            seen = {dev: store.seen(dev, since=ALL) for dev in gone}
        return sum(self._delete(dev, seen[dev], ends[dev]) for dev in gone)

    def _is_gone(self, dev: int, heads: Mapping[int, tuple[int, bytes]], now: int) -> bool:
        if self._membership.pin(dev) is not None:
            return True
        if self._membership.station_of(dev) == self._membership.station:
            return True
        heard_at, _ = heads.get(dev, (now, b""))
        return now - heard_at >= DEAD_MS

    def _old_snapshots(self, usable: Sequence[Opened], now: int) -> int:
        kept = self._kept(usable, now)
        proved = [o for o in usable if o in kept and o.name in self._snapshots.verified]
        janitor, own = self.is_janitor(), self._snapshots.own_dev()
        leaving = [
            opened.name
            for opened in usable
            if opened not in kept
            and (janitor or opened.header.dev == own)
            and self._is_dominated(opened, proved)
        ]
        if janitor and len(proved) >= WITNESSES:
            leaving += self._worthless(now) + self._outlived_words(proved, now)
        for name in leaving:
            self._delete_snapshot(name)
        return len(leaving)

    def _kept(self, usable: Sequence[Opened], now: int) -> list[Opened]:
        # The first of a week stays the first: one kept today is kept tomorrow.
        firsts = {o.manifest.made_at // WEEK_MS: o for o in usable}
        weeks = range(now // WEEK_MS - WEEKS_KEPT, now // WEEK_MS + 1)
        kept = [*usable[:NEWEST_KEPT], *(firsts[week] for week in weeks if week in firsts)]
        return self._without_erased(kept, usable, now)

    def _without_erased(
        self, kept: list[Opened], usable: Sequence[Opened], now: int
    ) -> list[Opened]:
        """Leave out what still holds an erased person, once enough without them are old enough."""
        known = self._erasures()
        if not known:
            return kept
        clean = [
            opened
            for opened in usable
            if is_clean(opened.manifest.rows, known)
            and not self._snapshots.ahead(opened.manifest.vector)
        ]
        old = [opened for opened in clean if now - opened.manifest.made_at >= WEEK_MS]
        if len(old) < WITNESSES:
            return kept
        return [
            opened
            for opened in usable
            if opened in clean and (opened in kept or opened in old[:WITNESSES])
        ]

    @staticmethod
    def _is_dominated(opened: Opened, kept: Sequence[Opened]) -> bool:
        """Tell whether enough of those that stay know all that this one knows."""

        def knows(other: Opened) -> bool:
            manifest = opened.manifest
            return set(manifest.forks) <= set(other.manifest.forks) and _holds(
                other, manifest.vector
            )

        return sum(map(knows, kept)) >= WITNESSES

    def drop_words(self, newest: Opened) -> None:
        """Delete this station's own former snapshots that count for its logs only."""
        for word in self._snapshots.words:
            if word.header.dev == newest.header.dev and word.header.stamp < newest.header.stamp:
                self._delete_snapshot(word.name)

    def _outlived_words(self, proved: Sequence[Opened], now: int) -> list[str]:
        """Snapshots of members without the right, whose logs enough others hold by now."""
        return [
            word.name
            for word in self._snapshots.words
            if now - word.manifest.made_at >= WEEK_MS
            and sum(_holds(o, self._snapshots.own_places(word)) for o in proved) >= WITNESSES
        ]

    def _worthless(self, now: int) -> list[str]:
        """Manifests that will never count, a week old: nobody has any use of them."""
        return [
            name
            for name, fault in self._snapshots.faults.items()
            if isinstance(fault, (SnapshotForeign, SnapshotRefused))
            and (named := parse_name(name))
            and now - stamp_ms(named.stamp) >= WEEK_MS
        ]

    def _delete_snapshot(self, name: str) -> None:
        self._relay.delete(name)
        for chunk in self._relay.list(name.rpartition("/")[0] + "/"):
            self._relay.delete(chunk)

    def _halves(self, now: int) -> int:
        """Chunks of snapshots that this station began and never finished."""
        parsed = {name: p for name in self._relay.list("snap/") if (p := parse_name(name))}
        whole = {p.folder for p in parsed.values() if p.number is None}
        with self._database.read() as session:
            mine = Store(session.connection()).my_devs()
        left = [
            name
            for name, p in parsed.items()
            if p.folder not in whole and p.dev in mine and now - stamp_ms(p.stamp) >= DAY_MS
        ]
        for name in left:
            self._relay.delete(name)
        return len(left)


def _holds(opened: Opened, places: Iterable[Place]) -> bool:
    """Tell whether a snapshot knows logs as far as this, and by the same hash."""
    ends = ((opened.manifest.place_of(place.dev), place) for place in places)
    return all(end.seq > place.seq or end == place for end, place in ends)
