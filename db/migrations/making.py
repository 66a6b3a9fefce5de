"""What migrations make synced tables of."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

ZERO = sa.text("0")


def make_synced(name: str, *columns: sa.Column[Any], indexed: str = "") -> None:
    """Make a table with the columns of sync, and an index on each of the columns in `indexed`."""
    op.create_table(
        name,
        *columns,
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("_st", sa.Integer(), server_default=ZERO, nullable=False),
        sa.Column("_dv", sa.Integer(), server_default=ZERO, nullable=False),
        sa.Column("_fc", sa.String(), nullable=True),
        sa.Column("_del", sa.Boolean(), server_default=ZERO, nullable=False),
        sa.PrimaryKeyConstraint("rid"),
        sa.UniqueConstraint("id"),
    )
    for column in indexed.split():
        op.create_index(f"ix_{name}_{column}", name, [column])


def ids(names: str, *, nullable: bool = False) -> list[sa.Column[Any]]:
    """Columns that hold ids of rows."""
    return [sa.Column(name, sa.LargeBinary(16), nullable=nullable) for name in names.split()]


def texts(names: str, *, nullable: bool = False) -> list[sa.Column[Any]]:
    """Columns of text."""
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names.split()]


def documents(names: str, *, nullable: bool = False) -> list[sa.Column[Any]]:
    """Columns of JSON."""
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names.split()]


def numbers(names: str, *, nullable: bool = False) -> list[sa.Column[Any]]:
    """Columns of whole numbers: counts, points, moments."""
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names.split()]


def flags(names: str, *, nullable: bool = False) -> list[sa.Column[Any]]:
    """Columns of yes and no."""
    return [sa.Column(name, sa.Boolean(), nullable=nullable) for name in names.split()]
