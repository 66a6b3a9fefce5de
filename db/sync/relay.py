"""Where stations leave files for each other: four verbs over names, safe on dumb storage.

A relay is never the truth and nothing is inferred from what it lacks (SYNC §2, §4.4).
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

MAX_NAME: Final = 90
"""Longest name in characters: shares and sync clients stop at 255 for the whole path."""

_NAME: Final = re.compile(r"[0-9a-z.~-]+(?:/[0-9a-z.~-]+)*")


class RelayError(Exception):
    """The relay could not do it now; what was to be put is still the caller's to keep."""


class RelayOffline(RelayError):
    """The relay is not there, or is not the one of this shop."""


class RelayFull(RelayError):
    """There is no room left."""


class RelayReadOnly(RelayError):
    """It can be read, but nothing may be written there."""


class RelayUnsound(RelayError):
    """The storage gave back other bytes than were written."""


class NotThere(RelayError):
    """No file of that name can be seen now; it may have been, and may come."""


class Unreadable(NotThere):
    """The file is there, but this computer is refused it; others may be read all the same."""


class NameTaken(RelayError):
    """The name already stands for other bytes."""


class Relay(Protocol):
    """Storage that all stations of a shop reach. Names are made of `0-9a-z . / ~ -`."""

    @property
    def unreadable(self) -> AbstractSet[str]:
        """What this computer was refused when it looked last, directories with a `/` at the end."""
        ...

    def list(self, prefix: str, after: str = "") -> list[str]:
        """Return the names with a prefix that sort behind `after`, in order; a hint only."""
        ...

    def get(self, name: str) -> bytes:
        """Return a file's bytes, to be verified by the caller; raises `NotThere`."""
        ...

    def put_new(self, name: str, data: bytes) -> None:
        """Put a file, whole or not at all; the same bytes again are fine, else `NameTaken`."""
        ...

    def delete(self, name: str) -> None:
        """Remove a file; one that is not there is fine."""
        ...


def is_name(text: str) -> bool:
    """Tell whether a text may name a file of ours: conflict copies and strangers may not."""
    return (
        len(text) <= MAX_NAME
        and _NAME.fullmatch(text) is not None
        and not any(part.strip(".") == "" or part[0] == "~" for part in text.split("/"))
    )


def check_name(name: str) -> str:
    """Return a name as it is; raises `ValueError` where no relay may have such a file."""
    if not is_name(name):
        raise ValueError(f"not a relay name: {name!r}")
    return name


class MemoryRelay:
    """A relay inside this process, for stations that meet in a test."""

    unreadable: AbstractSet[str] = frozenset()

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def list(self, prefix: str, after: str = "") -> list[str]:
        return sorted(name for name in self._files if name.startswith(prefix) and name > after)

    def get(self, name: str) -> bytes:
        try:
            return self._files[check_name(name)]
        except KeyError:
            raise NotThere(name) from None

    def put_new(self, name: str, data: bytes) -> None:
        if self._files.setdefault(check_name(name), bytes(data)) != data:
            raise NameTaken(name)

    def delete(self, name: str) -> None:
        self._files.pop(check_name(name), None)
