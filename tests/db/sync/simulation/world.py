"""The world of one history: stations, their folder, time, and what befalls them all."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from db.registry import DELETED_FIELD
from db.sync.images import OutboxOpen
from db.sync.manifests import SnapshotError
from db.sync.membership import EpochWanted
from db.sync.relay import RelayError
from tests.db.sync.simulation.ambience import DAY, Ambience
from tests.db.sync.simulation.disk import template
from tests.db.sync.simulation.edits import (
    CUSTOMERS,
    RESTRICTED,
    WEIGHTS,
    Edit,
    Editor,
    customer_row,
)
from tests.db.sync.simulation.erasures import Gone
from tests.db.sync.simulation.folder import ROOT, Crash, VirtualFolder, draw_weather
from tests.db.sync.simulation.machine import Machine
from tests.db.sync.simulation.mutants import MUTANTS
from tests.db.sync.simulation.oracle import Fact, Judge, Ledger
from tests.db.sync.simulation.settings import SETTINGS
from tests.db.sync.simulation.shop import Shop
from tests.db.sync.simulation.watch import Watch
from tests.db.sync.stations import Dump

START: Final = 1_767_225_600_000
"""The true time at which every history begins: 2026-01-01."""

SKEWS: Final = (0, 0, 0, -400, 900, -DAY, DAY, -3_600_000, 400 * DAY)
"""What a station's clock is off by; the last is a clock set by hand to another year."""

REPAIRED: Final = 0.08
"""How likely a folder that is away, full or without its marker is put right in a step."""

LONGEST_QUIET: Final = {5: DAY + 3_600_000, 9: DAY + 3_600_000}
"""Rounds of the quiet at the end before which a day passes; 45 s pass before the others."""


class Failure(AssertionError):
    """An invariant does not hold; the text names all that was found."""


@dataclass
class Options:
    """How a history is played."""

    steps: int = 120
    stations: int | None = None
    most_stations: int = 5
    faults: bool = True
    mutant: str | None = None
    setting: str = ""
    """The kind of world, by its name in `SETTINGS`; else the mutant's, else the whole one."""
    whole_driver: bool = False
    """Over SQLAlchemy and enciphered files: the same history, only slower."""


@dataclass(slots=True)
class Outcome:
    """What came of a history."""

    seed: int
    failure: str | None
    history: list[str] = field(default_factory=list)
    facts: int = 0

    @property
    def digest(self) -> str:
        """Return a hash of all that happened, to tell one run from another."""
        return hashlib.sha256("\n".join(self.history).encode()).hexdigest()[:16]


