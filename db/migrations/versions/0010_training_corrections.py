"""Marks that a supervisor corrected by hand."""

from db.migrations.making import ids, make_synced, numbers, texts

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    make_synced(
        "training_corrections",
        *ids("target_id staff_id"),
        *texts("item reason"),
        *numbers("points at"),
        indexed="target_id",
    )
