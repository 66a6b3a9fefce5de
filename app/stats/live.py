"""How the shop serves at this moment: who waits, and who has how much to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

_WAITING: Final = (
    "SELECT c.id, c.waiting_since, c.assignee_id, c.channel, c.last_text, "
    "coalesce(nullif(u.salutation, ''), nullif(u.name, ''), u.nick, '') FROM conversations c "
    "LEFT JOIN customers u ON u.id = c.customer_id "
    "WHERE c.waiting_since > 0 AND c._del = 0 ORDER BY c.waiting_since, c.rid LIMIT ?"
)
_LOAD: Final = (
    "SELECT assignee_id, count(*), count(waiting_since), min(waiting_since) FROM conversations "
    "WHERE status = 'open' AND _del = 0 GROUP BY assignee_id"
)
_WAIT_COUNT: Final = "SELECT count(*) FROM conversations WHERE waiting_since > 0 AND _del = 0"
_PEOPLE: Final = (
    "SELECT id, coalesce(nullif(reception_name, ''), nullif(name, ''), login) FROM staff "
    "WHERE active AND _del = 0"
)

SHOWN: Final = 200
"""So many of those who wait are listed."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """A customer who waits for an answer, since when (Unix ms), and with whom."""

    conversation_id: bytes
    since: int
    customer: str
    agent: str
    channel: str
    text: str
    agent_id: bytes | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """What an agent has to do now; `agent_id` None is what nobody has taken yet."""

    agent_id: bytes | None
    agent: str
    open: int = 0
    waiting: int = 0
    longest_since: int | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """The moment: how many wait and are open, who waits longest first, load by agent."""

    waiting: int
    open: int
    longest_since: int | None
    waiters: tuple[Waiter, ...]
    loads: tuple[Load, ...]


def read_queue(run: Any, own: bytes | None) -> Queue:
    """Read it from the conversations; `own` leaves only one agent's load."""
    people = dict(run.execute(_PEOPLE).fetchall())
    waiting = int(run.execute(_WAIT_COUNT).fetchone()[0])
    waiters = tuple(
        Waiter(row[0], row[1], row[5], people.get(row[2], ""), row[3], row[4], row[2])
        for row in run.execute(_WAITING, (SHOWN,)).fetchall()
    )
    rows = run.execute(_LOAD).fetchall()
    return Queue(
        waiting,
        sum(row[1] for row in rows),
        waiters[0].since if waiters else None,
        waiters,
        tuple(_ranked(_loads(people, rows), own)),
    )


def _loads(people: dict[bytes, str], rows: Iterable[Any]) -> list[Load]:
    loads = {key: Load(key, name) for key, name in people.items()}
    for agent, number, waiting, longest in rows:
        known = loads.get(agent, Load(agent, ""))
        loads[agent] = replace(known, open=number, waiting=waiting, longest_since=longest)
    return list(loads.values())


def _ranked(loads: list[Load], own: bytes | None) -> list[Load]:
    mine = [load for load in loads if own is None or load.agent_id == own]
    return sorted(mine, key=lambda load: (load.agent_id is None, -load.open, load.agent))
