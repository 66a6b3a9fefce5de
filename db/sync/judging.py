"""How records are judged: exclusions are accepted one by one, and what is left under them counts.

An exclusion that would not count any more once it is accepted is void: where two managers take the
right from each other at once, and one gives it back before it has heard of the other's word, that
gift would else make the other's word count, which takes the right from its giver, and thereby from
both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from db.sync.judgement import Basis, Judgement, Member
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

_Welcome: TypeAlias = Found | Recover | Approve


def judge(records: Iterable[Record], root: bytes) -> Judgement:
    """Judge a set of records of the shop that was founded with a root key."""
    known = [found for _, found in sorted({r.digest: r for r in records}.items())]
    cuts: list[Record] = []
    void: list[Record] = []
    vouched: set[bytes] = set()
    while True:
        walk = _Walk(known, root, cuts, void)
        judgement = walk.run()
        vouched |= judgement.vouched
        if cuts and not walk.upholds(cuts[-1]):
            # It counts by what it does away with, and what its maker did not know when making it.
            void.append(cuts.pop())
            continue
        found = [r for r in walk.counted if isinstance(r.fact, Revoke | Withdraw) and r not in cuts]
        if not found:
            judgement.lapsed = frozenset(vouched - judgement.vouched)
            return judgement
        cuts.append(min(found, key=walk.rank))


class _Walk:
    """One look at all records under the exclusions accepted so far.

    These stand from then on, so that the outcome does not swing between two that exclude each
    other. Those that are void never count.
    """

    def __init__(
        self,
        records: Sequence[Record],
        root: bytes,
        cuts: Sequence[Record],
        void: Sequence[Record],
    ) -> None:
        self._records, self._cuts, self._void = records, cuts, void
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

    def upholds(self, cut: Record) -> bool:
        """Tell whether an exclusion counts by what is left once it is accepted itself."""
        own = isinstance(cut.fact, Revoke | Withdraw) and cut.fact.station == cut.signer
        return self._is_vouched(cut) and (own or self._is_signed_with_right(cut))

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
        if record in self._void or not self._is_signed_with_right(record):
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

    def _is_signed_with_right(self, record: Record) -> bool:
        return self._stands(record) and self.judgement.may_sign(record.signer, record.digest)

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
                basis = Basis(dict(fact.since), frozenset(fact.over))
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
            judgement.bases.setdefault(station, []).append(Basis({}, frozenset()))

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
