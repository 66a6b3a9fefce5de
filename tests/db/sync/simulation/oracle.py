"""What was acknowledged, and what of it must be in every station's database in the end.

Written without the product's merge: every value carries the clock it was given, and of what was
acknowledged the latest must stand. Sets, tombstones and order states have a rule of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from db.database import Database
from db.erasing.personal import personal_of
from db.registry import BY_NAME, DELETED_FIELD, Merge
from db.sync.rows import Clock, Register, Row
from db.sync.tables import read_rows, shape_of
from tests.db.sync.simulation.edits import Edit, told_at
from tests.db.sync.stations import Dump


def _number(table: str, column: str) -> int:
    return next(n for n, name in BY_NAME[table].numbered() if name == column)


_TOLD: Final = frozenset(_number("orders", name) for name in told_at(0))
"""Fields of an order that an export tells: they go by its time, not by when it was imported."""
_OF_PERSONS: Final = personal_of("orders").names  # type: ignore[union-attr]
_SOURCE_AT: Final = _number("orders", "source_at")
_STATE: Final = _number("messages", "state")
_COURSE: Final = {"queued": 0, "sending": 1, "failed": 2, "sent": 3, "delivered": 4, "read": 5}
_TEXT: Final = _number("messages", "text")


class Kind(Enum):
    """What a fact is about."""

    VALUE = "value"
    BORN = "born"
    DELETED = "deleted"
    ALIVE = "alive"
    EXPORT = "export"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a station wrote; `seen` is the clock of what it replaced."""

    kind: Kind
    table: str
    row: bytes
    field: int
    register: Register
    seen: Clock
    station: int
    dev: int
    restricted: bool = False

    @property
    def key(self) -> tuple[str, bytes, int]:
        """The register it is about."""
        return self.table, self.row, self.field

    def __str__(self) -> str:
        where = f"{self.table}/{self.row.hex()[:8]}…{self.row.hex()[-4:]}.{self.field}"
        return f"{self.kind.value} {where} {self.register} by station {self.station}"


@dataclass(slots=True)
class Ledger:
    """All facts of a history, and those that may rightly be gone."""

    facts: list[Fact] = field(default_factory=list)
    undone: set[bytes] = field(default_factory=set)
    """Rows whose facts a person took back; which ones stand is tested elsewhere."""
    forgiven: set[Fact] = field(default_factory=set)
    """Written, but every copy was destroyed before anybody had another, and it is known."""

    def add(self, facts: Iterable[Fact]) -> list[Fact]:
        """Take facts in."""
        added = list(facts)
        self.facts += added
        return added

    def standing(self) -> Iterator[Fact]:
        """Return the facts that nothing excuses."""
        return (fact for fact in self.facts if fact not in self.forgiven)


def read_row(database: Database, table: str, row: bytes) -> Row | None:
    """Return a row with the clocks of its fields."""
    with database.read() as session:
        shape = shape_of(BY_NAME[table].number)
        found = list(read_rows(session.connection(), shape, "id", [row]))
    return found[0][2] if found else None


def facts_between(
    edit: Edit, before: Row | None, after: Row | None, station: int, dev: int
) -> Iterator[Fact]:
    """Return what an edit wrote, by what it left."""
    if after is None:
        return

    def fact(kind: Kind, number: int, seen: Clock) -> Fact:
        register = after.registers[number]
        return Fact(
            kind, edit.table, edit.row, number, register, seen, station, dev, edit.restricted
        )

    if before is None:
        yield fact(Kind.BORN, DELETED_FIELD, (0, 0))
    named = {*(edit.insert or {}), *edit.update, "_del"}
    for number, name in shape_of(BY_NAME[edit.table].number).names.items():
        if name in named and (
            before is None or after.registers[number] != before.registers[number]
        ):
            seen = before.registers[number].clock if before else (0, 0)
            kind = _kind(edit.table, number, after.registers[number])
            if kind is not None:
                yield fact(kind, number, seen)


def _kind(table: str, number: int, register: Register) -> Kind | None:
    if number == DELETED_FIELD:
        return Kind.DELETED if register.value else Kind.ALIVE
    if table == "orders" and number in _TOLD:
        return Kind.EXPORT if number == _SOURCE_AT else None
    if table == "messages" and number == _STATE:
        return Kind.STATE
    return Kind.VALUE


def steps_back(edit: Edit, before: Row | None, after: Row | None) -> bool:
    """Tell whether an edit took facts back, which a later generation of them then stands for."""
    if before is None or after is None or edit.table not in {"orders", "messages"}:
        return False
    if edit.table == "messages":
        return _come(after.registers[_STATE]) < _come(before.registers[_STATE])
    return _time(after.registers[_SOURCE_AT]) < _time(before.registers[_SOURCE_AT])


