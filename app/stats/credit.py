"""Who gets a sale (ANCHORS §3, rule A and JD's variant): pure rules over a buyer's receptions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple


class Reception(NamedTuple):
    """An agent's part of a session: from its first to its last message, Unix ms."""

    rid: int
    agent: bytes
    conversation: bytes
    session_at: int
    starts_at: int
    ends_at: int


def credited(receptions: Iterable[Reception], at: int, window_ms: int) -> Reception | None:
    """Rule A: the reception that holds `at`, several: the one ending latest; else the last before.

    None where none ended within the window. Of those that end together the one begun later wins.
    """
    known = list(receptions)
    holding = [r for r in known if r.starts_at <= at < r.ends_at]
    recent = [r for r in known if 0 <= at - r.ends_at <= window_ms]
    return max(holding or recent, key=_rank, default=None)


def credited_by_jd(
    receptions: Iterable[Reception], at: int, window_ms: int, about: Collection[int]
) -> Reception | None:
    """JD's rule: asked before the order and within the window, first those `about` its products."""
    known = asked_before(receptions, at, window_ms)
    return max([r for r in known if r.rid in about] or known, key=_rank, default=None)


def asked_before(receptions: Iterable[Reception], at: int, window_ms: int) -> list[Reception]:
    """The receptions JD's rule looks at."""
    return [r for r in receptions if r.starts_at < at and at - r.ends_at <= window_ms]


def _rank(reception: Reception) -> tuple[int, int, bytes, bytes, int]:
    return (
        reception.ends_at,
        reception.starts_at,
        reception.agent,
        reception.conversation,
        reception.session_at,
    )
