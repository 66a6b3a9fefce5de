"""Membership records: small signed facts in `mem/`, merged as a set (SYNC §4.2, §4.7).

A record is msgpack in one form only, bound to the shop and signed by the station that made it; the
facts that found a shop or save it are signed by the root key as well. Names are sealed.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias, TypeVar

import msgspec

from db.sync.keys import (
    SALT_BYTES,
    EpochKey,
    FrameSealer,
    KeyFault,
    RootKey,
    StationKeys,
    StationPublic,
    verify_root,
)

FORMAT: Final = 1
MOST_BYTES: Final = 1 << 20
"""No record is larger; what is, was put there by a stranger."""
MOST_SMALL_BYTES: Final = 64 << 10
"""Nor are those larger that hold neither keys for many nor the hashes of a long log."""
NONCE_BYTES: Final = 16
"""Bytes that an incarnation's number is drawn from."""

ID_BYTES: Final = 16
INVITE_BYTES: Final = 8

_SHOP: Final = b"kefu shop v1\0"
_STATION: Final = b"kefu station v1\0"
_DEV: Final = b"kefu incarnation v1\0"
_SIGNED: Final = b"kefu record v1\0"
_NAME_PURPOSE: Final = b"name v1"
_NAME: Final = re.compile(r"mem/([0-9]{10})\.([0-9a-f]{16})\.kdm")
_EPOCH: Final = struct.Struct(">I")
_T = TypeVar("_T")

Wrap: TypeAlias = tuple[int, bytes, bytes]
"""Epoch number, recipient (a station's id, or the root's), and the epoch's key wrapped for it."""


class RecordFault(ValueError):
    """The bytes are no record of this shop, or its signature does not fit."""


