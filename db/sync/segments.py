"""Segment files: ops of one station, sealed, signed and chained (SYNC §4.3).

header | frames: length u32, AES-256-GCM(zstd(columnar msgpack)) | frame count u32, sha256 of all
before, Ed25519 of that hash. The header is associated data of every frame.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

import zstandard

from db.sync.frames import (
    FRAME_OPS,
    FrameDamaged,
    Group,
    Op,
    decode_groups,
    encode_groups,
    group_ops,
    pick,
)
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
FRAME_BYTES: Final = 8 << 20
"""Plain bytes a frame may have; with more in hand its ops are shared out."""
SEGMENT_BYTES: Final = 4 << 20
NO_SEGMENT: Final = bytes(32)
"""Hash that the first segment of a station names as the one before."""

_MAGIC: Final = b"KDSG"
_PURPOSE: Final = b"seg v1"
_HEADER: Final = struct.Struct(">4sBBH8sQQI32s32sIQQ")
_TRAILER: Final = struct.Struct(f">I32s{SIGNATURE_BYTES}s")
_LENGTH: Final = struct.Struct(">I")
_MOST_PLAIN: Final = 64 << 20
SEGMENT_PLAIN_BYTES: Final = 48 << 20
"""Plain bytes after which a segment is closed, however small they are packed."""
MOST_UNPACKED: Final = 128 << 20
"""Plain bytes of a segment that are taken: no writer that follows the rules comes near."""
_NAME: Final = re.compile(r"ops/([0-9a-f]{16})/([0-9]{10})\.([0-9a-f]{16})\.kds")


class SegmentError(Exception):
    """A segment is not taken."""


class SegmentDamaged(SegmentError):
    """Bytes are missing or changed; a later look, or the writer, may have them whole."""


class SegmentForeign(SegmentError):
    """It is of another shop or station, or the station did not sign it."""


class SegmentLocked(SegmentError):
    """It is sealed with an epoch key that this station does not hold."""


class SegmentNewer(SegmentError):
    """Only a newer program can read it."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands at a segment's head in clear: numbers only, nothing of the shop's matters.

    `station` is the writer's incarnation as an unsigned number, `seq` counts from 1, `previous` is
    the hash of its segment before; `lowest` and `highest` are stamps.
    """

    shop: bytes
    station: int
    seq: int
    epoch: int
    salt: bytes
    previous: bytes
    count: int
    lowest: int
    highest: int
    min_reader: int = FORMAT
    version: int = FORMAT
    flags: int = 0

    def pack(self) -> bytes:
        """Return the header's bytes."""
        return _HEADER.pack(
            _MAGIC,
            self.version,
            self.flags,
            self.min_reader,
            self.shop,
            self.station,
            self.seq,
            self.epoch,
            self.salt,
            self.previous,
            self.count,
            self.lowest,
            self.highest,
        )


class Sealed(NamedTuple):
    """A segment ready to be put: its bytes are kept until others have them."""

    name: str
    data: bytes
    seq: int
    digest: bytes
    ops: int
    """How many it holds."""


class Segment(NamedTuple):
    """A segment that was verified and opened."""

    header: Header
    digest: bytes
    groups: list[Group]


@dataclass(frozen=True, slots=True)
class Writer:
    """Who seals: shop (8 bytes), the station's number, its keys, and the epoch of now."""

    shop: bytes
    station: int
    keys: StationKeys
    epoch: EpochKey

    def seal(
        self, ops: Sequence[Op], seq: int, previous: bytes = NO_SEGMENT, salt: bytes | None = None
    ) -> Iterator[Sealed]:
        """As `seal_groups`, for single ops."""
        parts = (ops[at : at + FRAME_OPS] for at in range(0, len(ops), FRAME_OPS))
        yield from self.seal_groups(chain.from_iterable(map(group_ops, parts)), seq, previous, salt)

    def seal_groups(
        self,
        groups: Iterable[Group],
        seq: int,
        previous: bytes = NO_SEGMENT,
        salt: bytes | None = None,
    ) -> Iterator[Sealed]:
        """Seal ops into one or more segments from number `seq` on, each naming the one before."""
        frames, size, plain = list[_Frame](), 0, 0
        for frame in _frames(groups):
            frames.append(frame)
            size, plain = size + len(frame.packed), plain + frame.plain
            if size >= SEGMENT_BYTES or plain >= SEGMENT_PLAIN_BYTES:
                sealed = self._sealed(frames, seq, previous, salt)
                yield sealed
                seq, previous = seq + 1, sealed.digest
                frames, size, plain = [], 0, 0
        if frames:
            yield self._sealed(frames, seq, previous, salt)

    def _sealed(
        self,
        frames: Sequence[_Frame],
        seq: int,
        previous: bytes,
        salt: bytes | None,
    ) -> Sealed:
        header = Header(
            shop=self.shop,
            station=self.station,
            seq=seq,
            epoch=self.epoch.number,
            salt=salt or os.urandom(SALT_BYTES),
            previous=previous,
            count=sum(frame.ops for frame in frames),
            lowest=min(frame.lowest for frame in frames),
            highest=max(frame.highest for frame in frames),
        )
        packed = header.pack()
        sealer = FrameSealer(self.epoch, header.salt, _PURPOSE, packed)
        parts = [packed]
        for index, frame in enumerate(frames):
            sealed = sealer.seal(index, frame.packed, last=index == len(frames) - 1)
            parts += [_LENGTH.pack(len(sealed)), sealed]
        parts.append(_LENGTH.pack(len(frames)))
        body = b"".join(parts)
        digest = hashlib.sha256(body).digest()
        data = body + digest + self.keys.sign(digest)
        name = segment_name(self.station, seq, digest)
        return Sealed(name, data, seq, digest, header.count)


