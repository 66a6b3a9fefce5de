"""What a station keeps of its shop and of all logs, and the values that lost a conflict."""

import json
import os

import sqlalchemy as sa
from alembic import op

from db.models.sync import AsIs

revision = "0002"
down_revision = "0001"

_ZERO = sa.text("0")


def upgrade() -> None:
    """Make the local tables of sync."""
    _make_own()
    _make_logs()
    _make_lists()
    op.create_index("ix_change_edits", "change", ["row"], sqlite_where=sa.text("kind = 2"))
    _draw_station()


def _draw_station() -> None:
    """Give this home a number of its own: all began as 1, and two of them may meet in a shop."""
    station = int.from_bytes(os.urandom(8), "big") >> 1 or 1
    connection = op.get_bind()
    tables = connection.exec_driver_sql(
        "SELECT t.name FROM sqlite_master t, pragma_table_info(t.name) c "
        "WHERE t.type = 'table' AND c.name = '_dv'"
    )
    for (table,) in tables.all():
        connection.exec_driver_sql(f"UPDATE {table} SET _dv = ? WHERE _dv = 1", (station,))  # noqa: S608 - own names
        edited = connection.exec_driver_sql(
            f"SELECT rid, _fc FROM {table} WHERE _fc IS NOT NULL"  # noqa: S608 - own names
        ).all()
        for rid, text in edited:
            clocks = {
                field: [clock[0], station if clock[1] == 1 else clock[1]]
                for field, clock in json.loads(text).items()
            }
            connection.exec_driver_sql(
                f"UPDATE {table} SET _fc = ? WHERE rid = ?",  # noqa: S608 - own names
                (json.dumps(clocks, separators=(",", ":")), rid),
            )
    connection.exec_driver_sql("UPDATE txn_context SET station = ?", (station,))


def _make_own() -> None:
    op.create_table(
        "sync_self",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("shop", sa.LargeBinary(length=8), nullable=False),
        sa.Column("root_public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("station", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("dev", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("seq", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("folder", sa.String(), server_default="", nullable=False),
        sa.Column("joined_at", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_table(
        "sync_secret",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "sync_sealed",
        sa.Column("dev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("published", sa.Boolean(), server_default=_ZERO, nullable=False),
        sa.PrimaryKeyConstraint("dev", "seq", "digest"),
        sa.UniqueConstraint("name"),
    )


def _make_logs() -> None:
    op.create_table(
        "sync_seen",
        sa.Column("dev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest8", sa.LargeBinary(length=8), nullable=False),
        sa.Column("txn", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.PrimaryKeyConstraint("dev", "seq", "digest8"),
    )
    op.create_table(
        "sync_cursor",
        sa.Column("dev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("digest8", sa.LargeBinary(length=8), nullable=False),
        sa.Column("heard_at", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("dev"),
    )
    op.create_table(
        "sync_fork",
        sa.Column("dev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest8", sa.LargeBinary(length=8), nullable=False),
        sa.PrimaryKeyConstraint("dev", "seq", "digest8"),
    )
    op.create_table(
        "sync_copy",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("dev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index("ix_sync_copy_dev", "sync_copy", ["dev", "seq"])
    op.create_table(
        "sync_merged",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "sync_record",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _make_lists() -> None:
    op.create_table(
        "sync_later",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("dev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("groups", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_table(
        "sync_aside",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("dev", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("groups", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.Integer(), nullable=True),
        sa.Column("txn", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_table(
        "sync_unborn",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("row", sa.LargeBinary(length=16), nullable=False),
        sa.Column("stored", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_table(
        "sync_before",
        sa.Column("txn", sa.Integer(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("row", sa.LargeBinary(length=16), nullable=False),
        sa.Column("stored", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("txn", "table_no", "row"),
    )
    op.create_index("ix_sync_before_row", "sync_before", ["row"])
    op.create_table(
        "sync_problem",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("about", sa.String(), server_default="", nullable=False),
        sa.Column("detail", sa.String(), server_default="{}", nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("rid"),
    )
    open_only = sa.text("closed_at IS NULL")
    op.create_index(
        "ux_sync_problem_open",
        "sync_problem",
        ["code", "about"],
        unique=True,
        sqlite_where=open_only,
    )
    op.create_table(
        "conflict",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("row", sa.LargeBinary(length=16), nullable=False),
        sa.Column("field", sa.Integer(), nullable=False),
        sa.Column("lost_value", AsIs(), nullable=True),
        sa.Column("lost_stamp", sa.Integer(), nullable=False),
        sa.Column("lost_dev", sa.Integer(), nullable=False),
        sa.Column("won_stamp", sa.Integer(), nullable=False),
        sa.Column("won_dev", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_index("ix_conflict_row", "conflict", ["row", "field"])
    op.create_index("ix_conflict_open", "conflict", ["at"], sqlite_where=open_only)
