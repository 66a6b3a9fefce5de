"""Proves what lies in the folder, names what is wrong, and puts right what can be put right."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple, Protocol

from db.database import Database
from db.sync import asks, heads, here
from db.sync.asks import Asks, restore_file
from db.sync.blobs import Proof
from db.sync.manifests import Place, SnapshotDamaged
from db.sync.members import Membership
from db.sync.notes import NoteFault, NoteLocked, open_note
from db.sync.ranges import parse_range, split_range
from db.sync.records import RecordFault, parse_record_name, read_named
from db.sync.relay import NotThere, Relay
from db.sync.segments import (
    NO_SEGMENT,
    SegmentDamaged,
    SegmentError,
    SegmentForeign,
    SegmentLocked,
    SegmentNewer,
    open_segment,
    parse_name,
)
from db.sync.snapshots import Snapshots
from db.sync.store import SHORT, Store

DAMAGED: Final = "damaged"
FOREIGN: Final = "foreign"
LOCKED: Final = "locked"
NEWER: Final = "newer"
UNKNOWN_WRITER: Final = "unknown_writer"
MISSING: Final = "missing"
FORK: Final = "fork"
MOST_MISSING: Final = 10_000
"""Missing segments that are listed of one log."""
NOTES: Final = {
    heads.DIRECTORY: heads.PURPOSE,
    asks.DIRECTORY: asks.PURPOSE,
    here.DIRECTORY: here.PURPOSE,
}
"""Directories of small sealed notes, and what each is sealed for."""
_NOTE: Final = re.compile(r"(?:head|ask|here)/([0-9a-f]{16})\.[0-9a-f.]+\.kd[hap]")
_REASONS: Final[dict[type[SegmentError], str]] = {
    SegmentDamaged: DAMAGED,
    SegmentForeign: FOREIGN,
    SegmentLocked: LOCKED,
    SegmentNewer: NEWER,
}


class Fault(NamedTuple):
    """A file that is not as it should be. For a missing one `name` is its log and number."""

    name: str
    reason: str
    detail: str = ""


@dataclass(slots=True)
class Verified:
    """What was looked at, and what is wrong with it."""

    segments: int = 0
    snapshots: int = 0
    records: int = 0
    notes: int = 0
    attachments: int = 0
    bytes: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Repaired:
    """What was put back, what others were asked for, and what stays wrong for now."""

    restored: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    snapshot_wanted: bool = False
    left: list[Fault] = field(default_factory=list)


class Attached(Protocol):
    """The attachments of the shop (`BlobKeeper`)."""

    def prove(self) -> Iterator[Proof]:
        """Prove every blob of the folder, and tell which ones it lacks."""
        ...

    def mend(self, name: str) -> bool:
        """Put a blob back; False where this home has not its content."""
        ...


class Checker:
    """Looks through the whole folder of a shop. Raises `RelayError` where it is away."""

    def __init__(
        self,
        database: Database,
        relay: Relay,
        membership: Membership,
        snapshots: Snapshots,
        asks: Asks,
        attached: Callable[[], Attached] | None = None,
    ) -> None:
        self._database, self._relay, self._membership = database, relay, membership
        self._snapshots, self._asks, self._attached = snapshots, asks, attached

    def verify(self, claims: dict[int, int]) -> Verified:
        """Prove every file; `claims` is how far heads say logs go."""
        report = Verified()
        before = dict(self._segments(report))
        self._check_snapshots(report)
        self._check_records(report)
        self._check_notes(report)
        self._check_attached(report)
        self._check_chains(before, report)
        self._check_missing(set(before), claims, report)
        return report

    def repair(self, claims: dict[int, int], me: int) -> Repaired:
        """Put back whatever is held here, ask the others for the rest."""
        done = Repaired()
        for fault in self.verify(claims).faults:
            mendable = fault.reason in {DAMAGED, MISSING, FOREIGN}
            if not mendable or not self._mend(fault, me, done):
                done.left.append(fault)
        return done

    # Segments.

    def _segments(self, report: Verified) -> Iterator[tuple[Place, bytes]]:
        """Open all; yields where each stands, and the hash it names as the one before."""
        for name in self._relay.list("ops/"):
            if parse_name(name) is None and parse_range(name) is None:
                continue
            try:
                data = self._relay.get(name)
                report.segments += 1
                report.bytes += len(data)
                yield from self._opened(name, data)
            except NotThere:
                continue
            except SegmentError as error:
                reason = _REASONS.get(type(error), UNKNOWN_WRITER)
                report.faults.append(Fault(name, reason, str(error)))

    def _opened(self, name: str, data: bytes) -> list[tuple[Place, bytes]]:
        member = self._membership
        named = parse_name(name)
        whole = parse_range(name)
        dev = named[0] if named else whole.dev if whole else 0
        signer = member.signer(dev)
        if signer is None:
            raise SegmentError("nobody vouches for its writer")
        parts = [(Place(*named), data)] if named else []
        if whole is not None:
            parts = [(p.place, p.data) for p in split_range(name, data, member.shop, signer)]
        found = []
        for place, part in parts:
            segment = open_segment(part, member.shop, dev, signer, member.epochs)
            if (segment.header.seq, segment.digest[:SHORT]) != place[1:]:
                raise SegmentDamaged("another segment under this name")
            found.append((place, segment.header.previous[:SHORT]))
        return found

    def _check_chains(self, before: dict[Place, bytes], report: Verified) -> None:
        hashes: dict[tuple[int, int], set[bytes]] = {}
        for place in before:
            hashes.setdefault((place.dev, place.seq), set()).add(place.digest8)
        for (dev, seq), found in sorted(hashes.items()):
            if len(found) > 1:
                report.faults.append(Fault(f"{dev:016x}/{seq}", FORK))
        for place, previous in sorted(before.items()):
            last = hashes.get((place.dev, place.seq - 1))
            if last and previous not in last and previous != NO_SEGMENT[:SHORT]:
                report.faults.append(Fault(f"{place.dev:016x}/{place.seq - 1}", FORK))

    def _check_missing(self, there: set[Place], claims: dict[int, int], report: Verified) -> None:
        """A number that somebody has, and that neither a file nor a snapshot holds."""
        numbers: dict[int, set[int]] = {}
        for place in there:
            numbers.setdefault(place.dev, set()).add(place.seq)
        covered: dict[int, int] = {}
        for opened in self._snapshots.usable():
            for place in opened.manifest.vector:
                covered[place.dev] = max(covered.get(place.dev, 0), place.seq)
        for dev, last in sorted(claims.items()):
            pin = self._membership.pin(dev)
            end = last if pin is None else min(last, pin.seq)
            first, there_too = covered.get(dev, 0) + 1, numbers.get(dev, set())
            # A head may claim any number: a log is proved as far as one can go through it.
            for seq in range(first, min(end, first + MOST_MISSING + len(there_too)) + 1):
                if seq not in there_too:
                    report.faults.append(Fault(f"{dev:016x}/{seq}", MISSING))

    # The rest.

    def _check_snapshots(self, report: Verified) -> None:
        for opened in self._snapshots.usable(afresh=True):
            report.snapshots += 1
            report.bytes += opened.manifest.sealed
            report.faults += (
                Fault(name, DAMAGED, reason)
                for name, reason in self._snapshots.wrong_chunks(opened)
            )
        report.faults += (
            Fault(name, DAMAGED if isinstance(fault, SnapshotDamaged) else FOREIGN, str(fault))
            for name, fault in self._snapshots.faults.items()
        )

    def _check_records(self, report: Verified) -> None:
        for name in self._relay.list("mem/"):
            if parse_record_name(name) is None:
                continue
            try:
                data = self._relay.get(name)
                report.records += 1
                report.bytes += len(data)
                read_named(name, data, self._membership.shop)
            except NotThere:
                continue
            except RecordFault as error:
                report.faults.append(Fault(name, DAMAGED, str(error)))

    def _check_notes(self, report: Verified) -> None:
        """Heads, asks, and who is where: hints that come and go, but each must open."""
        for directory, purpose in NOTES.items():
            for name in self._relay.list(directory):
                fault = self._note_fault(name, purpose)
                if fault is not None:
                    report.faults.append(fault)
                report.notes += fault is None

    def _note_fault(self, name: str, purpose: bytes) -> Fault | None:
        member, dev = self._membership, _writer_of(name)
        if dev is None:
            return None  # a conflict copy or a stranger's: nobody looks at it
        if member.signer(dev) is None:
            return Fault(name, UNKNOWN_WRITER)
        try:
            note = open_note(
                purpose, self._relay.get(name), member.shop, member.signer, member.epochs
            )
        except NotThere:
            return None
        except NoteLocked as error:
            return Fault(name, LOCKED, str(error))
        except NoteFault as error:
            return Fault(name, DAMAGED, str(error))
        return None if note.dev == dev else Fault(name, FOREIGN, "of another writer")

    def _check_attached(self, report: Verified) -> None:
        if self._attached is None:
            return
        for proof in self._attached().prove():
            report.attachments += not proof.reason
            report.bytes += proof.size
            if proof.reason:
                report.faults.append(Fault(proof.name, proof.reason, proof.detail))

    def _mend(self, fault: Fault, me: int, done: Repaired) -> bool:
        if fault.name.startswith(tuple(NOTES)):
            # Its writer gives every one another name: nobody needs what is there.
            self._relay.delete(fault.name)
            done.removed.append(fault.name)
            return True
        if fault.name.startswith("snap/"):
            done.snapshot_wanted = True
            return True
        if fault.name.startswith("blob/"):
            mended = self._attached is not None and self._attached().mend(fault.name)
            done.restored += [fault.name] * mended
            return mended
        if fault.name.startswith("mem/"):
            return self._put_back(fault.name, self._record(fault.name), done)
        if fault.reason == MISSING:
            dev, seq = int(fault.name[:16], 16), int(fault.name[17:])
            with self._database.read() as session:
                copies = Store(session.connection()).copies(dev, seq)
            for name, data in copies:
                self._put_back(name, data, done)
            return bool(copies) or self._ask(me, dev, seq, done)
        with self._database.read() as session:
            held = Store(session.connection()).copy_of(fault.name)
        if self._put_back(fault.name, held, done):
            return True
        named = parse_name(fault.name)
        return named is not None and self._ask(me, named[0], named[1], done)

    def _record(self, name: str) -> bytes | None:
        with self._database.read() as session:
            found = session.connection().exec_driver_sql(
                "SELECT data FROM sync_record WHERE name = ?", (name,)
            )
            data: bytes | None = found.scalar()
        return data

    def _put_back(self, name: str, data: bytes | None, done: Repaired) -> bool:
        if data is None:
            return False
        same: Callable[[bytes], bool] = partial(operator.eq, data)
        if restore_file(self._relay, name, data, same):
            done.restored.append(name)
        return True

    def _ask(self, me: int, dev: int, seq: int, done: Repaired) -> bool:
        self._asks.put(me, dev, seq)
        done.asked.append(f"{dev:016x}/{seq}")
        return True


def _writer_of(name: str) -> int | None:
    found = _NOTE.fullmatch(name)
    return int(found[1], 16) if found else None
