"""Who is at a desk now, and which conversation they view or type in: best effort, never in the log.

Every station has one small sealed file, `here/<dev16>.<count10>.kdp`. A new state is a new name, so
that a listing alone tells what changed; a file that did not change for a while is old news.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import msgspec

from db.sync.membership import Membership
from db.sync.notes import NoteFault, open_note, seal_note
from db.sync.relay import Relay, RelayError
from db.sync.surroundings import Surroundings
from db.sync.whereabouts import Here

LEAST_MS: Final = 3_000
"""A station writes its state at most so often."""
ALIVE_MS: Final = 8_000
"""An unchanged state is written again after this, to say that one is still here."""
GONE_MS: Final = 20_000
"""Nothing new for this long: that station is not here any more."""

DIRECTORY: Final = "here/"
PURPOSE: Final = b"here v1"
_NAME: Final = re.compile(r"here/([0-9a-f]{16})\.([0-9]{10})\.kdp")


@dataclass(slots=True)
class _Heard:
    name: str
    here: Here
    at: int


class HereBoard:
    """Says where this station is and reads where the others are; called from one thread."""

    def __init__(
        self,
        relay: Relay,
        membership: Membership,
        dev: Callable[[], int],
        surroundings: Surroundings | None = None,
    ) -> None:
        """`dev` tells this station's incarnation of now."""
        self._relay, self._membership, self._dev = relay, membership, dev
        self._surroundings = surroundings or Surroundings()
        self._said: Here | None = None
        self._said_at, self._mine = 0, ""
        self._heard: dict[int, _Heard] = {}

    def say(self, here: Here) -> bool:
        """Write the own state if it is time to; True if it was written. Raises `RelayError`."""
        now = self._surroundings.now_ms()
        since = abs(now - self._said_at)
        if since < (LEAST_MS if here != self._said else ALIVE_MS):
            return False
        dev = self._dev()
        # Counted by the clock, so that a start after a crash does not begin with an old name.
        name = f"here/{dev:016x}.{max(now // 1000, self._count() + 1):010d}.kdp"
        told = msgspec.structs.replace(here, at=now)
        self._relay.put_new(name, self._sealed(dev, told))
        self._sweep(dev, name)
        self._said, self._said_at, self._mine = here, now, name
        return True

    def look(self) -> list[Here]:
        """Return the people at other desks. Raises `RelayError`."""
        now = self._surroundings.now_ms()
        newest = self._newest()
        for dev, name in newest.items():
            heard = self._heard.get(dev)
            if heard is None or heard.name != name:
                self._hear(dev, name, now)
        self._heard = {d: h for d, h in self._heard.items() if d in newest}
        return [h.here for h in self._heard.values() if abs(now - h.at) <= GONE_MS]

    def leave(self) -> None:
        """Take the own file away; others see at once that nobody is here."""
        with suppress(RelayError):
            self._sweep(self._dev(), "")
        self._said, self._said_at = None, 0

    def _hear(self, dev: int, name: str, now: int) -> None:
        try:
            data = self._relay.get(name)
            here = self._opened(dev, data)
        except (RelayError, NoteFault, msgspec.ValidationError):
            return
        # A file met on the first look may be what a crashed station left; later ones are news.
        known = dev in self._heard or abs(now - here.at) <= GONE_MS
        self._heard[dev] = _Heard(name, here, now if known else now - GONE_MS - 1)

    def _newest(self) -> dict[int, str]:
        mine, found = self._dev(), dict[int, str]()
        for name in self._relay.list(DIRECTORY):
            match = _NAME.fullmatch(name)
            if match and (dev := int(match[1], 16)) != mine:
                found[dev] = name  # the listing is in order: the last count stays
        return found

    def _sealed(self, dev: int, here: Here) -> bytes:
        of = self._membership
        draw = self._surroundings.random
        return seal_note(PURPOSE, here, of.shop, dev, of.keys, of.current, draw)

    def _opened(self, dev: int, data: bytes) -> Here:
        of = self._membership
        note = open_note(PURPOSE, data, of.shop, of.signer, of.epochs)
        if note.dev != dev:
            raise NoteFault("the name is another station's")
        return msgspec.convert(note.content, Here)

    def _count(self) -> int:
        match = _NAME.fullmatch(self._mine)
        return int(match[2]) if match else 0

    def _sweep(self, dev: int, keep: str) -> None:
        for name in self._relay.list(f"here/{dev:016x}."):
            if name != keep:
                with suppress(RelayError):
                    self._relay.delete(name)
