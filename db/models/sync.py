"""What a station knows of its shop, of the others' logs and of its own (SYNC §4): none of it syncs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from db.columns import Id, Moment
from db.models.base import Base

_ZERO = text("0")


class AsIs(UserDefinedType[Any]):
    """A value of whatever kind SQLite holds: BLOB affinity converts nothing."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the column's type."""
        return "BLOB"


class SyncSelf(Base):
    """The single row that says which station this is, and how far its log has come.

    `dev` is the incarnation and `seq` the number of its last sealed segment, whose hash is
    `digest`. `token` must be the one beside the home, else the database is a restored backup.
    """

    __tablename__ = "sync_self"

    rid: Mapped[int] = mapped_column(primary_key=True)
    shop: Mapped[bytes] = mapped_column(LargeBinary(8))
    root_public: Mapped[bytes] = mapped_column(LargeBinary(32))
    station: Mapped[Id]
    name: Mapped[str] = mapped_column(default="", server_default="")
    dev: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    seq: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    token: Mapped[bytes] = mapped_column(LargeBinary)
    folder: Mapped[str] = mapped_column(default="", server_default="")
    joined_at: Mapped[Moment] = mapped_column(default=0, server_default=_ZERO)


class SyncSecret(Base):
    """Keys: "station", "epoch-<n>", "root" where held, "blobs", "invite-<id>"."""

    __tablename__ = "sync_secret"

    name: Mapped[str] = mapped_column(primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)


class SyncSealed(Base):
    """A segment that this home sealed; `data` is kept until snapshots cover it."""

    __tablename__ = "sync_sealed"

    dev: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    data: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    at: Mapped[Moment]
    published: Mapped[bool] = mapped_column(default=False, server_default=_ZERO)


class SyncSeen(Base):
    """A segment that was taken, and the transaction it was applied in."""

    __tablename__ = "sync_seen"

    dev: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    digest8: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    txn: Mapped[int] = mapped_column(default=0, server_default=_ZERO)


class SyncCursor(Base):
    """How far a writer's log was read, and when its head was last heard (`head` is msgpack)."""

    __tablename__ = "sync_cursor"

    dev: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    digest8: Mapped[bytes] = mapped_column(LargeBinary(8))
    heard_at: Mapped[Moment] = mapped_column(default=0, server_default=_ZERO)
    head: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class SyncFork(Base):
    """A branch of a number that two segments claim: a machine that was cloned or restored."""

    __tablename__ = "sync_fork"

    dev: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    digest8: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)


class SyncCopy(Base):
    """Another's segment as it was read, until a snapshot covers it: its writer may lose it."""

    __tablename__ = "sync_copy"

    name: Mapped[str] = mapped_column(primary_key=True)
    dev: Mapped[int]
    seq: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_sync_copy_dev", "dev", "seq"),)


class SyncMerged(Base):
    """A snapshot that was merged."""

    __tablename__ = "sync_merged"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[Moment]


class SyncLater(Base):
    """Ops that only a newer program knows, as encoded groups: replayed after the upgrade."""

    __tablename__ = "sync_later"

    rid: Mapped[int] = mapped_column(primary_key=True)
    dev: Mapped[int]
    seq: Mapped[int]
    groups: Mapped[bytes] = mapped_column(LargeBinary)


class SyncAside(Base):
    """Ops that were not taken: without the right, faulty, or beyond a revocation's pin.

    `txn` is the transaction in which they were taken after all, or once before a log was set back.
    """

    __tablename__ = "sync_aside"

    rid: Mapped[int] = mapped_column(primary_key=True)
    dev: Mapped[int]
    seq: Mapped[int]
    groups: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str]
    at: Mapped[Moment]
    closed_at: Mapped[Moment | None] = mapped_column(default=None)
    txn: Mapped[int] = mapped_column(default=0, server_default=_ZERO)


class SyncBefore(Base):
    """A row as it was before a transaction of sync changed it (msgpack): to take that back."""

    __tablename__ = "sync_before"

    txn: Mapped[int] = mapped_column(primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[Id] = mapped_column(primary_key=True)
    stored: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_sync_before_row", "row"),)


class SyncUnborn(Base):
    """Edits that came before their row, which was then made here too: to be merged into it.

    `stored` is {"c": the clocks, "v": {field number: value}}, blobs as {"x": hex}.
    """

    __tablename__ = "sync_unborn"

    rid: Mapped[int] = mapped_column(primary_key=True)
    table_no: Mapped[int]
    row: Mapped[Id]
    stored: Mapped[str]


class SyncRecord(Base):
    """A membership record that verified."""

    __tablename__ = "sync_record"

    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class SyncProblem(Base):
    """Something a person should know of; open until `closed_at`. `detail` is JSON, no texts."""

    __tablename__ = "sync_problem"

    rid: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    about: Mapped[str] = mapped_column(default="", server_default="")
    detail: Mapped[str] = mapped_column(default="{}", server_default="{}")
    at: Mapped[Moment]
    closed_at: Mapped[Moment | None] = mapped_column(default=None)

    __table_args__ = (
        Index(
            "ux_sync_problem_open",
            "code",
            "about",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
        ),
    )


class Conflict(Base):
    """The value that lost where two stations set a field without knowing of each other."""

    __tablename__ = "conflict"

    rid: Mapped[int] = mapped_column(primary_key=True)
    table_no: Mapped[int]
    row: Mapped[Id]
    field: Mapped[int]
    lost_value: Mapped[Any | None] = mapped_column(AsIs, default=None)
    lost_stamp: Mapped[int]
    lost_dev: Mapped[int]
    won_stamp: Mapped[int]
    won_dev: Mapped[int]
    at: Mapped[Moment]
    closed_at: Mapped[Moment | None] = mapped_column(default=None)

    __table_args__ = (
        Index("ix_conflict_row", "row", "field"),
        Index("ix_conflict_open", "at", sqlite_where=text("closed_at IS NULL")),
    )
