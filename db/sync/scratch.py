"""A SQLite file for the time of one job, whose pages can be read and written outside of SQLite.

Snapshots travel as the pages of such a file. On this disk they never lie in clear: SQLCipher keeps
them under a key drawn for the job, in its plainest form (AES-256-CBC, the initial vector in the
page's last 16 bytes; no HMAC, for what leaves is sealed and signed by us), which is easily undone.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from db.engine import BUSY_TIMEOUT_MS
from db.errors import DatabaseDamaged

PAGE: Final = 1 << 16
"""Bytes of a page: SQLite's largest, so that few ciphers have to be set up."""

CACHE_KIB: Final = 64 * 1024
WHOLE_KIB: Final = 256 * 1024
"""An image up to this size is kept in memory while it is merged: it is read more than once."""

_PREFIX: Final = "scratch-"
_VECTOR: Final = 16
_MAGIC: Final = b"SQLite format 3\0"
_KEY: Final = 32
_STALE_S: Final = 24 * 60 * 60


class Scratch:
    """An encrypted SQLite file below a directory of ours; `pages` is how many it has."""

    def __init__(self, directory: Path) -> None:
        self.path: Final = directory / "image"
        self.path.touch(mode=0o600)
        self._key = os.urandom(_KEY)
        self._salt = os.urandom(len(_MAGIC))

    @property
    def pages(self) -> int:
        """How many pages lie in the file."""
        return self.path.stat().st_size // PAGE

    def open(self) -> Any:
        """Open it as SQLite's main file; without journal, for a crash ends the job anyway."""
        connection = sqlcipher.connect(
            str(self.path), isolation_level=None, check_same_thread=False, cached_statements=128
        )
        for pragma in (
            "cipher_log_level = NONE",
            f"key = \"x'{self._key.hex()}'\"",
            f"cipher_page_size = {PAGE}",
            "cipher_use_hmac = OFF",
            "journal_mode = OFF",
            "synchronous = OFF",
            "temp_store = MEMORY",
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            f"cache_size = -{CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def read(self, first: int, count: int) -> bytes:
        """Return some pages in clear, fewer at the end of the file."""
        with self.path.open("rb") as file:
            file.seek(first * PAGE)
            stored = file.read(count * PAGE)
        return b"".join(
            self._opened(stored[at : at + PAGE], first=first + at == 0)
            for at in range(0, len(stored), PAGE)
        )

    def write(self, first: int, pages: bytes) -> None:
        """Write pages, given in clear, from number `first` on; more than one thread may."""
        if len(pages) % PAGE:
            raise DatabaseDamaged("no whole pages")
        stored = b"".join(
            self._sealed(pages[at : at + PAGE], first=first + at == 0)
            for at in range(0, len(pages), PAGE)
        )
        with self.path.open("r+b") as file:
            file.seek(first * PAGE)
            file.write(stored)

    def _opened(self, page: bytes, *, first: bool) -> bytes:
        start = len(_MAGIC) if first else 0
        cipher = Cipher(AES(self._key), CBC(page[-_VECTOR:])).decryptor()
        return _MAGIC[:start] + cipher.update(page[start:-_VECTOR]) + bytes(_VECTOR)

    def _sealed(self, page: bytes, *, first: bool) -> bytes:
        start = len(_MAGIC) if first else 0
        vector = os.urandom(_VECTOR)
        cipher = Cipher(AES(self._key), CBC(vector)).encryptor()
        return self._salt[:start] + cipher.update(page[start:-_VECTOR]) + vector


@contextmanager
def scratch_file(beside: Path) -> Iterator[Scratch]:
    """Make a scratch file in a directory beside a database that only this user can enter.

    It is gone at the end; what a crash left is swept by the next job.
    """
    for left in beside.parent.glob(f"{_PREFIX}{beside.stem}-*"):
        # Another process of this home may be at work in its own.
        if time.time() - left.stat().st_mtime > _STALE_S:
            shutil.rmtree(left, ignore_errors=True)
    directory = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{beside.stem}-", dir=beside.parent))
    try:
        yield Scratch(directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def attached(scratch: Scratch, path: Path, key: bytes) -> Iterator[Any]:
    """Open a scratch file with a database of the desk attached as `shop`."""
    connection = scratch.open()
    try:
        connection.execute(f"ATTACH ? AS shop KEY \"x'{key.hex()}'\"", (str(path),))
        connection.execute("PRAGMA shop.synchronous = FULL")
        connection.execute(f"PRAGMA shop.cache_size = -{CACHE_KIB}")
        whole = scratch.pages * (PAGE >> 10)
        if CACHE_KIB < whole <= WHOLE_KIB:
            connection.execute(f"PRAGMA main.cache_size = -{WHOLE_KIB}")
        yield connection
    finally:
        connection.close()