class World:
    """Plays one history: the same seed and options, the same run."""

    def __init__(self, seed: int, directory: Path, options: Options) -> None:
        self.seed, self.options, self.directory = seed, options, directory
        self.rng = random.Random(seed)
        self.ambience = Ambience(self.rng, START, whole_driver=options.whole_driver)
        of_mutant = MUTANTS[options.mutant].setting if options.mutant else "whole"
        self.setting = SETTINGS[options.setting or of_mutant]
        weather = replace(draw_weather(self.rng), **self.setting.weather)
        self._weather = weather if options.faults else weather.calm()
        self.folder = VirtualFolder(self.rng, weather.calm(), lambda: self.ambience.now)
        self.editor = Editor(self.rng, self.setting.edits or WEIGHTS, self.setting.word)
        self.ledger = Ledger()
        self.machines: list[Machine] = []
        self.watch = Watch()
        self.history: list[str] = []
        self._lost: set[tuple[int, int]] = set()
        """Segments of which every copy was destroyed."""
        self.shop = Shop(self)
        count = options.stations or self.rng.choice((2, 3, 3, 4, 5))
        self._most = max(options.most_stations, count)
        self._first = min(count, 5)
        self._skews = SKEWS if self.rng.random() < 0.7 else (0,)
        self._count = count
        weights = self.setting.acts
        self._acts = [act for _, act in self._table]
        self._weights = [weights.get(act.__name__, weight) for weight, act in self._table]

    # --- the course of a history

    def run(self) -> None:
        """Play all steps and judge the end; raises `Failure`."""
        template(
            whole_driver=self.options.whole_driver
        )  # made once a process: it must not draw from the first history's chance
        mutant = MUTANTS[self.options.mutant].patch() if self.options.mutant else nullcontext()
        with self.ambience.installed(), self.setting.installed(), mutant, self.watch.installed():
            try:
                self._found()
                for _ in range(self.options.steps):
                    self._step()
                self._quiet()
                self._judge()
            finally:
                for machine in self.machines:
                    machine.off()

    def note(self, text: str) -> None:
        """Write a line of the history."""
        self.history.append(f"{self.ambience.now - START:>12} {text}")

    def _found(self) -> None:
        self.shop.found(self.new_machine())
        for _ in range(self._count - 1):
            self.shop.admit(self.new_machine(), manage=self.rng.random() < 0.4)
        for machine in self.machines:
            machine.exposed(self.options.faults)
        self.folder.weather = self._weather
        self.note(f"{len(self.machines)} stations, {self._weather}")

    def new_machine(self) -> Machine:
        """Set up a computer with an empty home."""
        index = len(self.machines)
        machine = Machine(self, index, self.rng.choice(self._skews))
        self.machines.append(machine)
        return machine

    def _step(self) -> None:
        self._pass_time()
        chosen = self.rng.choices(self._acts, self._weights)[0]
        machine = self.rng.choice(self.machines)
        chosen(self, machine)
        if self.rng.random() < REPAIRED:
            self._repair()
        self.folder.deliver()

    def _repair(self) -> None:
        """A person sees to it that the folder is there, has room and its marker."""
        if self.folder.repair(*self.shop.marker):
            self.note("the folder is put right")

    def _pass_time(self) -> None:
        self.ambience.now += self.rng.randrange(20, 3_000)
        for leap, chance in self.setting.leaps:
            if self.rng.random() < chance:
                self.ambience.now += leap
                self.note(f"{leap // 1000} s pass")

    # --- what stations do

    def _edit(self, machine: Machine) -> None:
        if not machine.start():
            return
        restricted = self.rng.random() < self.setting.restricted
        at = self.ambience.now
        draw = self.editor.draw_restricted if restricted else self.editor.draw
        with self.running(machine):
            machine.write(draw(at))

    def _undo(self, machine: Machine) -> None:
        if machine.start():
            with self.running(machine):
                machine.undo()

    def _erase(self, machine: Machine) -> None:
        """A person at a managing station erases a customer for good."""
        customer = customer_row(self.rng.randrange(CUSTOMERS))
        if machine.start() and machine.membership and machine.membership.manager:
            with self.running(machine):
                machine.erase(customer)

    def _pass(self, machine: Machine) -> None:
        if machine.start():
            with self.running(machine):
                self.note(f"{machine} passes: {machine.sync()}")

    def _part(self, machine: Machine) -> None:
        if machine.start():
            with self.running(machine):
                self.note(f"{machine} {machine.part(self.rng)}")

    def _tend(self, machine: Machine, name: str) -> None:
        if machine.start():
            with self.running(machine):
                self.note(f"{machine} {machine.tend(name)}")

    def _snapshot(self, machine: Machine) -> None:
        self._tend(machine, "snapshot")

    def _roll_up(self, machine: Machine) -> None:
        self._tend(machine, "roll up")

    def _collect(self, machine: Machine) -> None:
        self._tend(machine, "collect")

    def _verify(self, machine: Machine) -> None:
        self._tend(machine, "verify")

    def _mend(self, machine: Machine) -> None:
        self._tend(machine, "repair")

    def _kill(self, machine: Machine) -> None:
        self.note(f"{machine} is killed")
        machine.end(power=False)

    def _power_cut(self, machine: Machine) -> None:
        self.note(f"{machine} loses power")
        machine.end(power=True)

    def running(self, machine: Machine) -> _Running:
        return _Running(self, machine)

    def _back_up(self, machine: Machine) -> None:
        machine.back_up()

    def _restore(self, machine: Machine) -> None:
        silent = self.rng.random() < self.setting.unnoticed
        if machine.restore(self.rng, silent=silent):
            self.note(f"{machine} gets an older database back{' unnoticed' if silent else ''}")

    def _lose_token(self, machine: Machine) -> None:
        machine.token.bytes = None
        self.note(f"{machine} loses the file beside its database")

    def _wrong_clock(self, machine: Machine) -> None:
        machine.skew = self.rng.choice(self._skews)
        self.note(f"{machine} has a clock off by {machine.skew} ms")

    # --- what befalls the folder

    def _server_power_cut(self, _: Machine) -> None:
        self.note("the server loses power")
        self.folder.power_cut()

    def _vanish(self, machine: Machine) -> None:
        stations = {machine.index} if self.rng.random() < 0.5 else set(range(len(self.machines)))
        if self.folder.gone:
            self.folder.gone.clear()
            self.note("the folder is back")
        else:
            self.folder.gone |= stations
            self.folder.gone_empty = self.rng.random() < 0.5
            self.note(f"the folder is gone for {sorted(stations)}")

    def _fill(self, _: Machine) -> None:
        self.folder.full = not self.folder.full
        self.note(f"the folder is {'full' if self.folder.full else 'free again'}")

    def _conflict_copy(self, _: Machine) -> None:
        self.note(f"a copy appears: {self.folder.conflict_copy()}")

    def _lose_files(self, _: Machine) -> None:
        self.note(f"files vanish: {self.folder.lose_some()}")

    def _damage(self, _: Machine) -> None:
        self.note(f"damaged: {self.folder.damage_some()}")

    def _folder_backup(self, _: Machine) -> None:
        self.folder.take_backup()

    def _folder_restore(self, _: Machine) -> None:
        if self.folder.restore():
            self.note("an older state of the folder is put back")

    # --- what people decide

    def _join(self, _: Machine) -> None:
        waiting = [machine for machine in self.machines if not machine.station]
        if waiting or len(self.machines) < self._most:
            machine = waiting[0] if waiting else self.new_machine()
            if not machine.start():
                return
            self.note(f"{machine} asks to join")
            machine.exposed(faulty=False)  # one that waited was; a crash here is a start anew
            self.shop.admit(machine, manage=self.rng.random() < 0.3)
            machine.exposed(self.options.faults)

    def _revoke(self, machine: Machine) -> None:
        self.shop.revoke(machine)

    def _rotate(self, machine: Machine) -> None:
        self.shop.rotate(machine)

    def _rights(self, machine: Machine) -> None:
        self.shop.change_right(machine)

    _table: Final[tuple[tuple[float, Callable[[World, Machine], None]], ...]] = (
        (45, _edit),
        (2, _undo),
        (30, _pass),
        (6, _part),
        (1, _snapshot),
        (1, _roll_up),
        (1, _collect),
        (0.3, _verify),
        (0.4, _mend),
        (2.5, _kill),
        (1.5, _power_cut),
        (1.5, _back_up),
        (1, _restore),
        (0.2, _lose_token),
        (0.7, _wrong_clock),
        (1, _server_power_cut),
        (1.5, _vanish),
        (1, _fill),
        (1, _conflict_copy),
        (0.7, _lose_files),
        (0.7, _damage),
        (1, _folder_backup),
        (0.5, _folder_restore),
        (0.7, _join),
        (0.3, _revoke),
        (0.4, _rotate),
        (0.4, _rights),
        (0, _erase),
    )

    # --- the end

    def _quiet(self) -> None:
        """Let all faults end, start everybody, and give them time to meet."""
        self.note("quiet")
        self.folder.settle(*self.shop.marker)
        for machine in self.machines:
            machine.exposed(False)
            machine.start()
            if not machine.station:
                self.shop.admit(machine, manage=False)
        self._forgive()
        for number in range(2 * self.setting.rounds):
            if number >= self.setting.rounds and not self._lacks_something():
                return
            self.ambience.now += LONGEST_QUIET.get(number, 45_000)
            if number == 3:
                self.shop.take_stock(all_met=True)
            if number >= 3:  # some hear only now that nobody has let them in
                self.shop.readmit()
            for machine in self.machines:
                with machine.here():
                    outcome = machine.sync()
                self.note(f"{machine} passes: {outcome}")
                self.folder.deliver(everything=True)
            if number < 6 or number % 2 or self._give_up() or self._lacks_something():
                continue
            if self._are_equal():
                return

    def _lacks_something(self) -> bool:
        """Tell whether somebody waits for a segment: of a log full of holes each is named in turn."""
        return any(machine.engine and machine.engine.reader.gap for machine in self.shop.members())

    def _give_up(self) -> bool:
        """A person goes on without segments that nobody has any more; True where there were any."""
        missing = {machine: machine.losses() for machine in self.shop.members()}
        self._lost |= {
            place
            for losses in missing.values()
            for place in losses
            if place not in self._lost and not self.shop.has_segment(*place)
        }
        given_up = False
        for machine, losses in missing.items():
            if losses and self._lost.issuperset(losses):
                self.note(f"{machine} gives up {len(losses)} segments: {machine.give_up()}")
                given_up = True
        return given_up

    def _are_equal(self) -> bool:
        """A hint that all is said; rows of the restricted tables may differ rightly."""
        self.shop.take_stock(all_met=True)
        dumps = [machine.dump() for machine in self.shop.members()]
        self._fill_up(dumps)
        shared = [table for table in dumps[0] if table not in RESTRICTED]
        return all(dump[t] == dumps[0][t] for dump in dumps for t in shared)

    def _forgive(self) -> None:
        """What a restored backup took with it is lost where no other copy was left."""
        doubtful = [fact for machine in self.machines for fact in machine.doubtful]
        if doubtful:
            kept = self.shop.copies(doubtful)
            lost = [fact for fact in doubtful if fact not in kept]
            self.ledger.forgiven |= set(lost)
            self.note(f"no copy left of {len(lost)} of {len(doubtful)} facts")

    def _judge(self) -> None:
        found = list(self._faults())
        if found:
            more = [f"… and {len(found) - 12} more"] if len(found) > 12 else []
            raise Failure("\n".join(found[:12] + more + list(self._problems())))

    def _problems(self) -> Iterator[str]:
        for machine in self.shop.members():
            if problems := machine.problems():
                yield f"{machine} reports {problems}"

    def _faults(self) -> Iterator[str]:
        yield from (f"half a file under its name: {name}" for name in self.folder.halves)
        members = self.shop.members()
        yield from self.watch.faults(members)
        dumps = {machine.index: machine.dump() for machine in members}
        self._fill_up(list(dumps.values()))
        # What a station wrote without the right to stays with itself: look at who has none of it.
        wrongs = list(self.shop.excuse(self.ledger, dumps))
        first = min(members, key=lambda machine: len(self.shop.rogue_rows(machine)))
        yield from wrongs
        gone = Gone(dumps[first.index])
        self.ledger.forgiven |= {fact for fact in self.ledger.facts if gone.of(fact)}
        yield from gone.faults(dumps[first.index], self.ledger, members)
        for machine in members:
            own = self.shop.rogue_rows(first) | self.shop.rogue_rows(machine)
            yield from _differences(first, dumps[first.index], machine, dumps[machine.index], own)
        own = self.shop.rogue_rows(first)
        yield from Judge(self.ledger, dumps[first.index], own, gone.rows).faults()

    def _fill_up(self, dumps: list[Dump]) -> None:
        """Who began with a snapshot without an old tombstone holds the same as who has it."""
        for table, row in sorted(self.watch.left_out):
            known = [dump[table][row] for dump in dumps if row in dump[table]]
            if known and known[0].registers[DELETED_FIELD].value:
                for dump in dumps:
                    dump[table].setdefault(row, known[0])


