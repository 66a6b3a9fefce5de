"""How two versions of a row come together: a join, so order, repetition and splits don't matter.

Every field is a register with a clock (stamp, station); the later clock wins, and with the same
clock the greater value, which only rows older than the shop's first sync can meet. Three rules go
beyond that: an element of a set stands until an op removes exactly the adding it saw; a field
edited after its row was deleted brings the row back; the state of an order follows its progress.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from db.registry import DELETED_FIELD, Merge, SyncTable
from db.sync.frames import INSERT, Clocks, Op, Value
from db.sync.ranks import GENERATION, ORDERS, SOURCE_AT, STATE_BUNDLE, STATUS, progress

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
    """A stored row: every field's register, and the latest birth it was given."""

    birth: Clock
    registers: dict[int, Register]
    generation: int = 0

    def clocks(self) -> Clocks:
        """Return what belongs into `_fc`: the clocks that are not the row's birth."""
        found = {
            str(number): [*register.clock]
            for number, register in sorted(self.registers.items())
            if register.clock != self.birth
        }
        if self.generation:
            found[GENERATION] = [self.generation, 0]
        return found

    def latest(self) -> Clock:
        """Return the clock of the latest edit, the tombstone apart."""
        return max(r.clock for n, r in self.registers.items() if n != DELETED_FIELD)


def make_row(birth: Clock, clocks: Clocks | None, values: Iterable[tuple[int, Value]]) -> Row:
    """Build a row from what is stored in it."""
    clocks = clocks or {}
    registers = {n: Register(clock_of(clocks, n, birth), value) for n, value in values}
    return Row(birth, registers, clocks[GENERATION][0] if GENERATION in clocks else 0)


def clock_of(clocks: Clocks, number: int, otherwise: Clock) -> Clock:
    """Return a field's clock out of `_fc`."""
    found = clocks.get(str(number))
    return otherwise if found is None else (found[0], found[1])


def unborn_row(values: Iterable[tuple[int, Value]]) -> Row:
    """Return the hidden row that takes edits which came before their insert."""
    registers = {number: Register(UNBORN, value) for number, value in values}
    registers[DELETED_FIELD] = Register(UNBORN, 1)
    return Row(UNBORN, registers)


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
    if table.number == ORDERS and theirs.keys() >= STATE_BUNDLE:
        generation = clocks[GENERATION][0] if GENERATION in clocks else 0
        _merge_state(row, theirs, generation)
    for number, register in theirs.items():
        if register.order() > row.registers[number].order():
            row.registers[number] = register
    if is_revivable(table):
        _revive(row)


def is_revivable(table: SyncTable) -> bool:
    """Tell whether a later edit brings a deleted row of this table back."""
    return table.merge is not Merge.SET and table.name not in _NEVER_REVIVED


def _merge_state(row: Row, theirs: dict[int, Register], generation: int) -> None:
    mine = {number: row.registers[number] for number in STATE_BUNDLE}
    other = {number: theirs.pop(number) for number in STATE_BUNDLE}
    if _state_order(other, generation) > _state_order(mine, row.generation):
        row.registers.update(other)
    row.generation = max(row.generation, generation)


def _state_order(state: dict[int, Register], generation: int) -> tuple[object, ...]:
    come = progress(state[SOURCE_AT].value, state[STATUS].value)
    latest = max(register.clock for register in state.values())
    return generation, come, latest, [state[number].order() for number in sorted(state)]


def _revive(row: Row) -> None:
    tombstone = row.registers[DELETED_FIELD]
    if tombstone.value and row.birth != UNBORN and row.latest() > tombstone.clock:
        row.registers[DELETED_FIELD] = Register(tombstone.clock, 0)
