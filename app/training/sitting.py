"""An exam as the one who sits it, and those who look at it later, see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _, current_language
from app.training.grading import Graded
from app.training.item_stats import Told
from app.training.marks import ByHand, corrected_answers, within
from app.training.paper import Blueprint, Paper, PaperItem
from app.training.papers import exam_forms
from app.training.questions import LETTERS, Kind, bank
from db.models import TrainingAnswer, TrainingExam

BOOK: Final = "book"
"""The key of a round through the wrong-answer book: untimed, and no exam in any count."""
TENTHS: Final = 10
MAX_CASE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Given:
    """What stands at a question: the answer ("" none yet) and whether it was flagged."""

    answer: str = ""
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """A paper being sat. `ends_at` is when the time is up (Unix ms), whatever happens meanwhile."""

    id: bytes
    title: str
    key: str
    items: tuple[PaperItem, ...]
    given: Mapping[str, Given]
    started_at: int
    ends_at: int
    pass_percent: int

    def left_s(self, now: int) -> int:
        """Seconds until the time is up, never below 0."""
        return max(0, (self.ends_at - now + 999) // 1000)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(bool(one.answer) for one in self.given.values())


@dataclass(frozen=True, slots=True)
class ExamRow:
    """One exam of somebody. `percent` and `passed` are None while it is being sat."""

    id: bytes
    staff_id: bytes
    staff: str
    title: str
    key: str
    questions: int
    started_at: int
    ended_at: int | None
    percent: float | None
    passed: bool | None
    pass_percent: float
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class ExamResult:
    """An exam that is over, question by question; its points as corrected.

    `by_hand` are the questions whose mark somebody corrected; `may_correct`: one may do so here.
    """

    row: ExamRow
    graded: Graded
    by_hand: Mapping[str, ByHand] = field(default_factory=dict)
    may_correct: bool = False


def paper_document(key: str, paper: Paper) -> dict[str, Any]:
    """What a row keeps of a paper: enough to lay it out again."""
    return {
        "key": key,
        "seed": paper.seed,
        "items": [{"q": item.question.id, "order": item.order} for item in paper.items],
    }


def paper_of(row: TrainingExam) -> Paper:
    """The paper as it was laid out; questions that are no longer in the bank are left out."""
    known = {question.id: question for question in bank()}
    items = tuple(
        PaperItem(known[one["q"]], one["order"])
        for one in row.paper.get("items", ())
        if one["q"] in known
    )
    counts: dict[Kind, int] = {}
    for item in items:
        counts[item.question.kind] = counts.get(item.question.kind, 0) + 1
    blueprint = Blueprint(counts, (), row.pass_mark / 1000, row.limit_s // 60)
    return Paper(int(row.paper.get("seed", 0)), blueprint, items)


def shown_title(row: TrainingExam) -> str:
    """What an exam is called: a paper by name in the language in use, else as it was begun."""
    form = exam_forms().get(str(row.paper.get("key", "")))
    return form.title[current_language() == "en"] if form else row.title or _("Own mix")


def given_of(answers: list[TrainingAnswer]) -> dict[str, Given]:
    """What was answered so far, by question."""
    return {one.question: _given(one.answer) for one in answers}


def _given(document: Any) -> Given:
    kept = document or {}
    return Given(str(kept.get("text", "")), bool(kept.get("flag", False)))


def shown_percent(points: int | None) -> float | None:
    """Tenths of points, 0 to 1000, as a percentage."""
    return None if points is None else points / TENTHS


def exam_row(
    row: TrainingExam, names: Mapping[bytes, str], worth: tuple[int, bool] | None = None
) -> ExamRow:
    """A row as others see it; `worth` is what it is worth with marks set by hand."""
    points, passed = worth or (row.points, row.passed)
    return ExamRow(
        row.id,
        row.staff_id,
        names.get(row.staff_id, ""),
        shown_title(row),
        str(row.paper.get("key", "")),
        len(row.paper.get("items", ())),
        row.started_at,
        row.ended_at,
        shown_percent(points),
        passed,
        row.pass_mark / TENTHS,
        worth is not None,
    )


def item_of(paper: Paper, question: str) -> PaperItem:
    """A question of a paper; raises `NotFound`."""
    for item in paper.items:
        if item.question.id == question:
            return item
    raise NotFound(_("This question is not on the paper."))


def checked(item: PaperItem, answer: str) -> str:
    """An answer as it is kept; raises `UserError` for what can't be one."""
    kind = item.question.kind
    if kind is Kind.CASE:
        return answer.strip()[:MAX_CASE]
    allowed: Sequence[str] = "TF" if kind is Kind.TRUE_FALSE else LETTERS
    letters = sorted(set(answer.strip().upper()))
    one = kind is not Kind.MULTIPLE
    if any(letter not in allowed for letter in letters) or (one and len(letters) > 1):
        raise UserError(_("This is no answer to the question."), code="bad_answer")
    return "".join(letters)


def told_answers(session: Session) -> list[Told]:
    """What the answers of all exams handed in were worth, marks set by hand among them."""
    ended = session.scalars(
        select(TrainingExam).where(
            TrainingExam.ended_at.is_not(None), TrainingExam.deleted.is_(False)
        )
    )
    exams = {row.id for row in ended if row.paper.get("key") != BOOK}
    by_hand = corrected_answers(session)
    answers = session.execute(
        select(
            TrainingAnswer.exam_id,
            TrainingAnswer.question,
            TrainingAnswer.points,
            TrainingAnswer.possible,
        ).where(TrainingAnswer.deleted.is_(False))
    )
    return [
        (exam, question, within(by_hand.get((exam, question), points), possible), possible)
        for exam, question, points, possible in answers
        if exam in exams
    ]
