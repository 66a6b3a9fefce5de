"""What a practice conversation is worth: parts of 0 to 100 points, each point with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.i18n import N_, _
from app.language import Level
from app.training.customer import Line, Outcome, PracticeCustomer

QUICK_S: Final = 30
"""Answered within: full points; within `SLOW_S` half."""
SLOW_S: Final = 60


class Part(StrEnum):
    """What is judged."""

    TIMES = "times"
    STEPS = "steps"
    ACTIONS = "actions"
    FACTS = "facts"
    LANGUAGE = "language"
    OUTCOME = "outcome"


WEIGHTS: Final[Mapping[Part, int]] = {
    Part.TIMES: 20,
    Part.STEPS: 25,
    Part.ACTIONS: 15,
    Part.FACTS: 15,
    Part.LANGUAGE: 10,
    Part.OUTCOME: 15,
}
_OUTCOMES: Final = {
    Outcome.SATISFIED: 100,
    Outcome.SETTLED: 60,
    Outcome.STUCK: 30,
    Outcome.LEFT: 10,
    Outcome.ANGRY: 0,
}
OUTCOME_NAMES: Final = {
    Outcome.SATISFIED: N_("The customer was satisfied"),
    Outcome.SETTLED: N_("Settled, but the customer was displeased"),
    Outcome.STUCK: N_("It led nowhere"),
    Outcome.LEFT: N_("The customer left: too slow"),
    Outcome.ANGRY: N_("The customer left in anger"),
}
_WRONG_FACT: Final = 40
_HITS: Final = {Level.HINT: 10, Level.WARN: 30, Level.BLOCK: 60}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a part has fewer points: how many, by which line (None: by what never came), in words."""

    points: float
    line: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A part's points and what took the others away."""

    part: Part
    points: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A conversation judged; `not_understood` are agent's lines the customer could not follow."""

    parts: tuple[Judged, ...]
    outcome: Outcome
    not_understood: tuple[int, ...]

    @property
    def total(self) -> float:
        """The weighted mean of the parts there are, 0 to 100."""
        weight = sum(WEIGHTS[part.part] for part in self.parts)
        return sum(part.points * WEIGHTS[part.part] for part in self.parts) / weight

    def points(self, part: Part) -> float | None:
        """A part's points, None where the scenario does not judge it."""
        return next((one.points for one in self.parts if one.part is part), None)


def judge(customer: PracticeCustomer) -> Score:
    """Judge a conversation that has ended."""
    lines = list(customer.lines)
    outcome = customer.outcome or Outcome.STUCK
    parts = [_times(lines), _needs(customer, Part.STEPS), _needs(customer, Part.ACTIONS)]
    parts += [_facts(lines) if customer.scenario.truths else None, _language(lines)]
    parts.append(Judged(Part.OUTCOME, _OUTCOMES[outcome], _ended(outcome)))
    lost = tuple(n for n, line in enumerate(lines) if line.agent and not line.understood)
    return Score(tuple(part for part in parts if part is not None), outcome, lost)


def _ended(outcome: Outcome) -> tuple[Reason, ...]:
    lost = 100 - _OUTCOMES[outcome]
    return (Reason(lost, None, _(OUTCOME_NAMES[outcome])),) if lost else ()


def _times(lines: Sequence[Line]) -> Judged:
    turns = [
        (n, line.waited) for n, line in enumerate(lines) if line.agent and line.waited is not None
    ]
    unanswered = bool(lines) and not any(line.agent for line in lines)
    if unanswered or not turns:
        return Judged(Part.TIMES, 0, (Reason(100, None, _("No answer was given")),))
    each = 100 / len(turns)
    reasons = tuple(
        Reason(
            each * (1 if waited > SLOW_S else 0.5),
            n,
            _("Answered after {n} s").format(n=round(waited)),
        )
        for n, waited in turns
        if waited > QUICK_S
    )
    return _less(Part.TIMES, reasons)


def _needs(customer: PracticeCustomer, part: Part) -> Judged | None:
    needs = [need for need in customer.scenario.needs if need.part == part]
    if not needs:
        return None
    met = set(customer.met)
    each = 100 / len(needs)
    missing = [need for need in needs if need.id not in met]
    words = _("Missing: {what}")
    return _less(part, tuple(Reason(each, None, words.format(what=n.id)) for n in missing))


def _facts(lines: Sequence[Line]) -> Judged:
    words = _("Wrong: {what}")
    reasons = tuple(
        Reason(_WRONG_FACT, n, words.format(what=what))
        for n, line in enumerate(lines)
        for what in line.wrong
    )
    return _less(Part.FACTS, reasons)


def _language(lines: Sequence[Line]) -> Judged:
    reasons = tuple(
        Reason(_HITS[hit.level], n, f"“{hit.found}” {hit.why}")
        for n, line in enumerate(lines)
        for hit in line.hits
    )
    return _less(Part.LANGUAGE, reasons)


def _less(part: Part, reasons: tuple[Reason, ...]) -> Judged:
    return Judged(part, max(0.0, 100 - sum(reason.points for reason in reasons)), reasons)
