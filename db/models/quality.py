"""Quality checks: conversations looked at by a supervisor, scored by a sheet and talked over."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Id, Moment
from db.models.base import Base, Synced


class CheckState(StrEnum):
    """How far a check is."""

    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    SKIPPED = "skipped"


class CheckReason(StrEnum):
    """Why a conversation is in the sample."""

    RANDOM = "random"
    BAD_RATING = "bad_rating"
    LONG_WAIT = "long_wait"
    CHOSEN = "chosen"


class QualityCriterion(Synced, Base):
    """A line of the score sheet, worth up to `points`. Without a `name` it is the default's of `key`.

    `stage` groups lines: the steps of a conversation, then facts, language and tone.
    """

    __tablename__ = "quality_criteria"

    key: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    hint: Mapped[str] = mapped_column(default="")
    stage: Mapped[str] = mapped_column(default="")
    points: Mapped[int] = mapped_column(default=10)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class QualityCheck(Synced, Base):
    """What an agent said in a conversation in a week: id = natural_id("quality_check", …).

    `week` is its Monday, YYYY-MM-DD. `points` of `possible` is the sum when it was done.
    """

    __tablename__ = "quality_checks"

    week: Mapped[str] = mapped_column(index=True)
    agent_id: Mapped[Id] = mapped_column(index=True)
    conversation_id: Mapped[Id] = mapped_column(index=True)
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    reason: Mapped[str] = mapped_column(default=CheckReason.RANDOM)
    state: Mapped[str] = mapped_column(default=CheckState.PLANNED)
    planned_at: Mapped[Moment]
    reviewer_id: Mapped[Id | None] = mapped_column(default=None)
    done_at: Mapped[Moment | None] = mapped_column(default=None)
    points: Mapped[int] = mapped_column(default=0)
    possible: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[Moment | None] = mapped_column(default=None)


class QualityScore(Synced, Base):
    """Points for one line; None: does not apply. id = natural_id("quality_score", check, line).

    `possible` is what the line was worth then (None in rows of older programs).
    """

    __tablename__ = "quality_scores"

    check_id: Mapped[Id] = mapped_column(index=True)
    criterion_id: Mapped[Id]
    points: Mapped[int | None] = mapped_column(default=None)
    possible: Mapped[int | None] = mapped_column(default=None)


class QualityComment(Synced, Base):
    """What supervisor and agent say about a check, pinned to a message or to the whole.

    `seen_at` is when the one it was written for had it before the eyes.
    """

    __tablename__ = "quality_comments"

    check_id: Mapped[Id] = mapped_column(index=True)
    conversation_id: Mapped[Id] = mapped_column(index=True)
    message_id: Mapped[Id | None] = mapped_column(default=None)
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    text: Mapped[str]
    at: Mapped[Moment]
    seen_at: Mapped[Moment | None] = mapped_column(default=None)
