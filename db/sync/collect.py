"""Who makes the next snapshot and when, and what may leave the folder (SYNC §4.6).

Nothing leaves by age alone: the owner deletes its own segments once two snapshots that it read whole
hold its very branch, told by hash, and had a week to reach everybody.
"""

from __future__ import annotations

import hashlib
import logging
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from db.clock import stamp_ms
from db.database import Database
from db.erasing.held import count_erasures, is_clean
from db.sync.manifests import (
    Opened,
    Place,
    SnapshotError,
    SnapshotForeign,
    SnapshotRefused,
    parse_name,
)
from db.sync.membership import Membership
from db.sync.pauses import Pause
from db.sync.ranges import parse_range
from db.sync.relay import NotThere, Relay
from db.sync.segments import parse_name as parse_segment
from db.sync.snapshots import Snapshots
from db.sync.store import Store
from db.sync.surroundings import Surroundings

log = logging.getLogger(__name__)

HOUR_MS: Final = 60 * 60_000
DAY_MS: Final = 24 * HOUR_MS
WEEK_MS: Final = 7 * DAY_MS

EVERY_MS: Final = DAY_MS
"""So old the newest snapshot may become."""
LEAST_MS: Final = HOUR_MS
"""One station makes them at least so far apart, whatever others' clocks say."""
AFTER_FAILURE_MS: Final = (2 * 60_000, 2 * HOUR_MS)
"""The first and the longest wait after one that could not be put, or was not read back as it was."""
BETWEEN_WANTED_MS: Final = (60_000, 6 * HOUR_MS)
"""The same between those asked for: an ask may stand for ever where a snapshot does not help."""
WORD_AFTER_MS: Final = 10 * 60_000
"""So long managing stations may take to bring what is asked for, before its writer does."""
TURN_MS: Final = HOUR_MS
"""Who is next in turn waits so long for the one before."""
GROWTH: Final = 0.5
"""Or, before its time, once the logs since then reach this part of its size."""
OP_BYTES: Final = 90
LEAST_GROWTH: Final = 4 << 20
ALL: Final = -(1 << 62)
"""Numbers from here on, the marks of range files included."""

LOOK_EVERY_MS: Final = 6 * HOUR_MS

NEWEST_KEPT: Final = 3
WEEKS_KEPT: Final = 8
WITNESSES: Final = 2
"""Snapshots that must hold what is deleted."""
DEAD_MS: Final = 180 * DAY_MS
"""A station silent for so long will not tidy up after itself."""


def rank(dev: int, others: Iterable[int], now_ms: int) -> int:
    """Return whose turn it is today: 0 for the first, by a lot that all draw alike."""
    mine = _lot(dev, now_ms)
    return sum(_lot(other, now_ms) < mine for other in set(others) - {dev})


def _lot(dev: int, now_ms: int) -> bytes:
    return hashlib.sha256(f"{dev:016x}.{now_ms // DAY_MS}".encode()).digest()


@dataclass(slots=True)
class Collected:
    """What left the folder."""

    segments: int = 0
    snapshots: int = 0
    chunks: int = 0


class Collector:
    """Decides about snapshots and deletes what they cover; used by one thread at a time."""

    def __init__(
        self,
        database: Database,
        relay: Relay,
        membership: Membership,
        surroundings: Surroundings,
        snapshots: Snapshots,
    ) -> None:
        self._database, self._relay, self._membership = database, relay, membership
        self._around, self._snapshots = surroundings, snapshots
        self._due_since: int | None = None
        self._made_at: int | None = None
        self._word_since: int | None = None
        self._failed, self._asked = Pause(*AFTER_FAILURE_MS), Pause(*BETWEEN_WANTED_MS)
        self._looked_at: int | None = None

    # Making.

    def is_due(self, *, wanted: bool = False, word: bool = False) -> bool:
        """Tell whether this station should make a snapshot now. Raises `RelayError`.

        `wanted`: somebody asked for one, having a gap that no log fills; `word`: the gap is in the
        log of this station, which has what stood there in its rows only.
        """
        now = self._around.now_ms()
        self._word_since = (self._word_since or now) if word else None
        if self._failed.lasts(now) or ((wanted or word) and self._asked.lasts(now)):
            return False
        if not self._membership.manager:
            return self._word_since is not None and abs(now - self._word_since) >= WORD_AFTER_MS
        if self._made_lately(now, wanted=wanted):
            return False
        if not wanted and not self._is_time(now):
            self._due_since = None
            return False
        since = self._due_since = self._due_since or now
        turn = TURN_MS // 60 if wanted else TURN_MS
        return abs(now - since) >= self._rank(now) * turn

    def note_made(self, *, wanted: bool = False) -> None:
        """Note that this station has just made one, or that it did because somebody asked."""
        self._made_at, self._due_since = self._around.now_ms(), None
        self._failed.end()
        if wanted:
            self._asked.begin(self._made_at)

    def note_failed(self) -> None:
        """Note that one could not be put whole: all its bytes for nothing."""
        self._failed.begin(self._around.now_ms())

    def _made_lately(self, now: int, *, wanted: bool) -> bool:
        least = LEAST_MS // 60 if wanted else LEAST_MS
        return self._made_at is not None and 0 <= now - self._made_at < least

    def _is_time(self, now: int) -> bool:
        newest = next(iter(self._snapshots.usable()), None)
        since = newest.manifest.made_at if newest else self._began()
        if since is None or now - since >= EVERY_MS:
            return since is not None
        if self._misses_an_erasure():
            return True
        large = GROWTH * newest.manifest.sealed if newest else 0
        return self._changes_since(since if newest else 0) * OP_BYTES > max(large, LEAST_GROWTH)

    def _misses_an_erasure(self) -> bool:
        """Tell whether somebody was erased whom the newest snapshots may still hold.

        Two are wanted soon: only when they are proved may those from before leave.
        """
        known = self._erasures()
        if not known:
            return False
        newest = self._snapshots.usable()[:WITNESSES]
        return sum(is_clean(opened.manifest.rows, known) for opened in newest) < WITNESSES

    def _erasures(self) -> int:
        with self._database.read() as session:
            return count_erasures(session.connection())

    def _began(self) -> int | None:
        """When this home was first written to; None for one that is empty."""
        with self._database.read() as session:
            found = session.scalar(text("SELECT at FROM txn ORDER BY rid LIMIT 1"))
        return None if found is None else int(found)

    def _changes_since(self, at: int) -> int:
        with self._database.read() as session:
            found = session.scalar(
                text(
                    "SELECT count(*) FROM change WHERE txn > "
                    "coalesce((SELECT max(rid) FROM txn WHERE at <= :at), 0)"
                ),
                {"at": at},
            )
        return int(found or 0)

    def _rank(self, now: int) -> int:
        """My place among the managing stations that were heard within the hour."""
        with self._database.read() as session:
            store = Store(session.connection())
            me, cursors, heads = store.me(), store.cursors(), store.heads()
        others = [
            dev
            for dev, (heard_at, _) in heads.items()
            if dev != me.dev
            and abs(now - heard_at) <= HOUR_MS
            and self._membership.may_manage(dev, cursors[dev].seq)
        ]
        return rank(me.dev, others, now)

    # Deleting.

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

    def is_janitor(self) -> bool:
        """Tell whether it is this station's turn today to tidy up for all."""
        return self._membership.manager and self._rank(self._around.now_ms()) == 0

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
