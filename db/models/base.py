"""The common ground of all tables: the declarative base and the sync columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.columns import Id
from db.ids import new_id


class Base(DeclarativeBase):
    """Every table of the desk."""


def _txn_stamp(context: Any) -> int:
    return int(context.connection.info.get("stamp", 0))


def _txn_station(context: Any) -> int:
    return int(context.connection.info.get("station", 0))


class Synced:
    """Sync columns (SYNC §4.1): every station's copy of a row merges by them.

    `stamp` is the row's birth stamp, `field_clocks` holds {field number: [stamp, station]} once a
    field was edited, `deleted` is the tombstone. Triggers keep them; nobody sets them by hand.
    """

    rid: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(unique=True, default=new_id)
    stamp: Mapped[int] = mapped_column(
        "_st", default=_txn_stamp, server_default=text("0"), deferred=True
    )
    station: Mapped[int] = mapped_column(
        "_dv", default=_txn_station, server_default=text("0"), deferred=True
    )
    field_clocks: Mapped[str | None] = mapped_column("_fc", deferred=True)
    deleted: Mapped[bool] = mapped_column("_del", default=False, server_default=text("0"))
