"""My own log: what was written here becomes segments, and they get into the folder (SYNC §4.4).

The other way round than `reading`. A home goes on under a new number, an incarnation, where it may
be a copy of what was here before; what nobody has of the old one is sealed again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Final

from sqlalchemy import Connection

from db.database import Database
from db.sync.frames import Group, Op, group_ops
from db.sync.membership import Membership
from db.sync.ops import take_groups
from db.sync.relay import NameTaken, Relay
from db.sync.said_again import groups_to_say, has_to_say
from db.sync.segments import Writer, open_segment
from db.sync.store import Kept, Store
from db.sync.surroundings import Surroundings

log = logging.getLogger(__name__)

PUT_BACK: Final = "put_back"
"""Code of the problem that this home went on as the incarnation `about` from an older state."""
SEAL_OPS: Final = 100_000
"""Change notes that become segments in one transaction."""


class LogWriter:
    """Seals and publishes. What it does is decided in transactions, whoever else does it as well."""

    def __init__(
        self, database: Database, relay: Relay, membership: Membership, around: Surroundings
    ) -> None:
        self._database, self._relay, self._membership = database, relay, membership
        self._around = around
        self.before_publish: Callable[[], object] | None = None
        """What must be in the folder before the ops that name it: attachments."""
        self._announced = 0

    def seal(self) -> int:
        """Put everything written here into segments; returns how many ops."""
        count = 0
        while done := self._seal_some():
            count += done
        return count

    @property
    def has_to_say(self) -> bool:
        """Whether something was given up of a log whose rows may be held here all the same."""
        with self._database.read() as session:
            return has_to_say(session.connection(), self._membership)

    def say_again(self) -> int:
        """Seal again what is held here and in no log; returns how many ops."""
        with self._database.write("system") as session:
            connection = session.connection()
            store = Store(connection)
            me = store.me()
            if store.highest_seen(me.dev) > me.seq:
                return 0
            groups = groups_to_say(connection, self._membership, me.dev, me.seq)
            return self._keep_groups(store, me.dev, groups) if groups else 0

    def publish(self) -> int:
        """Put what the folder has not, and put back what it lost; returns how many files."""
        self._announce()
        if self.before_publish is not None:
            self.before_publish()
        with self._database.read() as session:
            store = Store(session.connection())
            fresh, held = store.unpublished(), store.held()
        count = self._put_fresh(fresh) if self._membership.delivered else 0
        return count + self._put_back(held)

    def incarnate(self, reason: str, *, put_back: bool = False) -> int:
        """Go on under a new random number; what nobody has of the old one is sealed again.

        `put_back`: the database is an older one than was here. A person is told, for what it had
        not shared by then is gone.
        """
        with self._database.write("system") as session:
            store = Store(session.connection())
            former, now = store.me().dev, self._around.now_ms()
            dev = self._incarnate(store)
            if put_back:
                store.open_problem(PUT_BACK, f"{former:016x}", "{}", now)
        log.info("a new incarnation: %s", reason)
        return dev

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

    def keep(self, store: Store, dev: int, ops: Sequence[Op]) -> None:
        """Seal ops behind what is sealed already."""
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

    def _incarnate(self, store: Store) -> int:
        me = store.me()
        again = self._reopened(me.dev, store.drop_unpublished(me.dev)) if me.dev else []
        last = store.last_published(me.dev)
        if last.seq:
            store.move_cursor(last)
        dev = self._membership.new_dev(self._around.random)
        store.begin_incarnation(dev)
        self.keep(store, dev, again)
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
