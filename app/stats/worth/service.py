"""Customers' worth over a period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.staff import StaffService
from app.stats.local_time import STEP_MS, LocalTime
from app.stats.service import Stats
from app.stats.settings import DAY_MS
from app.stats.worth.history import (
    History,
    Purchases,
    history_of,
    read_by_category,
    read_by_product,
    read_paid,
)
from app.stats.worth.lifecycle import STAGES, Step, returns, stages, steps
from app.stats.worth.model import Repeat, WorthReport
from app.stats.worth.repeats import cohorts, repeat, tiers
from app.stats.worth.rfm import Rfm, rfm
from app.stats.worth.segments import Tagged, segments_of, tag
from app.stats.worth.settings import WorthRules, worth_rules
from db.clock import now_ms
from db.database import Database

MOST_PRODUCTS: Final = 200
"""So many products are told, those with the most customers."""


class Worth:
    """For supervisors: what customers are worth, by paid orders."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings, stats: Stats) -> None:
        self._db, self._staff, self._settings, self._stats = db, staff, settings, stats

    @property
    def rules(self) -> WorthRules:
        """The shop's choices."""
        return worth_rules(self._settings)

    def report(self, first: date, last: date, *, rules: WorthRules | None = None) -> WorthReport:
        """Everything about the days `first` to `last`, as it stood at their end.

        `rules` instead of the shop's try another choice out. Raises `UserError`.
        """
        self._staff.require(Permission.SEE_TEAM_STATS)
        if last < first:
            raise UserError(_("The period ends before it begins."), code="bad_period")
        rules = rules or self.rules
        clock = LocalTime(self._stats.zone)
        start, end = clock.midnight(first), clock.midnight(last + timedelta(days=1))
        now = min(end, now_ms()) if start < now_ms() else end
        self._stats.facts.catch_up()
        with self._db.cursor() as run:
            paid = read_paid(run, end)
            products = read_by_product(run, paid)
            categories = read_by_category(run, products)
        history = history_of(paid)
        known = stages(history, now, rules)
        times = {customer: mine.times for customer, mine in history.items()}
        return WorthReport(
            first.isoformat(),
            last.isoformat(),
            len(history),
            segments_of(rfm(history, now, rules), rules.high),
            {stage.value: known[stage] for stage in STAGES},
            returns(history, start, end, rules),
            repeat("", times, start),
            _most(products, start),
            _most(categories, start),
            cohorts(history, _month(clock)),
            tiers(history, rules),
        )

    def scores(self, *, rules: WorthRules | None = None) -> list[Rfm]:
        """Everybody's scores at this moment."""
        self._staff.require(Permission.SEE_TEAM_STATS)
        return rfm(self._history(), now_ms(), rules or self.rules)

    def steps_of(self, customer: bytes) -> list[Step]:
        """When a customer came to each stage, oldest first."""
        self._staff.require(Permission.REPLY)
        purchases = self._history().get(customer, Purchases())
        return steps(purchases.times, now_ms(), self.rules)

    def tag(self) -> Tagged:
        """Tag every customer with the segment of three dimensions; needs the right to edit tags."""
        self._staff.require(Permission.EDIT_TAGS)
        found = self.scores()
        with self._db.write() as session:
            return tag(session, found, self.rules.high)

    def _history(self) -> History:
        self._stats.facts.catch_up()
        with self._db.cursor() as run:
            return history_of(read_paid(run, now_ms() + DAY_MS))


def _most(things: dict[str, dict[bytes, list[int]]], start: int) -> tuple[Repeat, ...]:
    kept = sorted(things, key=lambda name: (-len(things[name]), name))[:MOST_PRODUCTS]
    return tuple(repeat(name, things[name], start) for name in kept)


def _month(clock: LocalTime) -> Callable[[int], int]:
    """Counts a moment's local month since the year 0."""
    known: dict[int, int] = {}

    def month_of(at: int) -> int:
        step = at // STEP_MS
        month = known.get(step)
        if month is None:
            day = datetime.fromtimestamp(clock.day(at) * DAY_MS / 1000, UTC)
            month = known[step] = day.year * 12 + day.month - 1
        return month

    return month_of
