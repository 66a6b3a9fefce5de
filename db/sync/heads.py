"""Heads: what each station says of all logs, so that others know where to look.

`head/<dev16>.<count16>.kdh`, a sealed note. It is a hint and may be lost; a new one gets a new name,
so that listing one directory tells what changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from db.sync.keys import KeyFault
from db.sync.manifests import Place
from db.sync.membership import Membership
from db.sync.notes import NoteFault, open_note, seal_note
from db.sync.relay import Relay, RelayError
from db.sync.surroundings import Surroundings

PURPOSE: Final = b"head v1"
DIRECTORY: Final = "head/"

_NAME: Final = re.compile(r"head/([0-9a-f]{16})\.([0-9a-f]{16})\.kdh")
_MOST: Final = 1 << 63
_TRIES: Final = 20
"""Looks at a head that does not open: it may be there in part, or its writer not known yet."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a station knows: how far it has every log, and its open branches.

    `at` is its wall clock (Unix ms), `app` the program's version, `reads` the segment format and
    `schema` the database schema that it understands.
    """

    vector: list[Place]
    forks: list[Place] = []
    at: int = 0
    app: str = ""
    reads: int = 1
    schema: int = 0

    def pack(self) -> bytes:
        """Return it as kept in the database."""
        return msgspec.msgpack.encode(self)


def unpack_head(data: bytes) -> Head:
    """Read what `Head.pack` wrote."""
    return msgspec.msgpack.decode(data, type=Head)


class Heads:
    """Reads the others' heads and writes mine."""

    def __init__(self, relay: Relay, membership: Membership, surroundings: Surroundings) -> None:
        self._relay, self._membership, self._surroundings = relay, membership, surroundings
        self._read: dict[int, str] = {}
        self._failed: dict[str, int] = {}
        self._count = 0

    def read(self) -> dict[int, Head]:
        """Return the heads that are new since the last look."""
        found: dict[int, Head] = {}
        listed = _by_writer(self._relay.list(DIRECTORY))
        names = {name for some in listed.values() for name in some}
        self._failed = {name: n for name, n in self._failed.items() if name in names}
        for dev, some in listed.items():
            # What never opens may be a stranger's, and must not hide the writer's own.
            name = next((n for n in some if self._failed.get(n, 0) < _TRIES), "")
            if not name or self._read.get(dev) == name:
                continue
            head = self._open(dev, name)
            if head is None:
                self._failed[name] = self._failed.get(name, 0) + 1
            else:
                found[dev], self._read[dev] = head, name
        return found

    def write(self, dev: int, head: Head, former: Iterable[int]) -> None:
        """Put my head and take away my older ones, also those of my `former` incarnations."""
        member, random = self._membership, self._surroundings.random
        plain = msgspec.to_builtins(head, builtin_types=(bytes,))
        data = seal_note(PURPOSE, plain, member.shop, dev, member.keys, member.current, random)
        # A clock that was set back must not make it look older than the last.
        listed = [name for name in self._relay.list(DIRECTORY) if _NAME.fullmatch(name)]
        mine = {d: name for name in listed if (d := _dev(name)) == dev or d in former}
        counts = (_count(name) for name in listed if _dev(name) == dev)
        # Nobody counts so far but who wants to leave no number for the next head.
        last = max((count for count in counts if count < _MOST), default=0)
        self._count = max(self._count + 1, last + 1, self._surroundings.now_ms())
        name = f"{DIRECTORY}{dev:016x}.{self._count:016x}.kdh"
        self._relay.put_new(name, data)
        for old in listed:
            if _dev(old) in mine and old != name:
                self._relay.delete(old)

    def _open(self, dev: int, name: str) -> Head | None:
        member = self._membership
        try:
            data = self._relay.get(name)
            note = open_note(PURPOSE, data, member.shop, member.signer, member.epochs)
            head = msgspec.convert(note.content, Head)
        except (NoteFault, KeyFault, RelayError, msgspec.ValidationError):
            return None
        # A revoked station must not send the others after segments that never come.
        return head if note.dev == dev and member.pin(dev) is None else None


def _by_writer(names: Iterable[str]) -> dict[int, list[str]]:
    """The names of heads by incarnation, the newest first."""
    found: dict[int, list[str]] = {}
    for name in sorted(names, reverse=True):
        if _NAME.fullmatch(name):
            found.setdefault(_dev(name), []).append(name)
    return found


def _dev(name: str) -> int:
    return int(name[5:21], 16)


def _count(name: str) -> int:
    return int(name[22:38], 16)
