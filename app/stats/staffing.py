"""How many agents an hour needs: Erlang on the arrivals of a usual day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.stats.erlang import Demand, Staffing, achieved, required_agents


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one wants and supposes; shares are parts of 1, times seconds.

    `patience_s` None: nobody gives up (Erlang C), else Erlang A. `shrinkage` is the part of paid
    time in which agents are not at the desk. `growth` multiplies the arrivals.
    """

    share: float = 0.8
    target_s: float = 30.0
    handling_s: float = 240.0
    at_once: int = 3
    patience_s: float | None = None
    shrinkage: float = 0.15
    growth: float = 1.0


@dataclass(frozen=True, slots=True)
class HourPlan:
    """An hour's need: agents at the desk, and people to be planned for that.

    `arrivals` are customers an hour; `without_one` is what one agent fewer would achieve.
    """

    hour: int
    arrivals: float
    staffing: Staffing
    people: int
    without_one: Staffing | None


@dataclass(frozen=True, slots=True)
class Basis:
    """What the past says: arrivals by weekday and hour are a `Week`; the handling time, seconds.

    `handling_s` is the mean reception time, None where nothing is known.
    """

    handling_s: float | None
    busiest: int


def plan_hours(arrivals: Sequence[float], wishes: Wishes) -> list[HourPlan]:
    """The need of each hour; raises ValueError where no number of agents would do."""
    return [_hour(hour, number * wishes.growth, wishes) for hour, number in enumerate(arrivals)]


def _hour(hour: int, arrivals: float, wishes: Wishes) -> HourPlan:
    demand = Demand(arrivals, wishes.handling_s, wishes.patience_s, wishes.at_once)
    if demand.load <= 0:
        return HourPlan(hour, arrivals, achieved(0, demand, wishes.target_s), 0, None)
    found = required_agents(demand, wishes.target_s, wishes.share)
    # A short queue of patient people may meet any goal with nobody there: somebody must be.
    if found.agents == 0:
        found = replace(achieved(1, demand, wishes.target_s), agents=1)
    fewer = achieved(found.agents - 1, demand, wishes.target_s)
    people = math.ceil(found.agents / (1 - wishes.shrinkage) - 1e-9)
    return HourPlan(hour, arrivals, found, people, fewer)
