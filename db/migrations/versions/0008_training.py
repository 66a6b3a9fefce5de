"""Training: attempts, exams, typing, what is set for trainees, and what supervisors wrote."""

from db.migrations.making import documents, flags, ids, make_synced, numbers, texts

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    _make_results()
    _make_plans()


def _make_results() -> None:
    make_synced(
        "training_attempts",
        *texts("kind scenario title outcome"),
        *ids("staff_id"),
        *ids("group_id conversation_id assignment_id", nullable=True),
        *numbers("seed started_at"),
        *numbers("ended_at total", nullable=True),
        *flags("english"),
        *documents("parts lines", nullable=True),
        indexed="staff_id conversation_id",
    )
    make_synced(
        "training_comments",
        *ids("attempt_id staff_id"),
        *numbers("line", nullable=True),
        *numbers("at"),
        *texts("text"),
        indexed="attempt_id",
    )
    make_synced(
        "training_exams",
        *ids("staff_id"),
        *ids("assignment_id", nullable=True),
        *texts("title"),
        *documents("paper"),
        *numbers("started_at limit_s pass_mark"),
        *numbers("ended_at points", nullable=True),
        *flags("passed", nullable=True),
        indexed="staff_id",
    )
    make_synced(
        "training_answers",
        *ids("exam_id staff_id"),
        *texts("question"),
        *documents("answer", nullable=True),
        *numbers("points possible at"),
        indexed="exam_id staff_id question",
    )
    make_synced(
        "training_typing",
        *ids("staff_id"),
        *ids("assignment_id", nullable=True),
        *texts("source"),
        *numbers("at chars ms errors"),
        indexed="staff_id",
    )


def _make_plans() -> None:
    make_synced(
        "training_assignments",
        *ids("staff_id"),
        *ids("assigned_by", nullable=True),
        *texts("kind item note"),
        *numbers("count day at"),
        *numbers("at_least due_at done_at", nullable=True),
        indexed="staff_id",
    )
    make_synced(
        "training_replays",
        *ids("staff_id", nullable=True),
        *texts("title source"),
        *documents("turns"),
        *numbers("at"),
    )
    make_synced(
        "training_scenarios",
        *ids("staff_id", nullable=True),
        *texts("key"),
        *documents("document"),
        *flags("active"),
        *numbers("at"),
        indexed="key",
    )
    make_synced(
        "training_clearings",
        *ids("staff_id"),
        *ids("imported_by", nullable=True),
        *texts("name issuer document"),
        *numbers("issued_at"),
        *numbers("imported_at", nullable=True),
        indexed="staff_id",
    )
