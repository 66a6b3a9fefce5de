"""What the stats tab asks beside reports: this moment, the rows behind a number, other rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from app.core.errors import UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.staff import StaffService
from app.stats.behind import EVERY, Fact, FactReader
from app.stats.collect_sales import read_sold
from app.stats.cutting import UNKNOWN
from app.stats.ledger import Ledger
from app.stats.live import Queue, read_queue
from app.stats.local_time import LocalTime
from app.stats.model import By, Measure, Query
from app.stats.service import Stats, row_name, staff_names
from app.stats.settings import DEDUCT_POSTAGE, DEDUCT_REFUNDS, RULE, RULES, Rules
from app.stats.shapes import (
    Answers,
    CarrierLine,
    CaseLine,
    PhraseLine,
    Waits,
    Week,
    answers_of,
    carriers_of,
    cases_of,
    phrases_of,
    waits_of,
    week_of,
)
from app.stats.staffing import Basis
from app.stats.stale import pieces
from app.stats.trails import TRAILS
from db.clock import UNTIMED_BELOW, now_ms
from db.database import Database

MOST: Final = 5_000
"""So many rows behind a number are listed."""

_PHRASES: Final = 30
_NAMES: Final = (
    "SELECT id, coalesce(nullif(reception_name, ''), nullif(name, ''), login) FROM staff"
)


@dataclass(frozen=True, slots=True)
class Behind:
    """One row behind a number: a conversation or an order, whose and when (Unix ms).

    `value` is what it adds, in the number's unit; `counts` tells whether it is in the part of a
    share. An order has its `number`, and the buyer's newest conversation where there is one.
    """

    at: int
    customer: str
    agent: str
    channel: str
    conversation_id: bytes | None
    order_id: bytes | None
    number: str
    value: float | None
    counts: bool
    agent_id: bytes | None = None

    @property
    def id(self) -> tuple[bytes | None, bytes | None, int]:
        """What tells it from other rows."""
        return self.conversation_id, self.order_id, self.at


@dataclass(frozen=True, slots=True)
class RowsBehind:
    """The rows behind a number: at most `MOST`, of `total`, of which `counted` are in its part."""

    metric: str
    total: int
    counted: int
    rows: tuple[Behind, ...]


@dataclass(frozen=True, slots=True)
class RuleSales:
    """What an agent (None: nobody) would be credited under each rule: fen and orders by rule."""

    agent_id: bytes | None
    agent: str
    sales: dict[str, float]
    orders: dict[str, float]

    @property
    def id(self) -> bytes | None:
        """The agent."""
        return self.agent_id


class Board:
    """An agent sees what is own, a supervisor all; every answer follows the last change."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings, stats: Stats) -> None:
        self._db, self._staff, self._settings, self._stats = db, staff, settings, stats

    def queue(self) -> Queue:
        """Who waits at this moment, and how much each agent has to do."""
        own = self._own()
        with self._db.cursor() as run:
            return read_queue(run, own)

    def rows_behind(
        self,
        metric: str,
        first: date,
        last: date,
        *,
        by: By | None = None,
        key: Any = EVERY,
        rules: Rules | None = None,
        now: int | None = None,
    ) -> RowsBehind:
        """The rows a number of these days rests on; `by` and `key` name a row of a table.

        Those that spoil a share come first, then the largest, then the newest. Raises `UserError`
        for a metric nothing is known of.
        """
        trail = TRAILS.get(metric)
        if trail is None:
            raise UserError(_("There is nothing to open behind this number."), code="no_rows")
        own = self._own()
        self._stats.facts.catch_up()
        with self._db.cursor() as run:
            reader = self._reader(run, (first, last), by, key, own, rules, now)
            found = trail(reader)
            counted = sum(fact.counts for fact in found)
            found.sort(key=lambda fact: (fact.counts, -(fact.value or 0), -fact.at))
            rows = _named(run, found[:MOST])
        return RowsBehind(metric, len(found), counted, tuple(rows))

    def can_open(self, metric: str) -> bool:
        """Whether the rows behind a metric are known."""
        return metric in TRAILS

    def week(self, first: date, last: date) -> Week:
        """Arrivals by weekday and hour."""
        with self._db.cursor() as run:
            return week_of(self._plain(run, first, last), first, last)

    def waits(self, first: date, last: date, *, first_only: bool = False) -> Waits:
        """The distribution of response times."""
        with self._db.cursor() as run:
            return waits_of(self._plain(run, first, last), first=first_only)

    def carriers(self, first: date, last: date) -> list[CarrierLine]:
        """Parcels shipped in the period by carrier."""
        self._own()
        with self._db.cursor() as run:
            return carriers_of(run, *self._bounds(first, last))

    def cases(self, first: date, last: date) -> list[CaseLine]:
        """After-sales asked for in the period, by reason and by who is responsible."""
        own = self._own()
        with self._db.cursor() as run:
            return cases_of(run, *self._bounds(first, last), own)

    def answers(self, first: date, last: date) -> Answers:
        """What customers said to the satisfaction question."""
        own = self._own()
        with self._db.cursor() as run:
            return answers_of(run, *self._bounds(first, last), own)

    def phrases(self) -> list[PhraseLine]:
        """The phrases used most at this station, by everybody or by oneself."""
        own = self._own()
        with self._db.cursor() as run:
            return phrases_of(run, own, _PHRASES)

    def basis(self, first: date, last: date) -> Basis:
        """What staffing is worked out from."""
        report = self._stats.report(first, last, metrics=("reception_time", "busiest"))
        busiest = report.measures["busiest"].value
        return Basis(report.measures["reception_time"].value, int(busiest or 0))

    # --- who gets a sale ------------------------------------------------------------------

    def compare_rules(self, first: date, last: date, rules: Rules) -> list[RuleSales]:
        """Each agent's sales under every rule, with the other choices of `rules`; not kept."""
        start, end = self._bounds(first, last)
        query = Query(max(start, UNTIMED_BELOW), end, By.AGENT, self._own())
        clock = LocalTime(self._stats.zone)
        self._stats.facts.catch_up()
        found: dict[bytes | None, RuleSales] = {}
        with self._db.cursor() as run:
            names = staff_names(run)
            for rule in RULES:
                ledger = Ledger(run, query, replace(rules, attribution=rule), clock)
                for agent, sold in read_sold(ledger):
                    nothing = RuleSales(agent, row_name(agent, names), _none(), _none())
                    line = found.setdefault(agent, nothing)
                    line.sales[rule], line.orders[rule] = sold.amount, sold.orders
        lines = [line for line in found.values() if any(line.orders.values())]
        order = rules.attribution
        return sorted(lines, key=lambda x: (x.agent_id is None, -x.sales.get(order, 0), x.agent))

    def may_choose_rule(self) -> bool:
        """Whether one may change what holds for the shop."""
        return self._staff.may(Permission.SHOP_SETTINGS)

    def choose_rule(self, rules: Rules) -> None:
        """Keep who gets a sale, and what is deducted; raises `PermissionDenied`."""
        self._staff.require(Permission.SHOP_SETTINGS)
        for setting, value in (
            (DEDUCT_REFUNDS, rules.deduct_refunds),
            (DEDUCT_POSTAGE, rules.deduct_postage),
        ):
            if self._settings.get(setting) != value:
                self._settings.set(setting, value)
        if self._settings.get(RULE) != rules.attribution:
            self._settings.set(RULE, rules.attribution)

    # --- reading --------------------------------------------------------------------------

    def _own(self) -> bytes | None:
        me = self._staff.require(Permission.REPLY)
        return None if self._staff.may(Permission.SEE_TEAM_STATS) else me.id

    def _bounds(self, first: date, last: date) -> tuple[int, int]:
        clock = LocalTime(self._stats.zone)
        return clock.midnight(first), clock.midnight(last + timedelta(1))

    def _plain(self, run: Any, first: date, last: date) -> FactReader:
        return self._reader(run, (first, last), None, EVERY, self._own(), None, None)

    def _reader(
        self,
        run: Any,
        days: tuple[date, date],
        by: By | None,
        key: Any,
        own: bytes | None,
        rules: Rules | None,
        now: int | None,
    ) -> FactReader:
        clock = LocalTime(self._stats.zone)
        start = max(clock.midnight(days[0]), UNTIMED_BELOW)
        end = clock.midnight(days[1] + timedelta(days=1))
        query = Query(start, end, by, own, now_ms() if now is None else now)
        return FactReader(run, query, rules or self._stats.rules, clock, key)


