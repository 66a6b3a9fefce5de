"""What somebody writes of an erased person, who knows of it, counts as later than the erasure.

A station with a clock far ahead erases up to a stamp far ahead, and nobody follows that clock:
without this all that is written of the person until then would be blank as soon as it is saved.
"""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import Connection

from db.erasing.late import OWNERS
from db.erasing.personal import ERASURES, PERSONAL, Personal
from db.sync.far import FAR
from db.triggers import INSERTED

_BEFORE: Final = (
    "NOT EXISTS (SELECT 1 FROM change AS n WHERE (n.txn, n.table_no, n.rid) = (c.txn, ?, e.rid))"
)
"""What the erasing transaction itself writes belongs to what it erases."""


def lift_above(connection: Connection, txn: int) -> None:
    """Give what a local transaction wrote a clock above the erasures that it falls under.

    The rules for the clocks of edits, `db.triggers`, say the same of a value that is replaced.
    """
    run = connection.exec_driver_sql
    (stamp,) = run("SELECT stamp FROM txn_context").one()
    ahead = run("SELECT 1 FROM erasures WHERE cutoff >= ? LIMIT 1", (stamp,)).first()
    if ahead is None:
        return
    for (number,) in run("SELECT DISTINCT table_no FROM change WHERE txn = ?", (txn,)).all():
        if number in PERSONAL:
            _lift(connection, txn, PERSONAL[number], stamp)


def _lift(connection: Connection, txn: int, spec: Personal, stamp: int) -> None:
    run, table = connection.exec_driver_sql, spec.table
    columns = dict.fromkeys(("id", *spec.owners, *OWNERS.get(table.name, ())))
    notes = run(
        f"SELECT c.rid, c.kind, c.fields, max(e.cutoff) FROM change AS c "
        f"CROSS JOIN {table.name} AS t ON t.rid = c.rid CROSS JOIN erasures AS e "
        f"ON e.row_id IN ({', '.join(f't.{column}' for column in columns)}) "
        # No honest time is that far: nobody may put anything above it (`db.sync.far`).
        f"AND e.cutoff BETWEEN ? AND ? AND {_BEFORE} "
        "WHERE c.txn = ? AND c.table_no = ? GROUP BY c.seq",
        (stamp, stamp + FAR, ERASURES, txn, table.number),
    )
    for rid, kind, fields, cutoff in notes.all():
        if kind == INSERTED:
            run(f"UPDATE {table.name} SET _st = max(_st, ?) WHERE rid = ?", (cutoff + 1, rid))
        elif fields:
            _lift_fields(connection, table.name, rid, list(msgspec.json.decode(fields)), cutoff + 1)


def _lift_fields(
    connection: Connection, table: str, rid: int, fields: list[str], least: int
) -> None:
    run = connection.exec_driver_sql
    (station,) = run("SELECT station FROM txn_context").one()
    (text,) = run(f"SELECT _fc FROM {table} WHERE rid = ?", (rid,)).one()
    clocks = msgspec.json.decode(text or "{}")
    for field in fields:
        if clocks.get(field, [least])[0] < least:
            clocks[field] = [least, station]
    run(f"UPDATE {table} SET _fc = ? WHERE rid = ?", (msgspec.json.encode(clocks).decode(), rid))
