"""Snapshot files: sealed chunks of an image, and the signed manifest that makes them one.

snap/<stamp16>.<dev16>.<salt16>/<number5>.<hash16>.kdc   AES-GCM(zstd(4 MiB of the image))
snap/<stamp16>.<dev16>.<salt16>/m.<hash16>.kdm           header | AES-GCM(zstd(msgpack)) | sha256 of
                                                         all before | Ed25519 of that hash
The header is associated data of the manifest and of every chunk; the manifest is put last.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec
import zstandard

from db.sync.keys import (
    SALT_BYTES,
    SIGNATURE_BYTES,
    EpochKey,
    FrameSealer,
    KeyFault,
    StationKeys,
    StationPublic,
)
from db.sync.scratch import PAGE

FORMAT: Final = 1
CHUNK_BYTES: Final = 4 << 20
MOST_CHUNKS: Final = 1 << 14
"""64 GiB; no shop's image comes near."""

_MAGIC: Final = b"KDSN"
_PURPOSE: Final = b"snap v1"
_MANIFEST_PURPOSE: Final = b"snap manifest v1"
_HEADER: Final = struct.Struct(">4sBBH8sQQI32s")
_TRAILER: Final = struct.Struct(f">32s{SIGNATURE_BYTES}s")
_MOST_PLAIN: Final = 64 << 20
_FOLDER: Final = r"snap/([0-9a-f]{16})\.([0-9a-f]{16})\.([0-9a-f]{16})"
_MANIFEST: Final = re.compile(rf"({_FOLDER})/m\.([0-9a-f]{{16}})\.kdm")
_CHUNK: Final = re.compile(rf"({_FOLDER})/([0-9]{{5}})\.([0-9a-f]{{16}})\.kdc")


class SnapshotError(Exception):
    """A snapshot is not taken."""


class SnapshotDamaged(SnapshotError):
    """Bytes are missing or changed; a later look may find them whole."""


class SnapshotForeign(SnapshotError):
    """It is another shop's, forged, or its maker had no right to make it: it never counts."""


class SnapshotRefused(SnapshotError):
    """It holds what a revoked station wrote beyond its end."""


class SnapshotWaits(SnapshotError):
    """Nobody vouches yet for its maker, or for a station that it knows of."""


class SnapshotLocked(SnapshotError):
    """It is sealed with an epoch key that this station does not hold."""


class SnapshotNewer(SnapshotError):
    """Only a newer program can read it."""


class Place(NamedTuple):
    """How far a log goes: an incarnation, the number of a segment, 8 bytes of its hash."""

    dev: int
    seq: int
    digest8: bytes


class Chunk(NamedTuple):
    """A sealed chunk: the hash of its file, the bytes of its file, the bytes it holds."""

    digest: bytes
    size: int
    plain: int


class Manifest(msgspec.Struct, array_like=True, frozen=True):
    """What a snapshot holds. `made_at` is Unix ms, `stamp` the maker's clock.

    The image is exactly what follows from the logs up to `vector` and from all open `forks`.
    `fields` names the columns of every table by their numbers, `rows` how many there are.
    """

    schema: int
    made_at: int
    stamp: int
    vector: list[Place]
    forks: list[Place]
    chunks: list[Chunk]
    fields: dict[int, list[int]]
    rows: dict[int, int]
    cuts: list[bytes] = []
    """The withdrawals of the right `manage` that its maker knew, each by 8 bytes of its hash."""

    @property
    def plain(self) -> int:
        """Bytes of the image."""
        return sum(chunk.plain for chunk in self.chunks)

    @property
    def sealed(self) -> int:
        """Bytes of the image's files."""
        return sum(chunk.size for chunk in self.chunks)

    def place_of(self, dev: int) -> Place:
        """Return how far it goes in a log; number 0 where it knows nothing of it."""
        found = [place for place in self.vector if place.dev == dev]
        return found[0] if found else Place(dev, 0, b"")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands at a manifest's head in clear, and names its folder."""

    shop: bytes
    dev: int
    stamp: int
    epoch: int
    salt: bytes
    min_reader: int = FORMAT
    version: int = FORMAT
    flags: int = 0

    def pack(self) -> bytes:
        """Return the header's bytes."""
        numbers = (self.version, self.flags, self.min_reader)
        rest = (self.shop, self.dev, self.stamp, self.epoch, self.salt)
        return _HEADER.pack(_MAGIC, *numbers, *rest)

    @property
    def folder(self) -> str:
        """The folder of its files."""
        return f"snap/{self.stamp:016x}.{self.dev:016x}.{self.salt[:8].hex()}"


class FolderName(NamedTuple):
    """What a file's name says: its folder, whose maker and moment that names, and its hash."""

    folder: str
    stamp: int
    dev: int
    digest8: bytes
    number: int | None
    """Of a chunk; None for the manifest."""


def parse_name(name: str) -> FolderName | None:
    """Read the name of a snapshot's file; None for any other."""
    if found := _MANIFEST.fullmatch(name):
        return FolderName(found[1], int(found[2], 16), int(found[3], 16), _bytes(found[5]), None)
    if found := _CHUNK.fullmatch(name):
        number = int(found[5])
        return FolderName(found[1], int(found[2], 16), int(found[3], 16), _bytes(found[6]), number)
    return None


def chunk_name(folder: str, number: int, digest: bytes) -> str:
    """Return the relay name of a chunk."""
    return f"{folder}/{number:05d}.{digest[:8].hex()}.kdc"