class _Fact(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    pass


class Found(_Fact, tag=1, frozen=True):
    """A shop begins, with its root key and its first station. Signed by the root too."""

    root: bytes
    root_wrapping: bytes
    practice: bool
    signing: bytes
    wrapping: bytes
    name: bytes


class Invite(_Fact, tag=2, frozen=True):
    """Whoever has the one-time secret may ask to join until `expires_at` (Unix ms).

    `greeting` is sealed with that secret and proves the shop's root to the newcomer; `secrets`
    holds (station, the secret wrapped for it) of those who may answer.
    """

    invite: bytes
    expires_at: int
    greeting: bytes
    secrets: tuple[tuple[bytes, bytes], ...]
    manage: bool


class Approve(_Fact, tag=3, frozen=True):
    """A station joins; `root` is the root's secret wrapped for it, or empty."""

    signing: bytes
    wrapping: bytes
    name: bytes
    invite: bytes
    manage: bool
    wraps: tuple[Wrap, ...]
    root: bytes


class Announce(_Fact, tag=4, frozen=True):
    """An incarnation of the signer, whose number is made of the signer's key and the nonce."""

    dev: int
    nonce: bytes


class Grant(_Fact, tag=5, frozen=True):
    """A station may manage: from these numbers on of the incarnations known, of others always.

    `over` are the hashes of the withdrawals that it takes back.
    """

    station: bytes
    since: tuple[tuple[int, int], ...]
    over: tuple[bytes, ...]
    root: bytes


class Withdraw(_Fact, tag=6, frozen=True):
    """A station may no longer manage: its log up to the pins (as `Revoke`'s) and these records stand.

    What was no segment of it then can't become one of its time as a manager any more.
    """

    station: bytes
    pins: tuple[tuple[int, int, bytes], ...]
    records: tuple[bytes, ...]


class Revoke(_Fact, tag=7, frozen=True):
    """A station is out: its log up to the pins (dev, seq, hash8) and these records stand.

    With `root` the shop has a new root key from now on, since the station knew the old one, which
    signs this record; `saved` are the records of founding and recovery that the old one had made.
    Without a station only the root key is renewed.
    """

    station: bytes
    pins: tuple[tuple[int, int, bytes], ...]
    records: tuple[bytes, ...]
    root: bytes
    root_wrapping: bytes
    saved: tuple[bytes, ...]


class Epoch(_Fact, tag=8, frozen=True):
    """A new epoch key, wrapped for everybody who shall read on."""

    number: int
    wraps: tuple[Wrap, ...]


class Keys(_Fact, tag=9, frozen=True):
    """Epoch keys for those who missed them, e.g. who joined while another station rotated."""

    wraps: tuple[Wrap, ...]


class Sheet(_Fact, tag=10, frozen=True):
    """The root's secret sealed with the words of a recovery sheet. Signed by the root too."""

    root: bytes
    salt: bytes
    sealed: bytes
    memory_kib: int
    passes: int
    lanes: int


class Recover(_Fact, tag=11, frozen=True):
    """A station that joins by the recovery sheet and manages. Signed by the root too."""

    root: bytes
    signing: bytes
    wrapping: bytes
    name: bytes


class Decline(_Fact, tag=12, frozen=True):
    """A station that asked by an invitation is not let in; others may still ask by it."""

    invite: bytes
    station: bytes


Fact: TypeAlias = (
    Found
    | Invite
    | Approve
    | Announce
    | Grant
    | Withdraw
    | Revoke
    | Epoch
    | Keys
    | Sheet
    | Recover
    | Decline
)


_LARGE: Final = (Approve, Withdraw, Revoke, Epoch, Keys)


class _Payload(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    version: int
    shop: bytes
    signer: bytes
    at: int
    fact: Fact


class _Envelope(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    payload: bytes
    signature: bytes
    root_signature: bytes


class Record(msgspec.Struct, frozen=True):
    """A record that was read: who made it, when by their clock, and its hash (16 bytes)."""

    shop: bytes
    signer: bytes
    at: int
    fact: Fact
    digest: bytes
    data: bytes

    def signed_by(self, public: StationPublic) -> bool:
        """Tell whether the station made this record."""
        return station_id(public.signing) == self.signer and _station_signed(
            self.data, public.signing
        )

    def rooted_in(self, root: bytes) -> bool:
        """Tell whether the root key signed this record."""
        return _root_signed(self.data, root)


def shop_id(root: bytes) -> bytes:
    """Return the id of the shop that was founded with this root key, 8 bytes."""
    return hashlib.sha256(_SHOP + root).digest()[:8]


def station_id(signing: bytes) -> bytes:
    """Return a station's id, 16 bytes."""
    return hashlib.sha256(signing).digest()[:ID_BYTES]


def incarnation(signing: bytes, nonce: bytes) -> int:
    """Return the number that only this station can claim, with the nonce as its proof."""
    drawn = hashlib.sha256(_DEV + struct.pack(">H", len(signing)) + signing + nonce).digest()
    return int.from_bytes(drawn[:8], "big") >> 1 or 1


def make_record(
    shop: bytes, keys: StationKeys, at: int, fact: Fact, root: RootKey | None = None
) -> Record:
    """Sign a fact; `at` is Unix ms."""
    signer = station_id(keys.public.signing)
    payload = msgspec.msgpack.encode(_Payload(FORMAT, shop, signer, at, fact))
    envelope = _Envelope(payload, keys.sign(_SIGNED + payload), root.sign(payload) if root else b"")
    return _record(msgspec.msgpack.encode(envelope), payload)


def read_record(data: bytes, shop: bytes) -> Record:
    """Read a record of this shop; raises `RecordFault`. Its signatures are not yet looked at."""
    record = _record(data, _decoded(data, _Envelope).payload)
    if record.shop != shop:
        raise RecordFault("of another shop")
    return record


def read_named(name: str, data: bytes, shop: bytes) -> Record:
    """Read a record out of a file of this name; raises `RecordFault`."""
    record, parsed = read_record(data, shop), parse_record_name(name)
    if parsed is None or parsed[1] != record.digest[:8]:
        raise RecordFault("the name does not fit")
    return record


def record_name(number: int, record: Record) -> str:
    """Return the relay name; the number only lets listings come in about the order of making."""
    return f"mem/{number:010d}.{record.digest[:8].hex()}.kdm"


def parse_record_name(name: str) -> tuple[int, bytes] | None:
    """Return number and the hash's first 8 bytes; None for any other file."""
    found = _NAME.fullmatch(name)
    return (int(found[1]), bytes.fromhex(found[2])) if found else None


def seal_name(name: str, epoch: EpochKey, shop: bytes) -> bytes:
    """Seal a station's name so that members can read it."""
    salt = os.urandom(SALT_BYTES)
    sealer = FrameSealer(epoch, salt, _NAME_PURPOSE, shop)
    return _EPOCH.pack(epoch.number) + salt + sealer.seal(0, name.encode(), last=True)


def open_name(sealed: bytes, epochs: Mapping[int, EpochKey], shop: bytes) -> str:
    """Return a station's name; empty where this station can't read it (yet)."""
    if len(sealed) < _EPOCH.size + SALT_BYTES:
        return ""
    (number,) = _EPOCH.unpack_from(sealed)
    if number not in epochs:
        return ""
    salt, rest = sealed[_EPOCH.size :][:SALT_BYTES], sealed[_EPOCH.size + SALT_BYTES :]
    try:
        plain = FrameSealer(epochs[number], salt, _NAME_PURPOSE, shop).open(0, rest, last=True)
        return plain.decode()
    except (KeyFault, UnicodeDecodeError):
        return ""


@lru_cache(maxsize=4096)
def _station_signed(data: bytes, signing: bytes) -> bool:
    envelope = _decoded(data, _Envelope)
    try:
        StationPublic(signing, b"").verify(envelope.signature, _SIGNED + envelope.payload)
    except KeyFault:
        return False
    return True


@lru_cache(maxsize=256)
def _root_signed(data: bytes, root: bytes) -> bool:
    envelope = _decoded(data, _Envelope)
    try:
        verify_root(root, envelope.root_signature, envelope.payload)
    except KeyFault:
        return False
    return True


def _record(data: bytes, payload: bytes) -> Record:
    read = _decoded(payload, _Payload)
    if read.version != FORMAT:
        raise RecordFault("of another format")
    if len(data) > MOST_SMALL_BYTES and not isinstance(read.fact, _LARGE):
        raise RecordFault("too large")
    digest = hashlib.sha256(data).digest()[:ID_BYTES]
    return Record(read.shop, read.signer, read.at, read.fact, digest, data)


def _decoded(data: bytes, kind: type[_T]) -> _T:
    if len(data) > MOST_BYTES:
        raise RecordFault("too large")
    try:
        read = msgspec.msgpack.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordFault(str(error)) from error
    # One form only, so that a record has one hash.
    if msgspec.msgpack.encode(read) != data:
        raise RecordFault("not in the one form")
    return read
