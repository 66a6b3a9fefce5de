"""Range files: the segments of a while in one file, each as it was (SYNC §4.4).

ops/<dev16>/<first10>-<last10>.<hash16>.kds
header | segments: length u32, the segment's own bytes | sha256 of all before | Ed25519 of that hash

Every part keeps its own hash, signature and link to the one before, so chain and forks are judged
as if the files still lay there one by one, and not even their writer can change one afterwards.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

from db.sync.keys import SIGNATURE_BYTES, KeyFault, StationKeys, StationPublic
from db.sync.manifests import Place
from db.sync.segments import SegmentDamaged, SegmentForeign, SegmentNewer, segment_name

FORMAT: Final = 1

_MAGIC: Final = b"KDSR"
_HEADER: Final = struct.Struct(">4sBBH8sQQQ")
_LENGTH: Final = struct.Struct(">I")
_DIGEST: Final = 32
_SEGMENT_TRAILER: Final = _DIGEST + SIGNATURE_BYTES
_NAME: Final = re.compile(r"ops/([0-9a-f]{16})/([0-9]{10})-([0-9]{10})\.([0-9a-f]{16})\.kds")


class Range(NamedTuple):
    """What a range file's name says: whose log, from and to which number, 8 bytes of its hash."""

    dev: int
    first: int
    last: int
    digest8: bytes

    def mark(self) -> Place:
        """Return under what `sync_seen` knows that its parts were taken: no segment's number."""
        return Place(self.dev, -self.last, self.digest8)


class Part(NamedTuple):
    """A segment out of a range file, with the name it would have alone."""

    place: Place
    name: str
    data: bytes


def parse_range(name: str) -> Range | None:
    """Read the name of a range file; None for any other."""
    found = _NAME.fullmatch(name)
    if found is None or not 0 < int(found[2]) < int(found[3]):
        return None
    return Range(int(found[1], 16), int(found[2]), int(found[3]), bytes.fromhex(found[4]))


def make_range(
    shop: bytes, dev: int, first: int, parts: Sequence[bytes], keys: StationKeys
) -> tuple[str, bytes, bytes]:
    """Return name, bytes and hash of the file for segments from number `first` on.

    The same segments always give the same bytes.
    """
    last = first + len(parts) - 1
    header = _HEADER.pack(_MAGIC, FORMAT, 0, FORMAT, shop, dev, first, last)
    body = header + b"".join(_LENGTH.pack(len(part)) + part for part in parts)
    digest = hashlib.sha256(body).digest()
    name = f"ops/{dev:016x}/{first:010d}-{last:010d}.{digest[:8].hex()}.kds"
    return name, body + digest + keys.sign(digest), digest


def split_range(name: str, data: bytes, shop: bytes, signer: StationPublic) -> list[Part]:
    """Verify a range file and return its parts; raises a `SegmentError`, whatever the bytes are.

    A part's place carries the hash its bytes claim: the part is proved when it is opened.
    """
    named = parse_range(name)
    if named is None:
        raise SegmentForeign("no range's name")
    body = _verified(data, named, signer)
    magic, _, _, min_reader, *whose = _HEADER.unpack_from(body)
    if magic != _MAGIC:
        raise SegmentDamaged("no range")
    if whose != [shop, named.dev, named.first, named.last]:
        raise SegmentForeign("of another shop, station or place")
    if min_reader > FORMAT:
        raise SegmentNewer(str(min_reader))
    parts = _parts(body)
    if len(parts) != named.last - named.first + 1:
        raise SegmentDamaged("parts are missing")
    places = [
        Place(named.dev, named.first + index, _digest8(part)) for index, part in enumerate(parts)
    ]
    return [
        Part(place, segment_name(place.dev, place.seq, place.digest8), part)
        for place, part in zip(places, parts, strict=True)
    ]


def _verified(data: bytes, named: Range, signer: StationPublic) -> bytes:
    if len(data) < _HEADER.size + _SEGMENT_TRAILER:
        raise SegmentDamaged("too short")
    body = data[:-_SEGMENT_TRAILER]
    digest = hashlib.sha256(body).digest()
    if digest != data[-_SEGMENT_TRAILER:-SIGNATURE_BYTES] or digest[:8] != named.digest8:
        raise SegmentDamaged("the hash does not fit")
    try:
        signer.verify(data[-SIGNATURE_BYTES:], digest)
    except KeyFault as fault:
        raise SegmentForeign(str(fault)) from fault
    return body


def _parts(body: bytes) -> list[bytes]:
    parts, at = list[bytes](), _HEADER.size
    while at < len(body):
        if at + _LENGTH.size > len(body):
            raise SegmentDamaged("cut in a length")
        (length,) = _LENGTH.unpack_from(body, at)
        at += _LENGTH.size + length
        if length < _SEGMENT_TRAILER or at > len(body):
            raise SegmentDamaged("cut in a part")
        parts.append(body[at - length : at])
    return parts


def _digest8(part: bytes) -> bytes:
    return part[-_SEGMENT_TRAILER:][:8]
