"""The wrong-answer book: what one last got wrong, asked again until it was right twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.permissions import Permission
from app.staff import StaffService
from app.training.grading import Marked, mark
from app.training.marks import corrected_answers
from app.training.paper import PaperItem, lay_out
from app.training.questions import Kind, bank
from app.training.sitting import BOOK, TENTHS
from db.database import Database
from db.ids import new_id
from db.models import TrainingAnswer, TrainingExam

RIGHTS: Final = 2
"""So often in a row a question must be right to leave the book."""
CASE_RIGHT: Final = 0.8
"""A case counts as right from this part of its points."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A question of the book: how often it was right since it was wrong, and when last."""

    item: PaperItem
    rights: int
    wrongs: int
    last_at: int


class Book:
    """One's own book; a round through it is kept, so that what one learned is not asked again."""

    def __init__(self, db: Database, staff: StaffService, now: Callable[[], int]) -> None:
        self._db, self._staff, self._now = db, staff, now

    def questions(self) -> list[Wrong]:
        """What is in the book, what is the longest ago first."""
        me = self._staff.require(Permission.REPLY)
        with self._db.read() as session:
            told = _told(session, me.id)
        known = {question.id: question for question in bank()}
        found = []
        for name, series in told.items():
            rights, wrongs, last = _since_wrong(series)
            if name in known and wrongs and rights < RIGHTS:
                # Laid out anew each time, so that the letter is not what one remembers.
                item = lay_out(known[name], seed=last)
                found.append(Wrong(item, rights, wrongs, last))
        return sorted(found, key=lambda one: one.last_at)

    def answer(self, item: PaperItem, answer: str) -> Marked:
        """Judge an answer at once, and keep it."""
        me = self._staff.require(Permission.REPLY)
        marked = mark(item, answer)
        now = self._now()
        with self._db.write() as session:
            row = TrainingAnswer(
                id=new_id(),
                exam_id=_round(session, me.id, now),
                staff_id=me.id,
                question=item.question.id,
                answer={"text": answer, "order": item.order},
                points=round(TENTHS * marked.points),
                possible=TENTHS * item.question.possible,
                at=now,
            )
            session.add(row)
        return marked


def _round(session: Session, staff_id: bytes, now: int) -> bytes:
    """The row all rounds of a person hang on."""
    rows = session.scalars(select(TrainingExam).where(TrainingExam.staff_id == staff_id))
    for row in rows:
        if row.paper.get("key") == BOOK and not row.deleted:
            return row.id
    row = TrainingExam(
        id=new_id(), staff_id=staff_id, title=BOOK, paper={"key": BOOK}, started_at=now,
        ended_at=now, limit_s=0, pass_mark=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _told(session: Session, staff_id: bytes) -> dict[str, list[tuple[int, bool]]]:
    """By question: when, and whether it was right; only what was judged."""
    by_hand = corrected_answers(session)
    rows = session.execute(
        select(
            TrainingAnswer.exam_id,
            TrainingAnswer.question,
            TrainingAnswer.at,
            TrainingAnswer.points,
            TrainingAnswer.possible,
        )
        .where(
            TrainingAnswer.staff_id == staff_id,
            TrainingAnswer.possible > 0,
            TrainingAnswer.deleted.is_(False),
        )
        .order_by(TrainingAnswer.at, TrainingAnswer.id)
    )
    kinds = {question.id: question.kind for question in bank()}
    told: dict[str, list[tuple[int, bool]]] = {}
    for exam, question, at, kept, possible in rows:
        points = by_hand.get((exam, question), kept)
        least = possible * (CASE_RIGHT if kinds.get(question) is Kind.CASE else 1)
        told.setdefault(question, []).append((at, points >= least))
    return told


def _since_wrong(series: Iterable[tuple[int, bool]]) -> tuple[int, int, int]:
    rights = wrongs = last = 0
    for at, right in series:
        rights, wrongs = (rights + 1, wrongs) if right else (0, wrongs + 1)
        last = at
    return rights, wrongs, last
