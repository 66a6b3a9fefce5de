"""Which records of a person are erased, and up to when."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table; it is empty until a person is erased."""
    op.create_table(
        "erasures",
        sa.Column("act", sa.LargeBinary(length=16), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("row_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("cutoff", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rid", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("_st", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("_dv", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("_fc", sa.String(), nullable=True),
        sa.Column("_del", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("rid"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_erasures_row_id", "erasures", ["row_id"])
    op.create_index(
        "ix_messages_attachment",
        "messages",
        ["attachment_id"],
        sqlite_where=sa.text("attachment_id IS NOT NULL"),
    )
