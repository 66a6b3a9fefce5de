"""What a line was worth when it was scored, and whether a comment was read."""

from alembic import op

from db.migrations.making import numbers

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns."""
    for table, name in (("quality_scores", "possible"), ("quality_comments", "seen_at")):
        (column,) = numbers(name, nullable=True)
        op.add_column(table, column)
