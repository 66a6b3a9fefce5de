"""Settings, the audit trail, and what belongs to this station alone."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Document, Id, Moment
from db.models.base import Base, Synced


class Setting(Synced, Base):
    """A shop setting: id = natural_id("setting", scope, key); scope is "shop" or a staff id's hex."""

    __tablename__ = "settings"

    scope: Mapped[str] = mapped_column(default="shop")
    key: Mapped[str]
    value: Mapped[Document | None] = mapped_column(default=None)


class AuditEntry(Synced, Base):
    """Who changed what, when: `changes` is {field: [old, new]}; `area` is the table; no `row_id` for events."""

    __tablename__ = "audit"

    at: Mapped[Moment]
    actor: Mapped[str]
    action: Mapped[str]
    area: Mapped[str] = mapped_column(default="")
    row_id: Mapped[Id | None] = mapped_column(default=None)
    changes: Mapped[Document | None] = mapped_column(default=None)

    __table_args__ = (Index("ix_audit_row", "row_id"), Index("ix_audit_at", "at"))


class LocalSetting(Base):
    """A setting of this station: window places, language, theme, channel ports."""

    __tablename__ = "local_settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Document | None] = mapped_column(default=None)


class Txn(Base):
    """One write transaction: its stamp, who wrote, where the facts came from."""

    __tablename__ = "txn"

    rid: Mapped[int] = mapped_column(primary_key=True)
    stamp: Mapped[int]
    at: Mapped[Moment]
    actor: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(default="local")


class TxnContext(Base):
    """The single row through which triggers know the running transaction."""

    __tablename__ = "txn_context"

    rid: Mapped[int] = mapped_column(primary_key=True)
    txn: Mapped[int] = mapped_column(default=0)
    stamp: Mapped[int] = mapped_column(default=0)
    station: Mapped[int] = mapped_column(default=1)
    noting: Mapped[bool] = mapped_column(default=True)


class Change(Base):
    """A change note of a trigger or of sync. `kind`: 1 inserted, 2 fields set, 3 row purged.

    `fields` is {field number: [old value, its stamp]}; blobs stand as {"x": hex}. Notes of sync
    go on with the old value's station, and the stamp that the writer elsewhere had replaced.
    """

    __tablename__ = "change"

    seq: Mapped[int] = mapped_column(primary_key=True)
    txn: Mapped[int] = mapped_column(index=True)
    table_no: Mapped[int]
    rid: Mapped[int]
    row: Mapped[Id]
    kind: Mapped[int]
    fields: Mapped[Document | None] = mapped_column(default=None)

    __table_args__ = (Index("ix_change_edits", "row", sqlite_where=text("kind = 2")),)


class Cursor(Base):
    """How far a reader of `change` has come (search index, audit, sync)."""

    __tablename__ = "cursors"

    name: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
