"""Triggers that note every change of a synced table in `change`, bulk SQL included.

They are rebuilt from the registry after each migration, so they can't drift from it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, LargeBinary, text

from db.models import Base
from db.registry import DELETED_FIELD, TABLES, SyncTable

INSERTED: Final = 1
SET: Final = 2
PURGED: Final = 3

_CONTEXT: Final = "(SELECT {column} FROM txn_context)"
_NOTING: Final = "(SELECT noting FROM txn_context)"


def install_triggers(connection: Connection) -> None:
    """Drop and rebuild the change triggers of all synced tables."""
    names = connection.execute(
        text(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE 'kd\\_%' ESCAPE '\\'"
        )
    ).scalars()
    for name in list(names):
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for table in TABLES:
        for statement in trigger_statements(table):
            connection.exec_driver_sql(statement)


def trigger_statements(table: SyncTable) -> list[str]:
    """Return the CREATE TRIGGER statements of a table."""
    return [
        _unborn_trigger(table),
        _insert_trigger(table),
        _update_trigger(table),
        _delete_trigger(table),
    ]


def _note(table: SyncTable, kind: int, row: str, fields: str = "NULL") -> str:
    return (
        "INSERT INTO change(txn, table_no, rid, row, kind, fields) "
        f"SELECT txn, {table.number}, {row}.rid, {row}.id, {kind}, {fields} FROM txn_context;"
    )


def _unborn_trigger(table: SyncTable) -> str:
    # Edits from elsewhere may have come before their row, and wait in a hidden one. Whoever makes
    # that row here must not stumble over it; what it held is merged before the next exchange.
    numbered = ((DELETED_FIELD, "_del"), *table.numbered())
    pairs = ", ".join(f"'{n}', {_as_json(table, name, name)}" for n, name in numbered)
    return (
        f"CREATE TRIGGER kd_unborn_{table.name} BEFORE INSERT ON {table.name} WHEN {_NOTING} "
        f"AND EXISTS (SELECT 1 FROM {table.name} WHERE id = NEW.id AND _st = 0 AND _del) BEGIN "
        "INSERT INTO sync_unborn(table_no, row, stored) "
        f"SELECT {table.number}, id, json_object('c', json(coalesce(_fc, '{{}}')), "
        f"'v', json_object({pairs})) FROM {table.name} WHERE id = NEW.id; "
        f"DELETE FROM {table.name} WHERE id = NEW.id; END"
    )


def _insert_trigger(table: SyncTable) -> str:
    # A row from raw SQL comes without a stamp; those written through the models bring theirs.
    return (
        f"CREATE TRIGGER kd_ins_{table.name} AFTER INSERT ON {table.name} WHEN {_NOTING} BEGIN "
        f"UPDATE {table.name} SET _st = {_CONTEXT.format(column='stamp')}, "
        f"_dv = {_CONTEXT.format(column='station')} WHERE rid = NEW.rid AND NEW._st = 0; "
        f"{_note(table, INSERTED, 'NEW')} END"
    )


def _delete_trigger(table: SyncTable) -> str:
    return (
        f"CREATE TRIGGER kd_del_{table.name} AFTER DELETE ON {table.name} WHEN {_NOTING} BEGIN "
        f"{_note(table, PURGED, 'OLD')} END"
    )


def _update_trigger(table: SyncTable) -> str:
    numbered = ((DELETED_FIELD, "_del"), *table.numbered())
    columns = ", ".join(name for _, name in numbered)
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for _, name in numbered)
    stamp = f"max({_CONTEXT.format(column='stamp')}, {{base}} + 1)"
    olds = _per_field(table, numbered, "json_array({old}, {base})")
    clocks = _per_field(
        table, numbered, f"json_array({stamp}, {_CONTEXT.format(column='station')})"
    )
    return (
        f"CREATE TRIGGER kd_set_{table.name} AFTER UPDATE OF {columns} ON {table.name} "
        f"WHEN {_NOTING} AND ({changed}) BEGIN "
        f"{_note(table, SET, 'NEW', olds)} "
        f"UPDATE {table.name} SET _fc = json_patch(coalesce(_fc, '{{}}'), {clocks}) "
        "WHERE rid = NEW.rid; END"
    )


def _per_field(table: SyncTable, numbered: tuple[tuple[int, str], ...], value: str) -> str:
    rows = " UNION ALL ".join(
        f"SELECT '{number}' AS n, "
        + value.format(old=_old_value(table, name), base=_base_stamp(number))
        + f" AS v WHERE NEW.{name} IS NOT OLD.{name}"
        for number, name in numbered
    )
    return f"(SELECT json_group_object(n, json(v)) FROM ({rows}))"


def _base_stamp(number: int) -> str:
    return f"""coalesce(json_extract(OLD._fc, '$."{number}"[0]'), OLD._st)"""


def _old_value(table: SyncTable, name: str) -> str:
    return _as_json(table, name, f"OLD.{name}")


def _as_json(table: SyncTable, name: str, value: str) -> str:
    column = Base.metadata.tables[table.name].c[name]
    if isinstance(column.type, LargeBinary):
        return f"CASE WHEN {value} IS NULL THEN NULL ELSE json_object('x', hex({value})) END"
    return value
