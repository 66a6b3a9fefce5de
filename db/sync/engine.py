"""The engine: seals what was written here, publishes it, and takes what others wrote (SYNC §4.4, §4.5).

One pass does all of it and may be broken off anywhere: what it did by then stays done, and the next
pass goes on. Several processes of one home may run passes; what counts is decided in transactions.
"""

from __future__ import annotations

import logging
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from db.database import Database
from db.erasing.roots import discover
from db.sync.asks import RECORDS, SNAPSHOT, Ask, Asks, restore_file
from db.sync.checking import Attached, Checker, Repaired, Verified
from db.sync.heads import Heads
from db.sync.identity import TOKEN, Identity, TokenFile
from db.sync.membership import EpochWanted, Membership
from db.sync.reading import LogReader
from db.sync.relay import (
    Relay,
    RelayError,
    RelayFull,
    RelayOffline,
    RelayReadOnly,
    RelayUnsound,
)
from db.sync.store import Store
from db.sync.surroundings import Surroundings
from db.sync.taking import replay_later
from db.sync.upkeep import Upkeep
from db.sync.vault import Vault
from db.sync.word import Word
from db.sync.writing import LogWriter

log = logging.getLogger(__name__)

UNREADABLE: Final = "unreadable"
"""Code of the problem that a file (`about`) is there and may not be read."""
MOST_REFUSED: Final = 20
"""Such files that are named."""


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
        shared = database, relay, membership, self._around
        self.writer: Final = LogWriter(*shared)
        token = token or TokenFile(database.path.with_name(TOKEN))
        self._identity = Identity(*shared, token, self.writer)
        self.heads: Final = Heads(relay, membership, self._around)
        self._word = Word(database, self.heads, self._around, app)
        self.asks: Final = Asks(relay, membership, self._around)
        self.reader: Final = LogReader(*shared, self.asks)
        self.upkeep: Final = Upkeep(*shared, workers=workers)
        self.attached: Callable[[], Attached] | None = None
        """Proves the attachments in the folder, and puts them back."""
        self._judge_due = True
        self.snapshot_wanted = False
        """Whether another station asked for a snapshot; who makes one sets it back."""
        self._unanswered = set[str]()
        """Asks for what this station wrote and has only in its rows any more."""

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
        if self._identity.start():
            # An older program may have kept ops that this one understands.
            replay_later(self._database, self._membership, self._around.now_ms())

    def incarnate(self, reason: str) -> int:
        """Go on under a new random number; what nobody has of the old one is sealed again."""
        return self.writer.incarnate(reason)

    def seal(self) -> int:
        """Put everything written here into segments; returns how many ops."""
        return self.writer.seal()

    def publish(self) -> int:
        """Put what the folder has not, and put back what it lost; returns how many files."""
        return self.writer.publish()

    def pull(self, *, full: bool = False) -> int:
        """Take what others wrote; returns how many segments. Raises `RelayError`."""
        self._word.hear()
        return self.reader.pull(full=full)

    def verify(self) -> Verified:
        """Prove every file of the folder, and name what is wrong. Raises `RelayError`."""
        self._word.hear()
        return self._checker().verify(self._all_claims())

    def repair(self) -> Repaired:
        """Put back what is held here, ask others for the rest, make a snapshot where one is bad.

        Raises `RelayError`.
        """
        self._word.hear()
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
            for place in self._word.head(store).vector:
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
            result.sealed += self._step(result, self.writer.say_again)
        elif self.writer.has_to_say:
            result.sealed += self._step(result, self.writer.say_again)
        result.published = self._step(result, self.publish)
        result.merged = self._step(result, self._begin)
        result.taken = self._step(result, lambda: self.pull(full=full))
        if result.taken or result.merged:
            self._step(result, lambda: self._find_late(whole=result.merged > 0))
        self._step(result, self._answer)
        result.merged += self._step(result, self._keep_up)
        self._step(result, self._word.say)
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

    def _look_for_myself(self) -> int:
        names = self._identity.names_there()
        self._word.hear()
        return int(self._identity.doubt(names))

    def _begin(self) -> int:
        """A new station starts from a snapshot rather than from the first day's log."""
        try:
            return len(self.upkeep.begin())
        finally:
            self._note_unjudged()

    def _keep_up(self) -> int:
        """Snapshots, roll-ups, and what may leave the folder; returns how many were merged."""
        if self._judge_due:
            return 0  # a snapshot must not hold what is still to be taken back
        try:
            kept = self.upkeep.step(
                self.seal,
                gap=self.reader.gap,
                wanted=self.snapshot_wanted and self._membership.manager,
                word=bool(self._unanswered),
            )
        finally:
            self._note_unjudged()
        if kept.made:
            self.snapshot_wanted = False
        return len(kept.merged)

    def _note_unjudged(self) -> None:
        """What a snapshot's maker put aside may count by what is known here."""
        snapshots = self.upkeep.snapshots
        self._judge_due, snapshots.unjudged = self._judge_due or snapshots.unjudged, False

    def _find_late(self, *, whole: bool) -> int:
        """Name what came of a person who was erased meanwhile, at another station."""
        return discover(self._database, whole=whole) if self._membership.manager else 0

    def _answer(self) -> int:
        count = 0
        with self._database.read() as session:
            mine = Store(session.connection()).my_devs()
        asks = self.asks.list()
        self._unanswered &= {ask.name for ask in asks}
        for ask in asks:
            if ask.dev in mine:
                if not self.reader.still_wants(ask):
                    self.asks.take_back(ask)
            elif self.asks.is_due(ask, mine=ask.target in mine):
                if (ask.target, ask.seq) == SNAPSHOT:
                    self.snapshot_wanted = True
                elif (ask.target, ask.seq) == RECORDS:
                    count += self._put_records_anew() if self.asks.renews(ask) else 0
                else:
                    count += self._give(ask, mine=ask.target in mine)
        return count

    def _put_records_anew(self) -> int:
        records = Vault(self._database).records()
        for name, data in records.items():
            restore_file(self._relay, name, data, _never)
        return len(records)

    def _give(self, ask: Ask, *, mine: bool) -> int:
        """Put every branch of a segment that is held here where it is not whole, or once anew."""
        anew = self.asks.renews(ask)
        with self._database.read() as session:
            copies = Store(session.connection()).copies(ask.target, ask.seq)
        count = sum(
            restore_file(self._relay, name, data, _never if anew else partial(operator.eq, data))
            for name, data in copies
        )
        if not copies:
            self.snapshot_wanted = True
            if mine:
                self._unanswered.add(ask.name)
        return count


def _never(_there: bytes) -> bool:
    """Nothing that is there is enough: somebody does not see it."""
    return False
