"""The engine: seals what was written here, publishes it, and takes what others wrote (SYNC §4.4, §4.5).

One pass does all of it and may be broken off anywhere: what it did by then stays done, and the next
pass goes on. Several processes of one home may run passes; what counts is decided in transactions.
"""

from __future__ import annotations

import logging
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from db.database import Database
from db.erasing.roots import discover
from db.migrate import SCHEMA
from db.sync.asks import SNAPSHOT, Asks, restore_file
from db.sync.checking import Attached, Checker, Repaired, Verified
from db.sync.frames import Group, Op, group_ops
from db.sync.heads import Head, Heads
from db.sync.membership import EpochWanted, Membership
from db.sync.ops import take_groups
from db.sync.reading import LogReader
from db.sync.relay import (
    NameTaken,
    NotThere,
    Relay,
    RelayError,
    RelayFull,
    RelayOffline,
    RelayReadOnly,
    RelayUnsound,
)
from db.sync.segments import FORMAT, Writer, is_signed, open_segment, parse_name
from db.sync.store import Kept, Store
from db.sync.surroundings import Surroundings
from db.sync.taking import replay_later
from db.sync.upkeep import Upkeep

log = logging.getLogger(__name__)

SEAL_OPS: Final = 100_000
"""Change notes that become segments in one transaction."""
HEAD_EVERY_MS: Final = 30_000
"""A head that only tells how far the others' logs were read is written at most so often."""
ALIVE_EVERY_MS: Final = 10 * 60_000
"""A station with nothing new says so often that it is there."""
DOUBT_EVERY_MS: Final = 10 * 60_000
"""A station takes another number on a mere hint at most so often."""
UNREADABLE: Final = "unreadable"
"""Code of the problem that a file (`about`) is there and may not be read."""
MOST_REFUSED: Final = 20
"""Such files that are named."""
TOKEN: Final = "station.token"  # noqa: S105 - a file's name
_TOKEN_BYTES: Final = 16


@dataclass(slots=True)
class PassResult:
    """What a pass did. `failures` are codes: offline, full, read_only, unsound, no_key, update."""

    sealed: int = 0
    published: int = 0
    taken: int = 0
    merged: int = 0
    waiting: bool = False
    failures: list[str] = field(default_factory=list)

    @property
    def offline(self) -> bool:
        """Whether the folder was not there."""
        return "offline" in self.failures


class TokenFile:
    """The continuity token beside the home: a database put back from a backup has another."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> bytes | None:
        """Return the token; None where there is none."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None

    def write(self, token: bytes) -> None:
        """Keep another token; torn writing only costs a new incarnation."""
        self._path.write_bytes(token)


