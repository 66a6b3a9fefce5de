"""Attachments in the folder: by content, sealed, fetched when somebody looks (SYNC §4.8).

blob/<aa>/<id64>.kdb, where id = HMAC-SHA256(the shop's blob key, SHA-256 of the content): the same
picture lies there once, and nobody outside can find out by its name what it is.
header | chunks of 4 MiB: length u32, AES-256-GCM. Nothing is signed: an id fits one content only.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import struct
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import text

from db.database import Database
from db.sync.keys import SALT_BYTES, FrameSealer, KeyFault
from db.sync.membership import Membership
from db.sync.relay import NameTaken, NotThere, Relay, RelayFull
from db.sync.snapshots import Snapshots
from db.sync.surroundings import Surroundings

log = logging.getLogger(__name__)

FORMAT: Final = 1
CHUNK_BYTES: Final = 4 << 20
CANDIDATE_MS: Final = 30 * 24 * 60 * 60_000
"""So long nothing must refer to a blob before it leaves."""
SWEEP_EVERY_MS: Final = 24 * 60 * 60_000

CURSOR: Final = "sync-blobs"
CANDIDATES: Final = "sync.blob_candidates"
_MAGIC: Final = b"KDBL"
_PURPOSE: Final = b"blob v1"
_HEADER: Final = struct.Struct(">4sBBH8sI32s32sQ")
_LENGTH: Final = struct.Struct(">I")
_NAME: Final = re.compile(r"blob/([0-9a-f]{2})/(\1[0-9a-f]{62})\.kdb")
_WITNESSES: Final = 2


_REFERENCED: Final = (
    "SELECT DISTINCT sha256 FROM attachments WHERE NOT _del "
    "AND length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'"
)
"""What a station wrote that is no SHA-256 names nothing."""


class BlobDamaged(Exception):
    """The bytes are not the blob's; a later look, or a station that has it, may help."""


class BlobLocked(Exception):
    """It is sealed with an epoch key that this station does not hold, or by a newer program."""


