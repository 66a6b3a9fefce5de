"""A file system of a few MiB, so that full disks are real ones. Needs root; else the test skips."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class TinyDisk:
    """A mounted file system that can be filled to its last byte."""

    def __init__(self, point: Path) -> None:
        self._ballast = point / ".ballast"

    def fill(self) -> None:
        """Leave no room at all."""
        with self._ballast.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 256, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def make_room(self) -> None:
        """Take away what filled it."""
        self._ballast.unlink()


@contextmanager
def tiny_disk(point: Path, mib: int) -> Iterator[TinyDisk]:
    """Mount one at an existing directory."""
    if sys.platform != "linux" or os.geteuid() or shutil.which("mount") is None:
        pytest.skip("only root of a Linux can mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", str(point)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield TinyDisk(point)
    finally:
        subprocess.run(["umount", "-l", str(point)], check=True)
