"""Many rows at once: as quick as the driver allows, yet with ids, stamps and defaults as always.

The change triggers see these rows like any others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import KeyedColumnElement

from db.columns import Json
from db.models.base import Base

_BATCH: Final = 1_000
_TOGETHER: Final = 20
"""Rows per INSERT: SQLite keeps a journal per statement that has triggers, which costs half again."""

_RUNNING: Final = {"_st": "stamp", "_dv": "station"}


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows given by column name; what a row leaves out gets the column's plain default.

    Ids must be given. Use it inside `Database.write()`.
    """
    if not rows:
        return
    columns = [c for c in model.__table__.columns if c.name != "rid"]
    session.flush()
    connection = session.connection()
    defaults = {column.name: _default(column, connection.info) for column in columns}
    documents = [column.name for column in columns if _encoder(column) is not None]
    in_order = itemgetter(*defaults)
    insert = f"INSERT INTO {model.__tablename__} ({', '.join(defaults)}) VALUES "
    marks = f"({', '.join('?' * len(defaults))})"
    values = [in_order(_whole(defaults, row, documents)) for row in rows]
    whole = len(values) - len(values) % _TOGETHER
    groups = [
        tuple(chain.from_iterable(values[at : at + _TOGETHER])) for at in range(0, whole, _TOGETHER)
    ]
    for count, parameters in ((_TOGETHER, groups), (1, values[whole:])):
        if parameters:
            connection.exec_driver_sql(insert + ", ".join([marks] * count), parameters)


def update_rows(
    session: Session, model: type[Base], changes: Iterable[tuple[int, Mapping[str, Any]]]
) -> None:
    """Set fields of many rows: pairs of rid and {column name: value}."""
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    encoders = {column.name: _encoder(column) for column in model.__table__.columns}
    for rid, fields in changes:
        names = tuple(sorted(fields))
        values = (encode(fields[n]) if (encode := encoders[n]) else fields[n] for n in names)
        groups.setdefault(names, []).append((*values, rid))
    session.flush()
    connection = session.connection()
    for names, rows in groups.items():
        settings = ", ".join(f"{name} = ?" for name in names)
        connection.exec_driver_sql(
            f"UPDATE {model.__tablename__} SET {settings} WHERE rid = ?", rows
        )


def plain_defaults(model: type[Base], names: Iterable[str]) -> dict[str, Any]:
    """Return what columns hold in a row that leaves them out."""
    columns = model.__table__.columns
    return {name: _default(columns[name], {}) for name in names}


def select_rows(
    session: Session, model: type[Base], names: Sequence[str], key: str, values: Iterable[Any]
) -> Iterator[dict[str, Any]]:
    """Read columns, as they are stored, of the rows whose `key` is among `values`.

    Tombstones are among them; documents come as JSON text, truth as 0 and 1.
    """
    session.flush()
    connection = session.connection()
    rest = iter(values)
    while batch := tuple(islice(rest, _BATCH)):
        found = connection.exec_driver_sql(
            f"SELECT {', '.join(names)} FROM {model.__tablename__} "
            f"WHERE {key} IN ({', '.join('?' * len(batch))})",
            batch,
        )
        # All at once: iterating a result asks the driver row by row.
        for row in found.all():
            yield dict(zip(names, row, strict=True))


_Encoder = Callable[[Any], Any]


def _whole(
    defaults: Mapping[str, Any], row: Mapping[str, Any], documents: Sequence[str]
) -> dict[str, Any]:
    whole = {**defaults, **row}
    for name in documents:
        whole[name] = _json(whole[name])
    return whole


def _default(column: KeyedColumnElement[Any], running: Mapping[Any, Any]) -> Any:
    if column.name in _RUNNING:
        return running.get(_RUNNING[column.name], 0)
    default = getattr(column, "default", None)
    return default.arg if default is not None and default.is_scalar else None


def _encoder(column: KeyedColumnElement[Any]) -> _Encoder | None:
    return _json if isinstance(column.type, Json) else None


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
