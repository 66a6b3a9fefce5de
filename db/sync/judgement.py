"""What a set of membership records comes to: who is in, who may manage, which keys there are.

The outcome depends on the set alone. Where two managers shut each other out, the one nearer to the
root prevails: who came by the recovery sheet, then the founder, then whom they let in, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from db.sync.keys import StationPublic
from db.sync.records import Record, Revoke, Withdraw, Wrap

_ALWAYS: Final = -1


class Pin(NamedTuple):
    """Up to where a revoked station's log counts: its last number, and 8 bytes of a hash a branch.

    From `since` on only the segments of `known` (number, hash) count: the station still has its
    keys, and could make others with earlier numbers now.
    """

    seq: int
    digests8: frozenset[bytes]
    since: int = 0
    known: frozenset[tuple[int, bytes]] = frozenset()

    def holds(self, seq: int, digest8: bytes = b"") -> bool:
        """Tell whether a segment lies before the end; without its hash, whether one could."""
        told_apart = bool(digest8) and seq >= self.since
        return seq <= self.seq and not (told_apart and (seq, digest8) not in self.known)


class Member(NamedTuple):
    """A station that was let in, by `record`; its name is sealed. `depth` is 0 next to the root."""

    station: bytes
    public: StationPublic
    name: bytes
    at: int
    depth: int


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a station may manage: since when, and which withdrawals do not count against it."""

    since: dict[int, int]
    over: frozenset[bytes]


@dataclass(slots=True)
class Judgement:
    """The shop as its records say. Revoked stations stay in `members`: their older ops count."""

    roots: list[bytes]
    practice: bool = False
    members: dict[bytes, Member] = field(default_factory=dict)
    devs: dict[int, bytes] = field(default_factory=dict)
    revoked: dict[bytes, list[Record]] = field(default_factory=dict)
    withdrawn: dict[bytes, list[Record]] = field(default_factory=dict)
    bases: dict[bytes, list[Basis]] = field(default_factory=dict)
    epochs: set[int] = field(default_factory=set)
    wraps: dict[tuple[int, bytes], bytes] = field(default_factory=dict)
    """(epoch, recipient): the epoch's key wrapped for the recipient."""
    loose: set[Wrap] = field(default_factory=set)
    """Keys from records that do not count (any more): to read with, never to seal with."""
    root_wrapping: bytes = b""
    roots_held: set[bytes] = field(default_factory=set)
    invites: dict[bytes, Record] = field(default_factory=dict)
    used: dict[bytes, bytes] = field(default_factory=dict)
    declined: set[tuple[bytes, bytes]] = field(default_factory=set)
    """(invitation, station) of requests that were turned down."""
    counted: set[bytes] = field(default_factory=set)
    """Hashes of the records that count."""
    sheets: list[Record] = field(default_factory=list)
    vouched: set[bytes] = field(default_factory=set)
    lapsed: frozenset[bytes] = frozenset()
    """Hashes of records whose makers nobody's word lets in any more, and did without some exclusion.

    One that counts may have come to count by them: every station must have them.
    """

    @property
    def root(self) -> bytes:
        """The public root key in force."""
        return self.roots[-1]

    def standing(self) -> list[bytes]:
        """Return the stations that are in now."""
        return [station for station in self.members if station not in self.revoked]

    def managers(self) -> list[bytes]:
        """Return the stations that may manage now, those nearest to the root first."""
        found = [station for station in self.standing() if self._manages_now(station)]
        return sorted(found, key=lambda station: (self.members[station].depth, station))

    def pin(self, dev: int) -> Pin | None:
        """Return the end of a revoked station's log; of several revocations the earliest end."""
        station = self.devs.get(dev)
        ends = [_end(record.fact, dev) for record in self.revoked.get(station or b"", ())]
        if not ends:
            return None
        lowest = min(end.seq for end in ends)
        first = [end for end in ends if end.seq == lowest]
        return Pin(
            lowest,
            frozenset().union(*(end.digests8 for end in first)),
            min(end.since for end in first),
            frozenset().union(*(end.known for end in first)),
        )

    def accepts(self, dev: int, seq: int) -> bool:
        """Tell whether a segment counts."""
        pin = self.pin(dev)
        return dev in self.devs and (pin is None or seq <= pin.seq)

    def may_manage(self, dev: int, seq: int, digest8: bytes = b"") -> bool:
        """Tell whether the writer of a segment had the right at that number.

        With 8 bytes of its hash also whether a withdrawal knew it: its writer could make others
        with earlier numbers now.
        """
        if not self.accepts(dev, seq):
            return False
        station = self.devs[dev]
        return any(
            seq >= basis.since.get(dev, _ALWAYS)
            and all(
                _end(record.fact, dev).holds(seq, digest8)
                for record in self.withdrawn.get(station, ())
                if record.digest not in basis.over
            )
            for basis in self.bases.get(station, ())
        )

    @property
    def cuts(self) -> frozenset[bytes]:
        """Return the withdrawals that count, each by 8 bytes of its hash."""
        return frozenset(cut.digest[:8] for cuts in self.withdrawn.values() for cut in cuts)

    def cuts_below(self, dev: int, seq: int) -> frozenset[bytes]:
        """Return the withdrawals by which a writer's right ended before this number of its log."""
        cuts = self.withdrawn.get(self.devs.get(dev, b""), ())
        firsts = ((cut, _end(cut.fact, dev).seq + 1) for cut in cuts)
        return frozenset(
            cut.digest[:8]
            for cut, first in firsts
            if first <= seq and not self.may_manage(dev, first)
        )

    def distrusted_since(self, dev: int) -> int | None:
        """Return when (Unix ms) a station lost the right to make snapshots; None: it has it.

        0 for a station that is not in: who let it in had not the right to, as it turned out.
        """
        if dev not in self.devs:
            return 0
        station = self.devs[dev]
        ends = [*self.revoked.get(station, ()), *self.withdrawn.get(station, ())]
        if station not in self.revoked and self._manages_now(station):
            return None
        return min((record.at for record in ends), default=None)

    def is_surplus(self, record: Record) -> bool:
        """Tell whether its signer was shut out by somebody who did not know the record."""
        return any(
            isinstance(cut.fact, Revoke) and record.digest not in cut.fact.records
            for cut in self.revoked.get(record.signer, ())
        )

    def may_sign(self, station: bytes, digest: bytes) -> bool:
        """Tell whether a record that takes the right counts, made by this station."""
        return any(
            all(
                digest in record.fact.records
                for record in self.withdrawn.get(station, ())
                if record.digest not in basis.over and isinstance(record.fact, Withdraw)
            )
            for basis in self.bases.get(station, ())
        )

    def _manages_now(self, station: bytes) -> bool:
        return self.may_sign(station, b"")


def _end(fact: object, dev: int) -> Pin:
    if not isinstance(fact, Revoke | Withdraw):
        raise TypeError(type(fact).__name__)
    known = frozenset((seq, digest) for number, seq, digest in fact.pins if number == dev)
    highest = max((seq for seq, _ in known), default=0)
    since = min((seq for seq, _ in known), default=0)
    return Pin(highest, frozenset(d for seq, d in known if seq == highest), since, known)