def _none() -> dict[str, float]:
    return dict.fromkeys(RULES, 0)


def _named(run: Any, facts: Sequence[Fact]) -> list[Behind]:
    people = {UNKNOWN: _("unknown"), **dict(run.execute(_NAMES).fetchall())}
    customers = _look_up(
        run,
        "SELECT id, coalesce(nullif(salutation, ''), nullif(name, ''), nick) FROM customers",
        {fact.customer for fact in facts},
    )
    numbers = _look_up(run, "SELECT id, number FROM orders", {fact.order for fact in facts})
    nicks = _look_up(run, "SELECT id, buyer_nick FROM orders", {fact.order for fact in facts})
    return [
        Behind(
            fact.at,
            customers.get(fact.customer, "") or nicks.get(fact.order, ""),
            people.get(fact.agent, "") if fact.agent is not None else "",
            fact.channel,
            fact.conversation,
            fact.order,
            numbers.get(fact.order, ""),
            fact.value,
            fact.counts,
            fact.agent or None,  # UNKNOWN is nobody one could speak to
        )
        for fact in facts
    ]


def _look_up(run: Any, statement: str, ids: Iterable[bytes | None]) -> dict[Any, str]:
    found: dict[Any, str] = {}
    for piece in pieces(row_id for row_id in ids if row_id is not None):
        marks = ", ".join("?" * len(piece))
        found.update(run.execute(f"{statement} WHERE id IN ({marks})", piece).fetchall())
    return found


def conversion(measure: Measure) -> int:
    """How many are in the part of a share."""
    return round((measure.value or 0) * measure.n)
