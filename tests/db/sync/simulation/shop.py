"""The shop of a history: who founds it, lets others in, shuts them out; and what became of whom."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, cast

from sqlalchemy import text

from db.registry import BY_NAME
from db.sync.admission import found_shop, grant
from db.sync.exclusion import LastManager, revoke, withdraw
from db.sync.folder import MARKER, create_folder
from db.sync.judgement import Judgement
from db.sync.keys import StationKeys, StationPublic
from db.sync.manifests import Place
from db.sync.marker import Marker
from db.sync.members import Membership
from db.sync.ranges import parse_range, split_range
from db.sync.records import Approve, station_id
from db.sync.rights import counts
from db.sync.rows import Clock, clock_of
from db.sync.segments import SegmentError, is_signed, open_segment, parse_name
from db.sync.store import Store
from db.sync.vault import Self, Vault
from tests.db.sync.simulation.erasures import Gone, erased_alone
from tests.db.sync.simulation.folder import ROOT, files_of
from tests.db.sync.simulation.oracle import Fact, Ledger
from tests.db.sync.stations import Dump

if TYPE_CHECKING:
    from tests.db.sync.simulation.machine import Machine
    from tests.db.sync.simulation.world import World

_Where = tuple[int, bytes, int, Clock]
"""Table number, row, field and clock: one written value."""


class Shop:
    """Acts as the managers of the shop, each time at one of their stations."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.id, self._root_public = b"", b""
        self.marker = MARKER, b""
        self._sealed_at: dict[_Where, set[Place]] = {}
        self._known: set[bytes] = set()
        self._managed: set[bytes] = set()
        """Stations that had the right to manage at some time."""
        self._erased: list[tuple[list[Fact], list[Fact]]] = []
        self._rogues: dict[int, set[tuple[str, bytes]]] = {}

    def members(self) -> list[Machine]:
        """Return the stations that were let in and that nobody revoked."""
        return [m for m in self._world.machines if m.station and not m.revoked]

    def take_stock(self, *, all_met: bool = False) -> None:
        """Learn who was shut out; a manager may have crashed just after it was done.

        Once `all_met`, a revocation by somebody who had lost the right by then is none.
        """
        known = [m.membership.judgement for m in self._world.machines if m.membership]
        self._note_managers()
        for machine in self._world.machines:
            out = [machine.station in judgement.revoked for judgement in known]
            machine.revoked = any(out) if all_met else machine.revoked or any(out)

    def _note_managers(self) -> None:
        for machine in self._world.machines:
            if machine.membership:
                self._managed |= set(machine.membership.judgement.managers())

    def readmit(self) -> None:
        """Let in anew whose approval came from a manager that had lost the right by then."""
        for machine in self.members():
            if machine.membership and not machine.membership.member and not self._let_in(machine):
                self.admit(machine, manage=False)

    def _let_in(self, machine: Machine) -> bool:
        """Whether somebody who may do so has let it in, and it only has not heard of it yet."""
        views = [manager.membership for manager in self.managers()]
        return any(machine.station in view.judgement.standing() for view in views if view)

    def managers(self) -> list[Machine]:
        """Return the stations that are on and may manage, as they themselves see it."""
        return [
            machine
            for machine in self.members()
            if machine.database is not None and machine.membership and machine.membership.manager
        ]

    # --- what managers do

    def found(self, machine: Machine) -> None:
        """Begin the shop at a station."""
        with machine.here():
            membership = found_shop(
                machine.data, str(machine), str(ROOT), machine.surroundings, practice=False
            )
            self.marker = MARKER, Marker(membership.founding_root, practice=False).pack()
            create_folder(ROOT, self.marker[1], machine.files)
            membership.refresh(machine.relay)
            machine.station = membership.station
            self.id, self._root_public = membership.shop, membership.founding_root
            machine.run_engine()

    def admit(self, machine: Machine, *, manage: bool) -> bool:
        """Let a station in; False where no manager is at hand."""
        managers = self.managers()
        if not managers:
            return False
        approver = self._world.rng.choice(managers)
        with machine.here():
            known = machine.membership
            public = known.keys.public if known else self._become(machine).public
        membership = approver.membership
        invite = self._world.rng.randbytes(8)
        with self._world.running(approver):
            assert membership is not None
            wraps = membership.wraps_for(public)
            fact = Approve(public.signing, public.wrapping, b"", invite, manage, wraps, b"")
            membership.publish(fact, approver.relay)
        self._world.note(f"{approver} lets {machine} in{', to manage' if manage else ''}")
        with machine.here():
            machine.run_engine()
        return True

    def _become(self, machine: Machine) -> StationKeys:
        keys = StationKeys(self._world.rng.randbytes(64))
        me = Self(
            self.id,
            self._root_public,
            station_id(keys.public.signing),
            str(machine),
            str(ROOT),
            self._world.ambience.now,
        )
        machine.station = me.station
        Vault(machine.data).become(me, {"station": keys.secret}, {})
        return keys

    def revoke(self, target: Machine) -> None:
        """Shut a station out for ever, up to what the revoking manager has of it."""
        manager = self._manager_beside(target)
        if manager is None or len(self.members()) < 3:
            return
        with self._world.running(manager):
            if self._world.setting.reads_first:
                self._read_to_the_end(manager)
            members = manager.membership
            if members is None or not members.manager:
                return
            with contextlib.suppress(LastManager):
                revoke(members, manager.relay, target.station, manager.surroundings)
        self.take_stock()
        self._world.note(f"{manager} revokes {target}: {target.revoked}")

    def rotate(self, machine: Machine) -> None:
        """Give the shop a new key."""
        if machine in self.managers():
            with self._world.running(machine):
                assert machine.membership is not None
                machine.membership.rotate(machine.relay)
                self._world.note(f"{machine} rotates the key")

    def change_right(self, target: Machine) -> None:
        """Give a station the right to manage, or take it."""
        manager = self._manager_beside(target)
        if manager is None:
            return
        self._note_managers()
        with self._world.running(manager):
            members, station = manager.membership, target.station
            assert members is not None
            if station not in members.judgement.standing():
                return
            with contextlib.suppress(LastManager):
                if station in members.judgement.managers():
                    withdraw(members, manager.relay, station)
                    self._world.note(f"{manager} takes the right from {target}")
                else:
                    grant(members, manager.relay, station, root=False)
                    self._world.note(f"{manager} gives the right to {target}")

    def _manager_beside(self, target: Machine) -> Machine | None:
        managers = [machine for machine in self.managers() if machine is not target]
        return self._world.rng.choice(managers) if managers else None

    def _read_to_the_end(self, manager: Machine) -> None:
        """Do what the program does before it shuts a station out; raises `RelayError`."""
        self._world.note(f"{manager} reads to the end: {manager.sync(full=True)}")
        assert manager.membership is not None
        manager.membership.refresh(manager.relay)

    # --- what became of what was written

    def note_sealed(self, machine: Machine) -> None:
        """Learn in which segment each written value went out."""
        with machine.data.read() as session:
            listed = session.execute(
                text("SELECT rowid, digest FROM sync_sealed WHERE name NOT LIKE '%-%'")
            ).all()
            fresh = ", ".join(str(rid) for rid, digest in listed if digest not in self._known)
            found = session.execute(
                text(f"SELECT dev, seq, digest, data FROM sync_sealed WHERE rowid IN ({fresh})")
            ).all()
        self._world.watch.look_into(machine)
        self._world.watch.note_sealed((dev, seq, digest) for dev, seq, digest, _ in found)
        for dev, seq, digest, data in found:
            if data is not None and machine.membership:
                self._known.add(digest)
                signer = machine.membership.keys.public
                for where in self._values_in(machine, data, dev, signer):
                    self._sealed_at.setdefault(where, set()).add(Place(dev, seq, digest[:8]))

    def _values_in(
        self, machine: Machine, data: bytes, dev: int, signer: StationPublic | None
    ) -> Iterator[_Where]:
        membership = machine.membership
        if membership is None or signer is None:
            return
        try:
            segment = open_segment(data, self.id, dev, signer, membership.epochs)
        except SegmentError:
            return
        for op in (op for group in segment.groups for op in group.ops()):
            own = (op.stamp, op.station)
            for number in op.fields:
                yield op.table, op.row, number, clock_of(op.clocks or {}, number, own)

    def note_erased(self, act: list[Fact], gone: Gone) -> None:
        """Learn of an erasing, and what was erased by it before it was ever sealed."""
        facts = self._world.ledger.facts
        own = [f for f in facts if act and f.station == act[0].station and gone.of(f)]
        self._erased.append((act, [f for f in own if _where(f) not in self._sealed_at]))

    def copies(self, facts: Iterable[Fact]) -> set[Fact]:
        """Return those of some facts that a station or a whole file of the folder still holds.

        Not those of which only what replaced them is left: that is a fact of its own, and may be
        taken back, which brings nothing again that is nowhere. Nor what takes the right in a
        segment made without it, where it was said again with it.
        """
        kept = {f for f in facts if any(machine.has(f) for machine in self.members())}
        there, without_right = set[_Where](), set[_Where]()
        reader = self.members()[0]
        files = [file for volume in self._world.folder.volumes() for file in files_of(volume)]
        for name, data in chain(files, *(machine.segments() for machine in self.members())):
            parsed = parse_name(name)
            if parsed is not None and reader.membership:
                signer = reader.membership.signer(parsed[0])
                right = reader.membership.may_manage(*parsed)
                values = self._values_in(reader, data, parsed[0], signer)
                (there if right else without_right).update(values)
        free = there | without_right
        return kept | {f for f in facts if _where(f) in (there if f.restricted else free)}

    def has_segment(self, dev: int, seq: int) -> bool:
        """Tell whether a station has taken or sealed a segment, or a whole file of it lies there."""
        query = text(
            "SELECT 1 FROM sync_cursor WHERE dev = :dev AND seq >= :seq UNION ALL "
            "SELECT 1 FROM sync_seen WHERE dev = :dev AND seq = :seq UNION ALL "
            "SELECT 1 FROM sync_sealed WHERE dev = :dev AND seq = :seq"
        )
        for machine in self.members():
            with machine.data.read() as session:
                if session.execute(query, {"dev": dev, "seq": seq}).first():
                    return True
        membership = self.members()[0].membership
        signer = membership.signer(dev) if membership else None
        return signer is not None and any(
            self._is_whole(name, data, dev, seq, signer)
            for volume in self._world.folder.volumes()
            for name, data in files_of(volume)
        )

    def _is_whole(self, name: str, data: bytes, dev: int, seq: int, signer: StationPublic) -> bool:
        if (spans := parse_range(name)) and spans.dev == dev and spans.first <= seq <= spans.last:
            with contextlib.suppress(SegmentError):
                return bool(split_range(name, data, self.id, signer))
        found = parse_name(name)
        return found is not None and found[:2] == (dev, seq) and is_signed(name, data, signer)

    def excuse(self, ledger: Ledger, dumps: Mapping[int, Dump]) -> Iterator[str]:
        """Excuse what was rightly refused; return what should have been refused and stands."""
        judge = self.members()[0].membership
        assert judge is not None
        self._excuse_erasures(judge.judgement, ledger, dumps)
        refused = list(self._refused(judge.judgement, ledger))
        for fact, places in refused:
            for index, final in dumps.items():
                row = final[fact.table].get(fact.row)
                # Who wrote there without the right keeps its row, with what it had taken by then.
                own = (fact.table, fact.row) in self._rogues.get(index, ())
                if not own and row and row.registers[fact.field] == fact.register:
                    yield f"accepted without right at station {index}: {fact}, sealed as {places}"
        for act, unsent in self._erased:
            if not ledger.forgiven.isdisjoint(act):
                ledger.forgiven |= set(unsent)  # refused, but at home the words were gone by then

    def _refused(self, judgement: Judgement, ledger: Ledger) -> Iterator[tuple[Fact, list[Place]]]:
        """Forgive what was rightly refused; return what of it must stand nowhere else."""
        for fact in ledger.standing():
            writer = self._world.machines[fact.station]
            places = sorted(self._sealed_at.get(_where(fact), ()))
            if not writer.revoked and not fact.restricted:
                continue
            if any(_allows(judgement, place, fact) for place in places):
                continue
            ledger.forgiven.add(fact)
            for station in {fact.station, *self._tellers(judgement, places)}:
                self._rogues.setdefault(station, set()).add((fact.table, fact.row))
            if not (fact.restricted and writer.station in judgement.managers()):
                yield fact, places  # else its snapshots say it again, and now it may say so

    def _tellers(self, judgement: Judgement, places: Iterable[Place]) -> Iterator[int]:
        """Who sealed it, as its own word or as another's that it said again with the right."""
        stations = {judgement.devs.get(place.dev) for place in places}
        yield from (m.index for m in self._world.machines if m.station in stations)

    def _excuse_erasures(
        self, judgement: Judgement, ledger: Ledger, dumps: Mapping[int, Dump]
    ) -> None:
        """Who has the right no more goes on erasing at home; nobody else does.

        What was written there and erased before it was sent is nowhere else.
        """
        for machine in self.members():
            if machine.station in judgement.managers():
                continue
            written = [fact for fact in ledger.facts if fact.station == machine.index]
            with machine.data.read() as session:
                devs = Store(session.connection()).my_devs() | {fact.dev for fact in written}
            others = [dump for index, dump in dumps.items() if index != machine.index]
            gone, own = erased_alone(dumps[machine.index], others, devs)
            self._rogues.setdefault(machine.index, set()).update(own)
            ledger.forgiven |= {fact for fact in written if gone.of(fact)}

    def rogue_rows(self, machine: Machine) -> set[tuple[str, bytes]]:
        """Return the rows in which a station wrote what nobody else may take."""
        return self._rogues.get(machine.index, set())


def _allows(judgement: Judgement, place: Place, fact: Fact) -> bool:
    """Tell whether a segment counts, and gives the right to this; as it is without a mutant."""
    if not counts(cast("Membership", judgement), place):
        return False
    return not fact.restricted or judgement.may_manage(*place)


def _where(fact: Fact) -> _Where:
    return BY_NAME[fact.table].number, fact.row, fact.field, fact.register.clock