class Blobs:
    """The shop's blobs on a relay. Safe to use from several threads."""

    def __init__(self, relay: Relay, membership: Membership, blob_key: bytes) -> None:
        """`blob_key`: the same for every member, for ever (`ShopMembership.blob_key`)."""
        self._relay, self._membership, self._key = relay, membership, blob_key

    def name_of(self, sha256: str) -> str:
        """Return the relay name of the content with this SHA-256 (hex)."""
        found = self._id(bytes.fromhex(sha256)).hex()
        return f"blob/{found[:2]}/{found}.kdb"

    def publish(self, data: bytes) -> str:
        """Put a content where it is not yet; returns its name. Raises `RelayError`."""
        digest = hashlib.sha256(data).digest()
        name = self.name_of(digest.hex())
        try:
            self._relay.put_new(name, self._sealed(digest, data))
        except NameTaken:
            self._replace_unless_good(name, digest, data)
        return name

    def fetch(self, sha256: str) -> bytes:
        """Return a content; raises `RelayError` (`NotThere`), `BlobDamaged` or `BlobLocked`."""
        return self._opened(bytes.fromhex(sha256), self._relay.get(self.name_of(sha256)))

    def listed(self) -> list[str]:
        """Return the names of all blobs in the folder."""
        return [name for name in self._relay.list("blob/") if _NAME.fullmatch(name)]

    def delete(self, name: str) -> None:
        """Remove a blob."""
        self._relay.delete(name)

    def _id(self, digest: bytes) -> bytes:
        return hmac.digest(self._key, b"id" + digest, "sha256")

    def _sealed(self, digest: bytes, data: bytes) -> bytes:
        epoch = self._membership.current
        # Drawn from content and epoch: whoever puts the same content makes the same bytes.
        salt = hmac.digest(self._key, b"salt" + struct.pack(">I", epoch.number) + digest, "sha256")
        header = _HEADER.pack(
            _MAGIC,
            FORMAT,
            0,
            FORMAT,
            self._membership.shop,
            epoch.number,
            salt[:SALT_BYTES],
            self._id(digest),
            len(data),
        )
        sealer, parts = FrameSealer(epoch, salt[:SALT_BYTES], _PURPOSE, header), [header]
        starts = range(0, max(len(data), 1), CHUNK_BYTES)
        for index, start in enumerate(starts):
            chunk = data[start : start + CHUNK_BYTES]
            sealed = sealer.seal(index, chunk, last=index == len(starts) - 1)
            parts += [_LENGTH.pack(len(sealed)), sealed]
        return b"".join(parts)

    def _replace_unless_good(self, name: str, digest: bytes, data: bytes) -> None:
        """Of another epoch it is as good as mine; damaged bytes are of no use to anybody."""
        try:
            self._opened(digest, self._relay.get(name))
        except BlobLocked:
            return
        except BlobDamaged:
            self._relay.delete(name)
            self._relay.put_new(name, self._sealed(digest, data))

    def prove(self, name: str) -> int:
        """Prove a blob to be what its name says; returns its size as it lies in the folder.

        Raises `RelayError` (`NotThere`), `BlobDamaged` or `BlobLocked`.
        """
        sealed = self._relay.get(name)
        self._unsealed(bytes.fromhex(name[-68:-4]), sealed)
        return len(sealed)

    def _opened(self, digest: bytes, sealed: bytes) -> bytes:
        return self._unsealed(self._id(digest), sealed)

    def _unsealed(self, wanted: bytes, sealed: bytes) -> bytes:
        if len(sealed) < _HEADER.size:
            raise BlobDamaged("too short")
        magic, _, _, min_reader, shop, epoch, salt, found, size = _HEADER.unpack_from(sealed)
        if magic != _MAGIC or shop != self._membership.shop or found != wanted:
            raise BlobDamaged("another file under this name")
        key = self._membership.epochs.get(epoch)
        if min_reader > FORMAT or key is None:
            raise BlobLocked(str(epoch))
        sealer = FrameSealer(key, salt, _PURPOSE, sealed[: _HEADER.size])
        try:
            data = b"".join(_frames(sealed, sealer))
        except KeyFault as fault:
            raise BlobDamaged(str(fault)) from fault
        if len(data) != size or self._id(hashlib.sha256(data).digest()) != wanted:
            raise BlobDamaged("another content")
        return data


def _frames(sealed: bytes, sealer: FrameSealer) -> Iterator[bytes]:
    at, index = _HEADER.size, 0
    while at < len(sealed) or not index:
        if at + _LENGTH.size > len(sealed):
            raise BlobDamaged("cut in a length")
        (length,) = _LENGTH.unpack_from(sealed, at)
        at += _LENGTH.size + length
        if at > len(sealed):
            raise BlobDamaged("cut in a chunk")
        yield sealer.open(index, sealed[at - length : at], last=at == len(sealed))
        index += 1


class Proof(NamedTuple):
    """What was found at a blob: its size, or why it is not as it should be."""

    name: str
    size: int = 0
    reason: str = ""
    detail: str = ""


