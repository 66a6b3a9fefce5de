"""What the answers to a paper are worth, question by question, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.training.paper import Paper, PaperItem
from app.training.questions import Kind, Point

HALF: Final = 0.5
"""A multiple choice with some right options and no wrong one brings half its points."""

Answer = str
"""T or F, letters of the paper, or the text of a case."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A question's points; for a case `met` are the points of its rubric found in the text.

    A case is only proposed so: a person may think otherwise.
    """

    item: PaperItem
    answer: Answer
    points: float
    met: tuple[Point, ...] = ()

    @property
    def right(self) -> bool:
        """Whether it brought all its points."""
        return self.points == self.item.question.possible


@dataclass(frozen=True, slots=True)
class Graded:
    """A paper with its answers judged."""

    paper: Paper
    marks: tuple[Marked, ...]

    @property
    def points(self) -> float:
        """The sum over all questions."""
        return sum(mark.points for mark in self.marks)

    @property
    def share(self) -> float:
        """Points of those possible, 0 to 1; 0 for an empty paper."""
        return self.points / self.paper.possible if self.paper.possible else 0.0

    @property
    def passed(self) -> bool:
        """Whether the share reaches the paper's mark."""
        return bool(self.marks) and self.share >= self.paper.blueprint.pass_share


def grade(paper: Paper, answers: Mapping[str, Answer]) -> Graded:
    """Judge answers by the questions' ids; what is missing brings nothing."""
    marks = (mark(item, answers.get(item.question.id, "")) for item in paper.items)
    return Graded(paper, tuple(marks))


def corrected(graded: Graded, points: Mapping[str, float]) -> Graded:
    """The same with marks that somebody set by hand, by the questions' ids."""
    marks = (
        replace(one, points=max(0, min(points[one.item.question.id], one.item.question.possible)))
        if one.item.question.id in points
        else one
        for one in graded.marks
    )
    return replace(graded, marks=tuple(marks))


def mark(item: PaperItem, answer: Answer) -> Marked:
    """Judge the answer to one question."""
    question = item.question
    if question.kind is Kind.CASE:
        text = answer.lower()
        met = tuple(p for p in question.rubric if any(word in text for word in p.words))
        return Marked(item, answer, sum(point.points for point in met), met)
    given, right = set(answer.strip().upper()), set(item.answer)
    if given == right:
        return Marked(item, answer, question.possible)
    partly = question.kind is Kind.MULTIPLE and given and given < right
    return Marked(item, answer, question.possible * HALF if partly else 0)
