"""What a station of a proof wrote, on disk: first that it will, then that it was acknowledged.

A killed station may have committed what it never heard of. Such a write excuses nothing: it may
stand or not, and is told apart by having no acknowledgement.
"""

from __future__ import annotations

import os
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from db.registry import BY_NAME
from db.sync.rows import Register, Row
from tests.db.sync.simulation.oracle import Fact, Judge, Kind, Ledger
from tests.db.sync.stations import Dump

_LENGTH = struct.Struct("<I")


class Note(msgspec.Struct, omit_defaults=True):
    """One write: its facts, or what a service answered. `done` names the writes that are sure."""

    number: int
    facts: list[tuple[Any, ...]] = []
    messages: list[tuple[bytes, str]] = []
    orders: list[str] = []
    went_back: bytes = b""
    done: bool = False


def pack_fact(fact: Fact) -> tuple[Any, ...]:
    """A fact as plain values."""
    value = fact.register.clock, fact.register.value
    return (fact.kind.value, fact.table, fact.row, fact.field, *value, fact.seen, fact.restricted)


def unpack_fact(packed: tuple[Any, ...]) -> Fact:
    """The reverse; of which station it was does not matter here."""
    kind, table, row, number, clock, value, seen, restricted = packed
    register = Register(tuple(clock), value)
    return Fact(Kind(kind), table, row, number, register, tuple(seen), 0, 0, restricted)


class Pen:
    """Writes notes; a killed process loses none that it wrote."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        # No two processes of one station use the same numbers.
        self._number = int.from_bytes(os.urandom(6), "big") << 16

    def intend(self, note: Note) -> int:
        """Note what is about to be written; returns its number."""
        self._number += 1
        note.number = self._number
        self._put(note)
        return self._number

    def confirm(self, number: int) -> None:
        """Note that it was acknowledged."""
        self._put(Note(number, done=True))

    def _put(self, note: Note) -> None:
        data = msgspec.msgpack.encode(note)
        os.write(self._file, _LENGTH.pack(len(data)) + data)

    def close(self) -> None:
        """End."""
        os.close(self._file)


def read_notes(path: Path) -> Iterator[Note]:
    """Return all whole notes of a ledger, in order."""
    data = path.read_bytes() if path.exists() else b""
    start = 0
    while start + _LENGTH.size <= len(data):
        (length,) = _LENGTH.unpack_from(data, start)
        start += _LENGTH.size + length
        if start > len(data):
            return
        yield msgspec.msgpack.decode(data[start - length : start], type=Note)


class Account:
    """All that the stations of a proof wrote."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.ledger = Ledger()
        self.messages: dict[bytes, str] = {}
        self.orders: set[str] = set()
        self.writes = self.unsure = 0
        for path in paths:
            self._read(list(read_notes(path)))

    def _read(self, notes: list[Note]) -> None:
        sure = {note.number for note in notes if note.done}
        for note in notes:
            if note.done:
                continue
            facts = self.ledger.add(map(unpack_fact, note.facts))
            if note.went_back:
                self.ledger.undone.add(note.went_back)
            if note.number not in sure:
                self.unsure += 1
                self.ledger.forgiven.update(facts)
                continue
            self.writes += 1
            self.messages.update(note.messages)
            self.orders.update(note.orders)

    def faults(self, final: Dump) -> Iterator[str]:
        """Return what a final state lacks or has twice, in words."""
        yield from Judge(self.ledger, final).faults()
        rows = final["messages"]
        texts = {row_id: _text(row) for row_id, row in rows.items()}
        for row_id, text in self.messages.items():
            if texts.get(row_id) != text:
                yield f"lost: message {text!r}, in the end {texts.get(row_id)!r}"
        counts = Counter(text for text in texts.values() if text)
        for text in self.messages.values():
            if counts[text] > 1:
                yield f"a message doubled: {text!r}"
        numbers = {_number(row) for row in final["orders"].values()}
        yield from (f"lost: order {number}" for number in sorted(self.orders - numbers))


def _text(row: Row) -> str:
    return str(row.registers[_TEXT].value)


def _number(row: Row) -> str:
    return str(row.registers[_NUMBER].value)


def _field(table: str, column: str) -> int:
    return next(n for n, name in BY_NAME[table].numbered() if name == column)


_TEXT: Final = _field("messages", "text")
_NUMBER: Final = _field("orders", "number")