class _Running:
    """A block that a station runs: a crash ends the station, a folder fault does not."""

    def __init__(self, world: World, machine: Machine) -> None:
        self._world, self._machine = world, machine
        self._here = machine.here()

    def __enter__(self) -> None:
        self._here.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> bool:
        self._here.__exit__(None, None, None)
        if isinstance(error, Crash):
            self._world.note(f"{self._machine} crashes")
            self._machine.end(power=self._world.rng.random() < 0.3)
            return True
        if isinstance(error, RelayError | EpochWanted | SnapshotError | OutboxOpen):
            self._world.note(f"{self._machine} is offline: {type(error).__name__}")
            return True
        return False


def _differences(
    a: Machine, mine: Dump, b: Machine, other: Dump, own: set[tuple[str, bytes]]
) -> Iterator[str]:
    for table, rows in mine.items():
        for row in sorted(rows.keys() | other[table].keys()):
            left, right = rows.get(row), other[table].get(row)
            if left == right or (table, row) in own:
                continue
            where = f"{table}/{row.hex()[:8]}…{row.hex()[-6:]}"
            if left is None or right is None:
                yield f"{where} only at {a if right is None else b}"
                continue
            differing = [n for n in left.registers if left.registers[n] != right.registers[n]]
            shown = [
                f"{n}: {tuple(left.registers[n])} | {tuple(right.registers[n])}"
                for n in differing[:2]
            ]
            births = f"born {left.birth}/{left.generation} | {right.birth}/{right.generation}"
            yield f"{where} at {a} | {b}: fields {differing}, {', '.join(shown)}, {births}"


def play(seed: int, directory: Path, options: Options | None = None) -> Outcome:
    """Play one history and return what came of it."""
    world = World(seed, directory, options or Options())
    failure: str | None = None
    try:
        world.run()
    except Failure as fault:
        failure = str(fault)
    return Outcome(seed, failure, world.history, len(world.ledger.facts))


__all__ = ["ROOT", "Edit", "Fact", "Options", "Outcome", "World", "play", "replace"]
