"""One computer of the shop: its database, its clock, its program, and what people do at it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import text

from db.database import Database
from db.registry import BY_NAME
from db.sync.engine import Engine
from db.sync.folder import FolderRelay
from db.sync.identity import TokenFile
from db.sync.membership import ShopMembership
from db.sync.relay import Relay, RelayError
from db.sync.rows import Row
from db.sync.store import Store
from db.sync.surroundings import Surroundings
from db.sync.tables import shape_of
from tests.db.sync.simulation.disk import Disk, Image
from tests.db.sync.simulation.edits import Edit, Undo, Values, write
from tests.db.sync.simulation.erasures import Gone, blank_for_good, erase_person
from tests.db.sync.simulation.folder import ROOT, Crash, StationFiles
from tests.db.sync.simulation.oracle import Fact, Kind, facts_between, read_row, steps_back
from tests.db.sync.stations import Dump, dump

if TYPE_CHECKING:
    from tests.db.sync.simulation.world import World

CRASH_CHANCE: Final = 0.004
"""How often a process ends just before or after a commit."""


class Backup(NamedTuple):
    """A copy of the database, of what lay beside it, and how many facts were known then."""

    image: Image
    token: bytes | None
    known: int


class Token(TokenFile):
    """The continuity token, which lies beside the database and is not restored with it."""

    def __init__(self, home: Path) -> None:
        super().__init__(home / "station.token")
        self.bytes: bytes | None = None

    def read(self) -> bytes | None:
        return self.bytes

    def write(self, token: bytes) -> None:
        self.bytes = token


class OwnEditIgnored(AssertionError):
    """A person's own edit did not take effect at once."""


