"""Appeals against who gets the sale of an order."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table; it is empty until somebody appeals."""
    op.create_table(
        "appeals",
        sa.Column("order_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("agent_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("decided_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("decided_at", sa.Integer(), nullable=True),
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("_st", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("_dv", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("_fc", sa.String(), nullable=True),
        sa.Column("_del", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("rid"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_appeals_order_id", "appeals", ["order_id"])
    op.create_index("ix_appeals_staff_id", "appeals", ["staff_id"])
