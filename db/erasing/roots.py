"""Which records belong to a person: found when somebody erases them, and when more arrives later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from db.bulk import insert_rows
from db.clock import now_ms
from db.database import Database
from db.erasing.late import late_attachments, looked_upto, move_cursor, touched_acts
from db.erasing.personal import PERSONAL, Personal
from db.ids import natural_id, new_id
from db.models import AuditEntry, Erasure
from db.registry import BY_NAME
from db.sync.rows import UNBORN
from db.sync.tables import read_rows, shape_of

_MANY: Final = 500

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


@dataclass(frozen=True, slots=True)
class Erased:
    """One act of erasing."""

    act: bytes
    cutoff: int
    roots: int
    rows: dict[str, int] = field(default_factory=dict)


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
            Root("after_sales", row) for row in _by(connection, "after_sales", column, owners)
        )
    parcels = _by(
        connection, "order_shipments", "order_id", orders, "shipment_id", "AND NOT t._del"
    )
    shared = _of_others(connection, parcels, orders)
    roots += (Root("shipments", row) for row in parcels if row not in shared)
    roots += (Root("attachments", row) for row in _attachments(connection, talks, upto))
    return Person(tuple(customers), tuple(dict.fromkeys(roots)), len(shared))


def erase(
    session: Session, customer: bytes, staff_id: bytes | None, actor: str, reason: str
) -> Erased:
    """Erase a person in the transaction that runs: at its end nothing of them is left here.

    Other stations do the same when they hear of it; later arrivals are blanked as they come.
    """
    session.flush()
    connection = session.connection()
    person = find_person(connection, customer)
    cutoff: int = connection.exec_driver_sql("SELECT stamp FROM txn_context").scalar_one()
    act = _Act(new_id(), cutoff, now_ms(), staff_id, reason)
    ahead = dict(_ahead(connection, person.roots, cutoff))
    wanted = dict.fromkeys(person.roots, cutoff) | ahead
    made = [_erasure(root, act._replace(cutoff=upto)) for root, upto in wanted.items()]
    insert_rows(session, Erasure, made)
    _end(connection, person.of("conversations"), act.at)
    rows: dict[str, int] = {}
    for root in person.roots:
        rows[root.area] = rows.get(root.area, 0) + 1
    told = {area: [None, count] for area, count in sorted(rows.items())}
    session.add(
        AuditEntry(
            at=act.at, actor=actor, action="erase", area="customers", row_id=customer, changes=told
        )
    )
    return Erased(act.act, cutoff, len(wanted), rows)


def _end(connection: Connection, talks: Sequence[bytes], at: int) -> None:
    """Nobody waits any more, and nothing is sent to them."""
    for talk in talks:
        connection.exec_driver_sql(
            "UPDATE conversations SET status = 'closed', closed_at = ?, follow_up_at = NULL "
            "WHERE id = ? AND status <> 'closed'",
            (at, talk),
        )
        connection.exec_driver_sql(
            "UPDATE messages SET state = 'failed' WHERE conversation_id = ? AND state = 'queued'",
            (talk,),
        )


def discover(database: Database, *, whole: bool = False) -> int:
    """Name records of erased persons that came since, from stations which did not know yet.

    Returns how many. Only where persons may be erased: the others learn of it from here. `whole`
    looks at all records, not only at those with a new change note.
    """
    with database.read() as session:
        connection = session.connection()
        if connection.exec_driver_sql("SELECT 1 FROM erasures LIMIT 1").first() is None:
            return 0
        top = connection.exec_driver_sql("SELECT max(seq) FROM change").scalar() or 0
        if top == looked_upto(connection) and not whole:
            return 0
        found = _late(connection, whole=whole)
    with database.write("system") as session:
        if found:
            insert_rows(session, Erasure, _late(session.connection(), whole=whole))
        move_cursor(session.connection(), top)
    return len(found)


class _Act(NamedTuple):
    act: bytes
    cutoff: int
    at: int
    staff_id: bytes | None
    reason: str


def _late(connection: Connection, *, whole: bool) -> list[dict[str, Any]]:
    run = connection.exec_driver_sql
    acts = [
        _Act(*row)
        for row in run("SELECT act, min(cutoff), at, staff_id, reason FROM erasures GROUP BY act")
    ]
    if not whole:
        touched = touched_acts(connection)
        acts = [act for act in acts if act.act in touched]
    return [row for act in acts for row in _late_of(connection, act)]


def _late_of(connection: Connection, act: _Act) -> Iterator[dict[str, Any]]:
    named = {
        (area, row): cutoff
        for area, row, cutoff in connection.exec_driver_sql(
            "SELECT area, row_id, cutoff FROM erasures WHERE act = ?", (act.act,)
        )
    }
    for customer in [row for area, row in named if area == "customers"]:
        for root in find_person(connection, customer, act.cutoff).roots:
            if root not in named:
                named[root] = act.cutoff
                yield _erasure(root, act)
    for row in late_attachments(connection, act.act):
        root = Root("attachments", row)
        if root not in named and not _is_used(connection, row):
            named[root] = act.cutoff
            yield _erasure(root, act)


def _erasure(root: Root, act: _Act) -> dict[str, Any]:
    return {
        # Two stations that find the same late record say the same.
        "id": natural_id("erasure", act.act.hex(), root.area, root.row_id.hex()),
        "area": root.area,
        "row_id": root.row_id,
        **act._asdict(),
    }


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
        return _by(connection, area, column, customers)
    shape = shape_of(BY_NAME[area].number)
    number = next(n for n, name in shape.names.items() if name == column)
    ids = _by(connection, area, column, customers)
    return [
        row_id
        for _, row_id, row in read_rows(connection, shape, "id", ids)
        if row.registers[number].clock[0] <= upto and row.birth != UNBORN
    ]


def _by(
    connection: Connection,
    table: str,
    column: str,
    values: Sequence[bytes],
    wanted: str = "id",
    also: str = "",
) -> list[bytes]:
    found: list[bytes] = []
    for start in range(0, len(values), _MANY):
        some = tuple(values[start : start + _MANY])
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
            _by(
                connection, "order_shipments", "shipment_id", [parcel], "order_id", "AND NOT t._del"
            )
        )
        - own
    }


def _attachments(connection: Connection, talks: Sequence[bytes], upto: int | None) -> list[bytes]:
    """Files that were sent in these conversations and are used nowhere else."""
    until = "" if upto is None else f"AND t._st <= {upto}"
    used = _by(
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
        if not _is_used(connection, row)
        and own.issuperset(_by(connection, "messages", "attachment_id", [row], "conversation_id"))
    ]


def _is_used(connection: Connection, attachment: bytes) -> bool:
    """Tell whether a phrase or a product shows this file."""
    return any(
        _by(connection, table, "attachment_id", [attachment], "id", "AND NOT t._del")
        for table in ("phrases", "products")
    )


def _ahead(
    connection: Connection, roots: Iterable[Root], cutoff: int
) -> Iterator[tuple[Root, int]]:
    """Records that a station whose clock ran ahead wrote: each is named up to its own stamp."""
    by_area: dict[str, list[bytes]] = {}
    for root in roots:
        by_area.setdefault(root.area, []).append(root.row_id)
    owners = [root.row_id for root in roots]
    for spec in PERSONAL.values():
        ids = dict.fromkeys(by_area.get(spec.table.name, []))
        for column in spec.owners:
            ids.update(dict.fromkeys(_by(connection, spec.table.name, column, owners)))
        yield from _of_table(connection, spec, list(ids), cutoff)


def _of_table(
    connection: Connection, spec: Personal, ids: Sequence[bytes], cutoff: int
) -> Iterator[tuple[Root, int]]:
    shape = shape_of(spec.table.number)
    clocks = f"coalesce((SELECT max(json_extract(value, '$[0]')) FROM json_each({shape.table.name}._fc)), 0)"
    suspects: list[bytes] = []
    for start in range(0, len(ids), _MANY):
        some = tuple(ids[start : start + _MANY])
        marks = ", ".join("?" * len(some))
        rows = connection.exec_driver_sql(
            f"SELECT id FROM {spec.table.name} WHERE id IN ({marks}) AND max(_st, {clocks}) > ?",
            (*some, cutoff),
        )
        suspects += (row for (row,) in rows)
    for _, row_id, row in read_rows(connection, shape, "id", suspects):
        stamps = [row.registers[n].clock[0] for n in spec.numbers if n not in spec.for_good]
        latest = max(stamps, default=0)
        if latest > cutoff:
            yield Root(spec.table.name, row_id), latest
