"""Edits that waited in a hidden row for a row that was then made here: merged into that one."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection

from db.sync.frames import SET, Op, Value, group_ops
from db.sync.merger import Applied, Merger
from db.sync.tables import shape_of


def is_waiting(connection: Connection) -> bool:
    """Tell whether the triggers moved anything out of the way."""
    return connection.exec_driver_sql("SELECT 1 FROM sync_unborn LIMIT 1").first() is not None


def rejoin(connection: Connection) -> int:
    """Merge what the triggers moved out of the way; returns how many rows."""
    run = connection.exec_driver_sql
    waiting = run("SELECT table_no, row, stored FROM sync_unborn ORDER BY rid").all()
    if not waiting:
        return 0
    noting = run("SELECT noting FROM txn_context").scalar()
    run("UPDATE txn_context SET noting = 0")
    for table, row, stored in waiting:
        op = _edit(table, row, msgspec.json.decode(stored))
        if op is not None:
            Merger(connection, shape_of(table), Applied()).take(group_ops([op])[0])
    run("DELETE FROM sync_unborn")
    run("UPDATE txn_context SET noting = ?", (noting,))
    return len(waiting)


def _edit(table: int, row: bytes, stored: dict[str, Any]) -> Op | None:
    clocks = {key: (clock[0], clock[1]) for key, clock in stored["c"].items()}
    fields = sorted(int(key) for key in clocks if key.isdigit())
    if not fields:
        return None
    values = tuple(_value(stored["v"].get(str(number))) for number in fields)
    own = max(clocks[str(number)] for number in fields)
    return Op(SET, table, row, *own, tuple(fields), values, stored["c"])


def _value(value: Any) -> Value:
    plain: Value = bytes.fromhex(value["x"]) if isinstance(value, dict) else value
    return plain
