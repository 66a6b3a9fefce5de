"""Shops for the tests: homes with real databases that meet in a relay, and a clock to turn."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from db.database import Database
from db.sync.admission import approve, ask_to_join, find_invitation, found_shop, invite, pending
from db.sync.invitations import parse_code
from db.sync.marker import Marker
from db.sync.membership import ShopMembership
from db.sync.relay import MemoryRelay, Relay
from db.sync.surroundings import Surroundings
from tests.db.sync.stations import open_station

START = 1_760_000_000_000


@dataclass
class Clock:
    now: int = START

    def __call__(self) -> int:
        self.now += 1
        return self.now


@dataclass
class Shop:
    """A shop under test; `homes` are its databases by the name of the station."""

    directory: Path
    relay: Relay = field(default_factory=MemoryRelay)
    clock: Clock = field(default_factory=Clock)
    homes: dict[str, Database] = field(default_factory=dict)
    members: dict[str, ShopMembership] = field(default_factory=dict)

    @property
    def surroundings(self) -> Surroundings:
        return Surroundings(now_ms=self.clock, random=os.urandom, sleep=lambda _: None)

    @property
    def marker(self) -> Marker:
        member = next(iter(self.members.values()))
        return Marker(member.founding_root, member.practice)

    def home(self, name: str) -> Database:
        number = len(self.homes) + 1
        self.homes[name] = open_station(self.directory / f"{name}.db", number)
        return self.homes[name]

    def found(self, name: str = "founder") -> ShopMembership:
        made = found_shop(self.home(name), name, "/shared", self.surroundings, practice=False)
        self.members[name] = made
        made.refresh(self.relay)
        return made

    def ask(self, name: str, code: str) -> ShopMembership:
        found, _ = find_invitation(self.relay, self.marker, parse_code(code), self.clock())
        me = (name, "/shared")
        asked = ask_to_join(self.home(name), self.relay, self.marker, found, me, self.surroundings)
        self.members[name] = asked
        return asked

    def admit(
        self, name: str, *, by: str = "founder", manage: bool = False, root: bool = False
    ) -> ShopMembership:
        host = self.members[by]
        code = invite(host, self.relay, "My shop", self.surroundings, manage=manage)
        asked = self.ask(name, code)
        (waiting,) = pending(host, self.relay, self.clock())
        approve(host, self.relay, waiting, manage=manage, root=root)
        self.settle()
        return asked

    def settle(self) -> None:
        """Let everybody read until nobody learns anything more."""
        learnt = True
        while learnt:
            learnt = False
            for member in self.members.values():
                learnt = member.refresh(self.relay) or learnt

    def incarnate(self, name: str) -> int:
        """Draw and announce an incarnation of a station, and tell all."""
        member = self.members[name]
        dev = member.new_dev(os.urandom)
        member.announce(self.relay, dev)
        with self.homes[name].write("system") as session:
            session.execute(text("UPDATE sync_self SET dev = :dev"), {"dev": dev})
            session.execute(text("UPDATE txn_context SET station = :dev"), {"dev": dev})
        self.settle()
        return dev

    def has_read(self, name: str, dev: int, seq: int) -> None:
        """Note that a station has read another's log up to a number."""
        with self.homes[name].write("system") as session:
            session.execute(
                text(
                    "INSERT INTO sync_cursor(dev, seq, digest8) VALUES (:dev, :seq, :hash) "
                    "ON CONFLICT(dev) DO UPDATE SET seq = :seq, digest8 = :hash"
                ),
                {"dev": dev, "seq": seq, "hash": seq.to_bytes(8, "big")},
            )
            if seq:
                session.execute(
                    text("INSERT OR IGNORE INTO sync_seen VALUES (:dev, :seq, :hash, 0)"),
                    {"dev": dev, "seq": seq, "hash": seq.to_bytes(8, "big")},
                )

    def close(self) -> None:
        for database in self.homes.values():
            database.close()
