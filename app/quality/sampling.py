"""Draws conversations: weighted, without repetition, the same for the same seed on every station."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from db.models import CheckReason


class Candidate(NamedTuple):
    """What an agent said in a conversation in the week; `weight` above 0 makes it likelier."""

    agent: bytes
    conversation: bytes
    starts_at: int
    ends_at: int
    reason: CheckReason
    weight: int


def draw(
    candidates: Iterable[Candidate],
    per_agent: int,
    seed: int,
    have: Mapping[tuple[bytes, bytes], bool] = MappingProxyType({}),
) -> list[Candidate]:
    """Up to `per_agent` of each agent, those of `have` not again.

    `have` are pairs of agent and conversation that were taken before, and whether they count.
    Each candidate gets the key u^(1/weight) of its own random number, and the largest keys win: a
    draw with chances by weight (Efraimidis and Spirakis). The number hangs on seed, agent and
    conversation only, so who else is there changes nothing about it.
    """
    room = Counter(agent for (agent, _talk), counts in have.items() if counts)
    by_agent: dict[bytes, list[tuple[float, Candidate]]] = {}
    for one in candidates:
        if one.weight <= 0 or (one.agent, one.conversation) in have:
            continue
        dice = random.Random(f"{seed}:{one.agent.hex()}:{one.conversation.hex()}")
        by_agent.setdefault(one.agent, []).append((dice.random() ** (1 / one.weight), one))
    return [
        one
        for agent in sorted(by_agent)
        for _key, one in sorted(by_agent[agent], key=lambda pair: -pair[0])[
            : max(0, per_agent - room[agent])
        ]
    ]
