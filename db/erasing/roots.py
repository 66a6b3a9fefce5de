"""Erasing: a person's records are named when somebody does it, and when more of them arrives later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from db.bulk import insert_rows
from db.clock import now_ms
from db.database import Database
from db.erasing.late import late_attachments, looked_upto, move_cursor, touched_acts
from db.erasing.person import MANY, Root, find_person, is_used, rows_by
from db.erasing.personal import PERSONAL, Personal
from db.ids import natural_id, new_id
from db.models import AuditEntry, Erasure
from db.sync.tables import read_rows, shape_of


@dataclass(frozen=True, slots=True)
class Erased:
    """One act of erasing."""

    act: bytes
    cutoff: int
    roots: int
    rows: dict[str, int] = field(default_factory=dict)


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
        if root not in named and not is_used(connection, row):
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
            ids.update(dict.fromkeys(rows_by(connection, spec.table.name, column, owners)))
        yield from _of_table(connection, spec, list(ids), cutoff)


def _of_table(
    connection: Connection, spec: Personal, ids: Sequence[bytes], cutoff: int
) -> Iterator[tuple[Root, int]]:
    shape = shape_of(spec.table.number)
    clocks = f"coalesce((SELECT max(json_extract(value, '$[0]')) FROM json_each({shape.table.name}._fc)), 0)"
    suspects: list[bytes] = []
    for start in range(0, len(ids), MANY):
        some = tuple(ids[start : start + MANY])
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
