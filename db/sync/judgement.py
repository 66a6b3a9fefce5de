"""What a set of membership records comes to: who is in, who may manage, which keys there are.

The outcome depends on the set alone. Where two managers shut each other out, the one nearer to the
root prevails: who came by the recovery sheet, then the founder, then whom they let in, and so on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from db.sync.keys import StationPublic
from db.sync.records import (
    NONCE_BYTES,
    Announce,
    Approve,
    Decline,
    Epoch,
    Found,
    Grant,
    Invite,
    Keys,
    Record,
    Recover,
    Revoke,
    Sheet,
    Withdraw,
    Wrap,
    incarnation,
    shop_id,
    station_id,
)

_ALWAYS: Final = -1
_Welcome: TypeAlias = Found | Recover | Approve


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
class _Basis:
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
    bases: dict[bytes, list[_Basis]] = field(default_factory=dict)
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
        """Return when (Unix ms) a station lost the right to make snapshots; None: it has it."""
        station = self.devs.get(dev, b"")
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


def judge(records: Iterable[Record], root: bytes) -> Judgement:
    """Judge a set of records of the shop that was founded with a root key."""
    known = [found for _, found in sorted({r.digest: r for r in records}.items())]
    cuts: list[Record] = []
    while True:
        walk = _Walk(known, root, cuts)
        judgement = walk.run()
        found = [r for r in walk.counted if isinstance(r.fact, Revoke | Withdraw) and r not in cuts]
        if not found:
            return judgement
        cuts.append(min(found, key=walk.rank))


class _Walk:
    """One look at all records under the exclusions accepted so far.

    These stand from then on, so that the outcome does not swing between two that exclude each
    other.
    """

    def __init__(self, records: Sequence[Record], root: bytes, cuts: Sequence[Record]) -> None:
        self._records, self._cuts = records, cuts
        self._saved: dict[bytes, tuple[bytes, ...]] = {}
        self._welcomes: dict[bytes, list[Record]] = {}
        self.counted: list[Record] = []
        self.judgement = Judgement([root])
        for cut in cuts:
            self._take_cut(cut)

    def run(self) -> Judgement:
        """Take records until no further one counts."""
        waiting = list(self._records)
        while True:
            left = [record for record in waiting if not self._taken(record)]
            if len(left) == len(waiting):
                break
            waiting = left
        self._measure_depths()
        self._take_loose_keys(waiting)
        return self.judgement

    def rank(self, record: Record) -> tuple[int, int, bytes, bytes]:
        """Return what exclusions are accepted in the order of."""
        with_root = isinstance(record.fact, Revoke) and bool(record.fact.root)
        depth = self.judgement.members[record.signer].depth
        return (0 if with_root else 1, depth, record.signer, record.digest)

    def _take_cut(self, cut: Record) -> None:
        fact, judgement = cut.fact, self.judgement
        if isinstance(fact, Withdraw):
            judgement.withdrawn.setdefault(fact.station, []).append(cut)
        elif isinstance(fact, Revoke):
            if fact.station:
                judgement.revoked.setdefault(fact.station, []).append(cut)
            if fact.root:
                self._saved[judgement.root] = fact.saved
                judgement.roots.append(fact.root)
                judgement.root_wrapping = fact.root_wrapping

    def _taken(self, record: Record) -> bool:
        counts = self._counts(record)
        if counts:
            self._take(record)
        return counts

    def _counts(self, record: Record) -> bool:
        fact = record.fact
        if isinstance(fact, Found | Recover):
            return self._is_rooted(record, fact)
        if not self._is_vouched(record):
            return False
        if isinstance(fact, Announce):
            proved = fact.dev == incarnation(self._public(record).signing, fact.nonce)
            return proved and len(fact.nonce) == NONCE_BYTES
        if record in self._cuts:
            return True
        if not self._stands(record) or not self.judgement.may_sign(record.signer, record.digest):
            return False
        if isinstance(fact, Sheet):
            return fact.root in self.judgement.roots and record.rooted_in(fact.root)
        if isinstance(fact, Revoke) and fact.root:
            return any(record.rooted_in(root) for root in self.judgement.roots)
        return True

    def _is_rooted(self, record: Record, fact: Found | Recover) -> bool:
        roots = self.judgement.roots
        if isinstance(fact, Found) and (fact.root != roots[0] or record.shop != shop_id(fact.root)):
            return False
        if fact.root != roots[-1] and record.digest not in self._saved.get(fact.root, ()):
            return False
        public = StationPublic(fact.signing, fact.wrapping)
        return record.rooted_in(fact.root) and record.signed_by(public)

    def _is_vouched(self, record: Record) -> bool:
        return record.signer in self._welcomes and record.signed_by(self._public(record))

    def _stands(self, record: Record) -> bool:
        """Tell whether the signer's revocations, if any, knew this record."""
        return all(
            isinstance(cut.fact, Revoke) and record.digest in cut.fact.records
            for cut in self.judgement.revoked.get(record.signer, ())
        )

    def _public(self, record: Record) -> StationPublic:
        fact = _welcome(self._welcomes[record.signer][0])
        return StationPublic(fact.signing, fact.wrapping)

    def _take(self, record: Record) -> None:
        fact, judgement = record.fact, self.judgement
        self.counted.append(record)
        judgement.vouched.add(record.digest)
        judgement.counted.add(record.digest)
        match fact:
            case Found() | Recover() | Approve():
                self._take_welcome(record, fact)
            case Announce():
                judgement.devs[fact.dev] = record.signer
            case Grant():
                basis = _Basis(dict(fact.since), frozenset(fact.over))
                judgement.bases.setdefault(fact.station, []).append(basis)
            case Epoch():
                judgement.epochs.add(fact.number)
                self._take_wraps(fact.wraps)
            case Keys():
                self._take_wraps(fact.wraps)
            case Invite():
                judgement.invites[fact.invite] = record
            case Sheet():
                judgement.sheets.append(record)
            case Decline():
                judgement.declined.add((fact.invite, fact.station))
        if isinstance(fact, Grant | Approve) and fact.root:
            judgement.roots_held.add(
                fact.station if isinstance(fact, Grant) else station_id(fact.signing)
            )

    def _take_welcome(self, record: Record, fact: _Welcome) -> None:
        judgement, station = self.judgement, station_id(fact.signing)
        self._welcomes.setdefault(station, []).append(record)
        if isinstance(fact, Found) and len(judgement.roots) == 1:
            judgement.root_wrapping = fact.root_wrapping
        if isinstance(fact, Found):
            judgement.practice = fact.practice
        if isinstance(fact, Found | Recover):
            judgement.roots_held.add(station)
        else:
            self._take_wraps(fact.wraps)
            # Of two approvals on one invitation the first in order names who used it.
            judgement.used.setdefault(fact.invite, station)
        if not isinstance(fact, Approve) or fact.manage:
            judgement.bases.setdefault(station, []).append(_Basis({}, frozenset()))

    def _take_wraps(self, wraps: Iterable[Wrap]) -> None:
        for number, to, wrapped in wraps:
            self.judgement.wraps.setdefault((number, to), wrapped)

    def _measure_depths(self) -> None:
        depths = {
            station: 0 if any(isinstance(r.fact, Recover) for r in records) else 1
            for station, records in self._welcomes.items()
            if any(isinstance(r.fact, Recover | Found) for r in records)
        }
        for depth in range(1, len(self._welcomes) + 2):
            for station, records in self._welcomes.items():
                if station not in depths and any(
                    depths.get(r.signer) == depth - 1 for r in records
                ):
                    depths[station] = depth
        for station, records in self._welcomes.items():
            # Founding or recovery before approval, then one that every station picks alike.
            first = min(records, key=lambda r: (isinstance(r.fact, Approve), r.digest))
            fact = _welcome(first)
            public = StationPublic(fact.signing, fact.wrapping)
            depth = depths.get(station, len(depths) + 1)
            self.judgement.members[station] = Member(station, public, fact.name, first.at, depth)

    def _take_loose_keys(self, waiting: Iterable[Record]) -> None:
        """Keys of who was shut out since still read what was sealed with them meanwhile."""
        for record in waiting:
            if not self._is_vouched(record):
                continue
            self.judgement.vouched.add(record.digest)
            if isinstance(record.fact, Epoch | Keys | Approve):
                self.judgement.loose.update(record.fact.wraps)


def _welcome(record: Record) -> _Welcome:
    if not isinstance(record.fact, Found | Recover | Approve):
        raise TypeError(type(record.fact).__name__)
    return record.fact


def _end(fact: object, dev: int) -> Pin:
    if not isinstance(fact, Revoke | Withdraw):
        raise TypeError(type(fact).__name__)
    known = frozenset((seq, digest) for number, seq, digest in fact.pins if number == dev)
    highest = max((seq for seq, _ in known), default=0)
    since = min((seq for seq, _ in known), default=0)
    return Pin(highest, frozenset(d for seq, d in known if seq == highest), since, known)
