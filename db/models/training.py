"""Training: what trainees did, what is set for them, and what supervisors wrote for practice.

Every row stands by itself (titles, lines and results are kept in it), so that results outlive a
reset of the practice data. Points are tenths: 0 to 1000 for 0 to 100.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Document, Id, Moment
from db.models.base import Base, Synced


class AttemptKind(StrEnum):
    """What was practised: a scenario's customer, or the turns of a real chat."""

    SCENARIO = "scenario"
    REPLAY = "replay"


class AssignmentKind(StrEnum):
    """What a trainee is asked to do."""

    SCENARIO = "scenario"
    EXAM = "exam"
    TYPING = "typing"
    REPLAY = "replay"


class TrainingAttempt(Synced, Base):
    """One practice conversation. `lines` is what was said, `parts` its score with the reasons.

    Customers served at the same time share `group_id`; `total` is None until it was judged.
    """

    __tablename__ = "training_attempts"

    kind: Mapped[str] = mapped_column(default=AttemptKind.SCENARIO)
    staff_id: Mapped[Id] = mapped_column(index=True)
    scenario: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    seed: Mapped[int] = mapped_column(default=0)
    english: Mapped[bool] = mapped_column(default=False)
    group_id: Mapped[Id | None] = mapped_column(default=None)
    conversation_id: Mapped[Id | None] = mapped_column(default=None, index=True)
    assignment_id: Mapped[Id | None] = mapped_column(default=None)
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(default="")
    total: Mapped[int | None] = mapped_column(default=None)
    parts: Mapped[Document | None] = mapped_column(default=None)
    lines: Mapped[Document | None] = mapped_column(default=None)


class TrainingComment(Synced, Base):
    """What somebody says about an attempt, pinned to a line (its place from 0) or to the whole.

    `attempt_id` may also be a task of `training_assignments`.
    """

    __tablename__ = "training_comments"

    attempt_id: Mapped[Id] = mapped_column(index=True)
    line: Mapped[int | None] = mapped_column(default=None)
    staff_id: Mapped[Id]
    text: Mapped[str]
    at: Mapped[Moment]


class TrainingExam(Synced, Base):
    """A paper somebody sits: `limit_s` seconds, passed from `pass_mark` on (tenths of the whole)."""

    __tablename__ = "training_exams"

    staff_id: Mapped[Id] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(default="")
    paper: Mapped[Document]
    assignment_id: Mapped[Id | None] = mapped_column(default=None)
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None] = mapped_column(default=None)
    limit_s: Mapped[int]
    pass_mark: Mapped[int]
    points: Mapped[int | None] = mapped_column(default=None)
    passed: Mapped[bool | None] = mapped_column(default=None)


class TrainingAnswer(Synced, Base):
    """The answer to one question of an exam: id = natural_id("training_answer", exam, question)."""

    __tablename__ = "training_answers"

    exam_id: Mapped[Id] = mapped_column(index=True)
    staff_id: Mapped[Id] = mapped_column(index=True)
    question: Mapped[str] = mapped_column(index=True)
    answer: Mapped[Document | None] = mapped_column(default=None)
    points: Mapped[int] = mapped_column(default=0)
    possible: Mapped[int] = mapped_column(default=0)
    at: Mapped[Moment]


class TrainingCorrection(Synced, Base):
    """A mark set by hand: id = natural_id("training_correction", target, item); deleted: taken back.

    `target_id` is an exam with a question as `item`, or an attempt with a part of its score;
    `points` are tenths of the question's points, of a part's 100.
    """

    __tablename__ = "training_corrections"

    target_id: Mapped[Id] = mapped_column(index=True)
    item: Mapped[str]
    points: Mapped[int]
    reason: Mapped[str]
    staff_id: Mapped[Id]
    at: Mapped[Moment]


class TrainingTyping(Synced, Base):
    """One text typed: its characters, the milliseconds it took, characters that were wrong."""

    __tablename__ = "training_typing"

    staff_id: Mapped[Id] = mapped_column(index=True)
    at: Mapped[Moment]
    source: Mapped[str] = mapped_column(default="")
    chars: Mapped[int]
    ms: Mapped[int]
    errors: Mapped[int] = mapped_column(default=0)
    assignment_id: Mapped[Id | None] = mapped_column(default=None)


class TrainingAssignment(Synced, Base):
    """Something set for a trainee: `count` times `item`, each with `at_least` points (tenths).

    `day` is its day on the path of a new agent, 1 to 5; 0 where a supervisor set it by hand.
    """

    __tablename__ = "training_assignments"

    staff_id: Mapped[Id] = mapped_column(index=True)
    kind: Mapped[str]
    item: Mapped[str] = mapped_column(default="")
    count: Mapped[int] = mapped_column(default=1)
    at_least: Mapped[int | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[Moment | None] = mapped_column(default=None)
    assigned_by: Mapped[Id | None] = mapped_column(default=None)
    at: Mapped[Moment]
    done_at: Mapped[Moment | None] = mapped_column(default=None)


class TrainingReplay(Synced, Base):
    """A real chat with its personal data masked, whose turns are answered once more."""

    __tablename__ = "training_replays"

    title: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    turns: Mapped[Document]
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    at: Mapped[Moment]


class TrainingScenario(Synced, Base):
    """A practice customer written by the shop; `key` takes the place of a bundled one's id."""

    __tablename__ = "training_scenarios"

    key: Mapped[str] = mapped_column(index=True)
    document: Mapped[Document]
    active: Mapped[bool] = mapped_column(default=True)
    staff_id: Mapped[Id | None] = mapped_column(default=None)
    at: Mapped[Moment]


class TrainingClearing(Synced, Base):
    """A clearing for live work: issued in the practice shop, brought to the live one by hand.

    `document` is the signed file's text; `imported_at` is set where it was brought in.
    """

    __tablename__ = "training_clearings"

    staff_id: Mapped[Id] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(default="")
    issuer: Mapped[str] = mapped_column(default="")
    issued_at: Mapped[Moment]
    document: Mapped[str]
    imported_at: Mapped[Moment | None] = mapped_column(default=None)
    imported_by: Mapped[Id | None] = mapped_column(default=None)
