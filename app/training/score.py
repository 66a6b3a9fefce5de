"""What a practice conversation is worth: parts of 0 to 100 points, each point with its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from app.core.i18n import N_
from app.language import Level
from app.training.customer import Line, Outcome, PracticeCustomer
from app.training.intents import intents
from app.training.scenario import Need, filled
from app.training.score_model import (
    OUTCOME_NAMES,
    PART_NAMES,
    WEIGHTS,
    Figures,
    Judged,
    Part,
    Reason,
    Score,
    weighted,
)

__all__ = [
    "OUTCOME_NAMES",
    "PART_NAMES",
    "QUICK_S",
    "SLOW_S",
    "TYPING_BAR",
    "WEIGHTS",
    "Figures",
    "Judged",
    "Part",
    "Reason",
    "Score",
    "figures_of",
    "judge",
    "judge_replay",
    "weighted",
]

QUICK_S: Final = 30
"""Answered within: full points; within `SLOW_S` half."""
SLOW_S: Final = 60
_FIRST_SHARE: Final = 40
"""Of the points for times, those of the first answer; all further ones share the rest."""
_DAWN_MS: Final = 1_000_000_000_000
TYPING_BAR: Final = 60
"""Characters a minute that an agent types (DOMAIN §11)."""
_PASTED: Final = 400
"""Nobody types so many characters a minute: the text came from a phrase."""
_TOO_SHORT: Final = 4


_OUTCOMES: Final = {
    Outcome.SATISFIED: 100,
    Outcome.SETTLED: 60,
    Outcome.STUCK: 30,
    Outcome.LEFT: 10,
    Outcome.ANGRY: 0,
}
_WRONG_FACT: Final = 40
_HITS: Final = {Level.HINT: 10, Level.WARN: 30, Level.BLOCK: 60}
_UNANSWERED: Final = N_("No answer was given")
_LATE: Final = N_("Answered after {n} s")
_MISSING: Final = N_("Missing: {what}")
_WRONG: Final = N_("Wrong: {what}")
_HIT: Final = N_("“{found}” {why}")
_SLOW_TYPING: Final = N_("{n} characters a minute, {bar} are wanted; slowest here: {slowest}")


def judge_replay(lines: Sequence[Line], originals: Sequence[Sequence[str]]) -> tuple[Judged, ...]:
    """Judge answers to a real chat's turns, beside what the agent of that day did in each.

    Steps are the intents of the original answer; times, wording and typing as in any other chat.
    """
    answers = _answers(lines, Outcome.SATISFIED)
    parts = [_times(answers), _as_then(lines, originals), _language(lines), _typing(_speeds(lines))]
    return tuple(part for part in parts if part is not None)


def judge(customer: PracticeCustomer) -> Score:
    """Judge a conversation that has ended."""
    lines = list(customer.lines)
    outcome = customer.outcome or Outcome.STUCK
    answers = _answers(lines, outcome)
    speeds = _speeds(lines)
    parts = [_times(answers), _needs(customer, Part.STEPS), _needs(customer, Part.ACTIONS)]
    parts += [_facts(lines) if customer.scenario.truths else None, _language(lines)]
    parts += [_typing(speeds), Judged(Part.OUTCOME, _OUTCOMES[outcome], _ended(outcome))]
    lost = tuple(n for n, line in enumerate(lines) if line.agent and not line.understood)
    judged = tuple(part for part in parts if part is not None)
    return Score(judged, outcome, lost, _figures(answers, speeds))


def figures_of(lines: Sequence[Line], outcome: str) -> Figures:
    """What was measured in a conversation that is kept; `outcome` as it is kept."""
    known = next((one for one in Outcome if one == outcome), Outcome.STUCK)
    return _figures(_answers(lines, known), _speeds(lines))


def _figures(answers: Sequence[_Answer], speeds: Mapping[int, float]) -> Figures:
    seconds = [one.seconds for one in answers if one.seconds is not None]
    return Figures(
        first_s=answers[0].seconds if answers else None,
        mean_s=sum(seconds) / len(seconds) if seconds else None,
        chars_per_minute=median(speeds.values()) if speeds else None,
    )


def _ended(outcome: Outcome) -> tuple[Reason, ...]:
    lost = 100 - _OUTCOMES[outcome]
    return (Reason(lost, None, OUTCOME_NAMES[outcome]),) if lost else ()


# --- times -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Answer:
    """A customer's turn: its first line, the line that answered and after how many seconds.

    Both of the answer are None where nobody answered.
    """

    asked: int
    line: int | None
    seconds: float | None


def _answers(lines: Sequence[Line], outcome: Outcome) -> list[_Answer]:
    """The turns as the shop's numbers cut them; the last one counts where nobody came any more."""
    # The numbers' code is loaded where a talk is judged only.
    from app.stats import waits

    said = [line for line in lines if not line.action]
    # Who thanks at the end does not wait, nor who slams the door; one who left did wait.
    turns = waits((_moment(line), line.agent) for line in said)
    places = {_moment(lines[n]): n for n in reversed(range(len(lines))) if _speaks(lines[n])}
    asked = {_moment(lines[n]): n for n in reversed(range(len(lines))) if not lines[n].agent}
    found = [
        _Answer(
            asked[turn.asked_at],
            None if turn.answered_at is None else places[turn.answered_at],
            None if turn.answered_at is None else (turn.answered_at - turn.asked_at) / 1000,
        )
        for turn in turns
    ]
    gone = outcome in {Outcome.LEFT, Outcome.STUCK} or (
        outcome is Outcome.ANGRY and any(one.asked < len(lines) - 1 for one in found[-1:])
    )
    return [one for one in found if one.line is not None or gone or len(found) == 1]


