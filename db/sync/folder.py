"""The relay in a shared folder: SMB, NFS, or one that some sync client copies."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from db.sync.files import REFUSED, Files
from db.sync.relay import (
    NameTaken,
    NotThere,
    RelayError,
    RelayFull,
    RelayOffline,
    RelayReadOnly,
    RelayUnsound,
    Unreadable,
    check_name,
    is_name,
)

MARKER: Final = "shop.kdj"
"""File that says whose folder this is. Without it the folder counts as not there."""

RETRIES: Final = 5
"""Times that a call is tried again while a virus scanner or an indexer holds the file."""

_HELD: Final = frozenset({errno.EACCES, errno.EBUSY})
_REFUSED: Final = frozenset({errno.EROFS, errno.EPERM, errno.EACCES})
_FULL: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
)

_T = TypeVar("_T")


def create_folder(root: Path, marker: bytes, files: Files | None = None) -> None:
    """Make a shop's folder, once and on a person's word; raises `NameTaken` for another shop's."""
    files = files or Files()
    try:
        files.make_directory(root)
        files.write_new(root / MARKER, marker)
        files.sync_directory(root)
    except FileExistsError:
        if files.read(root / MARKER) != marker:
            raise NameTaken(MARKER) from None
    except OSError as error:
        raise _named(error) from error


class FolderRelay:
    """Files below `root`, whose marker must hold the bytes of `marker`.

    `sleep` waits between tries, in seconds.
    """

    def __init__(
        self,
        root: Path,
        marker: bytes,
        files: Files | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._root, self._marker = root, marker
        self._files, self._sleep = files or Files(), sleep
        self.unreadable: Final = set[str]()

    def list(self, prefix: str, after: str = "") -> list[str]:
        self._check_marker()
        return sorted(name for name in self._names(prefix) if name > after)

    def _names(self, prefix: str) -> Iterator[str]:
        # Only the directories the prefix names in full are walked: shares list slowly.
        below = self._root / prefix.rpartition("/")[0]
        found = self._call(lambda: self._files.walk(below))
        cut = len(str(self._root / "x")) - 1
        names = [path[cut:].replace(os.sep, "/") for path in found]
        # A copy: other threads read from the folder as well.
        gone = {n for n in tuple(self.unreadable) if n.startswith(prefix)}.difference(names)
        self.unreadable.difference_update(gone)
        self.unreadable.update(name for name in names if name.endswith("/"))
        return (n for n in names if n.startswith(prefix) and self._is_ours(n))

    def glance(self, prefixes: Iterable[str]) -> frozenset[str]:
        """Return the names with any of the prefixes, all of it for the price of one marker."""
        self._check_marker()
        return frozenset(name for prefix in prefixes for name in self._names(prefix))

    def get(self, name: str) -> bytes:
        path = self._path(name)
        try:
            # Who reads verifies what it is; only where nothing is, the marker has to tell why.
            found = self._read(path, patient=name not in self.unreadable)
        except NotThere:
            self._check_marker()
            raise
        except RelayOffline as error:
            self._check_marker()
            if not _is_refused(error):
                raise
            self.unreadable.add(name)
            raise Unreadable(*error.args) from error
        self.unreadable.discard(name)
        return found

    def put_new(self, name: str, data: bytes) -> None:
        path = self._path(name)
        self._check_marker()
        if self._has(path, data):
            return
        self._write(lambda: self._files.make_directory(path.parent))
        # Its own name for every try, so that two writers, or a rest, are never in the way.
        temporary = path.parent / f"~{secrets.token_hex(8)}.tmp"
        try:
            self._write(lambda: self._files.write_new(temporary, data))
            self._compare(temporary, data)
            self._publish(temporary, path, data)
            self._call(lambda: self._files.sync_directory(path.parent))
        except RelayError:
            self._sweep(temporary)
            raise

    def delete(self, name: str) -> None:
        path = self._path(name)
        self._check_marker()
        self._write(lambda: self._files.remove(path))

    def _check_marker(self) -> None:
        try:
            found = self._read(self._root / MARKER)
        except NotThere:
            raise RelayOffline("the folder has no marker") from None
        if found != self._marker:
            raise RelayOffline("the folder is another shop's")

    def _path(self, name: str) -> Path:
        if check_name(name) == MARKER:
            raise ValueError("the marker is made with the folder only")
        return self._root / name

    @staticmethod
    def _is_ours(name: str) -> bool:
        return name != MARKER and is_name(name)

    def _publish(self, temporary: Path, path: Path, data: bytes) -> None:
        try:
            self._write(lambda: self._files.rename(temporary, path))
        except RelayError:
            # NFS may do a rename and then, asked a second time, report that it failed.
            if not self._has(path, data):
                raise
            self._sweep(temporary)

    def _has(self, path: Path, data: bytes) -> bool:
        """Tell whether the target is there; other bytes of the same length are not ours."""
        try:
            found = self._read(path)
        except NotThere:
            return False
        except RelayOffline as error:
            if _is_refused(error):
                raise NameTaken(path.name) from error
            raise
        if found == data:
            return True
        if len(found) < len(data) and data.startswith(found):
            # A file that came over in part, or was cut by a power failure: it is written anew.
            self._write(lambda: self._files.remove(path))
            return False
        raise NameTaken(path.name)

    def _compare(self, path: Path, data: bytes) -> None:
        if hashlib.sha256(self._read(path)).digest() != hashlib.sha256(data).digest():
            raise RelayUnsound(path.name)

    def _read(self, path: Path, *, patient: bool = True) -> bytes:
        return self._call(lambda: self._files.read(path), RETRIES if patient else 0)

    def _sweep(self, temporary: Path) -> None:
        try:
            self._files.remove(temporary)
        except OSError:
            return  # a rest with a `~` name is seen by nobody

    def _write(self, work: Callable[[], _T]) -> _T:
        """A folder that refuses this is there all the same, and can be read."""
        try:
            return self._call(work)
        except RelayOffline as error:
            if isinstance(error.__cause__, OSError) and error.__cause__.errno in _REFUSED:
                raise RelayReadOnly(*error.args) from error.__cause__
            raise

    def _call(self, work: Callable[[], _T], retries: int = RETRIES) -> _T:
        for attempt in range(retries):
            try:
                return work()
            except OSError as error:
                if error.errno not in _HELD:
                    raise _named(error) from error
                self._sleep(0.02 * 2**attempt)
        try:
            return work()
        except OSError as error:
            raise _named(error) from error


def _is_refused(error: RelayError) -> bool:
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in REFUSED


def _named(error: OSError) -> RelayError:
    what = errno.errorcode.get(error.errno or 0, "error")
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return NotThere(what)
    if error.errno in _FULL:
        return RelayFull(what)
    return RelayOffline(what)