class BlobKeeper:
    """Publishes what this home added, and sweeps what nobody refers to. One thread at a time."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        surroundings: Surroundings,
        local: Callable[[str], bytes | None],
    ) -> None:
        """`local` returns a content by its SHA-256 (hex) where it lies in this home."""
        self._database, self._blobs = database, blobs
        self._around, self._local = surroundings, local
        self._swept_at: int | None = None

    def publish(self) -> int:
        """Publish attachments added here; to be called before the ops that name them are.

        Raises `RelayError`. A full folder is passed over: the log matters more, and the next call
        tries again.
        """
        count = done = 0
        try:
            for rid, sha256 in self._added():
                count += self.publish_again(sha256)
                done = rid
        except RelayFull:
            log.warning("no room in the folder for an attachment")
        finally:
            if done:
                self._move(done)
        return count

    def publish_again(self, sha256: str) -> bool:
        """Put a content back that the folder lost; False where this home has it not."""
        data = self._local(sha256)
        if data is None:
            return False
        self._blobs.publish(data)
        return True

    def prove(self) -> Iterator[Proof]:
        """Prove every blob of the folder, and tell which ones it lacks. Raises `RelayError`."""
        listed = self._blobs.listed()
        for name in listed:
            try:
                yield Proof(name, self._blobs.prove(name))
            except NotThere:
                continue
            except BlobDamaged as fault:
                yield Proof(name, reason="damaged", detail=str(fault))
            except BlobLocked as fault:
                yield Proof(name, reason="locked", detail=str(fault))
        yield from (Proof(n, reason="missing") for n in sorted(self._referenced() - {*listed}))

    def mend(self, name: str) -> bool:
        """Put a blob back; False where this home has not its content. Raises `RelayError`."""
        with self._database.read() as session:
            found = session.scalars(text(_REFERENCED))
            wanted = [sha256 for sha256 in found if self._blobs.name_of(sha256) == name]
        return any(self.publish_again(sha256) for sha256 in wanted)

    def sweep(self, snapshots: Snapshots) -> int:
        """Delete blobs unreferenced for a month; only where this station knows all that is known.

        To be called by one managing station a day; returns how many. Raises `RelayError`.
        """
        now = self._around.now_ms()
        if self._swept_at is not None and 0 <= now - self._swept_at < SWEEP_EVERY_MS:
            return 0
        self._swept_at = now
        witnesses = snapshots.usable()[:_WITNESSES]
        places = [place for opened in witnesses for place in opened.manifest.vector]
        if len(witnesses) < _WITNESSES or snapshots.ahead(places):
            return 0
        unreferenced = set(self._blobs.listed()) - self._referenced()
        since = {name: at for name, at in self._candidates().items() if name in unreferenced}
        since = dict.fromkeys(unreferenced, now) | since
        leaving = [name for name, at in since.items() if now - at >= CANDIDATE_MS]
        for name in leaving:
            self._blobs.delete(name)
        self._keep_candidates({n: at for n, at in since.items() if n not in leaving})
        return len(leaving)

    def _added(self) -> list[tuple[int, str]]:
        """Attachments behind the cursor whose content may lie here only."""
        with self._database.read() as session:
            rows = session.execute(
                text(
                    "SELECT rid, sha256 FROM attachments WHERE NOT _del AND rid > "
                    "coalesce((SELECT seq FROM cursors WHERE name = :name), 0) ORDER BY rid"
                ),
                {"name": CURSOR},
            ).all()
        return [(row.rid, row.sha256) for row in rows]

    def _move(self, rid: int) -> None:
        with self._database.write("system") as session:
            session.execute(
                text(
                    "INSERT INTO cursors(name, seq) VALUES (:name, :rid) "
                    "ON CONFLICT(name) DO UPDATE SET seq = excluded.seq"
                ),
                {"name": CURSOR, "rid": rid},
            )

    def _referenced(self) -> set[str]:
        with self._database.read() as session:
            found = session.scalars(text(_REFERENCED))
            return {self._blobs.name_of(sha256) for sha256 in found}

    def _candidates(self) -> dict[str, int]:
        with self._database.read() as session:
            found = session.scalar(
                text("SELECT value FROM local_settings WHERE key = :key"), {"key": CANDIDATES}
            )
        return msgspec.json.decode(found or "{}", type=dict[str, int])

    def _keep_candidates(self, since: dict[str, int]) -> None:
        with self._database.write("system") as session:
            session.execute(
                text("INSERT OR REPLACE INTO local_settings(key, value) VALUES (:key, :value)"),
                {"key": CANDIDATES, "value": msgspec.json.encode(since).decode()},
            )
