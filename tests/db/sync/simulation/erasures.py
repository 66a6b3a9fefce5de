"""Persons who are erased in a history: who does it, and what must be gone everywhere by its end."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from db.database import Database
from db.erasing.personal import PERSONAL
from db.erasing.roots import erase
from db.registry import BY_NAME, DELETED_FIELD
from db.sync.rows import UNBORN, Clock, Row
from tests.db.sync.simulation.edits import Edit
from tests.db.sync.simulation.oracle import Fact, Ledger, facts_between, read_row
from tests.db.sync.stations import Dump

if TYPE_CHECKING:
    from tests.db.sync.simulation.machine import Machine

ERASURES: Final = "erasures"
_WORD: Final = re.compile(rb"wort(\d+)q")
"""What the editor writes where persons are erased."""
_SEALED: Final = frozenset({"sync_sealed", "sync_copy", "sync_secret", "sync_record"})
"""Tables whose content nobody can read without a key."""
_ROW, _CUTOFF, _ACT = (
    next(n for n, name in BY_NAME[ERASURES].numbered() if name == column)
    for column in ("row_id", "cutoff", "act")
)
_AREA, _SUBJECT = (
    next(n for n, name in BY_NAME["audit"].numbered() if name == column)
    for column in ("area", "row_id")
)


def erase_person(database: Database, customer: bytes, station: int, dev: int) -> list[Fact]:
    """Erase a person at a station and return what was acknowledged by it."""
    with database.write("local") as session:
        done = erase(session, customer, None, "", "request")
    with database.read() as session:
        found = session.connection().exec_driver_sql(
            "SELECT id FROM erasures WHERE act = ? ORDER BY id", (done.act,)
        )
        named = [row for (row,) in found.all()]
    facts = list[Fact]()
    for row in named:
        told = Edit("erase", "local", ERASURES, row, insert={}, restricted=True)
        facts += facts_between(told, None, read_row(database, ERASURES, row), station, dev)
    return facts


def blank_for_good(database: Database, edit: Edit) -> frozenset[str]:
    """Return the columns that stay blank whatever is told of an erased person's order."""
    if edit.table != "orders":
        return frozenset()
    with database.read() as session:
        query = "SELECT 1 FROM erasures WHERE row_id = ?"
        erased = session.connection().exec_driver_sql(query, (edit.row,)).first()
    return frozenset() if erased is None else PERSONAL[BY_NAME["orders"].number].names


class Gone:
    """What is erased, by the list of it that a station holds."""

    def __init__(self, dump: Dump) -> None:
        self._upto: dict[bytes, int] = {}
        self._since: dict[bytes, int] = {}
        """When somebody was erased: what names them from then on is somebody else's by intent."""
        acts: dict[bytes, int] = {}
        for row in dump[ERASURES].values():
            act, cutoff = _value(row, _ACT), int(_value(row, _CUTOFF))
            acts[act] = min(cutoff, acts.get(act, cutoff))
        for row in dump[ERASURES].values():
            named, cutoff = _value(row, _ROW), int(_value(row, _CUTOFF))
            self._upto[named] = max(cutoff, self._upto.get(named, 0))
            self._since[named] = max(acts[_value(row, _ACT)], self._since.get(named, 0))
        self.rows: dict[tuple[str, bytes], int] = {}
        """{(table, row): stamp up to which it is erased}."""
        for spec in PERSONAL.values():
            owners = [n for n, name in spec.table.numbered() if name in spec.owners]
            for row_id, row in dump[spec.table.name].items():
                ids = [row_id, *(_value(row, number) for number in owners)]
                cutoffs = [self._upto[found] for found in ids if found in self._upto]
                if cutoffs:
                    self.rows[spec.table.name, row_id] = max(cutoffs)

    def of(self, fact: Fact) -> bool:
        """Tell whether a written value is erased."""
        return self.is_gone(fact.table, fact.row, fact.field, fact.register.clock)

    def is_gone(self, table: str, row: bytes, field: int, clock: Clock) -> bool:
        """Tell whether what was written there is erased."""
        cutoff, spec = self.rows.get((table, row)), PERSONAL.get(BY_NAME[table].number)
        if cutoff is None or spec is None:
            return False
        if field == DELETED_FIELD:
            return spec.removed and clock[0] <= cutoff
        return field in spec.numbers and spec.is_gone(field, clock[0], cutoff)

    def faults(self, dump: Dump, ledger: Ledger, members: Iterable[Machine]) -> Iterator[str]:
        """Return what stands though it is erased, in the rows and beside them."""
        yield from self._standing(dump)
        yield from self._unnamed(dump)
        words = self._words(ledger)
        for machine in members if words else ():
            found = sorted(
                (table, word) for table, word in _words_in(machine.data) if word in words
            )
            yield from (
                f"{machine} still holds word {word} in {table}" for table, word in found[:3]
            )

    def _standing(self, dump: Dump) -> Iterator[str]:
        for (table, row_id), _ in sorted(self.rows.items()):
            row, spec = dump[table][row_id], PERSONAL[BY_NAME[table].number]
            for number in spec.numbers:
                register = row.registers[number]
                gone = self.is_gone(table, row_id, number, register.clock)
                if gone and register.value != spec.blanks[number]:
                    yield f"erased and there: {table}/{row_id.hex()[-6:]}.{number} {register}"

    def _unnamed(self, dump: Dump) -> Iterator[str]:
        """What belonged to a person by then is named, wherever it was written."""
        for table in ("conversations", "orders", "customer_notes"):
            owner = next(n for n, name in BY_NAME[table].numbered() if name == "customer_id")
            for row_id, row in dump[table].items():
                register = row.registers[owner]
                cutoff = self._since.get(_value(row, owner)) if row.birth != UNBORN else None
                if cutoff is not None and register.clock[0] <= cutoff and row_id not in self._upto:
                    yield f"not named: {table}/{row_id.hex()[-6:]}"

    def _words(self, ledger: Ledger) -> set[int]:
        """The numbers of all words that were written only where they are erased."""
        gone, standing = set[int](), set[int]()
        for fact in ledger.facts:
            words = {int(found) for found in _WORD.findall(_bytes(fact.register.value))}
            (gone if self.of(fact) else standing).update(words)
        return gone - standing


def erased_alone(
    dump: Dump, others: Iterable[Dump], devs: Container[int]
) -> tuple[Gone, set[tuple[str, bytes]]]:
    """Return what is gone by erasures that only their own station takes for right, and the rows
    in which it therefore holds something else than the others.
    """
    refused = {
        row_id: row
        for row_id, row in dump[ERASURES].items()
        if row.birth[1] in devs and any(other[ERASURES].get(row_id) != row for other in others)
    }
    gone = Gone({**dump, ERASURES: refused})
    told = {
        ("audit", row_id)
        for row_id, row in dump["audit"].items()
        if (_value(row, _AREA), _value(row, _SUBJECT)) in gone.rows
    }
    return gone, {(ERASURES, row_id) for row_id in refused} | set(gone.rows) | told


def _value(row: Row, number: int) -> Any:
    return row.registers[number].value


def _words_in(database: Database) -> Iterator[tuple[str, int]]:
    """Every word of the editor's in a file, and where it stands; the search index apart."""
    with database.read() as session:
        run = session.connection().exec_driver_sql
        for (table,) in run("SELECT name FROM sqlite_master WHERE type = 'table'").all():
            if table in _SEALED or table.startswith(("sqlite_", "search")):
                continue
            for row in run(f'SELECT * FROM "{table}"').all():
                for value in row:
                    for found in _WORD.findall(_bytes(value)):
                        yield table, int(found)


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else b""
