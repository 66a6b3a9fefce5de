"""Virtual time and seeded randomness for the product's own code, one station at a time."""

from __future__ import annotations

import hashlib
import os
import random
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import db.clock
import db.database
import db.engine
import db.ids
import db.sync.images
import db.sync.keys
import db.sync.manifests
import db.sync.mergers
import db.sync.scratch
import db.sync.snapshots
from tests.db.sync.simulation import driver

DAY: Final = 86_400_000

PAGE: Final = 4_096
PAGES: Final = 16
"""Bytes of a page of a snapshot's image, and pages of a chunk: small, so that there are several."""


class Ambience:
    """The time and the chance that the code under test sees.

    `now` is the true time of the world in ms; `skew` is added by the station that runs just now.
    With `whole_driver` databases are enciphered and reached through SQLAlchemy, as the product's.
    """

    pragma: str | None = None
    """What a mutant sets on every connection instead of the product's own."""

    def __init__(self, rng: random.Random, start: int, *, whole_driver: bool = False) -> None:
        self.rng, self.now, self.skew = rng, start, 0
        self.whole_driver = whole_driver
        self._ids: dict[int, tuple[int, int]] = {}
        self._engines: dict[Path, driver.ThinEngine] = {}

    def station_ms(self) -> int:
        """Return the wall clock of the station that runs."""
        return self.now + self.skew

    def time_ns(self) -> int:
        """Stand for `time.time_ns`."""
        return self.station_ms() * 1_000_000

    def random(self, count: int) -> bytes:
        """Stand for `os.urandom`."""
        return self.rng.randbytes(count)

    def sleep(self, seconds: float) -> None:
        """Let the world's time go on, for waits of the code under test."""
        self.now += max(1, int(seconds * 1000))

    @contextmanager
    def of(self, station: int, skew: int) -> Iterator[None]:
        """Run a block as a station, with its clock and its own sequence of ids."""
        former = self.skew
        self.skew = skew
        db.ids._last_ms, db.ids._counter = self._ids.get(station, (0, 0))
        try:
            yield
        finally:
            self._ids[station] = (db.ids._last_ms, db.ids._counter)
            self.skew = former

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Give the product this time and chance for the length of a history."""
        clock = SimpleNamespace(time_ns=self.time_ns)
        changes: list[tuple[object, str, object]] = [
            (db.clock, "time", clock),
            (db.ids, "time", clock),
            (os, "urandom", self.random),
            (secrets, "token_hex", lambda count=32: self.random(count).hex()),
            (secrets, "token_bytes", self.random),
            (secrets, "randbits", self.rng.getrandbits),
            (secrets, "randbelow", self.rng.randrange),
            (db.sync.keys, "_SUITE", SeededSuite(self)),
            (db.sync.scratch, "PAGE", PAGE),
            (db.sync.manifests, "PAGE", PAGE),
            (db.sync.manifests, "CHUNK_BYTES", PAGE * PAGES),
            (db.sync.snapshots, "_PAGES", PAGES),
            *(self._whole_driver() if self.whole_driver else self._thin_driver()),
        ]
        with ExitStack() as stack:
            for target, name, value in changes:
                stack.enter_context(mock.patch.object(target, name, value))
            yield

    def _whole_driver(self) -> Iterator[tuple[object, str, object]]:
        connect = db.engine.connect
        yield db.engine, "connect", lambda path, key: self._set_up(connect(path, key))

    def _thin_driver(self) -> Iterator[tuple[object, str, object]]:
        yield db.sync.keys, "_verify", _verified_once
        yield db.database, "make_engine", self._engine
        yield db.database, "Session", driver.ThinSession
        yield db.database, "migrate", lambda *_: None  # every home begins as a migrated file
        yield db.sync.mergers, "engine_over", driver.engine_over
        yield db.sync.mergers, "attached", driver.attached
        yield db.sync.images, "attached", driver.attached

    def _engine(self, path: Path, key: bytes) -> driver.ThinEngine:
        """Return the engine of a file; a process that ends does not close it."""
        if path not in self._engines:
            self._engines[path] = driver.ThinEngine(lambda: self._set_up(driver.connect(path, key)))
        return self._engines[path]

    def _set_up(self, connection: Any) -> Any:
        # The log then only grows, and its length at a commit is the state at that commit.
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        if self.pragma is not None:
            connection.execute(f"PRAGMA {self.pragma}")
        return connection

    def release(self, path: Path) -> None:
        """Close what is open on a file, before another is put in its place."""
        if engine := self._engines.pop(path, None):
            engine.close()


_verify = db.sync.keys._verify


@cache
def _verified_once(public: bytes, signature: bytes, data: bytes) -> None:
    """What every station of a history proves again is proved once; a fault is raised each time."""
    _verify(public, signature, data)


class SeededSuite:
    """HPKE's shape with the history's own randomness: the library draws its own otherwise."""

    def __init__(self, ambience: Ambience) -> None:
        self._ambience = ambience

    def encrypt(self, data: bytes, public: X25519PublicKey, info: bytes = b"") -> bytes:
        """Seal to a public key."""
        own = X25519PrivateKey.from_private_bytes(self._ambience.random(32))
        key = hashlib.sha256(own.exchange(public) + info).digest()
        return own.public_key().public_bytes_raw() + AESGCM(key).encrypt(bytes(12), data, info)

    def decrypt(self, data: bytes, private: X25519PrivateKey, info: bytes = b"") -> bytes:
        """Open what was sealed to this key; raises as the library does."""
        other = X25519PublicKey.from_public_bytes(data[:32])
        key = hashlib.sha256(private.exchange(other) + info).digest()
        return AESGCM(key).decrypt(bytes(12), data[32:], info)
