"""A row, an op, an audit entry as they are once their person is erased.

Blanking is a projection: it may be done before or after any merge, and as often as one likes, with
the same result. A value goes, its clock stays, so that nothing older ever comes in its place; only
of facts, where a value also decides what stands, the clock goes too.
"""

from __future__ import annotations

from typing import Any

import msgspec

from db.erasing.personal import HIDDEN, Personal
from db.registry import DELETED_FIELD
from db.sync.frames import Op
from db.sync.rows import TOP, UNBORN, Register, Row, clock_of, is_revivable, revive


def blank_row(spec: Personal, row: Row, cutoff: int) -> None:
    """Take out of a row what was written up to the stamp `cutoff`."""
    latest = row.latest()
    for number in spec.numbers:
        register = row.registers.get(number)
        if register is None:
            continue  # kept by an older program, which did not know the field
        if number in spec.facts:
            row.registers[number] = Register(UNBORN, spec.blanks[number])
        elif spec.is_gone(number, register.clock[0], cutoff):
            row.registers[number] = Register(register.clock, spec.blanks[number])
    if spec.facts:
        for head in spec.heads:
            row.sources.pop(head, None)
        row.note_edit(latest)
    if spec.removed:
        _remove(spec, row, cutoff)


def blank_values(spec: Personal, row: Row, cutoff: int) -> None:
    """Take the words out of a row as it was, and leave its clocks: it may be put back one day."""
    for number in spec.numbers:
        register = row.registers.get(number)
        if register is not None and spec.is_gone(number, register.clock[0], cutoff):
            row.registers[number] = Register(register.clock, spec.blanks[number])


def _remove(spec: Personal, row: Row, cutoff: int) -> None:
    gone = Register((cutoff, TOP), 1)
    if gone.order() > row.registers[DELETED_FIELD].order():
        row.registers[DELETED_FIELD] = gone
    if is_revivable(spec.table):
        revive(row)


def blank_op(spec: Personal, op: Op, cutoff: int) -> Op:
    """Take the values out of an op that was not taken yet."""
    own, clocks = (op.stamp, op.station), op.clocks or {}
    values = tuple(
        spec.blanks[number]
        if number in spec.blanks and spec.is_gone(number, clock_of(clocks, number, own)[0], cutoff)
        else value
        for number, value in zip(op.fields, op.values, strict=True)
    )
    return op._replace(values=values)


def blank_note(spec: Personal, fields: dict[str, list[Any]], cutoff: int) -> dict[str, list[Any]]:
    """Take old values out of a change note: {field number: [old value, its stamp, …]}."""
    return {
        key: [spec.blanks[int(key)], *old[1:]]
        if key.isdigit() and int(key) in spec.blanks and spec.is_gone(int(key), int(old[1]), cutoff)
        else old
        for key, old in fields.items()
    }


def blank_audit(spec: Personal, document: str | None, stamp: int, cutoff: int) -> str | None:
    """Take the values out of an audit entry of this stamp: {field: [old, new]}.

    Of a later edit the old value goes too: nobody can tell from when it was.
    """
    if not document:
        return document
    numbers = {name: number for number, name in spec.table.numbered()}
    try:
        changes = msgspec.json.decode(document, type=dict[str, list[Any]])
    except msgspec.DecodeError:
        return None
    for name in spec.names & changes.keys():
        gone = spec.is_gone(numbers[name], stamp, cutoff)
        changes[name] = [
            _hidden(value) if gone or place == 0 else value
            for place, value in enumerate(changes[name])
        ]
    return msgspec.json.encode(changes).decode()


def _hidden(value: Any) -> Any:
    return HIDDEN if value else value