class Judge:
    """Compares a final state with the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        final: Dump,
        own: AbstractSet[tuple[str, bytes]] = frozenset(),
        erased: Container[tuple[str, bytes]] = frozenset(),
    ) -> None:
        """`own` are rows in which the station holds what nobody else may take, `erased` those of
        erased persons: what an export tells of them stays blank.
        """
        self._ledger, self._final, self._own = ledger, final, own
        self._erased = erased
        self._facts = [f for f in ledger.standing() if (f.table, f.row) not in own]

    def faults(self) -> Iterator[str]:
        """Return what is wrong, in words."""
        yield from self._missing()
        yield from self._values()
        yield from self._tombstones()
        yield from self._orders()
        yield from self._states()
        yield from self._doubles()

    def _row(self, fact: Fact) -> Row | None:
        return self._final.get(fact.table, {}).get(fact.row)

    def _missing(self) -> Iterator[str]:
        for fact in self._facts:
            if fact.kind is Kind.BORN and self._row(fact) is None:
                yield f"lost: {fact}"

    def _values(self) -> Iterator[str]:
        for fact in self._facts:
            row = self._row(fact)
            if fact.kind is not Kind.VALUE or row is None:
                continue
            stands = row.registers[fact.field]
            if stands.order() < fact.register.order():
                yield f"lost: {fact}, in the end {stands}"
            elif stands.clock == fact.register.clock and stands.value != fact.register.value:
                yield f"one clock, two values: {fact}, in the end {stands}"

    def _tombstones(self) -> Iterator[str]:
        written: dict[tuple[str, bytes], list[Fact]] = {}
        for fact in self._ledger.facts:
            if fact.field == DELETED_FIELD:
                written.setdefault((fact.table, fact.row), []).append(fact)
        for (table, row_id), facts in written.items():
            row = self._final[table].get(row_id)
            if row is None or (table, row_id) in self._own:
                continue
            rule = self._element if BY_NAME[table].merge is Merge.SET else self._tombstone
            yield from rule(row, facts)

    def _element(self, row: Row, facts: list[Fact]) -> Iterator[str]:
        """An element stands until a removal that saw this very adding."""
        gone = bool(row.registers[DELETED_FIELD].value)
        added = [f for f in facts if f.kind in {Kind.ALIVE, Kind.BORN}]
        removed = [f for f in facts if f.kind is Kind.DELETED]
        certain = self._ledger.forgiven.isdisjoint
        last_seen = max((f.seen[0] for f in removed), default=0)
        for fact in added:
            if gone and fact.register.clock[0] > last_seen and certain({fact}):
                yield f"an added element is gone: {fact}"
        last_added = max((f.register.clock[0] for f in added), default=0)
        for fact in removed:
            if not gone and fact.seen[0] >= last_added and certain({fact}):
                yield f"a removed element is back: {fact}"

    def _tombstone(self, row: Row, facts: list[Fact]) -> Iterator[str]:
        """The last word on deleting holds; a later edit by somebody brings the row back."""
        stands = row.registers[DELETED_FIELD]
        gone = bool(stands.value)
        last = max(facts, key=lambda fact: fact.register.clock)
        if last in self._ledger.forgiven or stands.clock > last.register.clock:
            return  # an edit of a deleted row says again that it is deleted
        edited = row.latest()
        if last.kind is not Kind.DELETED and gone:
            yield f"deleted by nobody: {last}"
        if last.kind is Kind.DELETED and not gone and edited < last.register.clock:
            yield f"a deleted row is back: {last}"

    def _orders(self) -> Iterator[str]:
        for row_id, fact in self._furthest(Kind.EXPORT, _time).items():
            stands = self._final["orders"][row_id].registers
            told = _time(stands[_SOURCE_AT])
            if told < _time(fact.register):
                yield f"an older export won: {fact}, in the end {stands[_SOURCE_AT]}"
            for name, value in told_at(told).items():
                if name in _OF_PERSONS and ("orders", row_id) in self._erased:
                    continue
                if told and stands[_number("orders", name)].value != value:
                    found = stands[_number("orders", name)]
                    yield f"an order of two exports: {fact}, {name} is {found}, not {value!r}"

    def _states(self) -> Iterator[str]:
        for row_id, fact in self._furthest(Kind.STATE, _come).items():
            stands = self._final["messages"][row_id].registers[_STATE]
            if _come(stands) < _come(fact.register):
                yield f"a message's state went back: {fact}, in the end {stands}"

    def _furthest(self, kind: Kind, far: Callable[[Register], int]) -> dict[bytes, Fact]:
        """Of each row that stands and was never taken back, the fact that came furthest."""
        found: dict[bytes, Fact] = {}
        for fact in self._facts:
            if fact.kind is not kind or fact.row in self._ledger.undone or not self._row(fact):
                continue
            former = found.get(fact.row)
            if former is None or far(fact.register) > far(former.register):
                found[fact.row] = fact
        return found

    def _doubles(self) -> Iterator[str]:
        texts = Counter(row.registers[_TEXT].value for row in self._final["messages"].values())
        yield from (f"a message doubled: {text!r}" for text, n in texts.items() if text and n > 1)


def _time(register: Register) -> int:
    return register.value if isinstance(register.value, int) else 0


def _come(register: Register) -> int:
    return _COURSE.get(str(register.value), 2)
