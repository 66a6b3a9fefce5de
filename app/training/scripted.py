"""Scripted agents that play scenarios by themselves: they check the scenarios and the score."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from app.language import Checker, packs
from app.training.customer import PracticeCustomer
from app.training.intents import intents
from app.training.scenario import Scenario, filled, spoken
from app.training.score import Score, judge

_RUDE: Final = (
    ("这不归我管，你自己看吧。", "That is not my problem, read the page yourself."),
    ("催什么催，没办法。", "Stop asking, there is nothing I can do."),
    ("爱买不买，闭嘴吧。", "Take it or leave it, shut up."),
)
SAMPLE_FACTS: Final[Mapping[str, str]] = {
    "order": "910000000015700047",
    "item": "青禾 加绒连帽卫衣",
    "price": "199",
    "name": "林晓月",
    "carrier": "中通",
    "tracking": "78100000000001",
    "address": "浙江省杭州市西湖区文三路88号3栋501室",
}
"""What fills the texts where no practice shop is at hand; all of it is invented."""
_MOST: Final = 40
_STEP_S: Final = 5.0


class Script(StrEnum):
    """How an agent of these behaves."""

    EXEMPLARY = "exemplary"
    SLOW = "slow"
    RUDE = "rude"
    WRONG_FACTS = "wrong-facts"


@dataclass(frozen=True, slots=True)
class Played:
    """A conversation that was played, and what it is worth."""

    customer: PracticeCustomer
    score: Score


def play(
    scenario: Scenario,
    facts: Mapping[str, str],
    script: Script,
    *,
    seed: int,
    english: bool = False,
) -> Played:
    """Play a scenario to its end; time is only counted, not waited for."""
    customer = PracticeCustomer(scenario, facts, _checker(english), seed=seed, english=english)
    chance = random.Random(f"{script}/{scenario.id}/{seed}")
    lines = _Lines(scenario, facts, script, chance, english)
    at = 0.0
    customer.begin(at)
    for _turn in range(_MOST):
        delay = _delay(script, customer, chance)
        at = _wait(customer, at, delay)
        if customer.is_over():
            break
        customer.hear(lines.next(customer), at)
        for need in customer.open_needs():
            if need.action and script is not Script.RUDE:
                at += _STEP_S
                customer.act(need.action, at)
        if customer.is_over():
            break
    return Played(customer, judge(customer))


@cache
def _checker(english: bool) -> Checker:
    return Checker(packs(), english=english)


def _delay(script: Script, customer: PracticeCustomer, chance: random.Random) -> float:
    if script is Script.SLOW:
        return customer.patience_s * chance.uniform(1.05, 1.6) + 61
    return chance.uniform(6, 24)


def _wait(customer: PracticeCustomer, at: float, delay: float) -> float:
    until = at + delay
    while at < until and not customer.is_over():
        at = min(until, at + _STEP_S)
        customer.wait(at)
    return at


class _Lines:
    """What an agent says next: the model's line that helps most, in the manner of the script."""

    def __init__(
        self,
        scenario: Scenario,
        facts: Mapping[str, str],
        script: Script,
        chance: random.Random,
        english: bool,
    ) -> None:
        self._script, self._chance = script, chance
        self._model = [filled(text, facts) for text in spoken(scenario.model, english=english)]
        self._slips = [filled(text, facts) for text in spoken(scenario.slips, english=english)]
        self._rude = spoken(_RUDE, english=english)
        self._said = 0

    def next(self, customer: PracticeCustomer) -> str:
        """The next line."""
        self._said += 1
        good = self._helpful(customer)
        if self._script is Script.RUDE and self._said % 2 == 0:
            return self._chance.choice(self._rude)
        if self._script is Script.WRONG_FACTS and self._slips and self._said % 2 == 0:
            return self._slips[(self._said // 2 - 1) % len(self._slips)]
        return good

    def _helpful(self, customer: PracticeCustomer) -> str:
        wanted = [set(need.when) for need in customer.open_needs()]
        worth = [sum(bool(intents().found(line) & one) for one in wanted) for line in self._model]
        best = max(worth)
        if best == 0:
            return self._model[min(self._said, len(self._model)) - 1]
        return self._model[worth.index(best)]


def summary(played: Sequence[Played]) -> dict[str, float]:
    """Mean points by part over several plays, with the total."""
    totals: dict[str, list[float]] = {}
    for one in played:
        totals.setdefault("total", []).append(one.score.total)
        for part in one.score.parts:
            totals.setdefault(str(part.part), []).append(part.points)
    return {name: sum(values) / len(values) for name, values in totals.items()}
