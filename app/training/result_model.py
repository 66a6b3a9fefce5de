"""Attempts and what was said about them, as the one who practised and supervisors see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.i18n import current_language
from app.training.attempts import TENTHS
from app.training.customer import Line
from app.training.marks import ByHand
from app.training.scenario import Scenario
from app.training.score import Figures, Judged
from db.models import AttemptKind, Staff, TrainingAttempt, TrainingComment


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """A line of the list of results; `total` is 0 to 100, None without a score."""

    id: bytes
    kind: AttemptKind
    staff_id: bytes
    staff: str
    scenario: str
    title: str
    seed: int
    english: bool
    started_at: int
    ended_at: int | None
    outcome: str
    total: float | None
    conversation_id: bytes | None
    group_id: bytes | None
    comments: int = 0
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody says about an attempt, pinned to a line or (None) about the whole."""

    id: bytes
    line: int | None
    staff_id: bytes
    staff: str
    text: str
    at: int
    own: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to look at; `model` is what a good agent writes, in the customer's language.

    `better` holds for each line which line of the model would have helped there, "" for none.
    `by_hand` are the parts whose points somebody corrected; `may_correct`: one may do so here.
    """

    row: AttemptRow
    lines: tuple[Line, ...]
    parts: tuple[Judged, ...]
    figures: Figures
    not_understood: tuple[int, ...]
    model: tuple[str, ...]
    better: tuple[str, ...]
    goal: str
    comments: tuple[Comment, ...]
    by_hand: Mapping[str, ByHand] = field(default_factory=dict)
    may_correct: bool = False

    @property
    def length_s(self) -> float:
        """Seconds from the first line to the last."""
        return self.lines[-1].at if self.lines else 0.0


def attempt_row(
    row: TrainingAttempt,
    known: Mapping[str, Scenario],
    people: Mapping[bytes, str],
    comments: int,
    total: int | None = None,
) -> AttemptRow:
    """An attempt of the list; `total` (tenths) as corrected by hand, None: as it was judged."""
    scenario = known.get(row.scenario)
    worth = row.total if total is None else total
    return AttemptRow(
        id=row.id,
        kind=AttemptKind(row.kind),
        staff_id=row.staff_id,
        staff=people.get(row.staff_id, ""),
        scenario=row.scenario,
        title=scenario.title[current_language() == "en"] if scenario else row.title,
        seed=row.seed,
        english=row.english,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        total=None if worth is None else worth / TENTHS,
        conversation_id=row.conversation_id,
        group_id=row.group_id,
        comments=comments,
        corrected=total is not None,
    )


def comment_of(row: TrainingComment, people: Mapping[bytes, str], me: bytes) -> Comment:
    """A comment as people see it; `me` is who looks."""
    name = people.get(row.staff_id, "")
    return Comment(row.id, row.line, row.staff_id, name, row.text, row.at, row.staff_id == me)


def people_of(session: Session) -> dict[bytes, str]:
    """What members are called, by id."""
    rows = session.execute(select(Staff.id, Staff.reception_name, Staff.name, Staff.login))
    return {key: reception or name or login for key, reception, name, login in rows}


def comment_counts(session: Session, attempt_ids: Sequence[bytes]) -> dict[bytes, int]:
    """How many comments each attempt has."""
    query: Any = (
        select(TrainingComment.attempt_id, func.count())
        .where(TrainingComment.attempt_id.in_(attempt_ids), TrainingComment.deleted.is_(False))
        .group_by(TrainingComment.attempt_id)
    )
    return dict(session.execute(query).all())
