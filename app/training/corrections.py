"""Correcting marks by hand: a supervisor sets points in the place of graded ones, and says why."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.staff import StaffService
from app.training.attempts import TENTHS, kept_parts
from app.training.questions import Kind
from app.training.result_model import people_of
from app.training.score import Part
from app.training.sitting import BOOK, item_of, paper_of, shown_title
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id
from db.models import TrainingAttempt, TrainingCorrection, TrainingExam

MAX_WHY: Final = 500
FULL: Final = 100
"""The points of a part of a score."""


@dataclass(frozen=True, slots=True)
class Told:
    """A mark of one's own that somebody corrected: in which exam or attempt, by whom, and why."""

    id: bytes
    page: Literal["exams", "results"]
    target_id: bytes
    title: str
    staff: str
    reason: str


class Corrections:
    """For who trains others; nobody corrects their own marks."""

    def __init__(self, db: Database, staff: StaffService, now: Callable[[], int] = now_ms) -> None:
        self._db, self._staff, self._now = db, staff, now

    def correct_answer(self, exam_id: bytes, question: str, points: float, reason: str) -> None:
        """Set what the answer to a case is worth, 0 to the question's points."""
        with self._db.write() as session:
            exam = self._exam(session, exam_id)
            asked = item_of(paper_of(exam), question).question
            if asked.kind is not Kind.CASE:
                raise UserError(
                    _("Only the marks of cases can be corrected."),
                    hint=_("All other questions have one right answer."),
                    code="not_a_case",
                )
            self._set(session, exam_id, question, points, asked.possible, reason)

    def correct_part(self, attempt_id: bytes, part: Part, points: float, reason: str) -> None:
        """Set what a part of an attempt's score is worth, 0 to 100."""
        with self._db.write() as session:
            row = self._attempt(session, attempt_id)
            if part not in {one.part for one in kept_parts(row)}:
                raise NotFound(_("This attempt has no such mark."))
            self._set(session, attempt_id, str(part), points, FULL, reason)

    def take_back(self, target_id: bytes, item: str) -> None:
        """Let what was graded count again."""
        with self._db.write() as session:
            if session.scalar(select(TrainingExam.id).where(TrainingExam.id == target_id)):
                self._exam(session, target_id)
            else:
                self._attempt(session, target_id)
            row = _find(session, target_id, item)
            if row is None or row.deleted:
                raise NotFound(_("This mark was not corrected."))
            row.deleted = True

    def told_to_me(self, correction_ids: Collection[bytes]) -> list[Told]:
        """Which of these corrections are of one's own marks."""
        me = self._staff.require(Permission.REPLY)
        query = select(TrainingCorrection).where(
            TrainingCorrection.id.in_(correction_ids),
            TrainingCorrection.deleted.is_(False),
            TrainingCorrection.staff_id != me.id,
        )
        with self._db.read() as session:
            people = people_of(session)
            told = (_told(session, row, me.id, people) for row in session.scalars(query))
            return [one for one in told if one is not None]

    # --- inside ----------------------------------------------------------------------------

    def _exam(self, session: Session, exam_id: bytes) -> TrainingExam:
        row = session.scalar(select(TrainingExam).where(TrainingExam.id == exam_id))
        if row is None or row.deleted or row.paper.get("key") == BOOK:
            raise NotFound(_("This exam does not exist (any more)."))
        self._others(row.staff_id)
        if row.ended_at is None:
            raise UserError(_("This exam is still running."), code="exam_running")
        return row

    def _attempt(self, session: Session, attempt_id: bytes) -> TrainingAttempt:
        row = session.scalar(select(TrainingAttempt).where(TrainingAttempt.id == attempt_id))
        if row is None or row.deleted:
            raise NotFound(_("This attempt does not exist."))
        self._others(row.staff_id)
        return row

    def _others(self, staff_id: bytes) -> None:
        if self._staff.require(Permission.TRAIN).id == staff_id:
            raise PermissionDenied(_("Nobody corrects their own marks."))

    def _set(
        self, session: Session, target: bytes, item: str, points: float, most: int, reason: str
    ) -> None:
        reason = _checked(points, most, reason)
        row = _find(session, target, item)
        if row is None:
            row = TrainingCorrection(id=_key(target, item), target_id=target, item=item)
            session.add(row)
        row.points, row.reason, row.deleted = round(TENTHS * points), reason, False
        row.staff_id, row.at = self._staff.require(Permission.TRAIN).id, self._now()


def _checked(points: float, most: int, reason: str) -> str:
    if not 0 <= points <= most:
        raise UserError(_("The points lie between 0 and {n}.").format(n=most), code="bad_points")
    reason = reason.strip()
    if not reason:
        raise UserError(_("Say why the mark is corrected."), code="empty")
    if len(reason) > MAX_WHY:
        message = _("A reason can have {n} characters at most.").format(n=MAX_WHY)
        raise UserError(message, code="too_long")
    return reason


def _key(target_id: bytes, item: str) -> bytes:
    return natural_id("training_correction", target_id.hex(), item)


def _find(session: Session, target_id: bytes, item: str) -> TrainingCorrection | None:
    query = select(TrainingCorrection).where(TrainingCorrection.id == _key(target_id, item))
    return session.scalar(query)


def _told(
    session: Session, row: TrainingCorrection, me: bytes, people: dict[bytes, str]
) -> Told | None:
    by = people.get(row.staff_id, "")
    exam = session.scalar(select(TrainingExam).where(TrainingExam.id == row.target_id))
    if exam is not None:
        title = shown_title(exam)
        return (
            Told(row.id, "exams", exam.id, title, by, row.reason) if exam.staff_id == me else None
        )
    attempt = session.scalar(select(TrainingAttempt).where(TrainingAttempt.id == row.target_id))
    if attempt is None or attempt.staff_id != me:
        return None
    return Told(row.id, "results", attempt.id, attempt.title, by, row.reason)
