"""The facts behind the numbers: local tables, worked out from conversations and orders."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ZERO = sa.text("0")


def upgrade() -> None:
    """Make the tables; they are filled when somebody first asks for numbers."""
    _make_talk()
    _make_orders()


def _make_talk() -> None:
    op.create_table(
        "stats_parts",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("session_at", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("customer_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("starts_at", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_index("ix_stats_parts_conversation", "stats_parts", ["conversation_id"])
    op.create_index("ix_stats_parts_customer", "stats_parts", ["customer_id", "ends_at"])
    op.create_index("ix_stats_parts_ends", "stats_parts", ["ends_at"])
    op.create_table(
        "stats_messages",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("chars", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("product", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_index("ix_stats_messages_at", "stats_messages", ["at"])
    op.create_index("ix_stats_messages_part", "stats_messages", ["part"])
    op.create_table(
        "stats_turns",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.Integer(), nullable=False),
        sa.Column("last_asked_at", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_index("ix_stats_turns_asked", "stats_turns", ["asked_at"])
    op.create_index("ix_stats_turns_part", "stats_turns", ["part"])


def _make_orders() -> None:
    op.create_table(
        "stats_orders",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("customer_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("paid_at", sa.Integer(), nullable=True),
        sa.Column("shipped_at", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.Integer(), nullable=True),
        sa.Column("total_fen", sa.Integer(), nullable=False),
        sa.Column("paid_fen", sa.Integer(), nullable=False),
        sa.Column("postage_fen", sa.Integer(), nullable=False),
        sa.Column("refund_fen", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("order_part", sa.Integer(), nullable=True),
        sa.Column("pay_part", sa.Integer(), nullable=True),
        sa.Column("jd_part", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("rid"),
        sa.UniqueConstraint("order_id"),
    )
    op.create_index("ix_stats_orders_customer", "stats_orders", ["customer_id"])
    op.create_index("ix_stats_orders_created", "stats_orders", ["created_at"])
    op.create_index("ix_stats_orders_paid", "stats_orders", ["paid_at"])
    op.create_table(
        "stats_items",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("refund_fen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_index("ix_stats_items_order_id", "stats_items", ["order_id"])
