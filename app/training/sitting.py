"""An exam as the one who sits it, and those who look at it later, see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.core.i18n import _, current_language
from app.training.grading import Graded
from app.training.paper import Blueprint, Paper, PaperItem
from app.training.papers import exam_forms
from app.training.questions import Kind, bank
from db.models import TrainingAnswer, TrainingExam

BOOK: Final = "book"
"""The key of a round through the wrong-answer book: untimed, and no exam in any count."""
TENTHS: Final = 10


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


@dataclass(frozen=True, slots=True)
class ExamResult:
    """An exam that is over, question by question."""

    row: ExamRow
    graded: Graded


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


def exam_row(row: TrainingExam, names: Mapping[bytes, str]) -> ExamRow:
    """A row as others see it."""
    return ExamRow(
        row.id,
        row.staff_id,
        names.get(row.staff_id, ""),
        shown_title(row),
        str(row.paper.get("key", "")),
        len(row.paper.get("items", ())),
        row.started_at,
        row.ended_at,
        shown_percent(row.points),
        row.passed,
        row.pass_mark / TENTHS,
    )
