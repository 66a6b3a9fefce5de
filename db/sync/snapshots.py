"""Snapshots of a shop in the folder: made, checked, fetched and merged.

They are images that merge like ops, never replacements: a station behind a gap, a new one and a
damaged folder are all healed by the same step (SYNC §4.6).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import text

from db.clock import COUNTER_BITS
from db.database import Database
from db.migrate import SCHEMA
from db.sync.heads import unpack_head
from db.sync.image_checks import check_fields
from db.sync.images import Gone, Image, build_image
from db.sync.manifests import (
    CHUNK_BYTES,
    Chunk,
    Header,
    Manifest,
    Opened,
    Place,
    Sealer,
    SnapshotDamaged,
    SnapshotError,
    SnapshotForeign,
    SnapshotRefused,
    SnapshotWaits,
    chunk_name,
    open_manifest,
    parse_name,
)
from db.sync.membership import Membership
from db.sync.mergers import Merged, merge_image, other_hashes
from db.sync.ranges import parse_range
from db.sync.relay import NotThere, Relay
from db.sync.scratch import PAGE, Scratch, scratch_file
from db.sync.segments import parse_name as parse_segment
from db.sync.store import Store
from db.sync.surroundings import Surroundings

log = logging.getLogger(__name__)

WORKERS: Final = 4
"""Chunks under way at once; shares answer slowly, but many at a time."""

PATIENCE_MS: Final = 60_000
"""So long the logs may take to bring what a snapshot knows, before it is merged instead."""

RETRY_MS: Final = 10 * 60_000
"""After which a damaged snapshot is looked at again."""

MOST_TOLD: Final = 1_000_000
"""Segments that a member without the right may tell of by a snapshot: anybody can write a number."""

TOMBSTONES_STAY_MS: Final = 180 * 24 * 60 * 60_000

_PAGES: Final = CHUNK_BYTES // PAGE
_NOW: Final = 1 << 62
"""A number beyond every log's end: who may manage there may manage now."""

_T = TypeVar("_T")
_Item = TypeVar("_Item")


