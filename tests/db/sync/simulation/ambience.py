"""Virtual time and seeded randomness for the product's own code, one station at a time."""

from __future__ import annotations

import hashlib
import os
import random
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from unittest import mock

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import db.clock
import db.engine
import db.ids
import db.sync.keys

DAY: int = 86_400_000


class Ambience:
    """The time and the chance that the code under test sees.

    `now` is the true time of the world in ms; `skew` is added by the station that runs just now.
    """

    def __init__(self, rng: random.Random, start: int) -> None:
        self.rng, self.now, self.skew = rng, start, 0
        self._ids: dict[int, tuple[int, int]] = {}

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
        connect = db.engine.connect

        def connect_without_checkpoints(path: object, key: bytes) -> object:
            # The log then only grows, and its length at a commit is the state at that commit.
            connection = connect(path, key)  # type: ignore[arg-type]
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            return connection

        with ExitStack() as stack:
            for target, name, value in (
                (db.clock, "time", clock),
                (db.ids, "time", clock),
                (os, "urandom", self.random),
                (secrets, "token_hex", lambda count=32: self.random(count).hex()),
                (secrets, "token_bytes", self.random),
                (secrets, "randbits", self.rng.getrandbits),
                (secrets, "randbelow", self.rng.randrange),
                (db.sync.keys, "_SUITE", SeededSuite(self)),
                (db.engine, "connect", connect_without_checkpoints),
            ):
                stack.enter_context(mock.patch.object(target, name, value))
            yield


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