class Engine:
    """Keeps one home and the shop's folder in step. One thread at a time."""

    def __init__(
        self,
        database: Database,
        relay: Relay,
        membership: Membership,
        surroundings: Surroundings | None = None,
        *,
        token: TokenFile | None = None,
        app: str = "",
        workers: int = 1,
    ) -> None:
        """`app` is the program's version, told to the other stations.

        `workers` are threads that fetch and seal the chunks of snapshots.
        """
        self._database, self._relay, self._membership = database, relay, membership
        self._around = surroundings or Surroundings()
        self._token = token or TokenFile(database.path.with_name(TOKEN))
        self._app = app
        self.heads: Final = Heads(relay, membership, self._around)
        self.asks: Final = Asks(relay, membership, self._around)
        self.reader: Final = LogReader(database, relay, membership, self._around, self.asks)
        self.upkeep: Final = Upkeep(database, relay, membership, self._around, workers=workers)
        self.before_publish: Callable[[], object] | None = None
        """What must be in the folder before the ops that name it: attachments."""
        self.attached: Callable[[], Attached] | None = None
        """Proves the attachments in the folder, and puts them back."""
        self._started = False
        self._doubted_at: int | None = None
        self._judge_due = True
        self._announced = 0
        self._said: tuple[Head, int] | None = None
        self.snapshot_wanted = False
        """Whether another station asked for a snapshot; who makes one sets it back."""

    def pass_once(self, *, full: bool = False, seal: bool = True) -> PassResult:
        """Do all that is to be done now; `full` looks through the whole folder.

        Without `seal` what was written here waits for a later pass.
        """
        result = PassResult()
        try:
            self._pass(result, full=full, seal=seal)
        except RelayOffline:
            result.failures.append("offline")
        return result

    def start(self) -> None:
        """Find out whether the database is the one that was here last; done once, by itself."""
        if self._started:
            return
        with self._database.read() as session:
            me = Store(session.connection()).me()
        if me.dev == 0:
            self.incarnate("first")
        elif self._token.read() != me.token:
            self.incarnate("restored")
        token = self._around.random(_TOKEN_BYTES)
        # First the file: a crash in between is taken for a restored backup, which does no harm.
        self._token.write(token)
        with self._database.write("system") as session:
            Store(session.connection()).set_token(token)
        # An older program may have kept ops that this one understands.
        replay_later(self._database, self._membership, self._around.now_ms())
        self._started = True

    def incarnate(self, reason: str) -> int:
        """Go on under a new random number; what nobody has of the old one is sealed again."""
        with self._database.write("system") as session:
            dev = self._incarnate(Store(session.connection()))
        log.info("a new incarnation: %s", reason)
        return dev

    def seal(self) -> int:
        """Put everything written here into segments; returns how many ops."""
        count = 0
        while done := self._seal_some():
            count += done
        return count

    def publish(self) -> int:
        """Put what the folder has not, and put back what it lost; returns how many files."""
        self._announce()
        if self.before_publish is not None:
            self.before_publish()
        with self._database.read() as session:
            store = Store(session.connection())
            fresh, held = store.unpublished(), store.held()
        count = self._put_fresh(fresh)
        return count + self._put_back(held)

    def pull(self, *, full: bool = False) -> int:
        """Take what others wrote; returns how many segments. Raises `RelayError`."""
        self._hear()
        return self.reader.pull(full=full)

    def verify(self) -> Verified:
        """Prove every file of the folder, and name what is wrong. Raises `RelayError`."""
        self._hear()
        return self._checker().verify(self._all_claims())

    def repair(self) -> Repaired:
        """Put back what is held here, ask others for the rest, make a snapshot where one is bad.

        Raises `RelayError`.
        """
        self._hear()
        with self._database.read() as session:
            me = Store(session.connection()).me().dev
        done = self._checker().repair(self._all_claims(), me)
        if done.snapshot_wanted:
            self.snapshot_wanted = True
            self._keep_up()
        return done

    def _checker(self) -> Checker:
        shared = self._database, self._relay, self._membership
        return Checker(*shared, self.upkeep.snapshots, self.asks, self.attached)

    def _all_claims(self) -> dict[int, int]:
        """How far every log goes, by the heads and by what is held here."""
        with self._database.read() as session:
            store = Store(session.connection())
            claims = self.reader.claims(store)
            for place in self._head(store).vector:
                claims[place.dev] = max(claims.get(place.dev, 0), place.seq)
        return claims

    def _pass(self, result: PassResult, *, full: bool, seal: bool) -> None:
        self._step(result, self._refresh)
        if not self._membership.member:
            result.waiting = True
            return
        self.start()
        self._step(result, self._look_for_myself)
        if seal:
            result.sealed = self._step(result, self.seal)
        if self._judge_due:
            self._judge_due = not self.reader.judge_again()
        result.published = self._step(result, self.publish)
        result.merged = self._step(result, self._begin)
        result.taken = self._step(result, lambda: self.pull(full=full))
        if result.taken or result.merged:
            self._step(result, lambda: self._find_late(whole=result.merged > 0))
        self._step(result, self._answer)
        result.merged += self._step(result, self._keep_up)
        self._step(result, self._say)
        self._note_refused()
        result.failures += self.reader.failures

    def _note_refused(self) -> None:
        """Name what this computer may not read: the rest goes on, but something may be missing."""
        refused, now = sorted(self._relay.unreadable)[:MOST_REFUSED], self._around.now_ms()
        with self._database.read() as session:
            told = [p[1] for p in Store(session.connection()).open_problems() if p[0] == UNREADABLE]
        if sorted(told) == refused:
            return
        with self._database.write("system") as session:
            store = Store(session.connection())
            for name in set(told) - set(refused):
                store.close_problem(UNREADABLE, name, now)
            for name in refused:
                store.open_problem(UNREADABLE, name, "{}", now)

    def _step(self, result: PassResult, work: Callable[[], int]) -> int:
        """Do one part; what fails in it must not keep the others from being done."""
        try:
            return work()
        except RelayOffline:
            raise
        except EpochWanted:
            result.failures.append("no_key")
        except RelayFull:
            result.failures.append("full")
        except RelayReadOnly:
            result.failures.append("read_only")
        except RelayUnsound:
            result.failures.append("unsound")
        except RelayError as error:
            log.info("a step failed: %s", type(error).__name__)
            result.failures.append("unsound")
        return 0

    def _refresh(self) -> int:
        """Take new records; ours that the folder lost are put back by the way."""
        self._judge_due = self._membership.refresh(self._relay) or self._judge_due
        return 0

    # Who I am.

    def _look_for_myself(self) -> int:
        """Where the folder knows more of me than I do, I am a copy: take another number."""
        with self._database.read() as session:
            dev = Store(session.connection()).me().dev
        names = self._relay.list(f"ops/{dev:016x}/")
        self._hear()
        with self._database.read() as session:
            store = Store(session.connection())
            me, mine = store.me(), store.my_digests(dev)
            claimed = self.reader.claims(store).get(dev, 0)
        strange = [name for name in names if (p := parse_name(name)) and p[1:] not in mine]
        if me.dev != dev or not (strange or claimed > me.seq):
            return 0
        if not any(map(self._signed_by_me, strange)) and not self._may_doubt():
            return 0
        self.incarnate("seen in use")
        return 1

    def _signed_by_me(self, name: str) -> bool:
        try:
            return is_signed(name, self._relay.get(name), self._membership.keys.public)
        except NotThere:
            return False

    def _may_doubt(self) -> bool:
        """Anybody can put a file under my number, or tell of one: it must not cost one each time.

        What bears my own signature is no stranger's, and is not asked about here.
        """
        now = self._around.now_ms()
        if self._doubted_at is not None and abs(now - self._doubted_at) < DOUBT_EVERY_MS:
            return False
        self._doubted_at = now
        return True

    def _incarnate(self, store: Store) -> int:
        me = store.me()
        again = self._reopened(me.dev, store.drop_unpublished(me.dev)) if me.dev else []
        last = store.last_published(me.dev)
        if last.seq:
            store.move_cursor(last)
        dev = self._membership.new_dev(self._around.random)
        store.begin_incarnation(dev)
        self._keep(store, dev, again)
        return dev

    def _reopened(self, dev: int, sealed: Sequence[bytes]) -> list[Op]:
        member = self._membership
        ops = list[Op]()
        for data in sealed:
            segment = open_segment(data, member.shop, dev, member.keys.public, member.epochs)
            ops += (op for group in segment.groups for op in group.ops())
        return ops

    def _announce(self) -> None:
        with self._database.read() as session:
            dev = Store(session.connection()).me().dev
        if dev != self._announced:
            self._membership.announce(self._relay, dev)
            self._announced = dev

    # What I write.

    def _seal_some(self) -> int:
        with self._database.write("system") as session:
            connection = session.connection()
            store = Store(connection)
            if store.highest_seen(store.me().dev) > store.me().seq:
                self._incarnate(store)
            return self._seal_into(store, connection)

    def _seal_into(self, store: Store, connection: Connection) -> int:
        groups = take_groups(connection, SEAL_OPS)
        first = next(groups, None)
        return 0 if first is None else self._keep_groups(store, store.me().dev, [first], groups)

    def _keep(self, store: Store, dev: int, ops: Sequence[Op]) -> None:
        if ops:
            self._keep_groups(store, dev, group_ops(ops))

    def _keep_groups(self, store: Store, dev: int, *groups: Iterable[Group]) -> int:
        member, me, count = self._membership, store.me(), 0
        writer = Writer(member.shop, dev, member.keys, member.current)
        for sealed in writer.seal_groups(chain(*groups), me.seq + 1, me.digest):
            store.keep(sealed, dev, self._around.now_ms())
            count += sealed.ops
        return count

    def _put_fresh(self, kept: Sequence[Kept]) -> int:
        done: list[str] = []
        try:
            for segment in kept:
                self._put(segment.name)
                done.append(segment.name)
        finally:
            if done:
                with self._database.write("system") as session:
                    Store(session.connection()).mark_published(done)
        return len(done)

    def _put(self, name: str) -> bool:
        with self._database.read() as session:
            data = Store(session.connection()).sealed_bytes(name)
        if data is None:
            return False
        try:
            self._relay.put_new(name, data)
        except NameTaken:
            # The name tells the hash of my bytes, so what is there is of no use to anybody.
            self._relay.delete(name)
            self._relay.put_new(name, data)
        return True

    def _put_back(self, held: Sequence[Kept]) -> int:
        count = 0
        for dev in sorted({segment.dev for segment in held}):
            there = set(self._relay.list(f"ops/{dev:016x}/"))
            missing = [s.name for s in held if s.dev == dev and s.name not in there]
            count += sum(self._put(name) for name in missing)
        return count

    # What I say and answer.

    def _hear(self) -> None:
        heads = self.heads.read()
        if not heads:
            return
        now = self._around.now_ms()
        with self._database.write("system") as session:
            store = Store(session.connection())
            for dev, head in heads.items():
                store.note_head(dev, now, head.pack())

    def _say(self) -> int:
        with self._database.read() as session:
            store = Store(session.connection())
            me, devs = store.me(), store.my_devs()
            head = self._head(store)
        if not self._is_worth_saying(head, me.dev):
            return 0
        self.heads.write(me.dev, head, devs - {me.dev})
        self._said = head, me.dev
        return 1

    def _head(self, store: Store) -> Head:
        vector = {dev: place for dev, place in store.cursors().items() if place.seq}
        for dev in store.my_devs():
            mine = store.last_published(dev)
            if mine.seq > vector.get(dev, mine).seq or (mine.seq and dev not in vector):
                vector[dev] = mine
        places = [vector[dev] for dev in sorted(vector)]
        now = self._around.now_ms()
        return Head(
            vector=places, forks=store.forks(), at=now, app=self._app, reads=FORMAT, schema=SCHEMA
        )

    def _is_worth_saying(self, head: Head, dev: int) -> bool:
        if self._said is None or self._said[1] != dev:
            return True
        said = self._said[0]
        mine = [place for place in head.vector if place.dev == dev]
        if mine != [place for place in said.vector if place.dev == dev]:
            return True
        age = abs(head.at - said.at)
        changed = (head.vector, head.forks) != (said.vector, said.forks)
        return age >= (HEAD_EVERY_MS if changed else ALIVE_EVERY_MS)

    def _begin(self) -> int:
        """A new station starts from a snapshot rather than from the first day's log."""
        return len(self.upkeep.begin())

    def _keep_up(self) -> int:
        """Snapshots, roll-ups, and what may leave the folder; returns how many were merged."""
        if self._judge_due:
            return 0  # a snapshot must not hold what is still to be taken back
        kept = self.upkeep.step(self.seal, gap=self.reader.gap, wanted=self.snapshot_wanted)
        if kept.made:
            self.snapshot_wanted = False
        self._judge_due = kept.again
        return len(kept.merged)

    def _find_late(self, *, whole: bool) -> int:
        """Name what came of a person who was erased meanwhile, at another station."""
        return discover(self._database, whole=whole) if self._membership.manager else 0

    def _answer(self) -> int:
        count = 0
        with self._database.read() as session:
            mine = Store(session.connection()).my_devs()
        for ask in self.asks.list():
            if ask.dev in mine:
                if not self.reader.still_wants(ask):
                    self.asks.take_back(ask)
            elif self.asks.is_due(ask, mine=ask.target in mine):
                if (ask.target, ask.seq) == SNAPSHOT:
                    self.snapshot_wanted = True
                else:
                    count += self._give(ask.target, ask.seq)
        return count

    def _give(self, dev: int, seq: int) -> int:
        with self._database.read() as session:
            copies = Store(session.connection()).copies(dev, seq)
        count = sum(
            restore_file(self._relay, name, data, partial(operator.eq, data))
            for name, data in copies
        )
        if not copies:
            self.snapshot_wanted = True
        return count
