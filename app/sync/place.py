"""What kind of folder the stations meet in, and how often it is good to look there."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

_MOUNTS: Final = Path("/proc/self/mountinfo")
_REMOTE: Final = frozenset(
    {"cifs", "smb3", "smbfs", "nfs", "nfs4", "9p", "afpfs", "ncpfs", "fuse.sshfs", "fuse.rclone"}
)
_WINDOWS_REMOTE: Final = 4
"""What GetDriveTypeW answers for a drive of another computer."""


class Place(StrEnum):
    """Where the shared folder lies."""

    AUTO = "auto"
    LOCAL = "local"
    """On a disk of this computer: its listing is true at once."""
    SHARE = "share"
    """On another computer (SMB, NFS): listings may be seconds old, every call costs."""
    COPIED = "copied"
    """Carried to the other stations by a sync client (Syncthing, 坚果云): few, larger files."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`quiet_s` without a change seals; `most_s` seals anyway; `poll_s` between two looks."""

    quiet_s: float
    most_s: float
    poll_s: float


PACES: Final = {
    Place.LOCAL: Pace(0.3, 2.0, 0.5),
    Place.SHARE: Pace(2.0, 10.0, 3.0),
    Place.COPIED: Pace(10.0, 30.0, 5.0),
}


def guess_place(folder: Path) -> Place:
    """Tell a share from a disk of this computer; a copied folder can't be told from outside."""
    if sys.platform == "win32":
        return _windows_place(folder)
    try:
        mounts = _MOUNTS.read_text()
    except OSError:
        # macOS mounts shares below /Volumes, beside outer disks, which are fine with this pace.
        return Place.SHARE if folder.parts[:2] == ("/", "Volumes") else Place.LOCAL
    return Place.SHARE if _kind_of_mount(mounts, folder.resolve()) in _REMOTE else Place.LOCAL


def _kind_of_mount(mounts: str, folder: Path) -> str:
    best, kind = -1, ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        if len(left.split()) < 5 or not right:
            continue
        point = Path(left.split()[4].replace("\\040", " "))
        if (point == folder or point in folder.parents) and len(point.parts) > best:
            best, kind = len(point.parts), right.split()[0]
    return kind


def _windows_place(folder: Path) -> Place:
    import ctypes

    root = folder.resolve().anchor
    if root.startswith("\\\\"):
        return Place.SHARE
    kind = ctypes.windll.kernel32.GetDriveTypeW(root)  # type: ignore[attr-defined,unused-ignore]
    return Place.SHARE if kind == _WINDOWS_REMOTE else Place.LOCAL
