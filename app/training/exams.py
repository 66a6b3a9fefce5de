"""Sitting an exam: drawn, answered bit by bit, graded when handed in or when the time is up."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.staff import StaffService
from app.training.grading import Graded, Marked, corrected, grade
from app.training.item_stats import ItemStats, item_stats
from app.training.marks import by_hand, corrected_exams, may_correct, rows_of
from app.training.paper import Blueprint, make_paper
from app.training.papers import exam_forms
from app.training.questions import bank
from app.training.sitting import (
    BOOK,
    TENTHS,
    ExamResult,
    ExamRow,
    Given,
    Sitting,
    checked,
    exam_row,
    given_of,
    item_of,
    paper_document,
    paper_of,
    shown_title,
    told_answers,
)
from app.training.wrong_book import Book
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id, new_id
from db.models import Staff, TrainingAnswer, TrainingExam

GRACE_MS: Final = 2_000
"""An answer given as the clock struck still counts."""
_SEEDS: Final = 100_000


class TimeUp(UserError):
    """The exam ended before this answer; what was answered in time has been handed in."""

    code = "time_up"

    def __init__(self) -> None:
        super().__init__(_("The time is up. What you had answered was handed in."))


class Exams:
    """Everybody sits and sees own exams; supervisors see everybody's and how questions fare."""

    def __init__(self, db: Database, staff: StaffService, now: Callable[[], int] = now_ms) -> None:
        self._db, self._staff, self._now = db, staff, now
        self.book = Book(db, staff, now)

    def start(
        self,
        blueprint: Blueprint | None = None,
        *,
        key: str = "",
        seed: int | None = None,
        title: str = "",
    ) -> Sitting:
        """Draw a paper, by its name or a blueprint, and begin; one exam at a time."""
        me = self._staff.require(Permission.REPLY)
        forms = exam_forms()
        if blueprint is None or key:  # a mix of one's own must not pass for a paper of the path
            if key not in forms or blueprint is not None:
                message = _("There is no exam “{name}”.").format(name=key)
                raise UserError(message, hint=", ".join(forms), code="usage")
            blueprint = forms[key].blueprint
            title = title or forms[key].title[0]
        paper = make_paper(
            bank(), blueprint, seed=1 + secrets.randbelow(_SEEDS) if seed is None else seed
        )
        with self._db.write() as session:
            self._end_overdue(session, me.id)
            if _running(session, me.id) is not None:
                raise UserError(_("An exam of yours is still running."), code="exam_running")
            row = TrainingExam(
                id=new_id(),
                staff_id=me.id,
                title=title,
                paper=paper_document(key, paper),
                started_at=self._now(),
                limit_s=60 * blueprint.minutes,
                pass_mark=round(1000 * blueprint.pass_share),
            )
            session.add(row)
            session.flush()
            return _sitting(session, row)

    def running(self) -> Sitting | None:
        """One's own exam that still runs; one whose time went by meanwhile is handed in."""
        me = self._staff.require(Permission.REPLY)
        with self._db.read() as session:
            row = _running(session, me.id)
            if row is None:
                return None
            if self._now() < _ends_at(row) + GRACE_MS:
                return _sitting(session, row)
        with self._db.write() as session:
            self._end_overdue(session, me.id)
        return None

    def answer(self, exam_id: bytes, question: str, answer: str, *, flagged: bool = False) -> None:
        """Keep an answer: letters as shown, T or F, or the text of a case; "" takes it back.

        Raises `TimeUp` where the time is over; what was answered before is handed in then.
        """
        now = self._now()
        with self._db.write() as session:
            row = self._mine(session, exam_id)
            over = row.ended_at is not None or now >= _ends_at(row) + GRACE_MS
            if over:
                self._end(session, row)
            else:
                kept = checked(item_of(paper_of(row), question), answer)
                answer_row = _answer_row(session, row, question)
                answer_row.answer = {"text": kept} | ({"flag": True} if flagged else {})
                answer_row.at = now
        if over:
            raise TimeUp

    def hand_in(self, exam_id: bytes) -> ExamResult:
        """End the exam and grade it; again, it is only shown."""
        with self._db.write() as session:
            self._end(session, self._mine(session, exam_id))
        return self.result(exam_id)

    def result(self, exam_id: bytes) -> ExamResult:
        """An exam that is over, with the right answers; own ones, or with the right to train."""
        with self._db.read() as session:
            row = _row(session, exam_id)
            self._own_or_supervisor(row.staff_id)
            if row.ended_at is None:
                raise UserError(_("This exam is still running."), code="exam_running")
            names, marks = _names(session), rows_of(session, exam_id)
            graded = _graded(session, row)
            return ExamResult(
                exam_row(row, names, corrected_exams(session).get(exam_id)),
                corrected(graded, {item: one.points / TENTHS for item, one in marks.items()}),
                by_hand(marks, {one.item.question.id: one.points for one in graded.marks}, names),
                may_correct(self._staff, row.staff_id),
            )

    def history(self, staff_id: bytes | None = None, *, everybody: bool = False) -> list[ExamRow]:
        """The exams of a person, newest first; by default one's own.

        `everybody` is all that were handed in, for who has the right to train.
        """
        me = self._staff.require(Permission.REPLY)
        query = select(TrainingExam).where(TrainingExam.deleted.is_(False))
        if everybody:
            self._staff.require(Permission.TRAIN)
            query = query.where(TrainingExam.ended_at.is_not(None))
        else:
            self._own_or_supervisor(staff_id or me.id)
            query = query.where(TrainingExam.staff_id == (staff_id or me.id))
        with self._db.read() as session:
            names, worth = _names(session), corrected_exams(session)
            found = session.scalars(query.order_by(TrainingExam.started_at.desc()))
            rows = [exam_row(row, names, worth.get(row.id)) for row in found]
        return [row for row in rows if row.key != BOOK]

    def items(self) -> list[ItemStats]:
        """How the questions fare over all exams that were handed in, the hardest first."""
        self._staff.require(Permission.TRAIN)
        with self._db.read() as session:
            return item_stats(told_answers(session), bank())

    # --- within a transaction --------------------------------------------------------------

    def _mine(self, session: Session, exam_id: bytes) -> TrainingExam:
        me = self._staff.require(Permission.REPLY)
        row = _row(session, exam_id)
        if row.staff_id != me.id:
            raise UserError(_("This is somebody else's exam."), code="not_yours")
        return row

    def _own_or_supervisor(self, staff_id: bytes) -> None:
        if self._staff.require(Permission.REPLY).id != staff_id:
            self._staff.require(Permission.TRAIN)

    def _end_overdue(self, session: Session, staff_id: bytes) -> None:
        row = _running(session, staff_id)
        if row is not None and self._now() >= _ends_at(row):
            self._end(session, row)

    def _end(self, session: Session, row: TrainingExam) -> None:
        if row.ended_at is not None:
            return
        row.ended_at = min(self._now(), _ends_at(row))
        graded = _graded(session, row)
        for mark in graded.marks:
            _keep(_answer_row(session, row, mark.item.question.id), mark, row.ended_at)
        row.points = round(1000 * graded.share)
        row.passed = graded.passed


