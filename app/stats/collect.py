"""Collects the facts of a period, row by row of the table that is wanted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from app.stats.collect_orders import OrderCollector
from app.stats.collect_service import ServiceCollector
from app.stats.cutting import Role, TurnKind
from app.stats.local_time import STEP_MS, JudgedTime, LocalTime, day_name
from app.stats.model import By, Query
from app.stats.quality_metrics import collect_checks
from app.stats.sample import Asked, Received, Sample, Session
from app.stats.settings import Rules
from db.clock import UNTIMED_BELOW, is_timed

_MESSAGES = (
    "SELECT m.at, m.role, m.chars, p.agent_id, p.customer_id, p.channel FROM stats_messages m "
    "JOIN stats_parts p ON p.rid = m.part WHERE m.part = ? AND m.at >= ? AND m.at < ?"
)
_TURNS = (
    "SELECT t.kind, t.asked_at, t.last_asked_at, t.answered_at, p.agent_id, p.customer_id, "
    "p.channel FROM stats_turns t JOIN stats_parts p ON p.rid = t.part "
    "WHERE t.asked_at >= ? AND t.asked_at < ?"
)
_BLOCKED = "SELECT id FROM customers WHERE blocked = 1"
_CALLED = "SELECT id FROM customers WHERE nick = ?"
# A session's parts end after it began, so none of the period's sessions is missed.
_PARTS = (
    "SELECT p.conversation_id, p.session_at, p.agent_id, p.customer_id, p.channel, p.starts_at, "
    "p.ends_at, p.opened_by, p.customer_messages, p.robot_messages, p.agent_messages, "
    "p.agent_chars, p.automatic_messages, p.asked_at, p.rid "
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
        self._by_time = query.by in {By.HOUR, By.DAY}
        self._meant: dict[tuple[bytes | None, str, int], tuple[Sample, ...]] = {}

    def collect(self) -> Collector:
        """Read all there is."""
        if self.query.by is not By.PRODUCT:
            parts = self._run.execute(_PARTS, (self.query.start, self.query.end)).fetchall()
            self._take_said(parts)
            if self.query.untimed:
                self._take_untimed()
            self._take_turns()
            self._take_parts(parts)
        collect_checks(self._run, self)
        OrderCollector(self._run, self).collect()  # tells every row made so far the known buyers
        ServiceCollector(self._run, self).collect()
        return self

    @property
    def filtered(self) -> set[bytes]:
        """Customers who are none."""
        return self._filtered

    def samples(self, agent: bytes | None, channel: str, at: int) -> tuple[Sample, ...]:
        """The samples a fact of the conversations belongs to."""
        place = (agent, channel, at // STEP_MS if self._by_time else 0)
        found = self._meant.get(place)
        if found is None:
            found = self._meant[place] = tuple(self._find(agent, channel, at))
        return found

    def _find(self, agent: bytes | None, channel: str, at: int) -> Iterator[Sample]:
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
        found: set[bytes] = set()
        if self.rules.filter_blocked:
            found.update(row[0] for row in self._run.execute(_BLOCKED))
        for nick in self.rules.filtered - {""}:
            found.update(row[0] for row in self._run.execute(_CALLED, (nick,)))
        return found

    def _take_said(self, parts: Iterable[tuple[Any, ...]]) -> None:
        """Take the sums of the parts; the messages of those that a row or the period cuts."""
        start, end = self.query.start, self.query.end
        for part in parts:
            starts, ends = part[5], part[6]
            if starts >= start and ends < end and self._same_row(starts, ends):
                self._take_sums(part)
            elif starts < end:
                self._take_messages(part[14])

    def _same_row(self, starts: int, ends: int) -> bool:
        clock = self.clock
        if self.query.by is By.DAY:
            return clock.day(starts) == clock.day(ends)
        if self.query.by is By.HOUR:
            return clock.hours(starts) == clock.hours(ends)
        return True

    def _take_untimed(self) -> None:
        for part in self._run.execute(_PARTS, (0, UNTIMED_BELOW)).fetchall():
            if not is_timed(part[6]):
                self._take_sums(part)

    def _take_sums(self, part: tuple[Any, ...]) -> None:
        agent, customer, channel, starts = part[2:6]
        asked, robot, answers, chars, automatic, first = part[8:14]
        out = customer in self._filtered
        for sample in self.samples(agent, channel, starts):
            if asked:
                sample.wrote.add(customer)
            if out:
                continue
            if asked:
                sample.served.add(customer)
                sample.customer_messages += asked
                if is_timed(first):
                    known = sample.first_wrote.get(customer, first)
                    sample.first_wrote[customer] = min(known, first)
            if asked or answers:
                before = sample.said.get(customer, (0, 0))
                sample.said[customer] = (before[0] + asked, before[1] + answers)
            if answers:
                sample.answered.add(customer)
                sample.agent_messages += answers
                sample.agent_chars += chars
            sample.robot_messages += robot
            sample.automatic_messages += automatic

    def _take_messages(self, part: int) -> None:
        """The messages of a part that are in the period, one by one."""
        for at, role, chars, *who in self._run.execute(
            _MESSAGES, (part, self.query.start, self.query.end)
        ).fetchall():
            agent, customer, channel = who
            sums = [int(role == kind) for kind in (Role.CUSTOMER, Role.ROBOT, Role.AGENT)]
            counted = (*sums, chars, int(role == Role.AUTOMATIC), at)
            self._take_sums((b"", at, agent, customer, channel, at, at, role, *counted))

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

    def _take_parts(self, rows: Iterable[tuple[Any, ...]]) -> None:
        sessions: dict[tuple[bytes, int], list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
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
        samples = self.samples(parts[0][2], parts[0][4], began)
        if len(parts) > 1:  # what several agents share is one session all the same
            every = (self.samples(part[2], part[4], began) for part in parts)
            samples = tuple({id(sample): sample for own in every for sample in own}.values())
        for sample in samples:
            sample.sessions.append(session)
        for part in parts if session.by_agent else ():
            if part[2] is not None and part[5] == began:
                for sample in self.samples(part[2], part[4], began):
                    sample.begun.append((part[3], began))

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
