"""How many agents an hour needs: Erlang C (nobody gives up) and Erlang A (with patience).

M/M/n and M/M/n+M queues, e.g. Gans, Koole, Mandelbaum: "Telephone Call Centers" (2003), §3 and §4.
All times are seconds. An agent who serves several customers at once counts as several servers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_ENOUGH: Final = 1e-18
_NEVER: Final = 1e-280
"""Rarer than this nobody waits; the sums would overflow."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What an hour brings: customers an hour, handling time and patience (s; None: without end).

    `at_once` is how many customers one agent serves at the same time.
    """

    per_hour: float
    handling_s: float
    patience_s: float | None = None
    at_once: int = 1

    @property
    def load(self) -> float:
        """Offered load in erlangs: customers in service if nobody had to wait."""
        return self.per_hour * self.handling_s / 3600


@dataclass(frozen=True, slots=True)
class Staffing:
    """What a number of agents achieves: shares of all customers, and the mean wait in seconds."""

    agents: int
    waits: float
    in_time: float
    gives_up: float
    mean_wait_s: float
    busy: float


def erlang_b(servers: int, load: float) -> float:
    """Share of customers lost where nobody can wait, by the usual recursion."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Share of customers who must wait; 1 where the load is more than all can do."""
    if load <= 0:
        return 0.0
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1 - blocked))


def achieved(agents: int, demand: Demand, target_s: float) -> Staffing:
    """What so many agents achieve, with answers wanted within `target_s`."""
    if demand.load <= 0:
        return Staffing(agents, 0.0, 1.0, 0.0, 0.0, 0.0)
    if agents <= 0:
        return Staffing(agents, 1.0, 0.0, 0.0, math.inf, 0.0)
    servers = agents * demand.at_once
    if demand.patience_s is None:
        return _without_end(agents, servers, demand, target_s)
    return _with_patience(agents, servers, demand, demand.patience_s, target_s)


def required_agents(demand: Demand, target_s: float, share: float, most: int = 1_000) -> Staffing:
    """The fewest agents with whom `share` of the customers are answered within `target_s`.

    Raises ValueError where `most` are not enough, or for a share outside of 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError("a share is from 0 to 1")
    for agents in range(most + 1):
        found = achieved(agents, demand, target_s)
        if found.in_time >= share:
            return found
    raise ValueError("more agents are needed than were allowed")


def _without_end(agents: int, servers: int, demand: Demand, target_s: float) -> Staffing:
    load = demand.load
    waits = erlang_c(servers, load)
    if load >= servers:
        return Staffing(agents, 1.0, 0.0, 0.0, math.inf, 1.0)
    free = servers - load
    in_time = 1 - waits * math.exp(-free * target_s / demand.handling_s)
    return Staffing(agents, waits, in_time, 0.0, waits * demand.handling_s / free, load / servers)


def _with_patience(
    agents: int, servers: int, demand: Demand, patience_s: float, target_s: float
) -> Staffing:
    """The chain of M/M/n+M, in which k customers in line leave at rate n·μ + k·θ."""
    rate, service, leave = demand.per_hour / 3600, servers / demand.handling_s, 1 / patience_s
    blocked = erlang_b(servers, demand.load)
    if blocked < _NEVER:
        return Staffing(agents, 0.0, 1.0, 0.0, 0.0, demand.load / servers)
    line = [1.0]  # chances of 0, 1, 2 … in line, in units of the first
    while line[-1] > _ENOUGH * sum(line):
        line.append(line[-1] * rate / (service + len(line) * leave))
    total = sum(line) + (1 - blocked) / blocked
    waits = sum(line) / total
    in_line = sum(k * chance for k, chance in enumerate(line)) / total
    gives_up = leave * in_line / rate
    in_time = sum(
        chance / total * answered
        for chance, answered in zip(line, _answered(service, leave, target_s), strict=False)
    )
    busy = rate * (1 - gives_up) / service
    return Staffing(agents, waits, 1 - waits + in_time, gives_up, in_line / rate, busy)


def _answered(service: float, leave: float, target_s: float) -> Iterator[float]:
    """Chances to be answered within the target for whoever finds 0, 1, 2 … in line.

    Those ahead are gone after k + 1 departures at rates n·μ, n·μ + θ … The density of that time,
    times the chance to stay so long, integrates to a share c / (c + k + 1) of an incomplete beta
    function I(k + 1, c + 1) with c = n·μ / θ, whose complement is a sum of k + 1 terms.
    """
    c, passed = service / leave, -math.expm1(-leave * target_s)
    term = math.exp(-(service + leave) * target_s)
    rest, k = term, 0
    while True:
        yield c / (c + k + 1) * max(0.0, 1 - rest)
        k += 1
        term *= (c + k) / k * passed
        rest += term
