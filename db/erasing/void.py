"""Erasures that turn out to have been made without the right: what they removed stands again.

Their words come back from the logs, or with a snapshot, as far as anybody has them still.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection

from db.erasing.personal import ERASURES, PERSONAL
from db.registry import DELETED_FIELD
from db.sync.rows import TOP, Register, Row
from db.sync.tables import Shape, read_rows, shape_of


def cutoffs_of(connection: Connection, txns: Collection[int]) -> set[int]:
    """Return up to which stamps the erasures erase that came with these transactions."""
    found = set[int]()
    for txn in txns:
        found |= set(
            connection.exec_driver_sql(
                "SELECT e.cutoff FROM change AS c JOIN erasures AS e ON e.rid = c.rid "
                "WHERE c.txn = ? AND c.table_no = ?",
                (txn, ERASURES),
            ).scalars()
        )
    return found


def removed_by(connection: Connection, cutoffs: set[int]) -> Iterator[tuple[Shape, bytes, Row]]:
    """Return the rows that erasures of these stamps removed, as they are without that."""
    for spec in PERSONAL.values():
        if not (spec.removed and cutoffs):
            continue
        shape = shape_of(spec.table.number)
        marked = connection.exec_driver_sql(
            f"SELECT id FROM {spec.table.name} WHERE _fc LIKE ?", (f"%{TOP}%",)
        )
        for _, row_id, row in list(read_rows(connection, shape, "id", marked.scalars().all())):
            at, station = row.registers[DELETED_FIELD].clock
            if station == TOP and at in cutoffs:
                row.registers[DELETED_FIELD] = Register(row.birth, 0)
                yield shape, row_id, row
