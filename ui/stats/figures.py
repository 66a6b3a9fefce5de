"""The numbers of a period beside those of the period before, and their course."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.core.errors import UserError
from app.stats import BY_KEY, By, Measure, Report, Unit
from ui.stats.period import Period
from ui.stats.words import day_text, day_words
from ui.widgets.format import local

if TYPE_CHECKING:
    from app.stats import Stats

_COUNTED = frozenset({Unit.SHARE, Unit.SECONDS, Unit.RATIO, Unit.DAYS})


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a course: a day or an hour."""

    key: str
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Reports of a period by day, or by hour where it is one day, and of the one before."""

    period: Period
    report: Report
    before: Report | None

    def measure(self, key: str) -> Measure:
        """The number."""
        return self.report.measures.get(key, Measure(None, 0))

    def measure_before(self, key: str) -> Measure | None:
        """What it was."""
        return self.before.measures.get(key) if self.before else None

    def team(self, key: str) -> Measure | None:
        """The mean over all agents, where one sees own numbers only."""
        return self.report.team.get(key) if self.report.team else None

    def places(self) -> list[Place]:
        """The days, or the hours of the day."""
        return places(self.period.first, self.period.last)

    def course(self, key: str) -> list[float | None]:
        """The number at each place."""
        values = course(self.report, places(self.period.first, self.period.last), key)
        return so_far(values) if self.period.running() else values

    def course_before(self, key: str) -> list[float | None]:
        """What it was at each place of the period before, as many as there are now."""
        if self.before is None:
            return []
        period = self.period
        found = course(self.before, places(period.first_before, period.last_before), key)
        return found[: len(self.places())]


def read_figures(stats: Stats, period: Period, metrics: Sequence[str] = ()) -> Figures:
    """Read both periods; for a job."""
    by = By.HOUR if period.days == 1 else By.DAY
    report = stats.report(period.first, period.last, by=by, metrics=metrics)
    try:
        before = stats.report(period.first_before, period.last_before, by=by, metrics=metrics)
    except UserError:
        before = None
    return Figures(period, report, before)


def places(first: date, last: date) -> list[Place]:
    """Days from first to last; of one day its hours."""
    if first == last:
        return [Place(f"{hour:02d}", f"{hour:02d}", f"{hour:02d}:00") for hour in range(24)]
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return [Place(day.isoformat(), day_text(day), day_words(day)) for day in days]


def so_far(values: Sequence[float | None]) -> list[float | None]:
    """Hours of today: of those to come nobody knows anything yet."""
    hour = _hour()
    return [value if n <= hour or value else None for n, value in enumerate(values)]


def _hour() -> int:
    return local(round(time.time() * 1000)).hour


def course(report: Report, at: Sequence[Place], key: str) -> list[float | None]:
    """Values at these places; where nothing was, a count is 0 and a mean is not known."""
    known = {row.key: row.measures[key].value for row in report.rows if key in row.measures}
    nothing = None if BY_KEY[key].unit in _COUNTED else 0.0
    return [known.get(place.key, nothing) for place in at]
