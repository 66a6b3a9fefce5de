"""How two versions of a row come together: a join, so order, repetition and splits don't matter.

Every field is a register with a clock (stamp, station); the later clock wins, and with the same
clock the greater value, which only rows older than the shop's first sync can meet. Three rules go
beyond that: an element of a set stands until an op removes exactly the adding it saw; a field
edited after its row was deleted brings the row back; facts from outside go by their own time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from db.registry import DELETED_FIELD, Merge, SyncTable
from db.sync.frames import INSERT, Clocks, Op, Value
from db.sync.ranks import (
    EDITED,
    FACTS,
    GENERATION,
    SOURCE,
    Bundle,
    Facts,
    clarity,
    rank_of,
    time_of,
)

Clock: TypeAlias = tuple[int, int]

UNBORN: Final[Clock] = (0, 0)
"""Clock of what nobody wrote yet: a row whose insert has not come, a field it did not name."""

TOP: Final = (1 << 63) - 1
"""As a tombstone's station: "whatever was added up to this stamp"."""

_NEVER_REVIVED: Final = frozenset({"messages"})
"""A message that was recalled stays so, though its delivery is noted later."""


class Register(NamedTuple):
    """A value and when it was written."""

    clock: Clock
    value: Value

    def order(self) -> tuple[Clock, int, Value]:
        """Return what registers are compared by; of one clock by kind of value, then value."""
        value = self.value
        kind = 0 if value is None else 1 if isinstance(value, (int, float)) else 2
        return self.clock, kind + isinstance(value, bytes), 0 if value is None else value


@dataclass(slots=True)
class Row:
    """A stored row: every field's register, and the latest birth it was given.

    `sources` has the source's time of those bundles of facts whose time is not the row's own.
    `edited` is the clock of the latest edit, where it is later than all that stand.
    """

    birth: Clock
    registers: dict[int, Register]
    generation: int = 0
    sources: dict[int, int] = field(default_factory=dict)
    edited: Clock = UNBORN

    def clocks(self) -> Clocks:
        """Return what belongs into `_fc`: the clocks that are not the row's birth."""
        found = {
            str(number): [*register.clock]
            for number, register in sorted(self.registers.items())
            if register.clock != self.birth
        }
        return {**found, **self.marks()}

    def marks(self) -> Clocks:
        """Return what the facts' rules keep beside the clocks."""
        marks = {f"{SOURCE}{head}": [at, 0] for head, at in sorted(self.sources.items())}
        if self.generation:
            marks[GENERATION] = [self.generation, 0]
        if self.edited != UNBORN:
            marks[EDITED] = [*self.edited]
        return marks

    def latest(self) -> Clock:
        """Return the clock of the latest edit, the tombstone apart."""
        return max(self.edited, *(r.clock for n, r in self.registers.items() if n != DELETED_FIELD))

    def note_edit(self, clock: Clock) -> None:
        """Remember an edit whose values may not stand: what was deleted before it is revived."""
        self.edited = UNBORN
        if clock > self.latest():
            self.edited = clock

    def copy(self) -> Row:
        """Return a row that may be merged into while this stays."""
        return replace(self, registers=dict(self.registers), sources=dict(self.sources))


def make_row(birth: Clock, clocks: Clocks | None, values: Iterable[tuple[int, Value]]) -> Row:
    """Build a row from what is stored in it."""
    if not clocks:
        return Row(birth, {number: Register(birth, value) for number, value in values})
    registers = {n: Register(clock_of(clocks, n, birth), value) for n, value in values}
    row = Row(birth, registers, generation_of(clocks), sources_of(clocks))
    if EDITED in clocks:
        # A person's later edit of another field leaves the mark as it was: it says nothing more.
        row.note_edit(clock_of(clocks, EDITED, UNBORN))
    return row


def generation_of(clocks: Clocks) -> int:
    """Return how often the facts were taken back."""
    return clocks[GENERATION][0] if GENERATION in clocks else 0


def sources_of(clocks: Clocks) -> dict[int, int]:
    """Return the times of single bundles: {number of the first field: source's time}."""
    return {int(key[1:]): clock[0] for key, clock in clocks.items() if key[0] == SOURCE}


def clock_of(clocks: Clocks, number: int | str, otherwise: Clock) -> Clock:
    """Return a field's clock, or a rule's, out of `_fc`."""
    found = clocks.get(str(number))
    return otherwise if found is None else (found[0], found[1])