def _keep(row: TrainingAnswer, mark: Marked, at: int) -> None:
    row.points = round(TENTHS * mark.points)
    row.possible = TENTHS * mark.item.question.possible
    row.at = row.at or at


def _graded(session: Session, row: TrainingExam) -> Graded:
    given = given_of(_answers(session, row.id))
    return grade(paper_of(row), {name: one.answer for name, one in given.items()})


def _answers(session: Session, exam_id: bytes) -> list[TrainingAnswer]:
    found = session.scalars(select(TrainingAnswer).where(TrainingAnswer.exam_id == exam_id))
    return [row for row in found if not row.deleted]


def _answer_row(session: Session, exam: TrainingExam, question: str) -> TrainingAnswer:
    key = natural_id("training_answer", exam.id.hex(), question)
    row = session.scalar(select(TrainingAnswer).where(TrainingAnswer.id == key))
    if row is None:
        row = TrainingAnswer(
            id=key, exam_id=exam.id, staff_id=exam.staff_id, question=question, at=0
        )
        session.add(row)
    return row


def _row(session: Session, exam_id: bytes) -> TrainingExam:
    row = session.scalar(select(TrainingExam).where(TrainingExam.id == exam_id))
    if row is None or row.deleted:
        raise NotFound(_("This exam does not exist (any more)."))
    return row


def _running(session: Session, staff_id: bytes) -> TrainingExam | None:
    query = (
        select(TrainingExam)
        .where(
            TrainingExam.staff_id == staff_id,
            TrainingExam.ended_at.is_(None),
            TrainingExam.deleted.is_(False),
        )
        .order_by(TrainingExam.started_at)
    )
    return next((row for row in session.scalars(query) if row.paper.get("key") != BOOK), None)


def _ends_at(row: TrainingExam) -> int:
    return row.started_at + 1000 * row.limit_s


def _sitting(session: Session, row: TrainingExam) -> Sitting:
    paper, given = paper_of(row), given_of(_answers(session, row.id))
    return Sitting(
        row.id,
        shown_title(row),
        str(row.paper.get("key", "")),
        paper.items,
        {item.question.id: given.get(item.question.id, Given()) for item in paper.items},
        row.started_at,
        _ends_at(row),
        row.pass_mark // TENTHS,
    )


def _names(session: Session) -> dict[bytes, str]:
    return {row.id: row.name for row in session.execute(select(Staff.id, Staff.name))}
