"""The question bank: one JSON document a line in `resources/training/questions/AREA.jsonl`.

    {"id": "orders-07", "kind": "tf|single|multiple|case", "a": "D",
     "zh": {"q": question, "o": [four options], "w": why}, "en": {…},
     "rubric": [{"zh": what is wanted, "en": …, "points": 3, "any": [words that show it]}]}

`a` is T or F, or the letters of the right options in their written order; cases have a rubric.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from app.core.i18n import N_
from app.core.paths import resource

LETTERS: Final = "ABCD"


class BankError(ValueError):
    """A question can't be used: the message names the file, the line and the fault."""


class Kind(StrEnum):
    """How a question is answered."""

    TRUE_FALSE = "tf"
    SINGLE = "single"
    MULTIPLE = "multiple"
    CASE = "case"


QUESTION_KINDS: Final = {
    Kind.TRUE_FALSE: N_("True or false"),
    Kind.SINGLE: N_("One is right"),
    Kind.MULTIPLE: N_("Several are right"),
    Kind.CASE: N_("Case"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A question in one language; true-false questions and cases have no options."""

    question: str
    options: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Point:
    """One thing a case answer should hold; any of `words`, folded to lower case, shows it."""

    zh: str
    en: str
    points: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the bank; `answer` as in the file, "" for a case."""

    id: str
    area: str
    kind: Kind
    answer: str
    zh: Wording
    en: Wording
    rubric: tuple[Point, ...] = ()

    def wording(self, *, english: bool) -> Wording:
        """The question in the desk's language."""
        return self.en if english else self.zh

    @property
    def possible(self) -> int:
        """The most points it can bring: 2 for true or false, 3, 4, or the sum of its rubric."""
        plain = {Kind.TRUE_FALSE: 2, Kind.SINGLE: 3, Kind.MULTIPLE: 4}
        return plain.get(self.kind) or sum(point.points for point in self.rubric)


@cache
def bank() -> tuple[Question, ...]:
    """Every question that comes with the desk; raises `BankError`."""
    folder = resource("training", "questions")
    return read_bank(sorted(folder.glob("*.jsonl")))


def read_bank(paths: Iterable[Path]) -> tuple[Question, ...]:
    """Read question files; raises `BankError` naming file, line and fault."""
    questions: list[Question] = []
    known: set[str] = set()
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                question = _question(path.stem, msgspec.json.decode(line))
            except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
                raise BankError(f"{path.name}:{number}: {error}") from error
            if question.id in known:
                raise BankError(f"{path.name}:{number}: {question.id} stands twice")
            known.add(question.id)
            questions.append(question)
    return tuple(questions)


def _question(area: str, raw: dict[str, Any]) -> Question:
    kind = Kind(raw["kind"])
    question = Question(
        id=raw["id"],
        area=area,
        kind=kind,
        answer=raw["a"],
        zh=_wording(raw["zh"]),
        en=_wording(raw["en"]),
        rubric=tuple(_point(point) for point in raw.get("rubric", ())),
    )
    fault = _fault(question)
    if fault:
        raise ValueError(f"{question.id}: {fault}")
    return question


def _wording(raw: dict[str, Any]) -> Wording:
    return Wording(raw["q"], tuple(raw.get("o", ())), raw["w"])


def _point(raw: dict[str, Any]) -> Point:
    words = tuple(word.lower() for word in raw["any"])
    return Point(raw["zh"], raw["en"], int(raw["points"]), words)


def _fault(question: Question) -> str:
    zh, en = question.zh, question.en
    if not all((zh.question, zh.why, en.question, en.why)):
        return "a question, or why, is empty"
    if question.kind is Kind.CASE:
        usable = question.rubric and all(p.points > 0 and p.words for p in question.rubric)
        return "" if usable else "a case needs a rubric with points and words"
    if question.kind is Kind.TRUE_FALSE:
        return "" if question.answer in {"T", "F"} else "the answer is T or F"
    return _choice_fault(question, (zh.options, en.options))


def _choice_fault(question: Question, options: Sequence[tuple[str, ...]]) -> str:
    if any(len(one) != len(LETTERS) or len(set(one)) != len(one) for one in options):
        return "four different options are needed in each language"
    letters = set(question.answer)
    if not letters or not letters <= set(LETTERS) or len(letters) != len(question.answer):
        return "the answer names no options"
    if (len(letters) == 1) != (question.kind is Kind.SINGLE):
        return "a single choice has one right option, a multiple choice several"
    return ""
