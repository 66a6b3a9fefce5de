"""The audit trail, written from the change notes inside the same transaction."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from db.clock import now_ms
from db.ids import new_id
from db.models import AuditEntry, Base, Change
from db.registry import BY_NUMBER, DELETED_FIELD, TABLES, SyncTable
from db.triggers import INSERTED

AUDITED: Final = frozenset(table.number for table in TABLES if table.audited)
SECRET: Final = frozenset({"password_hash"})
BULK: Final = 1_000
"""An import inserting more rows than this is one entry with counts, not one a row."""


def write_audit(connection: Connection, txn: int, actor: str, origin: str) -> None:
    """Turn the transaction's notes on audited tables into audit entries (who, when, old → new)."""
    notes = (
        select(Change.table_no, Change.rid, Change.row, Change.kind, Change.fields)
        .where(Change.txn == txn, Change.table_no.in_(AUDITED))
        .where((Change.kind != INSERTED) | (origin not in {"import", "system"}))
    )
    # One more than is told row by row shows that there are too many, without reading them all.
    some = connection.execute(notes.limit(BULK + 1)).all()
    entries = []
    if len(some) > BULK:
        count = connection.scalar(select(func.count()).select_from(notes.subquery()))
        entries.append(_entry(actor, "bulk", changes={"rows": [None, count]}))
    else:
        for number, rid, row, kind, fields in some:
            table = BY_NUMBER[number]
            action = "add" if kind == INSERTED else "set" if fields else "purge"
            changes = _old_to_new(connection, table, rid, fields) if fields else None
            entries.append(_entry(actor, action, table.name, row, changes))
    if entries:
        connection.execute(insert(AuditEntry), entries)


def note_event(connection: Connection, actor: str, action: str, detail: Any = None) -> None:
    """Note an event that is no row's change, e.g. a refused sign-in."""
    connection.execute(insert(AuditEntry), [_entry(actor, action, changes=detail)])


def _entry(
    actor: str, action: str, table: str = "", row: bytes | None = None, changes: Any = None
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "at": now_ms(),
        "actor": actor,
        "action": action,
        "area": table,
        "row_id": row,
        "changes": changes,
    }


def _old_to_new(
    connection: Connection, table: SyncTable, rid: int, fields: dict[str, list[Any]]
) -> dict[str, list[Any]]:
    names = dict(table.numbered()) | {DELETED_FIELD: "_del"}
    columns = Base.metadata.tables[table.name].c
    wanted = [names[int(number)] for number in fields if int(number) in names]
    row = connection.execute(
        select(*(columns[name] for name in wanted)).where(columns.rid == rid)
    ).one_or_none()
    changes: dict[str, list[Any]] = {}
    for index, name in enumerate(wanted):
        number = next(n for n, column in names.items() if column == name)
        old, new = fields[str(number)][0], row[index] if row is not None else None
        changes[name] = ["•", "•"] if name in SECRET else [_plain(old), _plain(new)]
    return changes


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict) and set(value) == {"x"}:
        return str(value["x"]).lower()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return value