def segment_name(station: int, seq: int, digest: bytes) -> str:
    """Return the relay name of a segment."""
    return f"ops/{station:016x}/{seq:010d}.{digest[:8].hex()}.kds"


def parse_name(name: str) -> tuple[int, int, bytes] | None:
    """Return station, number and the first 8 bytes of the hash; None for any other file."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    return int(found[1], 16), int(found[2]), bytes.fromhex(found[3])


def open_segment(
    data: bytes,
    shop: bytes,
    station: int,
    signer: StationPublic,
    epochs: Mapping[int, EpochKey],
) -> Segment:
    """Verify and open a segment; raises a `SegmentError`, whatever the bytes are."""
    digest = _verified_digest(data)
    header = _header(data)
    if header.shop != shop or header.station != station:
        raise SegmentForeign("of another shop or station")
    try:
        signer.verify(data[-SIGNATURE_BYTES:], digest)
    except KeyFault as fault:
        raise SegmentForeign(str(fault)) from fault
    if header.min_reader > FORMAT:
        raise SegmentNewer(str(header.min_reader))
    if header.epoch not in epochs:
        raise SegmentLocked(str(header.epoch))
    sealer = FrameSealer(epochs[header.epoch], header.salt, _PURPOSE, data[: _HEADER.size])
    try:
        groups = [group for plain in _plain_frames(data, sealer) for group in decode_groups(plain)]
    except (KeyFault, FrameDamaged, zstandard.ZstdError) as fault:
        raise SegmentDamaged(str(fault)) from fault
    if sum(map(len, groups)) != header.count:
        raise SegmentDamaged("other number of ops")
    return Segment(header, digest, groups)


def is_signed(name: str, data: bytes, signer: StationPublic) -> bool:
    """Tell whether the bytes are whole, fit their name, and a station signed them."""
    try:
        digest, header = _verified_digest(data), _header(data)
        signer.verify(data[-SIGNATURE_BYTES:], digest)
    except (SegmentDamaged, KeyFault):
        return False
    return segment_name(header.station, header.seq, digest) == name


def _verified_digest(data: bytes) -> bytes:
    if len(data) < _HEADER.size + _TRAILER.size:
        raise SegmentDamaged("too short")
    body = memoryview(data)[: -_TRAILER.size + _LENGTH.size]
    digest = hashlib.sha256(body).digest()
    if digest != data[len(body) : len(body) + len(digest)]:
        raise SegmentDamaged("the hash does not fit")
    return digest


def _header(data: bytes) -> Header:
    magic, version, flags, min_reader, *rest = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        raise SegmentDamaged("no segment")
    whole = (*rest, min_reader, version, flags)
    return Header(*whole)


def _plain_frames(data: bytes, sealer: FrameSealer) -> Iterator[bytes]:
    end = len(data) - _TRAILER.size
    (expected,) = _LENGTH.unpack_from(data, end)
    place, index, plain = _HEADER.size, 0, 0
    unpacker = zstandard.ZstdDecompressor()
    while place + _LENGTH.size <= end:
        (length,) = _LENGTH.unpack_from(data, place)
        place += _LENGTH.size + length
        if place > end:
            break
        packed = sealer.open(index, data[place - length : place], last=place == end)
        size = zstandard.frame_content_size(packed)
        plain += size
        if not 0 <= size <= _MOST_PLAIN or plain > MOST_UNPACKED:
            raise SegmentDamaged("it unpacks to too much")
        yield unpacker.decompress(packed)
        index += 1
    if place != end or index != expected:
        raise SegmentDamaged("frames are missing")


class _Frame(NamedTuple):
    """Ops packed together: how many, of how many bytes, and between which stamps they lie."""

    packed: bytes
    plain: int
    ops: int
    lowest: int
    highest: int


def _frames(groups: Iterable[Group]) -> Iterator[_Frame]:
    packer = zstandard.ZstdCompressor(level=3)
    for lot in _lots(groups):
        waiting = [lot]
        while waiting:
            part = waiting.pop()
            plain, count = encode_groups(part), sum(map(len, part))
            if len(plain) > FRAME_BYTES and count > 1:
                waiting += reversed(list(_lots(part, count // 2)))
                continue
            lowest = min(group.since + min(group.stamps) for group in part)
            highest = max(group.since + max(group.stamps) for group in part)
            yield _Frame(packer.compress(plain), len(plain), count, lowest, highest)


def _lots(groups: Iterable[Group], size: int = FRAME_OPS) -> Iterator[list[Group]]:
    """Share groups out into lots of so many ops."""
    lot, room = list[Group](), size
    for group in groups:
        start = 0
        while start < len(group):
            end = min(start + room, len(group))
            lot.append(pick(group, range(start, end)))
            room -= end - start
            start = end
            if not room:
                yield lot
                lot, room = [], size
    if lot:
        yield lot
