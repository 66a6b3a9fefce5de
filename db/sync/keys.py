"""Keys of a shop and its stations, and how bytes are sealed with them (SYNC §4.3, §4.7)."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
SALT_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_EPOCH_INFO: Final = b"kefu epoch v1"
_ROOT_CONTEXT: Final = b"kefu root v1\0"
_ROOT_WRAPPING: Final = b"kefu root wrapping v1"


class KeyFault(Exception):
    """A key does not fit: wrong recipient, forged signature, or changed bytes."""


@dataclass(frozen=True, slots=True)
class StationPublic:
    """What others know of a station: its key for signatures and its key for wrapping."""

    signing: bytes
    wrapping: bytes

    def verify(self, signature: bytes, data: bytes) -> None:
        """Raise `KeyFault` where the station did not sign these bytes."""
        _verify(self.signing, signature, data)

    def seal(self, secret: bytes, info: bytes) -> bytes:
        """Seal a secret for this station only (HPKE base mode, bound to `info`)."""
        public = X25519PublicKey.from_public_bytes(self.wrapping)
        return bytes(_SUITE.encrypt(secret, public, info=info))


class StationKeys:
    """A station's own pair of keys; the secret stays in the system's keyring."""

    def __init__(self, secret: bytes) -> None:
        """Take the 64 secret bytes of `generate().secret`."""
        if len(secret) != 2 * KEY_BYTES:
            raise KeyFault("a station's secret has 64 bytes")
        self.secret: Final = secret
        self._signing = Ed25519PrivateKey.from_private_bytes(secret[:KEY_BYTES])
        self._wrapping = X25519PrivateKey.from_private_bytes(secret[KEY_BYTES:])
        self.public: Final = StationPublic(
            self._signing.public_key().public_bytes_raw(),
            self._wrapping.public_key().public_bytes_raw(),
        )

    @classmethod
    def generate(cls) -> StationKeys:
        """Make the keys of a new station."""
        return cls(os.urandom(2 * KEY_BYTES))

    def sign(self, data: bytes) -> bytes:
        """Return the station's Ed25519 signature, 64 bytes."""
        return self._signing.sign(data)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Open a secret that was sealed for this station; raises `KeyFault`."""
        try:
            return bytes(_SUITE.decrypt(sealed, self._wrapping, info=info))
        except (InvalidTag, ValueError) as error:
            raise KeyFault("it was not sealed for this station") from error

    def unwrap(self, shop: bytes, epoch: int, wrapped: bytes) -> EpochKey:
        """Open an epoch key wrapped for this station; raises `KeyFault`."""
        return EpochKey(epoch, self.open(wrapped, _epoch_info(shop, epoch)))


@dataclass(frozen=True, slots=True)
class EpochKey:
    """The shop's key of one epoch; a revocation begins the next. Numbers count from 1."""

    number: int
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise KeyFault("an epoch key has 32 bytes")

    def wrap(self, shop: bytes, recipient: StationPublic) -> bytes:
        """Seal the key for one station (HPKE base mode, bound to shop and epoch)."""
        return recipient.seal(self.secret, _epoch_info(shop, self.number))


def new_epoch(number: int, random: Callable[[int], bytes] = os.urandom) -> EpochKey:
    """Draw the key of an epoch."""
    return EpochKey(number, random(KEY_BYTES))


class RootKey:
    """The admin key of a shop: it signs who belongs to it. Its public half names the shop."""

    def __init__(self, secret: bytes) -> None:
        """Take the 32 secret bytes of `generate().secret`."""
        if len(secret) != KEY_BYTES:
            raise KeyFault("a root key has 32 bytes")
        self.secret: Final = secret
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public: Final = self._key.public_key().public_bytes_raw()
        wrapping = HKDF(SHA256(), KEY_BYTES, None, _ROOT_WRAPPING).derive(secret)
        self.recipient: Final = StationKeys(secret + wrapping)
        """As one for whom epoch keys are wrapped: with the root's secret alone a shop is read."""

    @classmethod
    def generate(cls) -> RootKey:
        """Make the admin key of a new shop."""
        return cls(os.urandom(KEY_BYTES))

    def sign(self, record: bytes) -> bytes:
        """Sign a membership record, 64 bytes."""
        return self._key.sign(_ROOT_CONTEXT + record)


def verify_root(public: bytes, signature: bytes, record: bytes) -> None:
    """Raise `KeyFault` where the shop's admin key did not sign this record."""
    _verify(public, signature, _ROOT_CONTEXT + record)


class FrameSealer:
    """AES-256-GCM over the frames of one file, each sealed to its place and to being the last.

    The key is HKDF-SHA256(epoch key, salt, purpose): with a salt drawn for every file even a
    cloned machine, which repeats its counters, never uses a key and a nonce twice.
    """

    def __init__(self, epoch: EpochKey, salt: bytes, purpose: bytes, header: bytes) -> None:
        """`header` is bound to every frame as associated data."""
        if len(salt) != SALT_BYTES:
            raise KeyFault("a salt has 32 bytes")
        key = HKDF(SHA256(), KEY_BYTES, salt, purpose).derive(epoch.secret)
        self._cipher, self._header = AESGCM(key), header

    def seal(self, index: int, data: bytes, *, last: bool) -> bytes:
        """Return the sealed frame, 16 bytes longer."""
        return self._cipher.encrypt(_nonce(index, last=last), data, self._header)

    def open(self, index: int, data: bytes, *, last: bool) -> bytes:
        """Open a frame; raises `KeyFault` for a wrong key, place, header or byte."""
        try:
            return self._cipher.decrypt(_nonce(index, last=last), data, self._header)
        except (InvalidTag, ValueError) as error:
            raise KeyFault("the frame does not open") from error


def _nonce(index: int, *, last: bool) -> bytes:
    return struct.pack(">IQ", last, index)


def _epoch_info(shop: bytes, epoch: int) -> bytes:
    return _EPOCH_INFO + struct.pack(">HI", len(shop), epoch) + shop


def _verify(public: bytes, signature: bytes, data: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError) as error:
        raise KeyFault("the signature does not fit") from error
