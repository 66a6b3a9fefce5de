"""Whose segment brought a value: the clock in it may name any station, a signature only its maker.

A station may pass on what another wrote, and then the two differ in good faith; a person is told
both. What came in a snapshot is its maker's word as a whole, and what was written here needs none.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from db.registry import BY_NAME
from db.triggers import INSERTED, SET


def tellers_of_births(
    connection: Connection, table: str, rows: Sequence[bytes]
) -> dict[bytes, int]:
    """Return by row which incarnation's segment brought it; without those nobody else brought."""
    if not rows:
        return {}
    marks = ", ".join("?" * len(rows))
    born = connection.exec_driver_sql(
        f"SELECT row, txn FROM change WHERE table_no = ? AND kind = {INSERTED} AND row IN ({marks})",
        (BY_NAME[table].number, *rows),
    ).all()
    told = {row: _writer(connection, txn) for row, txn in born}
    return {row: dev for row, dev in told.items() if dev is not None}


def teller_of_field(connection: Connection, table: str, row: bytes, field: int) -> int | None:
    """Return which incarnation's segment brought what a field holds now; None: here, or unknown."""
    last = connection.exec_driver_sql(
        f"SELECT txn FROM change WHERE row = ? AND kind = {SET} AND table_no = ? "
        "AND json_type(fields, ?) IS NOT NULL ORDER BY seq DESC LIMIT 1",
        (row, BY_NAME[table].number, f'$."{field}"'),
    ).scalar()
    if last is not None:
        return _writer(connection, last)
    return tellers_of_births(connection, table, [row]).get(row)


def _writer(connection: Connection, txn: int) -> int | None:
    """The one incarnation of whose segments a transaction of the sync consists."""
    found = connection.exec_driver_sql(
        "SELECT dev FROM sync_seen WHERE txn = ? UNION SELECT dev FROM sync_aside WHERE txn = ? "
        "LIMIT 2",
        (txn, txn),
    ).all()
    return int(found[0][0]) if len(found) == 1 else None
