"""The stages of a customer's relationship, and who comes back from them (DOMAIN §3, §9)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from app.core.i18n import N_
from app.stats.settings import DAY_MS
from app.stats.worth.history import History
from app.stats.worth.model import Returns
from app.stats.worth.settings import WorthRules


class Stage(StrEnum):
    """Where a customer stands."""

    POTENTIAL = "potential"
    FIRST_TIME = "first_time"
    REPEAT = "repeat"
    LOYAL = "loyal"
    PRE_LOST = "pre_lost"
    LOST = "lost"


STAGES: Final = {
    Stage.POTENTIAL: N_("Potential"),
    Stage.FIRST_TIME: N_("First-time"),
    Stage.REPEAT: N_("Repeat"),
    Stage.LOYAL: N_("Loyal"),
    Stage.PRE_LOST: N_("About to be lost"),
    Stage.LOST: N_("Lost"),
}


class Step(NamedTuple):
    """From when (Unix ms) a customer is at a stage."""

    stage: Stage
    at: int


def steps(times: Sequence[int], now: int, rules: WorthRules) -> list[Step]:
    """Every change of stage up to `now`, oldest first; `times` are those of payments."""
    found: list[Step] = []
    for place, at in enumerate(times):
        if at > now:
            break
        _come(found, _bought(place + 1, rules), at)
        following = times[place + 1] if place + 1 < len(times) else now + 1
        for stage, days in ((Stage.PRE_LOST, rules.pre_lost_days), (Stage.LOST, rules.lost_days)):
            silent = at + days * DAY_MS
            if silent < following and silent <= now:
                _come(found, stage, silent)
    return found


def stage_at(times: Sequence[int], now: int, rules: WorthRules) -> Stage:
    """The stage at a moment: the last of the steps up to it."""
    return _stage(times, bisect_right(times, now), now, rules)


def _stage(times: Sequence[int], count: int, now: int, rules: WorthRules) -> Stage:
    """The stage at a moment up to which there were so many orders."""
    if not count:
        return Stage.POTENTIAL
    silence = now - times[count - 1]
    if silence >= rules.lost_days * DAY_MS:
        return Stage.LOST
    if silence >= rules.pre_lost_days * DAY_MS:
        return Stage.PRE_LOST
    return _bought(count, rules)


def _bought(count: int, rules: WorthRules) -> Stage:
    if count >= rules.loyal_orders:
        return Stage.LOYAL
    return Stage.REPEAT if count > 1 else Stage.FIRST_TIME


def _come(found: list[Step], stage: Stage, at: int) -> None:
    if not found or found[-1].stage is not stage:
        found.append(Step(stage, at))


def stages(history: History, now: int, rules: WorthRules) -> Counter[Stage]:
    """How many customers are at each stage."""
    return Counter(stage_at(mine.times, now, rules) for mine in history.values())


def returns(history: History, start: int, end: int, rules: WorthRules) -> Returns:
    """Of those at a stage when the period began, how many bought in it."""
    there: Counter[Stage] = Counter()
    came: Counter[Stage] = Counter()
    for mine in history.values():
        before = bisect_left(mine.times, start)
        stage = _stage(mine.times, before, start, rules)
        there[stage] += 1
        came[stage] += bisect_left(mine.times, end) > before
    old = (Stage.REPEAT, Stage.LOYAL)
    return Returns(
        old=(sum(came[stage] for stage in old), sum(there[stage] for stage in old)),
        new=(came[Stage.FIRST_TIME], there[Stage.FIRST_TIME]),
        pre_lost=(came[Stage.PRE_LOST], there[Stage.PRE_LOST]),
        lost=(came[Stage.LOST], there[Stage.LOST]),
    )
