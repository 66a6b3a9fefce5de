"""Collects the facts of a period, row by row of the table that is wanted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from app.stats.collect_orders import OrderCollector
from app.stats.cutting import Role, TurnKind
from app.stats.local_time import JudgedTime, LocalTime, day_name
from app.stats.model import By, Query
from app.stats.sample import Asked, Received, Sample, Session
from app.stats.settings import Rules
from db.clock import UNTIMED_BELOW, is_timed

_FILTERED = "SELECT id, nick, blocked FROM customers WHERE blocked OR nick <> ''"
_MESSAGES = (
    "SELECT m.at, m.role, m.chars, p.agent_id, p.customer_id, p.channel FROM stats_messages m "
    "JOIN stats_parts p ON p.rid = m.part WHERE m.at >= ? AND m.at < ?"
)
_TURNS = (
    "SELECT t.kind, t.asked_at, t.last_asked_at, t.answered_at, p.agent_id, p.customer_id, "
    "p.channel FROM stats_turns t JOIN stats_parts p ON p.rid = t.part "
    "WHERE t.asked_at >= ? AND t.asked_at < ?"
)
# A session's parts end after it began, so none of the period's sessions is missed.
_PARTS = (
    "SELECT p.conversation_id, p.session_at, p.agent_id, p.customer_id, p.channel, p.starts_at, "
    "p.ends_at, p.opened_by, "
    "EXISTS (SELECT 1 FROM stats_messages m WHERE m.part = p.rid AND m.role = 1), "
    "EXISTS (SELECT 1 FROM stats_messages m WHERE m.part = p.rid AND m.role = 3) "
    "FROM stats_parts p WHERE p.ends_at >= ? AND p.session_at < ?"
)


class Collector:
    """Gathers samples: the whole in `total`, the rows of the table in `groups`."""

    def __init__(self, run: Any, query: Query, rules: Rules, clock: LocalTime) -> None:
        """`run` is a cursor on one consistent state of the data."""
        self._run = run
        self.query, self.rules, self.clock = query, rules, clock
        self._judged = JudgedTime(clock, rules.judged, rules.breaks)
        self._filtered = self._filtered_customers()
        self.total = Sample(rules)
        self.groups: dict[Any, Sample] = {}

    def collect(self) -> Collector:
        """Read all there is."""
        if self.query.by is not By.PRODUCT:
            self._take_messages(self.query.start, self.query.end)
            if self.query.untimed:
                self._take_messages(0, UNTIMED_BELOW)
            self._take_turns()
            self._take_parts()
        OrderCollector(self._run, self).collect()
        return self

    def samples(self, agent: bytes | None, channel: str, at: int) -> Iterator[Sample]:
        """The samples a fact of the conversations belongs to."""
        if self.query.agent is None or agent == self.query.agent:
            yield self.total
            key = self.key(agent, channel, at)
            if self.query.by not in {None, By.PRODUCT}:
                yield self.group(key)

    def group(self, key: Any) -> Sample:
        """The sample of a row."""
        if key not in self.groups:
            self.groups[key] = Sample(self.rules)
        return self.groups[key]

    def key(self, agent: bytes | None, channel: str, at: int) -> Any:
        """What a row is told by."""
        match self.query.by:
            case By.AGENT:
                return agent
            case By.CHANNEL:
                return channel
            case By.HOUR | By.DAY if not is_timed(at):
                return None
            case By.HOUR:
                return f"{self.clock.hour(at):02d}"
            case By.DAY:
                return day_name(self.clock.day(at))
        return None

    def _filtered_customers(self) -> set[bytes]:
        rules = self.rules
        if not rules.filtered and not rules.filter_blocked:
            return set()
        return {
            row_id
            for row_id, nick, blocked in self._run.execute(_FILTERED)
            if (blocked and rules.filter_blocked) or (nick and nick in rules.filtered)
        }

    def _take_messages(self, start: int, end: int) -> None:
        for at, role, chars, agent, customer, channel in self._run.execute(_MESSAGES, (start, end)):
            out = customer in self._filtered
            for sample in self.samples(agent, channel, at):
                if role == Role.CUSTOMER:
                    sample.wrote.add(customer)
                if out:
                    continue
                if role == Role.CUSTOMER:
                    sample.customer_messages += 1
                    sample.served.add(customer)
                    first = sample.first_wrote.get(customer, at)
                    if is_timed(at):
                        sample.first_wrote[customer] = min(first, at)
                elif role == Role.AGENT:
                    sample.agent_messages += 1
                    sample.agent_chars += chars
                    sample.answered.add(customer)
                elif role == Role.ROBOT:
                    sample.robot_messages += 1
                else:
                    sample.automatic_messages += 1

    def _take_turns(self) -> None:
        judged, now = self._judged, self.query.now
        period = (self.query.start, self.query.end)
        for kind, asked, last, answered, agent, customer, channel in self._run.execute(
            _TURNS, period
        ):
            if customer in self._filtered or not judged.judged(asked):
                continue
            start = last if self.rules.from_last else asked
            if kind == TurnKind.ROBOT:
                for sample in self.samples(agent, channel, asked):
                    sample.robot_waits.append(judged.between(start, answered))
                continue
            turn = Asked(
                customer,
                self.clock.day(asked),
                kind == TurnKind.FIRST,
                None if answered is None else judged.between(start, answered),
                judged.between(start, max(start, now)) if answered is None else 0,
            )
            for sample in self.samples(agent, channel, asked):
                sample.asked.append(turn)

    def _take_parts(self) -> None:
        sessions: dict[tuple[bytes, int], list[tuple[Any, ...]]] = defaultdict(list)
        for row in self._run.execute(_PARTS, (self.query.start, self.query.end)):
            if row[3] not in self._filtered:
                sessions[row[0], row[1]].append(row)
        last: dict[bytes, int] = {}
        for (_conversation, began), parts in sessions.items():
            if began >= self.query.start and any(part[8] for part in parts):
                customer = parts[0][3]
                last[customer] = max(began, last.get(customer, began))
        for (_conversation, began), parts in sessions.items():
            self._take_session(began, parts)
            for part in parts:
                self._take_reception(part, last)
        self._take_busiest([part for parts in sessions.values() for part in parts])

    def _take_session(self, began: int, parts: list[tuple[Any, ...]]) -> None:
        if began < self.query.start:
            return
        session = Session(
            by_agent=parts[0][7] == Role.AGENT,
            customer=any(part[8] for part in parts),
            robot=any(part[9] for part in parts),
            person=any(part[2] is not None for part in parts),
        )
        meant: dict[int, Sample] = {}
        for part in parts:
            for sample in self.samples(part[2], part[4], began):
                meant[id(sample)] = sample
        for sample in meant.values():
            sample.sessions.append(session)

    def _take_reception(self, part: tuple[Any, ...], last: dict[bytes, int]) -> None:
        _conversation, began, agent, customer, channel, starts, ends = part[:7]
        if agent is None or not self.query.start <= starts < self.query.end:
            return
        settled = last.get(customer, began) <= began
        for sample in self.samples(agent, channel, starts):
            sample.receptions.append(Received(customer, ends - starts, settled))

    def _take_busiest(self, parts: list[tuple[Any, ...]]) -> None:
        """The most receptions at one moment: it is reached where one begins, or the period does."""
        query = self.query
        spans: dict[Any, list[tuple[int, int]]] = defaultdict(list)
        split = query.by in {By.AGENT, By.CHANNEL}
        for part in parts:
            if part[2] is None or part[5] >= query.end or part[2] != (query.agent or part[2]):
                continue
            spans[None].append((part[5], part[6]))
            if split:
                spans["key", self.key(part[2], part[4], 0)].append((part[5], part[6]))
        moments = [query.start]
        if query.by in {By.HOUR, By.DAY}:
            moments = [query.start, *self.clock.steps(query.start, query.end)]
        for key, found in spans.items():
            starts, ends = sorted(s for s, _ in found), sorted(e for _, e in found)
            inside = [at for at in starts if at >= query.start]
            for at in {*moments, *inside}:
                count = bisect_right(starts, at) - bisect_left(ends, at)
                if not count:
                    continue
                for sample in self._at_moment(key, at):
                    sample.busiest = max(sample.busiest, count)

    def _at_moment(self, key: Any, at: int) -> Iterator[Sample]:
        if key is not None:
            yield self.group(key[1])
            return
        yield self.total
        if self.query.by in {By.HOUR, By.DAY}:
            yield self.group(self.key(None, "", at))
