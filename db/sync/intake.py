"""New membership records out of the folder: taken once somebody vouches for them, never without end.

Anybody who reaches the folder may put files there, and who was shut out still has its keys: what
such files cost, in memory and on disk, has a bound, and none of them hides an honest one for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from db.sync.judgement import Judgement
from db.sync.record_files import RecordFiles
from db.sync.records import Record
from db.sync.relay import Relay

MOST_WAITING: Final = 2_000
MOST_WAITING_BYTES: Final = 64 << 20
"""Records that wait in memory for somebody to vouch for them."""
MOST_OF_REVOKED: Final = 200
MOST_BYTES_OF_REVOKED: Final = 64 << 10
"""Of a revoked station so many records, and none larger, are kept that its revocation knew not.

As many are kept of all those together whom nobody's word lets in any more.
"""
TURN_MS: Final = 60_000
"""With more files than may wait, others of them have their turn so often."""


class Intake:
    """The records that were read and do not count yet."""

    def __init__(self, shop: bytes, now_ms: Callable[[], int]) -> None:
        self._files, self._now_ms = RecordFiles(shop, now_ms), now_ms
        self.waiting: dict[str, Record] = {}
        self.count = 0
        """How many were read so far."""
        self._done_with = set[str]()
        self._last, self._turned_at = "", 0

    def read(self, relay: Relay, listed: set[str], held: Mapping[str, Record]) -> None:
        """Read files that are new, as many as may wait."""
        unknown = self._unknown(listed, held)
        if unknown and self._is_full() and self._is_turn():
            self.waiting = {}
            unknown = self._unknown(listed, held)
        digests = {record.digest for record in (*held.values(), *self.waiting.values())}
        # On from where the last look ended: a flood of files comes to its end.
        ahead = [name for name in unknown if name > self._last]
        for name in (*ahead, *unknown[: len(unknown) - len(ahead)]):
            if self._is_full():
                break
            self._last = name
            record = self._files.fetch(relay, name)
            if record is None:
                continue
            if record.digest in digests:
                self._done_with.add(name)  # anybody may put a record again, under other numbers
                continue
            digests.add(record.digest)
            self.waiting[name] = record
            self.count += 1

    def take(self, together: Judgement, held: Mapping[str, Record]) -> dict[str, Record]:
        """Return those that count or are worth keeping, `together` with what is held; forget them."""
        vouched = {n: r for n, r in self.waiting.items() if r.digest in together.vouched}
        vouched |= self._lapsed(together, held)
        self.waiting = {n: r for n, r in self.waiting.items() if n not in vouched}
        surplus = Counter(r.signer for r in held.values() if together.is_surplus(r))
        taken: dict[str, Record] = {}
        for name, record in sorted(vouched.items()):
            if together.is_surplus(record):
                surplus[record.signer] += 1
                large = len(record.data) > MOST_BYTES_OF_REVOKED
                if large or surplus[record.signer] > MOST_OF_REVOKED:
                    self._done_with.add(name)
                    continue
            taken[name] = record
        return taken

    def _lapsed(self, together: Judgement, held: Mapping[str, Record]) -> dict[str, Record]:
        """Return as many as there is room for of those whose makers are in no more; others wait."""
        found = [name for name, r in self.waiting.items() if r.digest in together.lapsed]
        small = (n for n in found if len(self.waiting[n].data) <= MOST_BYTES_OF_REVOKED)
        room = MOST_OF_REVOKED - sum(record.digest in together.lapsed for record in held.values())
        return {name: self.waiting[name] for name in sorted(small)[: max(0, room)]}

    def _unknown(self, listed: set[str], held: Mapping[str, Record]) -> list[str]:
        self._done_with &= listed
        return sorted(listed - held.keys() - self.waiting.keys() - self._done_with)

    def _is_full(self) -> bool:
        size = sum(len(record.data) for record in self.waiting.values())
        return len(self.waiting) >= MOST_WAITING or size >= MOST_WAITING_BYTES

    def _is_turn(self) -> bool:
        now = self._now_ms()
        if abs(now - self._turned_at) < TURN_MS:
            return False
        self._turned_at = now
        return True
