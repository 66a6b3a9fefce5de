"""Collects what was said, the receptions and the sessions of a period."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from app.stats.collect_waits import collect_waits
from app.stats.cutting import Role
from app.stats.model import By
from app.stats.sample import Sample
from db.clock import UNTIMED_BELOW, is_timed

if TYPE_CHECKING:
    from app.stats.collect import Collector

# A session's parts end after it began, so none of the period's sessions is missed.
_PARTS: Final = (
    "SELECT p.conversation_id, p.session_at, p.agent_id, p.customer_id, p.channel, p.starts_at, "
    "p.ends_at, p.opened_by, p.customer_messages, p.agent_messages, p.agent_chars, "
    "p.robot_messages, p.automatic_messages, p.asked_at, p.rid "
    "FROM stats_parts p WHERE p.ends_at >= ? AND p.session_at < ?"
)
_MESSAGES: Final = (
    "SELECT m.at, m.role, m.chars FROM stats_messages m WHERE m.part = ? AND m.at >= ? AND m.at < ?"
)


class Part(NamedTuple):
    """What one agent had in one session, or nobody (`agent` None); times in Unix ms.

    `asked` and `answers` are messages of the customer and of people, `asked_at` is the first.
    """

    conversation: bytes
    began: int
    agent: bytes | None
    customer: bytes
    channel: str
    starts: int
    ends: int
    opened_by: int
    asked: int
    answers: int
    chars: int
    robot: int
    automatic: int
    asked_at: int | None
    rid: int


_SESSION: Final = attrgetter("conversation", "began")


class TalkCollector:
    """Adds the conversations to the samples of a `Collector`."""

    def __init__(self, run: Any, within: Collector) -> None:
        self._run, self._within = run, within
        self._query, self._samples, self._filtered = within.query, within.samples, within.filtered

    def collect(self) -> None:
        """Read the parts of the period's sessions, and their questions."""
        parts = self._read(self._query.start, self._query.end)
        self._take_said(parts)
        if self._query.untimed:
            for part in self._read(0, UNTIMED_BELOW):
                if not is_timed(part.ends):
                    self._take_sums(part)
        kept = [part for part in parts if part.customer not in self._filtered]
        self._take_sessions(kept)
        self._take_busiest(kept)
        collect_waits(self._run, self._within, kept)

    def _read(self, start: int, end: int) -> list[Part]:
        return [Part._make(row) for row in self._run.execute(_PARTS, (start, end))]

    def _take_said(self, parts: Iterable[Part]) -> None:
        """Take the sums of the parts; the messages of those that a row or the period cuts."""
        start, end = self._query.start, self._query.end
        for part in parts:
            starts, ends = part.starts, part.ends
            if starts >= start and ends < end and self._same_row(starts, ends):
                self._take_sums(part)
            elif starts < end:
                for message in self._messages(part):
                    self._take_sums(message)

    def _same_row(self, starts: int, ends: int) -> bool:
        clock = self._within.clock
        if self._query.by is By.DAY:
            return clock.day(starts) == clock.day(ends)
        if self._query.by is By.HOUR:
            return clock.hours(starts) == clock.hours(ends)
        return True

    def _messages(self, part: Part) -> Iterable[Part]:
        """Of a part each message that is in the period, as if it were a part of its own."""
        span = (part.rid, self._query.start, self._query.end)
        for at, role, chars in self._run.execute(_MESSAGES, span).fetchall():
            yield part._replace(
                starts=at,
                ends=at,
                asked=int(role == Role.CUSTOMER),
                answers=int(role == Role.AGENT),
                chars=chars,
                robot=int(role == Role.ROBOT),
                automatic=int(role == Role.AUTOMATIC),
                asked_at=at,
            )

    def _take_sums(self, part: Part) -> None:
        customer, asked, answers, first = part.customer, part.asked, part.answers, part.asked_at
        out = customer in self._filtered
        for sample in self._samples(part.agent, part.channel, part.starts):
            if asked:
                sample.wrote.add(customer)
            if out:
                continue
            if asked:
                sample.asked[customer] += asked
                if first is not None and is_timed(first):
                    known = sample.first_wrote.get(customer)
                    if known is None or first < known:
                        sample.first_wrote[customer] = first
            if answers:
                sample.answers[customer] += answers
                sample.agent_chars += part.chars
            sample.robot_messages += part.robot
            sample.automatic_messages += part.automatic

    def _take_sessions(self, kept: Iterable[Part]) -> None:
        last: dict[bytes, int] = {}
        for _session, group in groupby(sorted(kept, key=_SESSION), key=_SESSION):
            parts = list(group)
            began, customer = parts[0].began, parts[0].customer
            if began >= self._query.start:
                met = self._take_session(parts)
                if met and began > last.get(customer, 0):
                    last[customer] = began
        self._take_receptions(kept, last)

    def _take_session(self, parts: Sequence[Part]) -> bool:
        """Count it; whether the customer wrote."""
        first = parts[0]
        by_agent = first.opened_by == Role.AGENT
        met, robot, person = first.asked > 0, first.robot > 0, first.agent is not None
        samples = self._samples(first.agent, first.channel, first.began)
        if len(parts) > 1:  # what several agents share is one session all the same
            met, robot = any(p.asked for p in parts), any(p.robot for p in parts)
            person = any(p.agent is not None for p in parts)
            every = (self._samples(p.agent, p.channel, p.began) for p in parts)
            samples = tuple({id(sample): sample for own in every for sample in own}.values())
        for sample in samples:
            sample.sessions.take(by_agent=by_agent, met=met, robot=robot, person=person)
        for part in parts if by_agent else ():
            if part.agent is not None and part.starts == part.began:
                for sample in self._samples(part.agent, part.channel, part.began):
                    sample.begun.append((part.customer, part.began))
        return met

    def _take_receptions(self, parts: Iterable[Part], last: dict[bytes, int]) -> None:
        """`last` tells when a customer's last session of the period began."""
        start, end = self._query.start, self._query.end
        for part in parts:
            if part.agent is not None and start <= part.starts < end:
                settled = last.get(part.customer, 0) <= part.began
                for sample in self._samples(part.agent, part.channel, part.starts):
                    sample.receptions.append(part.ends - part.starts)
                    sample.settled += settled

    def _take_busiest(self, parts: Iterable[Part]) -> None:
        """The most receptions at one moment: it is reached where one begins, or the period does."""
        query, within = self._query, self._within
        everywhere, rows = list[Part](), defaultdict[Any, list[Part]](list)
        for part in parts:
            mine = part.agent == (query.agent or part.agent)
            if part.agent is not None and part.starts < query.end and mine:
                everywhere.append(part)
                if query.by in {By.AGENT, By.CHANNEL}:
                    rows[within.key(part.agent, part.channel, 0)].append(part)
        moments = [query.start]
        if query.by in {By.HOUR, By.DAY}:
            moments = [query.start, *within.clock.steps(query.start, query.end)]
        running = _running(everywhere, moments)
        _reach(within.total, running.values())
        if query.by in {By.HOUR, By.DAY}:
            for at, count in running.items():
                if count:
                    _reach(within.group(within.key(None, "", at)), [count])
        for key, own in rows.items():
            _reach(within.group(key), _running(own, moments).values())


def _running(parts: Iterable[Part], moments: Sequence[int]) -> dict[int, int]:
    """How many run at each moment, and at each after the first at which one begins."""
    starts, ends = sorted(p.starts for p in parts), sorted(p.ends for p in parts)
    begin = [at for at in starts if at >= moments[0]]
    return {at: bisect_right(starts, at) - bisect_left(ends, at) for at in {*moments, *begin}}


def _reach(sample: Sample, counts: Iterable[int]) -> None:
    sample.busiest = max(sample.busiest, max(counts, default=0))
