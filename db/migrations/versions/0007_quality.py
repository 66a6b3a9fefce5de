"""Quality checks; and sums in the facts behind the numbers, so that fewer rows are read."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_ZERO = sa.text("0")


def upgrade() -> None:
    """Make the tables; the facts' new columns are filled when somebody next asks for numbers."""
    _make_sheet()
    _make_checks()
    _widen_facts()


def _make(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        *columns,
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("_st", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("_dv", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("_fc", sa.String(), nullable=True),
        sa.Column("_del", sa.Boolean(), server_default=_ZERO, nullable=False),
        sa.PrimaryKeyConstraint("rid"),
        sa.UniqueConstraint("id"),
    )


def _id(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(length=16), nullable=nullable)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _make_sheet() -> None:
    _make(
        "quality_criteria",
        *(_text(name) for name in ("key", "name", "hint", "stage")),
        _number("points"),
        _number("position"),
        sa.Column("active", sa.Boolean(), nullable=False),
    )


def _make_checks() -> None:
    _make(
        "quality_checks",
        _text("week"),
        _id("agent_id"),
        _id("conversation_id"),
        _number("starts_at"),
        _number("ends_at"),
        _text("reason"),
        _text("state"),
        _number("planned_at"),
        _id("reviewer_id", nullable=True),
        _number("done_at", nullable=True),
        _number("points"),
        _number("possible"),
        _number("seen_at", nullable=True),
    )
    for column in ("week", "agent_id", "conversation_id"):
        op.create_index(f"ix_quality_checks_{column}", "quality_checks", [column])
    _make(
        "quality_scores",
        _id("check_id"),
        _id("criterion_id"),
        _number("points", nullable=True),
    )
    op.create_index("ix_quality_scores_check_id", "quality_scores", ["check_id"])
    _make(
        "quality_comments",
        _id("check_id"),
        _id("conversation_id"),
        _id("message_id", nullable=True),
        _id("staff_id", nullable=True),
        _text("text"),
        _number("at"),
    )
    for column in ("check_id", "conversation_id"):
        op.create_index(f"ix_quality_comments_{column}", "quality_comments", [column])


def _widen_facts() -> None:
    sums = ("customer_messages", "agent_messages", "agent_chars", "robot_messages")
    for name in (*sums, "automatic_messages"):
        op.add_column(
            "stats_parts", sa.Column(name, sa.Integer(), server_default=_ZERO, nullable=False)
        )
    op.add_column("stats_parts", _number("asked_at", nullable=True))
    op.add_column(
        "stats_orders", sa.Column("place", sa.Integer(), server_default=_ZERO, nullable=False)
    )
    op.add_column("stats_orders", _number("since_ms", nullable=True))
    op.create_index(
        "ix_stats_orders_first", "stats_orders", ["paid_at"], sqlite_where=sa.text("place = 1")
    )
    op.create_index(
        "ix_customers_blocked", "customers", ["blocked"], sqlite_where=sa.text("blocked = 1")
    )