def _moment(line: Line) -> int:
    # The numbers take small ones for places in an order, not for times.
    return _DAWN_MS + round(line.at * 1000)


def _speaks(line: Line) -> bool:
    return line.agent and not line.action


def _times(answers: Sequence[_Answer]) -> Judged:
    if not any(one.line is not None for one in answers):
        first = answers[0].asked if answers else None
        return Judged(Part.TIMES, 0, (Reason(100, first, _UNANSWERED),))
    rest = (100 - _FIRST_SHARE) / (len(answers) - 1) if len(answers) > 1 else 0
    worth = [_FIRST_SHARE if len(answers) > 1 else 100, *[rest] * (len(answers) - 1)]
    reasons = (_late(one, each) for one, each in zip(answers, worth, strict=True))
    return _less(Part.TIMES, tuple(reason for reason in reasons if reason is not None))


def _late(answer: _Answer, worth: float) -> Reason | None:
    if answer.seconds is None:
        return Reason(worth, answer.asked, _UNANSWERED)
    if answer.seconds <= QUICK_S:
        return None
    lost = worth * (1 if answer.seconds > SLOW_S else 0.5)
    return Reason(lost, answer.line, _LATE, {"n": round(answer.seconds)})


# --- the other parts ---------------------------------------------------------------------------


def _needs(customer: PracticeCustomer, part: Part) -> Judged | None:
    needs = [need for need in customer.scenario.needs if need.part == part]
    if not needs:
        return None
    met = set(customer.met)
    each = 100 / len(needs)
    example = _examples(customer)
    missing = [need for need in needs if need.id not in met]
    reasons = (Reason(each, None, _MISSING, {"what": n.id}, example(n)) for n in missing)
    return _less(part, tuple(reasons))


def _as_then(lines: Sequence[Line], originals: Sequence[Sequence[str]]) -> Judged | None:
    """What the original answers did and one's own did not; None where they did nothing known."""
    own = [(n, line) for n, line in enumerate(lines) if line.agent]
    wanted = [frozenset().union(*map(intents().found, said)) for said in originals]
    count = sum(map(len, wanted))
    missed = [
        (n, sorted(names - line.intents), said)
        for (n, line), names, said in zip(own, wanted, originals, strict=False)
    ]
    reasons = tuple(
        Reason(100 * len(what) / count, n, _MISSING, {"what": " ".join(what)}, " ".join(said))
        for n, what, said in missed
        if what
    )
    return _less(Part.STEPS, reasons) if count else None


def _examples(customer: PracticeCustomer) -> Callable[[Need], str]:
    """What would have met a need: a line of the model, or the name of an action."""
    pairs = customer.scenario.model
    model = [filled(pair[customer.english], customer.facts) for pair in pairs]

    def example(need: Need) -> str:
        fitting = (line for line in model if set(need.when) & intents().found(line))
        return next(fitting, need.action)

    return example


def _facts(lines: Sequence[Line]) -> Judged:
    reasons = tuple(
        Reason(_WRONG_FACT, n, _WRONG, {"what": what})
        for n, line in enumerate(lines)
        for what in line.wrong
    )
    return _less(Part.FACTS, reasons)


def _language(lines: Sequence[Line]) -> Judged:
    reasons = tuple(
        Reason(_HITS[hit.level], n, _HIT, {"found": hit.found, "why": hit.why, "pack": hit.pack})
        for n, line in enumerate(lines)
        for hit in line.hits
    )
    return _less(Part.LANGUAGE, reasons)


def _speeds(lines: Sequence[Line]) -> dict[int, float]:
    """Characters a minute of the lines that were typed, by place."""
    typed = {
        n: 60 * len(line.text) / line.typed_s
        for n, line in enumerate(lines)
        if line.typed_s and len(line.text) >= _TOO_SHORT
    }
    return {n: speed for n, speed in typed.items() if speed <= _PASTED}


def _typing(speeds: Mapping[int, float]) -> Judged | None:
    """The middle speed counts: one may look something up while a line stands half written."""
    if not speeds:
        return None
    middle = median(speeds.values())
    if middle >= TYPING_BAR:
        return Judged(Part.TYPING, 100)
    slowest = min(speeds, key=lambda n: speeds[n])
    told = {"n": round(middle), "bar": TYPING_BAR, "slowest": round(speeds[slowest])}
    lost = 100 - 100 * middle / TYPING_BAR
    return _less(Part.TYPING, (Reason(lost, slowest, _SLOW_TYPING, told),))


def _less(part: Part, reasons: tuple[Reason, ...]) -> Judged:
    return Judged(part, max(0.0, 100 - sum(reason.points for reason in reasons)), reasons)
