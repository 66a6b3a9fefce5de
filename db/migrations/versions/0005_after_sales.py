"""After-sales records, the satisfaction question, and the facts for their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ZERO = sa.text("0")


def upgrade() -> None:
    """Make the tables; facts are filled when somebody next asks for numbers."""
    _make_after_sales()
    _make_satisfaction()
    _make_facts()
    # Facts are worked out from scratch, so that nothing is missing from before they were kept.
    op.execute("DELETE FROM local_settings WHERE key = 'stats.facts'")


def _make_after_sales() -> None:
    op.create_table(
        "after_sales",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("shop", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("order_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("item_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("item_title", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("conversation_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("staff_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("platform_status", sa.String(), nullable=False),
        sa.Column("reason_group", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("platform_reason", sa.String(), nullable=False),
        sa.Column("responsibility", sa.String(), nullable=False),
        sa.Column("freight_payer", sa.String(), nullable=False),
        sa.Column("judged_at", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("freight_fen", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reaction", sa.String(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("return_carrier", sa.String(), nullable=False),
        sa.Column("return_number", sa.String(), nullable=False),
        sa.Column("requested_at", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.Integer(), nullable=True),
        sa.Column("refused_at", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.Integer(), nullable=True),
        sa.Column("deadline_at", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("approved_at", sa.Integer(), nullable=True),
        sa.Column("source_at", sa.Integer(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("_st", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("_dv", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("_fc", sa.String(), nullable=True),
        sa.Column("_del", sa.Boolean(), server_default=_ZERO, nullable=False),
        sa.PrimaryKeyConstraint("rid"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_after_sales_customer_id", "after_sales", ["customer_id"])
    op.create_index("ix_after_sales_number", "after_sales", ["number"])
    op.create_index("ix_after_sales_order_id", "after_sales", ["order_id"])
    op.create_index("ix_after_sales_order_number", "after_sales", ["order_number"])
    op.create_index("ix_after_sales_requested", "after_sales", ["requested_at"])


def _make_satisfaction() -> None:
    op.create_table(
        "satisfaction",
        sa.Column("conversation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("message_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("customer_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("staff_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("_st", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("_dv", sa.Integer(), server_default=_ZERO, nullable=False),
        sa.Column("_fc", sa.String(), nullable=True),
        sa.Column("_del", sa.Boolean(), server_default=_ZERO, nullable=False),
        sa.PrimaryKeyConstraint("rid"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_satisfaction_conversation_id", "satisfaction", ["conversation_id"])


def _make_facts() -> None:
    op.create_table(
        "stats_after_sales",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("staff_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason_group", sa.String(), nullable=False),
        sa.Column("responsibility", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("freight_fen", sa.Integer(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("requested_at", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.Integer(), nullable=True),
        sa.Column("product", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_index("ix_stats_after_sales_done", "stats_after_sales", ["done_at"])
    op.create_index("ix_stats_after_sales_order", "stats_after_sales", ["order_id"])
    op.create_index("ix_stats_after_sales_requested", "stats_after_sales", ["requested_at"])
    op.create_table(
        "stats_ratings",
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("customer_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("rid"),
    )
    op.create_index("ix_stats_ratings_answered", "stats_ratings", ["answered_at"])
    op.create_index("ix_stats_ratings_conversation", "stats_ratings", ["conversation_id"])
    op.create_index("ix_stats_ratings_invited", "stats_ratings", ["invited_at"])
