"""Cuts a conversation into sessions, receptions and turns (ANCHORS §3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from db.clock import is_timed

UNKNOWN = b""
"""Stands for an agent whose name the message does not carry."""


class Role(IntEnum):
    """Who speaks, as the numbers tell them apart."""

    CUSTOMER = 1
    AGENT = 2
    ROBOT = 3
    AUTOMATIC = 4


class TurnKind(IntEnum):
    """Which turn of a session."""

    ANY = 0
    FIRST = 1
    ROBOT = 2


class Said(NamedTuple):
    """One message: `agent` is set for a person's only, `product` for a product card."""

    rid: int
    at: int
    role: Role
    agent: bytes | None = None
    chars: int = 0
    product: str = ""


class Turn(NamedTuple):
    """A question (its first and last message) and when a person answered it, Unix ms."""

    kind: TurnKind
    asked_at: int
    last_asked_at: int
    answered_at: int | None


@dataclass(slots=True)
class Part:
    """What one agent (None: nobody) had in the session that began at `session_at`."""

    session_at: int
    agent: bytes | None
    opened_by: Role
    said: list[Said] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)


def cut(messages: Sequence[Said], gap_ms: int) -> list[Part]:
    """Return the receptions of a conversation, whose messages come in their order."""
    return [part for session in _sessions(messages, gap_ms) for part in _parts(session)]


def _sessions(messages: Sequence[Said], gap_ms: int) -> Iterator[list[Said]]:
    session: list[Said] = []
    for message in messages:
        if session and message.at - session[-1].at >= gap_ms:
            yield session
            session = []
        session.append(message)
    if session:
        yield session


def _parts(session: list[Said]) -> list[Part]:
    found: dict[bytes | None, Part] = {}

    def part(agent: bytes | None) -> Part:
        if agent not in found:
            found[agent] = Part(session[0].at, agent, session[0].role)
        return found[agent]

    for message, agent in zip(session, _owners(session), strict=True):
        part(agent).said.append(message)
    if not is_timed(session[0].at):
        return list(found.values())  # places in an order tell no waits
    for agent, turn in _turns(session):
        part(agent).turns.append(turn)
    if robot := _robot_turn(session):
        part(None).turns.append(robot)
    return list(found.values())


def _owners(session: list[Said]) -> list[bytes | None]:
    """A customer's message is for whoever answers next, else for whoever spoke last."""
    owners: list[bytes | None] = [None] * len(session)
    later: bytes | None = None
    for place in range(len(session) - 1, -1, -1):
        message = session[place]
        if message.role is Role.AGENT:
            later = message.agent
        if message.role in {Role.AGENT, Role.CUSTOMER}:
            owners[place] = later
    before: bytes | None = None
    for place, message in enumerate(session):
        if message.role is Role.AGENT:
            before = message.agent
        elif message.role is Role.CUSTOMER and owners[place] is None:
            owners[place] = before
    return owners


def _turns(session: list[Said]) -> Iterator[tuple[bytes | None, Turn]]:
    kind, asked, last = TurnKind.FIRST, -1, -1
    agent: bytes | None = None
    for message in session:
        if message.role is Role.CUSTOMER:
            asked, last = (message.at if asked < 0 else asked), message.at
        elif message.role is Role.AGENT:
            agent = message.agent
            if asked >= 0:
                yield agent, Turn(kind, asked, last, message.at)
                kind, asked = TurnKind.ANY, -1
    if asked >= 0:
        yield agent, Turn(kind, asked, last, None)


def _robot_turn(session: list[Said]) -> Turn | None:
    asked = -1
    for message in session:
        if message.role is Role.CUSTOMER and asked < 0:
            asked = message.at
        elif message.role is Role.ROBOT and asked >= 0:
            return Turn(TurnKind.ROBOT, asked, asked, message.at)
    return None