class Sealer:
    """Seals and opens the chunks of one snapshot."""

    def __init__(self, header: Header, epoch: EpochKey) -> None:
        self.header: Final = header
        packed = header.pack()
        self._chunks = FrameSealer(epoch, header.salt, _PURPOSE, packed)
        self._manifest = FrameSealer(epoch, header.salt, _MANIFEST_PURPOSE, packed)

    def seal_chunk(self, number: int, plain: bytes, *, last: bool) -> tuple[Chunk, bytes]:
        """Seal a part of the image; safe to call from several threads."""
        packed = zstandard.ZstdCompressor(level=3).compress(plain)
        sealed = self._chunks.seal(number, packed, last=last)
        return Chunk(hashlib.sha256(sealed).digest(), len(sealed), len(plain)), sealed

    def open_chunk(self, number: int, chunk: Chunk, data: bytes, *, last: bool) -> bytes:
        """Open a chunk's file; raises `SnapshotDamaged`. Safe to call from several threads."""
        if hashlib.sha256(data).digest() != chunk.digest:
            raise SnapshotDamaged("the hash of a chunk does not fit")
        try:
            plain = _unpacked(self._chunks.open(number, data, last=last))
        except KeyFault as fault:
            raise SnapshotDamaged(str(fault)) from fault
        if len(plain) != chunk.plain:
            raise SnapshotDamaged("a chunk has another length")
        return plain

    def seal_manifest(self, manifest: Manifest, keys: StationKeys) -> tuple[str, bytes]:
        """Return name and bytes of the manifest."""
        packed = zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(manifest))
        body = self.header.pack() + self._manifest.seal(0, packed, last=True)
        digest = hashlib.sha256(body).digest()
        name = f"{self.header.folder}/m.{digest[:8].hex()}.kdm"
        return name, body + digest + keys.sign(digest)

    def open_manifest(self, sealed: bytes) -> Manifest:
        """Open what stands between header and trailer; raises `SnapshotDamaged`."""
        try:
            plain = _unpacked(self._manifest.open(0, sealed, last=True))
            return msgspec.msgpack.decode(plain, type=Manifest)
        except (KeyFault, msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise SnapshotDamaged(str(fault)) from fault


class Opened(NamedTuple):
    """A manifest that was verified, with what opens its chunks."""

    name: str
    header: Header
    manifest: Manifest
    sealer: Sealer

    def chunk_names(self) -> list[str]:
        """Return the names of the chunks' files in order."""
        chunks = enumerate(self.manifest.chunks)
        return [chunk_name(self.header.folder, n, chunk.digest) for n, chunk in chunks]


def open_manifest(
    name: str, data: bytes, shop: bytes, signer: StationPublic, epochs: Mapping[int, EpochKey]
) -> Opened:
    """Verify and open a manifest; raises a `SnapshotError`, whatever the bytes are.

    Whether its maker may make snapshots, and whether it holds too much, is not asked here.
    """
    named = parse_name(name)
    header, digest = _verified(data)
    if named is None or named.number is not None:
        raise SnapshotForeign("no manifest's name")
    if header.shop != shop or named.folder != header.folder or named.digest8 != digest[:8]:
        raise SnapshotForeign("of another shop or folder")
    try:
        signer.verify(data[-SIGNATURE_BYTES:], digest)
    except KeyFault as fault:
        raise SnapshotForeign(str(fault)) from fault
    if header.min_reader > FORMAT:
        raise SnapshotNewer(str(header.min_reader))
    if header.epoch not in epochs:
        raise SnapshotLocked(str(header.epoch))
    sealer = Sealer(header, epochs[header.epoch])
    manifest = sealer.open_manifest(data[_HEADER.size : -_TRAILER.size])
    if manifest.stamp != header.stamp or not _is_whole(manifest):
        raise SnapshotDamaged("header and manifest do not fit")
    return Opened(name, header, manifest, sealer)


def _verified(data: bytes) -> tuple[Header, bytes]:
    if len(data) < _HEADER.size + _TRAILER.size:
        raise SnapshotDamaged("too short")
    digest = hashlib.sha256(memoryview(data)[: -_TRAILER.size]).digest()
    if digest != data[-_TRAILER.size : -SIGNATURE_BYTES]:
        raise SnapshotDamaged("the hash does not fit")
    magic, version, flags, min_reader, *rest = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        raise SnapshotDamaged("no manifest")
    whole = (*rest, min_reader, version, flags)
    return Header(*whole), digest


def _is_whole(manifest: Manifest) -> bool:
    places = [*manifest.vector, *manifest.forks]
    return (
        len({place.dev for place in manifest.vector}) == len(manifest.vector)
        and all(len(place.digest8) == 8 and place.seq > 0 for place in places)
        and len(manifest.chunks) <= MOST_CHUNKS
        and all(len(chunk.digest) == SALT_BYTES for chunk in manifest.chunks)
        and all(chunk.plain == CHUNK_BYTES for chunk in manifest.chunks[:-1])
        and all(0 < chunk.plain <= CHUNK_BYTES for chunk in manifest.chunks[-1:])
        and manifest.plain % PAGE == 0
    )


def _unpacked(packed: bytes) -> bytes:
    try:
        if not 0 <= zstandard.frame_content_size(packed) <= _MOST_PLAIN:
            raise SnapshotDamaged("too large")
        return zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError as error:
        raise SnapshotDamaged(str(error)) from error


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text)
