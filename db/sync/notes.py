"""Small sealed files that say how things are now: heads, asks, and who is here.

header | AES-256-GCM(msgpack) | Ed25519 of all before. They may be lost or late at any time: they
only hint. Nothing of the data is decided by them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from db.sync.keys import (
    SALT_BYTES,
    SIGNATURE_BYTES,
    EpochKey,
    FrameSealer,
    KeyFault,
    StationKeys,
    StationPublic,
)

FORMAT: Final = 1
MOST_BYTES: Final = 1 << 20
"""A note is at most this long; a longer file is none."""

_MAGIC: Final = b"KDNT"
_HEADER: Final = struct.Struct(f">4sB8sQI{SALT_BYTES}s")


class NoteFault(Exception):
    """The bytes are no note that this station can read or believe."""


class NoteLocked(NoteFault):
    """It may be sound: a record or a key is missing here."""


class Note(NamedTuple):
    """What a note says, and which incarnation signed it."""

    dev: int
    content: Any


def seal_note(
    purpose: bytes,
    content: Any,
    shop: bytes,
    dev: int,
    keys: StationKeys,
    epoch: EpochKey,
    random: Callable[[int], bytes],
) -> bytes:
    """Return a note's bytes; `purpose` keeps one kind of note from being read as another."""
    salt = random(SALT_BYTES)
    header = _HEADER.pack(_MAGIC, FORMAT, shop, dev, epoch.number, salt)
    plain = msgspec.msgpack.encode(content)
    body = header + FrameSealer(epoch, salt, purpose, header).seal(0, plain, last=True)
    return body + keys.sign(purpose + body)


def open_note(
    purpose: bytes,
    data: bytes,
    shop: bytes,
    signer: Callable[[int], StationPublic | None],
    epochs: Mapping[int, EpochKey],
) -> Note:
    """Verify and open a note; raises `NoteFault`, whatever the bytes are."""
    if not _HEADER.size + SIGNATURE_BYTES < len(data) <= MOST_BYTES:
        raise NoteFault("no note")
    magic, version, of_shop, dev, number, salt = _HEADER.unpack_from(data)
    if magic != _MAGIC or version != FORMAT or of_shop != shop:
        raise NoteFault("no note of this shop")
    public, epoch = signer(dev), epochs.get(number)
    if public is None or epoch is None:
        raise NoteLocked("nobody vouches for the writer, or its key is not here")
    body, signature = data[:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:]
    try:
        public.verify(signature, purpose + body)
        sealer = FrameSealer(epoch, salt, purpose, body[: _HEADER.size])
        plain = sealer.open(0, body[_HEADER.size :], last=True)
        return Note(dev, msgspec.msgpack.decode(plain))
    except (KeyFault, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise NoteFault(str(fault)) from fault