class Machine:
    """A station through all its lives; off between a crash and the next start."""

    def __init__(self, world: World, index: int, skew: int) -> None:
        self.world, self.index, self.skew = world, index, skew
        home = world.directory / str(index)
        home.mkdir()
        self.disk = Disk(home / "kefu.db", world.ambience)
        self.token = Token(home)
        self.files = StationFiles(world.folder, index)
        self.database: Database | None = None
        self.engine: Engine | None = None
        self.membership: ShopMembership | None = None
        self.doubtful: list[Fact] = []
        self.revoked = False
        self.station = b""
        self._undo = Undo()
        self._backups: list[Backup] = []
        self._own: list[Fact] = []
        self._open: tuple[Edit, Row | None] | None = None
        self._chance = 0.0
        self._put_back = False
        self._number()

    def __str__(self) -> str:
        return f"station {self.index}"

    def _number(self) -> None:
        """Give the home its own number, as setting it up does; the file is a copy of one."""
        number = self.world.rng.getrandbits(62) | 1
        with self.here():
            self._boot()
            with self.data.write("system") as session:
                session.execute(text("UPDATE txn_context SET station = :n"), {"n": number})

    # --- its program

    @property
    def data(self) -> Database:
        """The open database."""
        if self.database is None:
            raise LookupError("the station is off")
        return self.database

    @property
    def relay(self) -> Relay:
        """The folder as this station reaches it."""
        _, marker = self.world.shop.marker
        return FolderRelay(ROOT, marker, self.files, self.world.ambience.sleep)

    @property
    def surroundings(self) -> Surroundings:
        """Files, clock and chance of this station."""
        ambience = self.world.ambience
        return Surroundings(self.files, ambience.station_ms, ambience.random, ambience.sleep)

    @contextmanager
    def here(self) -> Iterator[None]:
        """Run a block with this computer's clock."""
        with self.world.ambience.of(self.index, self.skew):
            yield

    def exposed(self, faulty: bool) -> None:
        """Let the machine crash at commits from now on, or no more."""
        self._chance = CRASH_CHANCE if faulty else 0.0
        self.disk.crash_chance = self._chance

    def start(self) -> bool:
        """Start the program where it is off; False where it crashed at once."""
        if self.database is not None:
            return True
        self.disk.crash_chance = 0.0
        with self.here():
            self._boot()
            self._note_clone()
            self.world.watch.look_into(self)
            self._settle_open_edit()
            try:
                self.run_engine()
                self.world.shop.note_sealed(self)
            except Crash:
                self.end(power=False)
                return False
            except RelayError:
                pass
        self.disk.crash_chance = self._chance
        self.world.note(f"{self} starts")
        return True

    def _boot(self) -> None:
        self.files.dead = False
        self.database = self.disk.open()

    def _note_clone(self) -> None:
        """A database put back with all that lies beside it goes on under its number."""
        if self._put_back:
            self._put_back = False
            with self.data.read() as session:
                found = session.execute(text("SELECT dev, token FROM sync_self")).first()
            if found is None:
                self.station = b""  # put back to before it was let in: it has to ask again
            elif found[1] == self.token.bytes:
                self.world.watch.cloned.add(found[0])

    def run_engine(self) -> None:
        """Make the sync part of the program, where the home has a shop."""
        with self.data.read() as session:
            joined = session.scalar(text("SELECT count(*) FROM sync_self"))
        if joined:
            self.membership = ShopMembership(self.data, self.surroundings)
            self.engine = Engine(
                self.data, self.relay, self.membership, self.surroundings, token=self.token
            )

    def end(self, *, power: bool) -> None:
        """End the program without warning, with the computer's power or without."""
        if self.database is None:
            return
        self.files.dead = True
        self.disk.end(self.database, power=power)
        self.database = self.engine = self.membership = None

    def off(self) -> None:
        """Close the files at the end of a history."""
        if self.database is not None:
            self.database.close()
            self.database = None
        self.world.ambience.release(self.disk.path)

    # --- syncing

    def sync(self, *, full: bool = False) -> str:
        """Do one pass and return what came of it, for the history."""
        if self.engine is None:
            self.run_engine()
        if self.engine is None:
            return "no shop"
        try:
            done = self.engine.pass_once(full=full)
        except RelayError as error:
            return f"offline: {type(error).__name__}"
        finally:
            if not self.files.dead and not self.disk.dead:
                self.world.shop.note_sealed(self)
        waiting = " waiting" if done.waiting else ""
        return f"{done.sealed}/{done.published}/{done.taken}{waiting} {' '.join(done.failures)}"

    def part(self, rng: random.Random) -> str:
        """Do one part of a pass alone, as a pass that ends early does."""
        if self.engine is None or self.membership is None or not self.membership.member:
            return "has no shop"
        self.engine._refresh()
        self.engine.start()
        name = rng.choice(("seal", "publish", "pull", "seal and publish"))
        for work in name.split(" and "):
            getattr(self.engine, work)()
        self.world.shop.note_sealed(self)
        return f"does {name}"

    def tend(self, name: str) -> str:
        """Do one of the rarer works now, whatever its clock says; returns what came of it."""
        done = self._tend(name)
        self.world.shop.note_sealed(self)
        return done

    def _tend(self, name: str) -> str:
        engine, members = self.engine, self.membership
        if engine is None or members is None or not members.member:
            return f"can't {name}: has no shop"
        engine.start()
        upkeep = engine.upkeep
        if name == "snapshot":
            # As in a pass: nothing that is still to be taken back may get into it.
            engine._refresh()
            if not members.manager or engine._judge_due:
                return "makes no snapshot"
            upkeep.snapshots.make(engine.seal)
        elif name == "roll up":
            return f"rolls up: {upkeep.roll_ups.step(at_once=True)}"
        elif name == "collect":
            return f"collects: {upkeep.collector.collect(at_once=True)}"
        elif name == "verify":
            return f"verifies: {len(engine.verify().faults)} faults"
        else:
            done = engine.repair()
            return f"repairs: {len(done.restored)} put back, {len(done.left)} left"
        return "makes a snapshot"

    def losses(self) -> list[tuple[int, int]]:
        """Return (incarnation, number) of the segments that a person here could give up."""
        if self.engine is None or self.membership is None or not self.membership.member:
            return []
        with self.here():
            losses = self.engine.reader.losses()
        return [(loss.dev, seq) for loss in losses for seq in range(loss.first, loss.last + 1)]

    def give_up(self) -> int:
        """Go on without them, as a person decides."""
        assert self.engine is not None
        with self.here():
            return len(self.engine.reader.give_up("a person"))

    # --- editing

    def write(self, edit: Edit) -> None:
        """Do an edit, check that it took effect, and put what it wrote into the ledger."""
        before = read_row(self.data, edit.table, edit.row)
        self._open = edit, before
        wanted = write(self.data, edit)
        self._open = None
        after = self._record(edit, before)
        self._check_effect(edit, wanted, after)
        self._undo.remember(edit, _values_before(edit, before))

    def undo(self) -> None:
        """Take the last edit back."""
        edit, self._undo.last = self._undo.last, None
        if edit is not None:
            self.write(edit)

    def erase(self, customer: bytes) -> None:
        """Erase a person, and put it into the ledger that it was done."""
        if read_row(self.data, "customers", customer) is None:
            return
        facts = self.world.ledger.add(erase_person(self.data, customer, self.index, self._dev()))
        self.world.shop.note_erased(facts, Gone(self.dump()))
        self._own += facts
        self._undo = Undo()
        self.world.note(f"{self} erases {customer.hex()[-6:]}: {len(facts)} records")

    def _record(self, edit: Edit, before: Row | None) -> Row | None:
        after = read_row(self.data, edit.table, edit.row)
        facts = self.world.ledger.add(facts_between(edit, before, after, self.index, self._dev()))
        if steps_back(edit, before, after):
            self.world.ledger.undone.add(edit.row)
        self._own += facts
        self.world.note(f"{self} {edit.name} {edit.table}/{edit.row.hex()[-6:]}: {len(facts)}")
        return after

    def _settle_open_edit(self) -> None:
        """What was being written when the program ended is there whole, or not at all."""
        if self._open is not None:
            (edit, before), self._open = self._open, None
            self._record(edit, before)

    def _check_effect(self, edit: Edit, wanted: Values, after: Row | None) -> None:
        names = {
            name: number for number, name in shape_of(BY_NAME[edit.table].number).names.items()
        }
        blank = blank_for_good(self.data, edit)
        for name, value in wanted.items():
            if name in blank:
                continue
            if after is None or after.registers[names[name]].value != value:
                raise OwnEditIgnored(f"{self}: {edit.table}.{name} is not {value!r}")

    def _dev(self) -> int:
        with self.data.read() as session:
            return int(session.scalar(text("SELECT station FROM txn_context")) or 0)

    # --- its backups

    def back_up(self) -> None:
        """Copy the database, as a person or a whole-machine backup does."""
        if self.database is not None:
            made = Backup(self.disk.image(), self.token.bytes, len(self._own))
            self._backups = [*self._backups[-2:], made]

    def restore(self, rng: random.Random, *, silent: bool) -> bool:
        """Put an older copy of the database back; `silent`: with all that lies beside it."""
        if not self._backups or self.database is None:
            return False
        backup = rng.choice(self._backups)
        self.files.dead = True
        self.disk.replace(self.database, backup.image)
        self.database = self.engine = self.membership = None
        self.doubtful += self._own[backup.known :]
        del self._own[backup.known :]
        self._backups = [b for b in self._backups if b.known <= backup.known]
        self._undo = Undo()
        self._open = None
        self._put_back = True
        if silent:
            self.token.bytes = backup.token
        return True

    # --- looking inside

    def dump(self) -> Dump:
        """Return all shared rows with their clocks."""
        return dump(self.data)

    def problems(self) -> list[str]:
        """Return what the station would tell a person."""
        with self.data.read() as session:
            found = Store(session.connection()).open_problems()
        return [f"{code} {about}" for code, about, *_ in found]

    def segments(self) -> list[tuple[str, bytes]]:
        """Return name and bytes of every segment whose copy the database keeps."""
        with self.data.read() as session:
            store = Store(session.connection())
            return [(name, store.copy_of(name) or b"") for name in store.all_copies()]

    def has(self, fact: Fact) -> bool:
        """Tell whether the database holds a fact itself."""
        row = read_row(self.data, fact.table, fact.row)
        if row is None:
            return False
        clock = row.registers[fact.field].clock
        # Sealing gives a deletion a later clock.
        return clock == fact.register.clock or (
            fact.kind is Kind.DELETED and clock > fact.register.clock
        )


def _values_before(edit: Edit, before: Row | None) -> Values | None:
    if before is None:
        return None
    names: dict[str, Any] = {
        name: number for number, name in shape_of(BY_NAME[edit.table].number).names.items()
    }
    return {name: before.registers[names[name]].value for name in edit.update}
