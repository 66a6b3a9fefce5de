"""A practice customer: hears what an agent writes, answers, grows content or leaves.

Nothing is guessed: a line that carries no known intent is noted as not understood, and the
customer asks back. The same scenario, facts and seed give the same customer.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.language import Checker, Hit, Level
from app.training import customer_words as words
from app.training.customer_model import Heard, Line, Outcome, State
from app.training.scenario import Answer, Need, Scenario, Text, filled, manners
from app.training.understanding import belied, understood

__all__ = ["MOST_LINES", "WORST", "Heard", "Line", "Outcome", "Pace", "PracticeCustomer"]

_Meets = Callable[[Need], bool]
Pace = Callable[[str], float]
"""Seconds a customer takes to think of a text and type it."""

WORST: Final = -4
"""At this mood the customer leaves in anger."""
MOST_LINES: Final = 60


class PracticeCustomer:
    """One customer of a scenario; `facts` fill the texts' holes, `seed` draws the texts.

    With a `pace` their lines come as late as typing takes; else at once.
    """

    def __init__(
        self,
        scenario: Scenario,
        facts: Mapping[str, str],
        checker: Checker,
        *,
        seed: int,
        english: bool = False,
        pace: Pace = lambda _text: 0.0,
    ) -> None:
        self.scenario = scenario
        self.english = english
        self._pace = pace
        self.facts, self._checker = dict(facts), checker
        self._manner = manners()[scenario.manner]
        self._chance = random.Random(f"{scenario.id}/{seed}")
        self._state = State()

    # --- what one sees -------------------------------------------------------------------------

    @property
    def lines(self) -> Sequence[Line]:
        """The conversation so far, by time; what the customer is about to send included."""
        return tuple(sorted(self._state.lines, key=lambda line: line.at))

    def said_since(self, count: int) -> Sequence[Line]:
        """What came to be after the first `count` lines, in the order it came to be."""
        return tuple(self._state.lines[count:])

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while it goes on."""
        return self._state.outcome

    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._state.outcome is not None

    @property
    def mood(self) -> int:
        """From `WORST` to 3; 1 at the beginning."""
        return self._state.mood

    @property
    def waiting_since(self) -> float | None:
        """Since when they wait for an answer, None where they don't."""
        return self._state.waiting_since

    @property
    def patience_s(self) -> float:
        """Seconds until this customer calls for an answer; three times that, and they leave."""
        return self.scenario.patience * self._manner.patience

    def open_needs(self) -> list[Need]:
        """The needs that could be met now."""
        met = set(self._state.met)
        return [
            need for need in self.scenario.needs if need.id not in met and set(need.after) <= met
        ]

    @property
    def met(self) -> tuple[str, ...]:
        """The needs that were met, in their order."""
        return tuple(self._state.met)

    # --- what happens --------------------------------------------------------------------------

    def begin(self, at: float = 0.0) -> list[str]:
        """The customer writes first."""
        return self._say([self._draw(self.scenario.opening)], at)

    def hear(self, text: str, at: float) -> list[str]:
        """The agent wrote; returns what the customer answers, nothing once it is over."""
        return self.hear_all([Heard(text, at)], at)

    def hear_all(self, heard: Sequence[Heard], at: float) -> list[str]:
        """Read at `at` what the agent sent meanwhile, and answer all of it together."""
        state = self._state
        heard = [one for one in heard if one.text.strip()]
        if state.outcome is not None or not heard:
            return []
        first = len(state.lines)
        answers = [text for one in heard for text in self._take(one)]
        if answers or any(line.understood for line in state.lines[first:]):
            state.puzzled = 0
        else:
            answers = self._ask_back()
            state.lines[-1] = replace(state.lines[-1], mood=state.mood)
        if self._is_sent_off(state.lines[first:]):
            good = 2 * len(state.met) >= len(self.scenario.needs)
            how = Outcome.SETTLED if good else Outcome.STUCK
            return self._leave(how, words.LEFT_AT_THAT, at)
        return self._close(list(dict.fromkeys(answers)), at)

    def _is_sent_off(self, heard: Sequence[Line]) -> bool:
        """Whether an agent says goodbye for the second time, and there is nothing new in it."""
        state = self._state
        if any(line.met for line in heard) or not self.open_needs():
            state.farewells = 0
        elif any("farewell" in line.intents for line in heard):
            state.farewells += 1
        return state.farewells > 1

    def act(self, action: str, at: float, *, wrong: str = "") -> list[str]:
        """The agent did something in the desk; `wrong` names the fact it got wrong."""
        state = self._state
        if state.outcome is not None:
            return []
        if wrong:
            self._feel(-1)
            state.lines.append(Line(at, True, "", state.mood, wrong=(wrong,), action=action))
            return self._close([self._draw(words.WRONG)], at)
        state.done.append(action)
        met = self._meet(lambda need: need.action == action)
        names = tuple(need.id for need in met)
        state.lines.append(Line(at, True, "", state.mood, met=names, action=action))
        answers = [self._draw(need.say) for need in met if need.say]
        return self._close(answers, at) if met else []

    def hang_up(self) -> None:
        """The agent closed the conversation: it led nowhere."""
        if self._state.outcome is None:
            self._state.outcome, self._state.waiting_since = Outcome.STUCK, None

    def wait(self, at: float) -> list[str]:
        """Time goes by; a customer left alone calls, then leaves."""
        state = self._state
        if state.outcome is not None or state.waiting_since is None:
            return []
        turns = int((at - state.waiting_since) // self.patience_s)
        if turns <= state.called:
            return []
        state.called = turns
        self._feel(-1)
        if turns >= 3:
            return self._leave(Outcome.LEFT, words.GONE, at)
        if state.mood <= WORST:
            return self._leave(Outcome.ANGRY, words.ANGRY, at)
        since = state.waiting_since
        said = self._say([self._draw(words.WAITING)], at)
        state.waiting_since = since
        return said

    # --- how it comes about --------------------------------------------------------------------

    def _take(self, heard: Heard) -> list[str]:
        """One line of the agent's: what it does to the customer, and what they say to it."""
        state = self._state
        found = understood(heard.text, self.open_needs()) | heard.intents
        wrong = belied(heard.text, self.scenario.truths, self.facts)
        hits = tuple(self._checker.check(heard.text))
        met = self._meet(lambda need: bool(set(need.when) & found))
        waited: float | None = None
        if state.waiting_since is not None and heard.at >= state.waiting_since:
            waited = heard.at - state.waiting_since
            state.waiting_since, state.called = None, 0
        answers = self._answers(found, wrong, hits, met)
        names = tuple(need.id for need in met)
        state.lines.append(
            Line(
                *(heard.at, True, heard.text, state.mood, found, names, wrong, hits),
                waited=waited,
                typed_s=heard.typed_s,
            )
        )
        return answers

    def _meet(self, meets: _Meets) -> list[Need]:
        met: list[Need] = []
        while fresh := [need for need in self.open_needs() if meets(need) or self._was_done(need)]:
            met += fresh
            self._state.met += [need.id for need in fresh]
        if met:
            self._feel(1)
        return met

    def _was_done(self, need: Need) -> bool:
        """Done in the desk before it was its turn; an address nobody told can't have been."""
        return need.action in self._state.done and need.action != "correct_address"

    def _answers(
        self,
        found: frozenset[str],
        wrong: Sequence[str],
        hits: Sequence[Hit],
        met: Sequence[Need],
    ) -> list[str]:
        minded = [one for one in self.scenario.minds if set(one.when) & found]
        said = [self._draw(one.say) for one in minded]
        for one in minded:
            self._feel(one.mood or -1)
        if wrong:
            self._feel(-1)
            said.append(self._draw(words.WRONG))
        grave = max((hit.level.weight for hit in hits), default=0)
        if grave >= Level.WARN.weight:
            self._feel(1 - grave)
            said.append(self._draw(words.HURT))
        said += [self._draw(need.say) for need in met if need.say][-2:]
        return said + self._told(found)

    def _told(self, found: frozenset[str]) -> list[str]:
        known: list[Answer] = [one for one in self.scenario.knows if set(one.when) & found]
        if not known:
            return []
        if self._manner.vague and not self._state.vague:
            self._state.vague = True
            return [self._draw(self._manner.vague)]
        return [self._draw(one.say) for one in known][:2]

    def _ask_back(self) -> list[str]:
        self._state.puzzled += 1
        if self._state.puzzled > 2:
            self._feel(-1)
        return [self._draw(words.NOT_UNDERSTOOD)]

    def _close(self, answers: list[str], at: float) -> list[str]:
        """Say the answers, and end it where everything is met or all patience is gone."""
        state = self._state
        if state.mood <= WORST:
            return self._leave(Outcome.ANGRY, words.ANGRY, at)
        still = self.open_needs()
        half = 2 * len(state.met) >= len(self.scenario.needs)
        if self._manner.push and not state.pushed and half:
            state.pushed = True
            return self._say([*answers, self._draw(self._manner.push)], at)
        if not still:
            good = Outcome.SATISFIED if state.mood > 0 else Outcome.SETTLED
            return self._leave(good, self.scenario.end, at, answers)
        if len(state.lines) >= MOST_LINES:
            return self._leave(Outcome.STUCK, words.GONE, at, answers)
        if not answers:
            answers = [self._draw(still[0].nudge or words.NUDGE)]
        return self._say(answers, at)

    def _leave(
        self, outcome: Outcome, last: Sequence[Text], at: float, before: Sequence[str] = ()
    ) -> list[str]:
        said = self._say([*before, self._draw(last)], at)
        self._state.outcome, self._state.waiting_since = outcome, None
        return said

    def _say(self, texts: Sequence[str], at: float) -> list[str]:
        state = self._state
        said = [self._mannered(text) if not n else text for n, text in enumerate(texts)]
        state.waiting_since = None
        for text in said:
            at += self._pace(text)
            state.lines.append(Line(at, False, text, state.mood))
            state.waiting_since = at if state.waiting_since is None else state.waiting_since
        return said

    def _mannered(self, text: str) -> str:
        before = self._manner.before
        if before and self._chance.random() < 0.4:
            return self._draw(before) + text
        return text

    def _draw(self, texts: Sequence[Text]) -> str:
        pair = self._chance.choice(texts)
        return filled(pair[1] if self.english else pair[0], self.facts)

    def _feel(self, by: int) -> None:
        self._state.mood = max(WORST, min(3, self._state.mood + by))
