"""Which records belong to a person, as far as a station can know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection

from db.registry import BY_NAME
from db.sync.rows import UNBORN
from db.sync.tables import read_rows, shape_of

MANY: Final = 500

_OF_CUSTOMERS: Final = ("customer_notes", "conversations", "orders", "after_sales")
"""Tables whose rows name their customer, and may come to another one by a merge."""


class Root(NamedTuple):
    """A record of a person: its table and id."""

    area: str
    row_id: bytes


@dataclass(frozen=True, slots=True)
class Person:
    """A person's records. `shared` are parcels that also carry somebody else's order: they stay."""

    customers: tuple[bytes, ...]
    roots: tuple[Root, ...]
    shared: int = 0

    def of(self, area: str) -> list[bytes]:
        """Return the records of one table."""
        return [root.row_id for root in self.roots if root.area == area]


def find_person(connection: Connection, customer: bytes, upto: int | None = None) -> Person:
    """Gather all records of a customer and of those merged into them; they need not exist yet.

    `upto`: only what was theirs by this stamp, which is asked when a record arrives late.
    """
    customers = _with_aliases(connection, customer, upto)
    roots = [Root("customers", row) for row in customers]
    for area in _OF_CUSTOMERS:
        roots += (Root(area, row) for row in _owned(connection, area, customers, upto))
    orders = [root.row_id for root in roots if root.area == "orders"]
    talks = [root.row_id for root in roots if root.area == "conversations"]
    for column, owners in (("order_id", orders), ("conversation_id", talks)):
        roots += (
            Root("after_sales", row) for row in rows_by(connection, "after_sales", column, owners)
        )
    parcels = rows_by(
        connection, "order_shipments", "order_id", orders, "shipment_id", "AND NOT t._del"
    )
    shared = _of_others(connection, parcels, orders)
    roots += (Root("shipments", row) for row in parcels if row not in shared)
    roots += (Root("attachments", row) for row in _attachments(connection, talks, upto))
    return Person(tuple(customers), tuple(dict.fromkeys(roots)), len(shared))


def _with_aliases(connection: Connection, customer: bytes, upto: int | None) -> list[bytes]:
    found, fresh = [customer], [customer]
    while fresh:
        fresh = [
            row
            for row in _owned(connection, "customers", fresh, upto, "merged_into")
            if row not in found
        ]
        found += fresh
    return found


def _owned(
    connection: Connection,
    area: str,
    customers: Sequence[bytes],
    upto: int | None,
    column: str = "customer_id",
) -> list[bytes]:
    """Rows that name one of some customers, since `upto` at the latest."""
    if upto is None:
        return rows_by(connection, area, column, customers)
    shape = shape_of(BY_NAME[area].number)
    number = next(n for n, name in shape.names.items() if name == column)
    ids = rows_by(connection, area, column, customers)
    return [
        row_id
        for _, row_id, row in read_rows(connection, shape, "id", ids)
        if row.registers[number].clock[0] <= upto and row.birth != UNBORN
    ]


def rows_by(
    connection: Connection,
    table: str,
    column: str,
    values: Sequence[bytes],
    wanted: str = "id",
    also: str = "",
) -> list[bytes]:
    """Return ids in a column of the rows whose other column has one of some values."""
    found: list[bytes] = []
    for start in range(0, len(values), MANY):
        some = tuple(values[start : start + MANY])
        marks = ", ".join("?" * len(some))
        rows = connection.exec_driver_sql(
            f"SELECT DISTINCT t.{wanted} FROM {table} AS t WHERE t.{column} IN ({marks}) {also}",
            some,
        )
        found += (row for (row,) in rows)
    return list(dict.fromkeys(found))


def _of_others(
    connection: Connection, parcels: Sequence[bytes], orders: Sequence[bytes]
) -> set[bytes]:
    """Parcels that carry an order of somebody else as well."""
    own = set(orders)
    return {
        parcel
        for parcel in parcels
        if set(
            rows_by(
                connection, "order_shipments", "shipment_id", [parcel], "order_id", "AND NOT t._del"
            )
        )
        - own
    }


def _attachments(connection: Connection, talks: Sequence[bytes], upto: int | None) -> list[bytes]:
    """Files that were sent in these conversations and are used nowhere else."""
    until = "" if upto is None else f"AND t._st <= {upto}"
    used = rows_by(
        connection,
        "messages",
        "conversation_id",
        talks,
        "attachment_id",
        f"AND t.attachment_id IS NOT NULL {until}",
    )
    own = set(talks)
    return [
        row
        for row in used
        if not is_used(connection, row)
        and own.issuperset(
            rows_by(connection, "messages", "attachment_id", [row], "conversation_id")
        )
    ]


def is_used(connection: Connection, attachment: bytes) -> bool:
    """Tell whether a phrase or a product shows this file."""
    return any(
        rows_by(connection, table, "attachment_id", [attachment], "id", "AND NOT t._del")
        for table in ("phrases", "products")
    )
