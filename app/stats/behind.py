"""Reads the facts behind a number one by one, each with the conversation or order it is from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from app.stats.collect import Collector
from app.stats.collect_inquiries import InquiryCollector
from app.stats.cutting import Role, TurnKind
from app.stats.ledger import Kind, Ledger, Sale
from app.stats.local_time import JudgedTime, LocalTime
from app.stats.model import By, Query
from app.stats.sample import Inquiry, Sample
from app.stats.settings import Rules

_SAID: Final = (
    "SELECT p.conversation_id, m.at, m.role, m.chars, p.agent_id, p.customer_id, p.channel "
    "FROM stats_messages m JOIN stats_parts p ON p.rid = m.part WHERE m.at >= ? AND m.at < ?"
)
_TURNS: Final = (
    "SELECT p.conversation_id, t.kind, t.asked_at, t.last_asked_at, t.answered_at, p.agent_id, "
    "p.customer_id, p.channel FROM stats_turns t JOIN stats_parts p ON p.rid = t.part "
    "WHERE t.asked_at >= ? AND t.asked_at < ?"
)
_PARTS: Final = (
    "SELECT p.conversation_id, p.session_at, p.agent_id, p.customer_id, p.channel, p.starts_at, "
    "p.ends_at, p.opened_by, p.customer_messages > 0, p.robot_messages > 0 "
    "FROM stats_parts p WHERE p.ends_at >= ? AND p.session_at < ?"
)

EVERY: Final = object()
"""Key of the whole, not of one row of a table (whose key may be None: what nobody has)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a number rests on.

    `value` is what it adds, in the number's unit, None where it is only counted. `counts` tells,
    for a share, whether it is in the part.
    """

    at: int
    customer: bytes | None
    agent: bytes | None
    channel: str
    conversation: bytes | None = None
    order: bytes | None = None
    value: float | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Wait:
    """A question of a customer; `waited` (ms) is None while nobody answered, for `waiting`."""

    fact: Fact
    kind: TurnKind
    day: int
    waited: int | None
    waiting: int

    def known(self, limit: int) -> bool:
        """Whether it is known if it was answered within so many ms."""
        return self.waited is not None or self.waiting > limit

    def in_time(self, limit: int) -> bool:
        """Whether it was."""
        return self.waited is not None and self.waited <= limit

    def seconds(self) -> float | None:
        """How long the answer took."""
        return None if self.waited is None else self.waited / 1000


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in one conversation by and to one agent; `said` by role, then characters."""

    fact: Fact
    filtered: bool
    said: dict[int, int]
    chars: int
    first_asked: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A reception."""

    fact: Fact
    began: int
    ends: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Met:
    """A session: who began it and who took part."""

    fact: Fact
    by_agent: bool
    customer: bool
    robot: bool
    person: bool


class FactReader:
    """Reads what belongs to one row of a table, or to the whole period."""

    def __init__(
        self, run: Any, query: Query, rules: Rules, clock: LocalTime, key: Any = EVERY
    ) -> None:
        """`run` is a cursor on one consistent state of the data; `key` is the row's, by `query.by`."""
        self.run, self.key = run, key
        self.query, self.rules, self.clock = query, rules, clock
        self._judged = JudgedTime(clock, rules.judged, rules.breaks)
        self._keys = Collector(run, query, rules, clock)
        self.filtered = self._keys.filtered

    def waits(self) -> Iterator[Wait]:
        """The judged questions of the period."""
        judged, now = self._judged, self.query.now
        for talk, kind, asked, last, answered, *who in self.run.execute(
            _TURNS, (self.query.start, self.query.end)
        ).fetchall():
            agent, customer, channel = who
            if customer in self.filtered or not judged.judged(asked):
                continue
            if not self.mine(agent, channel, asked):
                continue
            start = last if self.rules.from_last else asked
            yield Wait(
                Fact(asked, customer, agent, channel, talk),
                TurnKind(kind),
                self.clock.day(asked),
                None if answered is None else judged.between(start, answered),
                judged.between(start, max(start, now)) if answered is None else 0,
            )

    def talks(self) -> list[Talk]:
        """The conversations of the period in which something was said, by agent."""
        said: dict[tuple[Any, ...], Counter[int]] = defaultdict(Counter)
        chars: Counter[tuple[Any, ...]] = Counter()
        first: dict[tuple[Any, ...], int] = {}
        asked: dict[tuple[Any, ...], int] = {}
        for talk, at, role, length, *who in self.run.execute(
            _SAID, (self.query.start, self.query.end)
        ):
            agent, customer, channel = who
            if not self.mine(agent, channel, at):
                continue
            key = (talk, agent, customer, channel)
            said[key][role] += 1
            first[key] = min(at, first.get(key, at))
            if role == Role.AGENT:
                chars[key] += length
            elif role == Role.CUSTOMER:
                asked[key] = min(at, asked.get(key, at))
        return [
            Talk(
                Fact(first[key], key[2], key[1], key[3], key[0]),
                key[2] in self.filtered,
                dict(roles),
                chars[key],
                asked.get(key),
            )
            for key, roles in said.items()
        ]

    def receptions(self) -> Iterator[Part]:
        """The receptions that began in the period."""
        sessions = self._sessions()
        last: dict[bytes, int] = {}
        for (_talk, began), parts in sessions.items():
            if began >= self.query.start and any(part[8] for part in parts):
                customer = parts[0][3]
                last[customer] = max(began, last.get(customer, began))
        for (talk, began), parts in sessions.items():
            for part in parts:
                agent, customer, channel, starts, ends = part[2:7]
                if agent is None or not self.query.start <= starts < self.query.end:
                    continue
                if self.mine(agent, channel, starts):
                    fact = Fact(
                        starts, customer, agent, channel, talk, value=(ends - starts) / 1000
                    )
                    yield Part(fact, began, ends, last.get(customer, began) <= began)

    def busiest(self) -> list[Fact]:
        """The receptions that ran at the moment at which the most did."""
        spans = [
            Fact(part[5], part[3], part[2], part[4], talk, value=(part[6] - part[5]) / 1000)
            for (talk, _began), parts in self._sessions().items()
            for part in parts
            if part[2] is not None
            and part[5] < self.query.end
            and self.mine(part[2], part[4], max(part[5], self.query.start))
        ]
        starts, ends = sorted(s.at for s in spans), sorted(map(_end, spans))
        moments = sorted({max(at, self.query.start) for at in starts})
        busiest = max(
            moments,
            key=lambda at: bisect_right(starts, at) - bisect_left(ends, at),
            default=0,
        )
        return [span for span in spans if span.at <= busiest <= _end(span)]

    def sessions(self) -> Iterator[Met]:
        """The sessions that began in the period."""
        for (talk, began), parts in self._sessions().items():
            mine = [part for part in parts if self.mine(part[2], part[4], began)]
            if began < self.query.start or not mine:
                continue
            person = next((part[2] for part in mine if part[2] is not None), None)
            yield Met(
                Fact(began, parts[0][3], person, mine[0][4], talk),
                by_agent=parts[0][7] == Role.AGENT,
                customer=any(part[8] for part in parts),
                robot=any(part[9] for part in parts),
                person=any(part[2] is not None for part in parts),
            )

    def begun(self) -> Iterator[Fact]:
        """The sessions of the period that an agent began, at that agent's."""
        for (talk, began), parts in self._sessions().items():
            for part in parts:
                agent, customer, channel, starts = part[2:6]
                if part[7] != Role.AGENT or agent is None or starts != began:
                    continue
                if began >= self.query.start and self.mine(agent, channel, began):
                    yield Fact(began, customer, agent, channel, talk)

    def sales(self, kind: Kind) -> list[Sale]:
        """The orders `sold`, `ordered` or `paid` in the period."""
        query = self.query if self.grouped else replace(self.query, by=None)
        orders = Ledger(self.run, query, self.rules, self.clock).orders(kind)
        return [sale for key, sale in orders if not self.grouped or key == self.key]

    def inquiries(self) -> Iterator[tuple[Fact, Inquiry]]:
        """The inquiring customers, at their first message of the period."""
        first: dict[bytes, Fact] = {}
        for talk in self.talks():
            fact, asked = talk.fact, talk.first_asked
            if talk.filtered or asked is None or fact.customer is None:
                continue
            if fact.customer not in first or asked < first[fact.customer].at:
                first[fact.customer] = replace(fact, at=asked)
        agent = self.key if self.grouped and self.query.by is By.AGENT else self.query.agent
        within = Collector(
            self.run, replace(self.query, by=None, agent=agent), self.rules, self.clock
        )
        for customer, fact in first.items():
            within.groups[customer] = Sample(self.rules, first_wrote={customer: fact.at})
        InquiryCollector(self.run, within).collect()
        for customer, fact in first.items():
            for inquiry in within.groups[customer].inquiries:
                yield fact, inquiry

    @property
    def grouped(self) -> bool:
        """Whether one row of a table is wanted, not the whole."""
        return self.query.by is not None and self.key is not EVERY

    def mine(self, agent: bytes | None, channel: str, at: int) -> bool:
        """Whether a fact belongs to the row that is wanted."""
        if self.query.agent is not None and agent != self.query.agent:
            return False
        return not self.grouped or self._keys.key(agent, channel, at) == self.key

    def _sessions(self) -> dict[tuple[bytes, int], list[tuple[Any, ...]]]:
        found: dict[tuple[bytes, int], list[tuple[Any, ...]]] = defaultdict(list)
        rows = self.run.execute(_PARTS, (self.query.start, self.query.end)).fetchall()
        for row in rows:
            if row[3] not in self.filtered:
                found[row[0], row[1]].append(row)
        return found


def _end(span: Fact) -> int:
    return span.at + round((span.value or 0) * 1000)


Trail = Callable[[FactReader], "list[Fact]"]
"""Finds the facts behind one metric."""
