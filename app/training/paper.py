"""An exam paper: questions drawn from the bank by a blueprint, shuffled; one seed, one paper."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.training.questions import LETTERS, Kind, Question

AREAS: Final = (
    "reception", "customers", "products", "orders", "logistics", "after_sales", "complaints",
    "language", "numbers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How many questions of each kind; areas take turns, so that a paper goes over all of them.

    `pass_share` is the least share of the points that passes, `minutes` the time.
    """

    counts: Mapping[Kind, int]
    areas: Sequence[str] = AREAS
    pass_share: float = 0.8
    minutes: int = 45


BLUEPRINT: Final = Blueprint({Kind.TRUE_FALSE: 12, Kind.SINGLE: 18, Kind.MULTIPLE: 8, Kind.CASE: 2})


@dataclass(frozen=True, slots=True)
class PaperItem:
    """A question as it stands on a paper: `order` are the written letters, as they are shown."""

    question: Question
    order: str = ""

    def shown(self, *, english: bool) -> tuple[str, ...]:
        """The options in the order of this paper."""
        options = self.question.wording(english=english).options
        return tuple(options[LETTERS.index(letter)] for letter in self.order)

    @property
    def answer(self) -> str:
        """The right answer in this paper's letters."""
        if self.question.kind in {Kind.TRUE_FALSE, Kind.CASE}:
            return self.question.answer
        right = (LETTERS[self.order.index(letter)] for letter in self.question.answer)
        return "".join(sorted(right))


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper; the same bank, blueprint and seed make it again."""

    seed: int
    blueprint: Blueprint
    items: tuple[PaperItem, ...] = field(default_factory=tuple)

    @property
    def possible(self) -> int:
        """All points there are to have."""
        return sum(item.question.possible for item in self.items)


def make_paper(
    questions: Sequence[Question], blueprint: Blueprint = BLUEPRINT, *, seed: int
) -> Paper:
    """Draw a paper; raises `UserError` naming the kind the bank has too few of."""
    chance = random.Random(seed)
    items: list[PaperItem] = []
    for kind in Kind:
        drawn = _draw(questions, kind, blueprint, chance)
        items += [PaperItem(question, _order(question, chance)) for question in drawn]
    return Paper(seed, blueprint, tuple(items))


def lay_out(question: Question, *, seed: int) -> PaperItem:
    """A single question, its options shuffled."""
    return PaperItem(question, _order(question, random.Random(seed)))


def _draw(
    questions: Sequence[Question], kind: Kind, blueprint: Blueprint, chance: random.Random
) -> list[Question]:
    wanted = blueprint.counts.get(kind, 0)
    piles = [[q for q in questions if q.kind is kind and q.area == a] for a in blueprint.areas]
    if sum(map(len, piles)) < wanted:
        message = _("The question bank has too few questions of the kind “{kind}”.")
        raise UserError(message.format(kind=kind), code="too_few_questions")
    for pile in piles:
        chance.shuffle(pile)
    chance.shuffle(piles)
    drawn: list[Question] = []
    while len(drawn) < wanted:
        for pile in piles:
            if pile and len(drawn) < wanted:
                drawn.append(pile.pop())
    return drawn


def _order(question: Question, chance: random.Random) -> str:
    if not question.zh.options:
        return ""
    letters = list(LETTERS)
    chance.shuffle(letters)
    return "".join(letters)