def unborn_row(values: Iterable[tuple[int, Value]]) -> Row:
    """Return the hidden row that takes edits which came before their insert."""
    registers = {number: Register(UNBORN, value) for number, value in values}
    registers[DELETED_FIELD] = Register(UNBORN, 1)
    return Row(UNBORN, registers)


_pack: Final = msgspec.msgpack.Encoder().encode
_unpack: Final = msgspec.msgpack.Decoder(tuple[Clock, Clocks, dict[int, Any]]).decode


def pack_row(row: Row) -> bytes:
    """Return a row as bytes, with all clocks."""
    values = {number: register.value for number, register in row.registers.items()}
    return _pack((row.birth, row.clocks(), values))


def unpack_row(data: bytes) -> Row:
    """Read what `pack_row` wrote."""
    birth, clocks, values = _unpack(data)
    return make_row(birth, clocks, values.items())


def merge(table: SyncTable, row: Row, op: Op) -> None:
    """Take an op into a row. Fields that the row does not have are left alone."""
    own: Clock = (op.stamp, op.station)
    clocks = op.clocks or {}
    theirs = {
        number: Register(clock_of(clocks, number, own), value)
        for number, value in zip(op.fields, op.values, strict=True)
        if number in row.registers
    }
    if op.kind == INSERT:
        row.birth = max(row.birth, own)
    facts = FACTS.get(table.number)
    if facts is not None:
        _merge_facts(facts, row, theirs, clocks)
    for number, register in theirs.items():
        if register.order() > row.registers[number].order():
            row.registers[number] = register
    if facts is not None:
        row.note_edit(row.edited)
    if is_revivable(table):
        revive(row)


def is_revivable(table: SyncTable) -> bool:
    """Tell whether a later edit brings a deleted row of this table back."""
    return table.merge is not Merge.SET and table.name not in _NEVER_REVIVED


def _merge_facts(facts: Facts, row: Row, theirs: dict[int, Register], clocks: Clocks) -> None:
    """Take the bundles of an op that has them whole; what it has not is left to the clocks."""
    present = [b for b in facts.bundles if all(number in theirs for number in b.numbers)]
    if not present or not (facts.source is None or facts.source in theirs):
        return
    latest = max(
        row.edited,
        clock_of(clocks, EDITED, UNBORN),
        *(registers[n].clock for registers in (row.registers, theirs) for n in theirs if n),
    )
    generation, sources = generation_of(clocks), sources_of(clocks)
    mine, other = _source(facts, row.registers), _source(facts, theirs)
    times = {b.head: row.sources.get(b.head, mine) for b in facts.bundles}
    for bundle in present:
        at = sources.get(bundle.head, other)
        ours = _weight(bundle, row.registers, times[bundle.head], row.generation)
        if _weight(bundle, theirs, at, generation) > ours:
            row.registers.update((number, theirs[number]) for number in bundle.numbers)
            times[bundle.head] = at
        for number in bundle.numbers:
            del theirs[number]
    _merge_source(facts, row, theirs, generation)
    row.generation = max(row.generation, generation)
    now = _source(facts, row.registers)
    row.sources = {head: at for head, at in times.items() if at != now}
    row.edited = latest


def _merge_source(facts: Facts, row: Row, theirs: dict[int, Register], generation: int) -> None:
    if facts.source is None:
        return
    mine, other = row.registers[facts.source], theirs.pop(facts.source)
    if (generation, time_of(other.value), other.order()) > (
        row.generation,
        time_of(mine.value),
        mine.order(),
    ):
        row.registers[facts.source] = other


def _source(facts: Facts, registers: dict[int, Register]) -> int:
    return 0 if facts.source is None else time_of(registers[facts.source].value)


def _weight(
    bundle: Bundle, registers: dict[int, Register], at: int, generation: int
) -> tuple[object, ...]:
    """What two versions of a bundle are compared by."""
    own = [registers[number] for number in bundle.numbers]
    clear = clarity(own[0].value) if bundle.keeps else 0
    latest = max(register.clock for register in own)
    rank = rank_of(bundle, own[0].value)
    return generation, clear, at, rank, latest, [register.order() for register in own]


def revive(row: Row) -> None:
    """Bring a deleted row back where an edit came after its deletion."""
    tombstone = row.registers[DELETED_FIELD]
    if tombstone.value and row.birth != UNBORN and row.latest() > tombstone.clock:
        row.registers[DELETED_FIELD] = Register(tombstone.clock, 0)