class Snapshots:
    """The snapshots of one shop as one station sees them. One thread at a time."""

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
        self._database, self._relay, self._membership = database, relay, membership
        self._surroundings, self._workers = surroundings, workers
        self._opened: dict[str, Opened] = {}
        self._ahead_since: dict[str, int] = {}
        self._retry_at: dict[str, int] = {}
        self.verified: Final = set[str]()
        """Manifests of snapshots that were read whole by this process."""
        self.faults: Final = dict[str, SnapshotError]()
        """What was wrong, at the last look, with those that don't count."""
        self.words: Final = list[Opened]()
        """Those of members without the right, newest first: each counts for its maker's logs only."""
        self.unjudged = False
        """Whether merges brought ops, since this was reset, that the reader of the logs must judge."""

    def usable(self, *, afresh: bool = False) -> list[Opened]:
        """Return the snapshots that count, newest first. Raises `RelayError`.

        `afresh` reads manifests again that were read before: they may be damaged since.
        """
        self.faults.clear()
        self.words.clear()
        if afresh:
            self._opened.clear()
        found, names = list[Opened](), self._relay.list("snap/")
        for name in names:
            named = parse_name(name)
            if named is None or named.number is not None:
                continue
            try:
                opened = self._judged(name, named.dev)
                (found if self._is_believed(opened) else self.words).append(opened)
            except NotThere:
                continue
            except SnapshotError as fault:
                self.faults[name] = fault
        for name in self._opened.keys() - set(names):
            del self._opened[name]
        for some in (found, self.words):
            some.sort(key=lambda opened: (opened.header.stamp, opened.name), reverse=True)
        return found

    def own_places(self, opened: Opened) -> list[Place]:
        """Return how far the logs of a snapshot's maker go, by all the numbers it ever had."""
        whose = self._membership.station_of
        maker = whose(opened.header.dev)
        return [place for place in opened.manifest.vector if whose(place.dev) == maker]

    def make(self, seal: Callable[[], object]) -> Opened:
        """Make a snapshot of what this station holds and put it into the folder.

        `seal` puts the outbox into segments. Raises `OutboxOpen` or `RelayError`; what was put by
        then is swept later, for without its manifest it is nothing.
        """
        listed = [place for name in self._relay.list("ops/") if (place := _place_of(name))]
        with scratch_file(self._database.path) as scratch:
            pin, gone = self._membership.pin, self._gone()
            image = build_image(self._database, scratch, seal, pin, listed, gone)
            name = self._publish(scratch, image)
        opened = self._judged(name, self.own_dev())
        self.verify(opened)
        self._note_merged(opened)
        log.info("made a snapshot: %s bytes of %s", opened.manifest.sealed, opened.manifest.plain)
        return opened

    def verify(self, opened: Opened) -> None:
        """Read a snapshot whole and prove every byte; raises a `SnapshotError` or `RelayError`."""
        for _ in self._each_chunk(opened, _nothing):
            pass
        self.verified.add(opened.name)

    def wrong_chunks(self, opened: Opened) -> Iterator[tuple[str, str]]:
        """Read a snapshot whole; name the files that are damaged or missing, and how.

        Raises `RelayError`.
        """
        names, last = opened.chunk_names(), len(opened.manifest.chunks) - 1
        whole = True

        def look(number: int) -> str:
            chunk = opened.manifest.chunks[number]
            try:
                data = self._relay.get(names[number])
                opened.sealer.open_chunk(number, chunk, data, last=number == last)
            except NotThere:
                return "missing"
            except SnapshotDamaged as damage:
                return str(damage)
            return ""

        for name, reason in zip(names, self._in_order(look, range(last + 1)), strict=True):
            if reason:
                whole = False
                yield name, reason
        if whole:
            self.verified.add(opened.name)

    def ahead(self, vector: Iterable[Place]) -> bool:
        """Tell whether somebody knows of segments that this station has not taken."""
        own = self.own_dev()
        with self._database.read() as session:
            connection = session.connection()
            rows = connection.exec_driver_sql("SELECT dev, seq FROM sync_cursor").all()
            cursors = {row.dev: row.seq for row in rows}
            return any(
                (place.seq > cursors.get(place.dev, 0) and place.dev != own)
                or other_hashes(connection, place)
                for place in vector
            )

    def merge_needed(self, *, gap: bool = False) -> Opened | None:
        """Return the next snapshot to merge, if any; ask again after each merge.

        `gap`: the logs can't bring what is missing, by what the reader saw. Otherwise they get a
        minute. While a fork is open every snapshot is merged that was not yet.
        """
        merged, forks, fresh = self._standing()
        now = self._surroundings.now_ms()
        for opened in self.usable():
            if opened.name in merged or self._retry_at.get(opened.name, 0) > now:
                continue
            if not forks and not self.ahead([*opened.manifest.vector, *opened.manifest.forks]):
                self._ahead_since.pop(opened.name, None)
                continue
            since = self._ahead_since.setdefault(opened.name, now)
            if gap or forks or fresh or now - since >= PATIENCE_MS:
                return opened
        return self._word_needed(merged) if gap else None

    def _word_needed(self, merged: Collection[str]) -> Opened | None:
        """The snapshot of a member without the right that tells what its own log can't bring."""
        now = self._surroundings.now_ms()
        for opened in self.words:
            if opened.name in merged or self._retry_at.get(opened.name, 0) > now:
                continue
            if not self._tells(opened):
                continue
            if now - self._ahead_since.setdefault(opened.name, now) >= PATIENCE_MS:
                return opened
        return None

    def _tells(self, opened: Opened) -> bool:
        """Tell whether it brings more of its maker's logs, and nothing of that took the right.

        What its maker wrote while it had the right, whoever took it has read: a snapshot of theirs
        brings that, and must not be passed over.
        """
        with self._database.read() as session:
            cursors = Store(session.connection()).cursors()
        own = self.own_places(opened)
        ends = {place.dev: cursors[place.dev].seq for place in own if place.dev in cursors}
        fresh = [(p.dev, ends.get(p.dev, 0) + 1, p.seq + 1) for p in own]
        count = sum(max(0, end - first) for _, first, end in fresh)
        return 0 < count <= MOST_TOLD and not any(
            self._membership.may_manage(dev, seq)
            for dev, first, end in fresh
            for seq in range(first, end)
        )

    def merge(self, opened: Opened) -> Merged:
        """Fetch a snapshot and merge it. Raises a `SnapshotError` or `RelayError`."""
        try:
            with self.fetched(opened) as scratch:
                now, only = self._surroundings.now_ms(), None
                if not self._is_believed(opened):
                    only = frozenset(place.dev for place in self.own_places(opened))
                merged = merge_image(self._database, scratch, opened, self.own_dev(), now, only)
                self.unjudged = self.unjudged or bool(merged.later or merged.aside)
                return merged
        except SnapshotError:
            self._retry_at[opened.name] = self._surroundings.now_ms() + RETRY_MS
            raise

    def heal(self, *, gap: bool = False) -> list[Merged]:
        """Merge all that is needed; those that turn out damaged are left to a later look."""
        done = list[Merged]()
        while (opened := self.merge_needed(gap=gap)) is not None:
            try:
                done.append(self.merge(opened))
            except SnapshotError as fault:
                self.faults[opened.name] = fault
            except NotThere:
                self._retry_at[opened.name] = self._surroundings.now_ms() + PATIENCE_MS
        return done

    @contextmanager
    def fetched(self, opened: Opened) -> Iterator[Scratch]:
        """Bring a snapshot's image into a scratch file for the length of the block."""
        check_fields(opened.manifest)
        with scratch_file(self._database.path) as scratch:
            for _ in self._each_chunk(opened, lambda n, plain: scratch.write(n * _PAGES, plain)):
                pass
            self.verified.add(opened.name)
            yield scratch

    def own_dev(self) -> int:
        """Return this station's incarnation."""
        with self._database.read() as session:
            return int(session.scalar(text("SELECT dev FROM sync_self")) or 0)

    def _judged(self, name: str, dev: int) -> Opened:
        signer = self._membership.signer(dev)
        if signer is None:
            raise SnapshotWaits("nobody vouches for its maker")
        opened = self._opened.get(name)
        if opened is None:
            data, shop = self._relay.get(name), self._membership.shop
            opened = open_manifest(name, data, shop, signer, self._membership.epochs)
            self._opened[name] = opened
        self._check_places(opened)
        return opened

    def _is_believed(self, opened: Opened) -> bool:
        """Restricted rows in it are believed if its maker had the right, and has it still.

        The manifest tells itself how far its maker's log went: who lost the right could tell of
        an earlier place for ever.
        """
        maker = opened.header.dev
        places = (opened.manifest.place_of(maker), Place(maker, _NOW, b""))
        return all(self._membership.may_manage(*place) for place in places)

    def _check_places(self, opened: Opened) -> None:
        if self._membership.pin(opened.header.dev) is not None:
            raise SnapshotForeign("its maker was revoked")
        for place in (*opened.manifest.vector, *opened.manifest.forks):
            pin = self._membership.pin(place.dev)
            if pin is None and self._membership.signer(place.dev) is None:
                raise SnapshotWaits("nobody vouches for a station it knows of")
            if pin is not None and (
                place.seq > pin.seq or (place.seq == pin.seq and place.digest8 not in pin.digests8)
            ):
                raise SnapshotRefused("it goes beyond the end of a revoked station")
        if not self._is_believed(opened):
            return  # what takes the right is left out of it
        ends = (self._membership.cuts_below(p.dev, p.seq) for p in opened.manifest.vector)
        if not frozenset[bytes]().union(*ends) <= set(opened.manifest.cuts):
            raise SnapshotRefused("it goes beyond the end of a right that its maker took to last")

    def _gone(self) -> Gone:
        """Tombstones of half a year ago that every member's log has long taken.

        Half a year by everybody's clock: a single one may be set to another year.
        """
        with self._database.read() as session:
            store = Store(session.connection())
            heads = [(dev, unpack_head(head)) for dev, (_, head) in store.heads().items()]
            known = {dev: place.seq for dev, place in store.cursors().items()}
            me = store.me()
        known[me.dev] = me.seq
        now = self._surroundings.now_ms()
        for station in self._membership.names().keys() - {self._membership.station}:
            devs = {dev for dev in known if self._membership.station_of(dev) == station}
            if any(self._membership.pin(dev) is not None for dev in devs):
                continue  # revoked: it need not hear of it
            said = [head for dev, head in heads if dev in devs]
            told = [{p.dev: p.seq for p in head.vector} for head in said]
            known = {
                dev: seq for dev, seq in known.items() if any(t.get(dev, 0) >= seq for t in told)
            }
            now = min(now, max((head.at for head in said), default=0))
        return Gone(frozenset(known), (now - TOMBSTONES_STAY_MS) << COUNTER_BITS)

    def _publish(self, scratch: Scratch, image: Image) -> str:
        members, drawn = self._membership, self._surroundings.random(32)
        epoch = members.current
        header = Header(members.shop, self.own_dev(), image.stamp, epoch.number, drawn)
        sealer, chunks = Sealer(header, epoch), list[Chunk]()
        count = -(-scratch.pages // _PAGES)

        def seal(number: int) -> tuple[Chunk, bytes]:
            plain = scratch.read(number * _PAGES, _PAGES)
            return sealer.seal_chunk(number, plain, last=number == count - 1)

        for chunk, data in self._in_order(seal, range(count)):
            self._relay.put_new(chunk_name(header.folder, len(chunks), chunk.digest), data)
            chunks.append(chunk)
        manifest = Manifest(
            SCHEMA,
            self._surroundings.now_ms(),
            image.stamp,
            image.vector,
            image.forks,
            chunks,
            image.fields,
            image.rows,
            sorted(members.cuts),
        )
        name, data = sealer.seal_manifest(manifest, members.keys)
        self._relay.put_new(name, data)
        return name

    def _each_chunk(self, opened: Opened, use: Callable[[int, bytes], object]) -> Iterator[None]:
        names, last = opened.chunk_names(), len(opened.manifest.chunks) - 1

        def take(number: int) -> None:
            chunk, data = opened.manifest.chunks[number], self._relay.get(names[number])
            use(number, opened.sealer.open_chunk(number, chunk, data, last=number == last))

        yield from self._in_order(take, range(last + 1))

    def _in_order(self, work: Callable[[_Item], _T], items: Iterable[_Item]) -> Iterator[_T]:
        """Do the same with every item, a few at a time, and return what came of it in order."""
        if self._workers <= 1:
            yield from map(work, items)
            return
        with ThreadPoolExecutor(self._workers) as pool:
            waiting = deque[Future[_T]]()
            try:
                for item in items:
                    waiting.append(pool.submit(work, item))
                    if len(waiting) > 2 * self._workers:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _standing(self) -> tuple[frozenset[str], bool, bool]:
        """What was merged, whether a fork is open, whether no log was ever read."""
        with self._database.read() as session:
            merged = session.scalars(text("SELECT name FROM sync_merged")).all()
            forks = session.scalar(text("SELECT count(*) FROM sync_fork"))
            cursors = session.scalar(text("SELECT count(*) FROM sync_cursor WHERE seq > 0"))
        return frozenset(merged), bool(forks), not cursors

    def _note_merged(self, opened: Opened) -> None:
        with self._database.write("system") as session:
            session.execute(
                text("INSERT OR IGNORE INTO sync_merged(name, at) VALUES (:name, :at)"),
                {"name": opened.name, "at": self._surroundings.now_ms()},
            )


def _place_of(name: str) -> Place | None:
    """Under what a file of a log is known to have been taken."""
    if found := parse_segment(name):
        return Place(*found)
    spans = parse_range(name)
    return spans.mark() if spans else None


def _nothing(number: int, plain: bytes) -> None:
    """Prove a chunk by opening it only."""
