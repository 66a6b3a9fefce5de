"""Images and files of conversations: encrypted on the disk, named by their content."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from app.conversations.media import sniff
from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.once import once
from db.clock import now_ms
from db.database import Database
from db.erasing.files import forget_files, unreferenced, waiting_files
from db.models import Attachment

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAX_BYTES: Final = 10 * 1024 * 1024
"""Largest attachment."""

_NONCE: Final = 12
_HEX_DIGEST: Final = 64
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LABEL: Final = b"kefu-desk attachments v1"


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """What is known of an attachment; `width` and `height` in pixels, 0 for no image."""

    id: bytes
    name: str
    media_type: str
    size: int
    width: int
    height: int
    sha256: str

    @property
    def is_image(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.width > 0


Fetch = Callable[[str], bytes | None]
"""Brings a content by its SHA-256 (hex) from elsewhere; None where it can't be had now."""


class Attachments:
    """Keeps the bytes in `folder`, sealed by AES-GCM under a key derived from the database's."""

    def __init__(self, db: Database, folder: Path, fetch: Fetch | None = None) -> None:
        """`fetch` is asked for what another station added; a job's thread must wait for it."""
        self._db, self._folder = db, folder
        self._fetch = fetch

    def fetch_from(self, fetch: Fetch | None) -> None:
        """Ask this source from now on, or none: the home joined a shop, or left it."""
        self._fetch = fetch

    @once
    def _cipher(self) -> AESGCM:
        # Imported here: the desk starts without its ciphers.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABEL).derive(self._db.key)
        return AESGCM(key)

    def add(self, name: str, data: bytes) -> AttachmentView:
        """Keep a file; the same content lies on the disk once. Raises `UserError`."""
        media = sniff(name, data)
        if len(data) > MAX_BYTES:
            raise UserError(
                _("Files can have {n} MB at most.").format(n=MAX_BYTES // 1024 // 1024),
                code="file_too_large",
            )
        if media is None:
            raise UserError(
                _("This kind of file can't be sent."),
                hint=_("Images, PDF, Office files, text, MP4 and ZIP can."),
                code="file_type",
            )
        digest = hashlib.sha256(data).hexdigest()
        self._store(digest, data)
        with self._db.write() as session:
            row = Attachment(
                sha256=digest,
                name=PurePath(name.replace("\\", "/")).name[:200] or digest[:8],
                media_type=media.type,
                size=len(data),
                width=media.width,
                height=media.height,
                created_at=now_ms(),
            )
            session.add(row)
            session.flush()
            return _view(row)

    def find(self, attachment_ids: Sequence[bytes]) -> dict[bytes, AttachmentView]:
        """The named attachments; unknown ids are left out."""
        with self._db.read() as session:
            rows = session.scalars(
                select(Attachment).where(
                    Attachment.id.in_(attachment_ids), Attachment.deleted.is_(False)
                )
            )
            return {row.id: _view(row) for row in rows}

    def get(self, attachment_id: bytes) -> AttachmentView:
        """One attachment; raises `NotFound`."""
        found = self.find([attachment_id])
        if attachment_id not in found:
            raise NotFound(_("This file is not here (any more)."))
        return found[attachment_id]

    def data(self, attachment_id: bytes) -> bytes:
        """The bytes; raises `NotFound` where they are missing or damaged."""
        digest = self.get(attachment_id).sha256
        found = self.local(digest)
        if found is None:
            found = self._fetched(digest)
        if found is None:
            raise NotFound(_("This file is not here (any more)."))
        return found

    def is_local(self, sha256: str) -> bool:
        """Whether a content lies in this home, so that nothing has to be waited for."""
        return _is_digest(sha256) and self._path(sha256).is_file()

    def local(self, sha256: str) -> bytes | None:
        """A content that lies in this home; None where it is missing or damaged."""
        from cryptography.exceptions import InvalidTag

        if not _is_digest(sha256):
            return None
        path = self._path(sha256)
        try:
            sealed = path.read_bytes()
            data = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], sha256.encode())
        except (OSError, InvalidTag, ValueError):
            return None
        with suppress(OSError):
            os.utime(path)  # what was looked at lately leaves last
        return data

    def trim(self, limit: int, may_leave: Callable[[str], bool]) -> int:
        """Delete what was not looked at for longest until all is at most `limit` bytes.

        Only contents that `may_leave` (by SHA-256 hex): those that can be fetched again. Returns
        how many left.
        """
        files = [path for path in self._folder.glob("??/*") if len(path.name) == _HEX_DIGEST]
        sizes = {path: path.stat() for path in files}
        over, count = sum(stat.st_size for stat in sizes.values()) - limit, 0
        for path in sorted(files, key=lambda path: sizes[path].st_mtime):
            if over <= 0:
                break
            if may_leave(path.name):
                path.unlink(missing_ok=True)
                over, count = over - sizes[path].st_size, count + 1
        return count

    def forget_erased(self, also: Callable[[str], object] | None = None) -> int:
        """Delete the files of erased persons that nothing else needs; returns how many.

        `also` deletes a content (by SHA-256 hex) elsewhere; where it raises, the next call tries
        again.
        """
        with self._db.read() as session:
            waiting = waiting_files(session.connection())
            leaving = unreferenced(session.connection(), waiting)
        if not waiting:
            return 0
        for digest in leaving:
            self._path(digest).unlink(missing_ok=True)
            if also is not None:
                also(digest)
        with self._db.write("system") as session:
            forget_files(session.connection(), waiting)
        return len(leaving)

    def _fetched(self, digest: str) -> bytes | None:
        asked = self._fetch if _is_digest(digest) else None
        data = None if asked is None else asked(digest)
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            return None
        with suppress(OSError):  # a full disk must not keep it from being seen
            self._path(digest).unlink(missing_ok=True)
            self._store(digest, data)
        return data

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def _store(self, digest: str, data: bytes) -> None:
        path = self._path(digest)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, data, digest.encode())
        # A crash half way leaves a stray temporary file, never a damaged attachment.
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except OSError:
            with suppress(OSError):
                Path(temporary).unlink()
            raise


def _is_digest(text: str) -> bool:
    """Another station wrote it, and it becomes a path: it must be a SHA-256 and nothing else."""
    return _DIGEST.fullmatch(text) is not None


def _view(row: Attachment) -> AttachmentView:
    return AttachmentView(
        row.id, row.name, row.media_type, row.size, row.width, row.height, row.sha256
    )
