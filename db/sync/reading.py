"""The reading side: takes segments in order, stops at gaps, believes nothing unproved (SYNC §4.5)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final, NamedTuple

from db.database import Database
from db.sync.apply import merge_groups
from db.sync.asks import RECORDS, SNAPSHOT, Ask, Asks
from db.sync.frames import Group
from db.sync.hearsay import branches, claims
from db.sync.losses import Loss, give_up, given_up, losses, open_gaps
from db.sync.manifests import Place
from db.sync.membership import Membership
from db.sync.ranges import parse_range, split_range
from db.sync.readmission import noted_txn
from db.sync.relay import NotThere, Relay
from db.sync.revert import judge_again
from db.sync.rights import NO_RIGHT, REVOKED, admits, counts, sift
from db.sync.segments import (
    Segment,
    SegmentDamaged,
    SegmentError,
    SegmentLocked,
    SegmentNewer,
    open_segment,
    parse_name,
)
from db.sync.store import SHORT, Store
from db.sync.surroundings import Surroundings
from db.sync.taking import MergeGroups, is_refusal, merge_carefully, pack_groups, take_groups
from db.sync.troubles import Troubles

log = logging.getLogger(__name__)

FULL_EVERY_MS: Final = 5 * 60_000
"""Heads are hints: the whole folder is looked through so often."""
MOST_TOGETHER: Final = 20
"""Segments of one log that are asked for at once."""
_RANGES: Final = -(1 << 62)
"""From this number on `sync_seen` also holds the marks of range files."""


class _Listed(NamedTuple):
    """A file of a log: the first number in it, and under what it is known to have been taken."""

    first: int
    name: str
    place: Place


class LogReader:
    """Takes what others wrote into the database."""

    def __init__(
        self,
        database: Database,
        relay: Relay,
        membership: Membership,
        surroundings: Surroundings,
        asks: Asks,
    ) -> None:
        self._database, self._relay, self._membership = database, relay, membership
        self._around = surroundings
        self._troubles = Troubles(database, relay, surroundings, asks)
        self._full_at: int | None = None
        self._unread: set[int] = set()
        self._blocked: set[int] = set()
        self._locked: set[int] = set()
        self.failures: list[str] = []
        self.gap = False
        """Whether the last look found a gap that the logs could not fill."""

    @property
    def restless(self) -> bool:
        """Whether something is to be tried again though the folder shows nothing new."""
        return bool(self._troubles.pressing or self._unread or self._blocked or self.gap)

    def pull(self, *, full: bool = False) -> int:
        """Take what is new, in order; returns how many segments. Raises `RelayError`."""
        self.failures = []
        now = self._around.now_ms()
        full = full or self._full_at is None or abs(now - self._full_at) >= FULL_EVERY_MS
        with self._database.read() as session:
            told = claims(Store(session.connection()), self._membership)
        logs = self._listed(None if full else self._behind(told))
        count = sum(self._read_log(dev, logs[dev]) for dev in sorted(logs))
        self._note_gaps(told, logs)
        self._troubles.note_locked(self._locked)
        if full:
            self._full_at = now
            self._troubles.forget_files([file.name for log in logs.values() for file in log])
        return count

    def claims(self, store: Store) -> dict[int, int]:
        """Return the highest number of each log that any head tells of."""
        return claims(store, self._membership)

    def still_wants(self, ask: Ask) -> bool:
        """Tell whether an ask of mine still stands."""
        if (ask.target, ask.seq) == SNAPSHOT:
            return self.gap
        if (ask.target, ask.seq) == RECORDS:
            return self._troubles.locked
        if self._troubles.wants(ask):
            return True
        with self._database.read() as session:
            connection = session.connection()
            if (ask.target, ask.seq) in given_up(connection):
                return False
            return Store(connection).cursor(ask.target).seq < ask.seq

    def judge_again(self) -> bool:
        """Look anew at what was taken or put aside, after the records of the members changed.

        False where something local must be sealed first: do it again after that.
        """
        return judge_again(self._database, self._membership, self._around.now_ms()).done

    # What there is.

    def _behind(self, told: dict[int, int]) -> set[int]:
        with self._database.read() as session:
            store = Store(session.connection())
            cursors, me = store.cursors(), store.me().dev
        behind = {
            dev
            for dev, seq in told.items()
            if dev != me and seq > (cursors[dev].seq if dev in cursors else 0)
        }
        return self._unread | self._troubles.branched | behind

    def _listed(self, devs: set[int] | None) -> dict[int, list[_Listed]]:
        """The segments of some logs, or of all, as the folder lists them."""
        if devs is None:
            names = self._relay.list("ops/")
        else:
            names = [n for dev in sorted(devs) for n in self._relay.list(f"ops/{dev:016x}/")]
        logs: dict[int, list[_Listed]] = {}
        for name in names:
            if found := parse_name(name):
                logs.setdefault(found[0], []).append(_Listed(found[1], name, Place(*found)))
            elif spans := parse_range(name):
                mark = spans.mark()
                logs.setdefault(spans.dev, []).append(_Listed(spans.first, name, mark))
        return logs

    def _read_log(self, dev: int, listed: Sequence[_Listed]) -> int:
        with self._database.read() as session:
            store = Store(session.connection())
            own = store.me().dev == dev
            end = store.cursor(dev).seq
            known = store.seen(dev, since=_RANGES) | store.my_digests(dev)
            lost = {seq for other, seq in given_up(session.connection()) if other == dev}
        count = unopened = 0
        self._unread.discard(dev)
        self._blocked.discard(dev)
        self._locked.discard(dev)
        for file in sorted(listed):
            if file.place[1:] in known:
                end = end if own else self._passed(file.place, end)
                continue
            while end + 1 in lost and end + 1 < file.first:
                end += 1
            if file.first > end + 1 and not own:
                # Never over a gap: what is missing may be what the rest builds on.
                self._unread.add(dev)
                break
            parts = self._segments(file)
            if not parts:
                unopened = max(unopened, -file.place.seq)
            for place, name, data in parts:
                if place[1:] in known:
                    end = end if own else self._passed(place, end)
                    continue
                if not self._take(place, name, data, own=own):
                    if place.seq in lost:
                        end = max(end, place.seq)
                        continue
                    self._unread.add(dev)
                    break
                known.add((place.seq, place.digest8))
                count += 1
                end = max(end, place.seq)
            else:
                if parts:
                    self._note_range(file.place)
        if unopened > end:
            self._unread.add(dev)
        return count

    def _passed(self, place: Place, end: int) -> int:
        """Return how far a log is read, where a segment comes next that was taken before.

        The cursor may have been set back, for what came with something that was undone; what had
        no effect then is not taken again.
        """
        if place.seq != end + 1 or not self._counts(place):
            return end
        with self._database.write("sync") as session:
            Store(session.connection()).move_cursor(place)
        return place.seq

    def _segments(self, file: _Listed) -> Sequence[tuple[Place, str, bytes | None]]:
        """The segments a file holds: a range file many, whose bytes then are at hand."""
        if file.place.seq > 0:
            return [(file.place, file.name, None)]
        signer = self._membership.signer(file.place.dev)
        if signer is None:
            self._blocked.add(file.place.dev)
            return []
        if self._troubles.waits(file.name):
            return []
        data = b""
        try:
            data = self._relay.get(file.name)
            parts = split_range(file.name, data, self._membership.shop, signer)
        except NotThere:
            return []
        except SegmentError as error:
            # It is only a second form of its parts: they are asked for like any others.
            log.info("range %s is not taken: %s", file.name, type(error).__name__)
            if not isinstance(error, SegmentNewer):
                self._troubles.note_bad(file.name, data)
            return []
        self._troubles.note_good(file.name)
        return parts

    def _note_range(self, place: Place) -> None:
        """Remember of a range file that all its parts are here."""
        if place.seq < 0:
            with self._database.write("system") as session:
                Store(session.connection()).note_seen(place, 0)

    def _note_gaps(self, told: dict[int, int], logs: dict[int, list[_Listed]]) -> None:
        with self._database.read() as session:
            connection = session.connection()
            store = Store(connection)
            cursors, me, lost = store.cursors(), store.me().dev, given_up(connection)
            named, unknown = open_gaps(connection), branches(store, self._membership)
        self.gap = False
        for dev in sorted(told.keys() | self._unread):
            end = cursors[dev].seq if dev in cursors else 0
            while (dev, end + 1) in lost:
                end += 1
            if dev == me or (told.get(dev, 0) <= end and dev not in self._unread):
                continue
            if dev in self._blocked:
                continue  # it waits for a key, a record or an update, which nobody can give by files
            if self._membership.signer(dev) is None or not self._membership.accepts(dev, end + 1):
                continue
            self.gap = True
            later = range(end + 2, min(told.get(dev, 0), end + MOST_TOGETHER) + 1)
            there = _numbers(logs.get(dev, ()))
            following = [n for n in later if n not in there and (dev, n) not in lost]
            self._troubles.note_gap(dev, end + 1, following)
        self._troubles.forget_filled(cursors, named)
        self._troubles.note_branches(me, unknown)

    def losses(self) -> list[Loss]:
        """Return what is missing and can't be read over: what a person may give up."""
        logs = self._listed(None)
        there = {dev: [file.first for file in files] for dev, files in logs.items()}
        with self._database.read() as session:
            connection = session.connection()
            return losses(connection, there, self.claims(Store(connection)))

    def give_up(self, who: str) -> list[Loss]:
        """Go over what is missing from now on; returns it. Raises `RelayError`."""
        found, now = self.losses(), self._around.now_ms()
        with self._database.write("system") as session:
            for loss in found:
                give_up(session.connection(), loss, who, now)
        for loss in found:
            log.warning("given up: %s", loss)
            for seq in range(loss.first, loss.last + 1):
                self._troubles.forget_gap(loss.dev, seq)
        return found

    def ask_now(self) -> int:
        """Ask at once for what the last look lacked; returns for how many segments.

        For who looks once only and can't wait for a file that is on its way. Raises `RelayError`.
        """
        return self._troubles.ask_now()

    # One segment.

    def _take(self, place: Place, name: str, data: bytes | None, *, own: bool) -> bool:
        alone = data is None
        if alone and self._troubles.waits(name):
            return False
        try:
            if data is None:
                data = self._relay.get(name)
            segment = self._open(place, data)
        except NotThere:
            return False
        except (SegmentLocked, SegmentNewer) as error:
            newer = isinstance(error, SegmentNewer)
            self.failures.append("update" if newer else "no_key")
            self._blocked.add(place.dev)
            if not newer:
                self._locked.add(place.dev)
            return False
        except SegmentError as error:
            log.info("segment %s is not taken: %s", name, error)
            if alone and data is not None:
                self._troubles.note_bad(name, data)
            return False
        if alone:
            self._troubles.note_good(name)
        if segment is None:
            self._blocked.add(place.dev)
            return False
        self._apply(place, name, data, segment, own=own)
        return True

    def _open(self, place: Place, data: bytes) -> Segment | None:
        member = self._membership
        signer = member.signer(place.dev)
        if signer is None or not admits(member, place):
            return None  # nobody vouches for it yet, or can any more
        segment = open_segment(data, member.shop, place.dev, signer, member.epochs)
        if segment.header.seq != place.seq or segment.digest[:SHORT] != place.digest8:
            raise SegmentDamaged("another segment under this name")
        return segment

    def _apply(self, place: Place, name: str, data: bytes, segment: Segment, *, own: bool) -> None:
        try:
            self._apply_by(merge_groups, place, name, data, segment, own=own)
        except Exception as error:
            if not is_refusal(error):
                raise
            log.warning("segment %s is taken op by op: %s", name, type(error).__name__)
            self._apply_by(merge_carefully, place, name, data, segment, own=own)

    def _apply_by(
        self,
        merge: MergeGroups,
        place: Place,
        name: str,
        data: bytes,
        segment: Segment,
        *,
        own: bool,
    ) -> None:
        now = self._around.now_ms()
        with self._database.write("sync") as session:
            connection = session.connection()
            store = Store(connection)
            if store.has_seen(place):
                return  # another process of this home was quicker
            groups = self._sifted(store, place, segment.groups, now)
            take_groups(connection, place[:2], groups, now, merge)
            self._note_branches(store, place, segment.header.previous[:SHORT], now)
            store.note_seen(place, noted_txn(connection))
            if not own and self._counts(place):
                store.keep_copy(name, place, data)
                store.move_cursor(place)

    def _counts(self, place: Place) -> bool:
        return counts(self._membership, place)

    def _sifted(self, store: Store, place: Place, groups: list[Group], now: int) -> list[Group]:
        """What may be applied; the rest is put aside."""
        if not self._counts(place):
            store.put_aside(place.dev, place.seq, pack_groups(groups), REVOKED, now)
            return []
        if self._membership.may_manage(*place):
            return groups
        free, restricted = sift(groups)
        if restricted:
            store.put_aside(place.dev, place.seq, pack_groups(restricted), NO_RIGHT, now)
        return free

    def _note_branches(self, store: Store, place: Place, previous: bytes, now: int) -> None:
        """Two hashes for one number, or a chain that does not fit: a machine was cloned."""
        here = store.digests_at(place.dev, place.seq)
        before = store.digests_at(place.dev, place.seq - 1) if place.seq > 1 else set()
        forks = set[Place]()
        if here - {place.digest8}:
            forks |= {Place(place.dev, place.seq, digest) for digest in here | {place.digest8}}
        if before and previous not in before:
            forks |= {Place(place.dev, place.seq - 1, digest) for digest in before | {previous}}
        if store.note_forks(sorted(forks)):
            store.open_problem("fork", f"{place.dev:016x}", "{}", now)


def _numbers(files: Sequence[_Listed]) -> set[int]:
    """The numbers of a log that the folder has, singly or in range files."""
    return {n for file in files for n in range(file.first, abs(file.place.seq) + 1)}
