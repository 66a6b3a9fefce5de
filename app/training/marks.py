"""Marks set by hand in the place of graded ones: read here, written in `corrections`.

What was graded stays where it is kept; who shows or counts results takes these marks over it. So
corrections made at two stations come together, and one that is taken back leaves no trace in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.permissions import Permission
from app.staff import StaffService
from app.training.attempts import kept_parts
from app.training.score import Judged, weighted
from db.models import TrainingAnswer, TrainingAttempt, TrainingCorrection, TrainingExam

TENTHS: Final = 10
Rows = Mapping[str, TrainingCorrection]


@dataclass(frozen=True, slots=True)
class ByHand:
    """A mark as somebody set it: `points` in the place of `graded`, why, who, when (Unix ms)."""

    points: float
    graded: float
    reason: str
    staff: str
    at: int


def may_correct(staff: StaffService, staff_id: bytes) -> bool:
    """Whether the one at the desk may correct this person's marks; nobody corrects their own."""
    me = staff.current
    return me is not None and me.id != staff_id and staff.may(Permission.TRAIN)


def rows_of(session: Session, target_id: bytes) -> dict[str, TrainingCorrection]:
    """The corrections of one exam or attempt, by question or part."""
    return {row.item: row for row in _living(session, target_id)}


def by_hand(
    rows: Rows, graded: Mapping[str, float], people: Mapping[bytes, str]
) -> dict[str, ByHand]:
    """Corrections for people, of the items there are; `graded` are the points before them."""
    return {
        item: ByHand(
            row.points / TENTHS, graded[item], row.reason, people.get(row.staff_id, ""), row.at
        )
        for item, row in rows.items()
        if item in graded
    }


def corrected_parts(parts: Iterable[Judged], rows: Rows) -> tuple[Judged, ...]:
    """The parts of a score with the marks set by hand."""
    return tuple(
        replace(part, points=within(rows[part.part].points, 1000) / TENTHS)
        if part.part in rows
        else part
        for part in parts
    )


def corrected_total(row: TrainingAttempt, rows: Rows) -> int | None:
    """The total (tenths) of an attempt with the marks set by hand; None where none was."""
    parts = kept_parts(row) if rows and row.total is not None else ()
    if not any(part.part in rows for part in parts):
        return None
    return round(TENTHS * weighted(corrected_parts(parts, rows)))


def corrected_totals(session: Session) -> dict[bytes, int]:
    """The totals (tenths) of attempts with corrected parts, by attempt."""
    marks = _by_target(session)
    attempts = session.scalars(select(TrainingAttempt).where(TrainingAttempt.id.in_(marks)))
    totals = {row.id: corrected_total(row, marks[row.id]) for row in attempts}
    return {key: total for key, total in totals.items() if total is not None}


def corrected_answers(session: Session) -> dict[tuple[bytes, str], int]:
    """The points (tenths) of answers that were set by hand, by exam and question."""
    return {(row.target_id, row.item): row.points for row in _living(session)}


def corrected_exams(session: Session) -> dict[bytes, tuple[int, bool]]:
    """The points (tenths of 100) of exams with corrected answers, and whether they pass."""
    marks = _by_target(session)
    exams = session.scalars(
        select(TrainingExam).where(TrainingExam.id.in_(marks), TrainingExam.ended_at.is_not(None))
    )
    return {exam.id: _worth(session, exam, marks[exam.id]) for exam in exams}


def _worth(session: Session, exam: TrainingExam, marks: Rows) -> tuple[int, bool]:
    answers = session.execute(
        select(TrainingAnswer.question, TrainingAnswer.points, TrainingAnswer.possible).where(
            TrainingAnswer.exam_id == exam.id, TrainingAnswer.deleted.is_(False)
        )
    ).all()
    possible = sum(most for _question, _points, most in answers)
    had = sum(within(marks[q].points, most) if q in marks else n for q, n, most in answers)
    if not possible:
        return exam.points or 0, bool(exam.passed)
    return round(1000 * had / possible), 1000 * had >= exam.pass_mark * possible


def within(points: int, most: int) -> int:
    """Points that there are: a row may come from another program."""
    return max(0, min(points, most))


def _by_target(session: Session) -> dict[bytes, dict[str, TrainingCorrection]]:
    found: dict[bytes, dict[str, TrainingCorrection]] = {}
    for row in _living(session):
        found.setdefault(row.target_id, {})[row.item] = row
    return found


def _living(session: Session, target_id: bytes | None = None) -> Sequence[TrainingCorrection]:
    query: Any = select(TrainingCorrection).where(TrainingCorrection.deleted.is_(False))
    if target_id is not None:
        query = query.where(TrainingCorrection.target_id == target_id)
    found: Sequence[TrainingCorrection] = session.scalars(query).all()
    return found
