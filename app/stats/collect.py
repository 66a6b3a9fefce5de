"""Collects the facts of a period, row by row of the table that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.stats.collect_inquiries import InquiryCollector
from app.stats.collect_sales import SalesCollector
from app.stats.collect_service import ServiceCollector
from app.stats.collect_talk import TalkCollector
from app.stats.local_time import STEP_MS, LocalTime, day_name
from app.stats.model import By, Query
from app.stats.quality_metrics import collect_checks
from app.stats.sample import Sample
from app.stats.settings import Rules
from db.clock import is_timed

_BLOCKED = "SELECT id FROM customers WHERE blocked = 1"
_CALLED = "SELECT id FROM customers WHERE nick = ?"


class Collector:
    """Gathers samples: the whole in `total`, the rows of the table in `groups`."""

    def __init__(self, run: Any, query: Query, rules: Rules, clock: LocalTime) -> None:
        """`run` is a cursor on one consistent state of the data."""
        self._run = run
        self.query, self.rules, self.clock = query, rules, clock
        self._filtered = self._filtered_customers()
        self.total = Sample(rules)
        self.groups: dict[Any, Sample] = {}
        self._by_time = query.by in {By.HOUR, By.DAY}
        self._meant: dict[tuple[bytes | None, str, int], tuple[Sample, ...]] = {}

    def collect(self) -> Collector:
        """Read all there is."""
        by_product = self.query.by is By.PRODUCT
        if not by_product:
            TalkCollector(self._run, self).collect()
            collect_checks(self._run, self)
        sales = SalesCollector(self._run, self)
        sales.collect()
        if not by_product:
            InquiryCollector(self._run, self).collect()
        ServiceCollector(self._run, self).collect()
        buyers = sales.known_buyers()
        for sample in (self.total, *self.groups.values()):
            sample.waits.sort()
            sample.sales.known_buyers = buyers
        return self

    @property
    def filtered(self) -> set[bytes]:
        """Customers who are none."""
        return self._filtered

    def samples(self, agent: bytes | None, channel: str, at: int) -> tuple[Sample, ...]:
        """The samples a fact of the conversations belongs to."""
        # Of rows that are times, neither the agent nor the channel tells which is meant.
        place = (
            (self.query.agent and agent, "", at // STEP_MS)
            if self._by_time
            else (agent, channel, 0)
        )
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
