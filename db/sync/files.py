"""The few file calls a relay makes, in one place, so that a test can let each of them fail."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

_NO_DIRECTORY_SYNC: Final = frozenset({errno.ENOTSUP, errno.EINVAL, errno.EACCES})
REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.ELOOP})
"""Of one file or directory: others may be read all the same."""
LARGEST: Final = 256 << 20
"""Bytes; segments and chunks have some 4 MiB, and nothing that the program writes comes near."""
_READ: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Files:
    """File calls of this machine; every one raises `OSError` as the system gives it."""

    def write_new(self, path: Path, data: bytes) -> None:
        """Make a file that must not exist, with ONE write (shares lose middle ones), and sync it."""
        descriptor = os.open(path, _WRITE, 0o644)
        try:
            written = os.write(descriptor, data)
            if written != len(data):
                raise OSError(errno.ENOSPC, "short write")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self, path: Path) -> bytes:
        """Return all bytes of a file; what is none, or larger than any of ours, is not there."""
        descriptor = os.open(path, _READ)
        try:
            found = os.fstat(descriptor)
            # In a shared folder may lie a pipe that never ends, or a link to a device.
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
                raise FileNotFoundError(errno.ENOENT, "no file of ours")
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        """Give a finished file its name."""
        source.rename(target)

    def remove(self, path: Path) -> None:
        """Remove a file; one that is gone already is fine."""
        path.unlink(missing_ok=True)

    def make_directory(self, path: Path) -> None:
        """Make a directory and its parents where they are missing."""
        path.mkdir(parents=True, exist_ok=True)

    def sync_directory(self, path: Path) -> None:
        """Make names last; many shares refuse this, and then it is left out."""
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except PermissionError:  # Windows opens no directories
            return
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _NO_DIRECTORY_SYNC:
                raise
        finally:
            os.close(descriptor)

    def walk(self, path: Path) -> list[str]:
        """Return the paths of all files below a directory; none where it does not exist.

        A directory that may not be looked into is told with a separator at its end.
        """
        found: list[str] = []

        def on_error(error: OSError) -> None:
            if error.errno in REFUSED:
                found.append(f"{error.filename}{os.sep}")
            elif error.errno != errno.ENOENT:
                raise error

        # As text: of the hundreds of names that lie in a shop's folder, paths would cost the most.
        for parent, _, names in os.walk(path, onerror=on_error):
            found.extend(f"{parent}{os.sep}{name}" for name in names)
        return found
