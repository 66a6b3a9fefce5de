"""Numbers that are pictures: arrivals over the week, waits in steps, parcels by carrier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.stats.behind import FactReader
from app.stats.cutting import TurnKind
from app.stats.model import Measure, share, spread
from app.stats.settings import DAY_MS

STEPS_S: Final = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
"""Where the steps of a distribution of waits begin, seconds."""

_PARCELS: Final = (
    "SELECT s.carrier, max(s.carrier_name), count(*), sum(s.signed_at IS NOT NULL), "
    "avg(CASE WHEN s.signed_at > coalesce(s.picked_up_at, s.shipped_at) "
    "THEN s.signed_at - coalesce(s.picked_up_at, s.shipped_at) END), "
    "sum(s.state IN ('problem', 'returning', 'returned', 'refused', 'stalled')), "
    "sum(s.signed_at - coalesce(s.picked_up_at, s.shipped_at) <= ?) "
    "FROM shipments s WHERE s._del = 0 AND s.shipped_at >= ? AND s.shipped_at < ? "
    "GROUP BY s.carrier ORDER BY count(*) DESC, s.carrier"
)
_CASES: Final = (
    "SELECT reason, responsibility, count(*), sum(amount_fen), sum(freight_fen) FROM after_sales "
    "WHERE _del = 0 AND kind <> 'review' AND state <> 'withdrawn' AND requested_at >= ? "
    "AND requested_at < ? AND (? IS NULL OR staff_id = ?) "
    "GROUP BY reason, responsibility ORDER BY count(*) DESC, reason, responsibility"
)
_ANSWERS: Final = (
    "SELECT level, count(*) FROM satisfaction WHERE _del = 0 AND invited_at >= ? "
    "AND invited_at < ? AND (? IS NULL OR staff_id = ?) GROUP BY level"
)
_PHRASES: Final = (
    "SELECT p.title, p.text, p.code, sum(u.uses), max(u.last_at) FROM phrase_uses u "
    "JOIN phrases p ON p.id = u.phrase_id WHERE p._del = 0 AND (? IS NULL OR u.staff_id = ?) "
    "GROUP BY p.id HAVING sum(u.uses) > 0 ORDER BY sum(u.uses) DESC, p.code LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Week:
    """Sessions of customers by weekday (0 Monday) and hour: all of them, and the mean of a day.

    `days` is how many days of each weekday the period has.
    """

    counts: tuple[tuple[int, ...], ...]
    days: tuple[int, ...]

    def mean(self, weekday: int, hour: int) -> float:
        """Sessions in that hour of such a day."""
        return self.counts[weekday][hour] / self.days[weekday] if self.days[weekday] else 0.0

    def by_hour(self, weekdays: Sequence[int] = range(7)) -> list[float]:
        """Mean sessions by hour over these weekdays."""
        days = sum(self.days[day] for day in weekdays)
        return [
            sum(self.counts[day][hour] for day in weekdays) / days if days else 0.0
            for hour in range(24)
        ]

    @property
    def total(self) -> int:
        """All sessions."""
        return sum(map(sum, self.counts))


@dataclass(frozen=True, slots=True)
class Waits:
    """How long customers waited: how many within each of `STEPS_S`, and their spread (s)."""

    counts: tuple[int, ...]
    measure: Measure


@dataclass(frozen=True, slots=True)
class CarrierLine:
    """A carrier's parcels shipped in the period: mean days to the signature, and shares."""

    carrier: str
    name: str
    parcels: int
    signed: int
    days: float | None
    in_time: Measure
    trouble: Measure


@dataclass(frozen=True, slots=True)
class PhraseLine:
    """How often a phrase was used at this station, ever; `last_at` in Unix ms."""

    title: str
    uses: int
    last_at: int


@dataclass(frozen=True, slots=True)
class CaseLine:
    """After-sales cases of one reason and one party responsible, fen; empty: not said yet."""

    reason: str
    party: str
    cases: int
    amount_fen: int
    freight_fen: int

    @property
    def id(self) -> tuple[str, str]:
        """What tells it from other lines."""
        return self.reason, self.party


@dataclass(frozen=True, slots=True)
class Answers:
    """Satisfaction questions of a period: how many were asked, and answers from 5 down to 1."""

    asked: int
    levels: tuple[int, ...]

    @property
    def answered(self) -> int:
        """How many answered."""
        return sum(self.levels)


def cases_of(run: Any, start: int, end: int, own: bytes | None) -> list[CaseLine]:
    """After-sales by reason and responsibility, without reviews and what was withdrawn."""
    return [CaseLine(*row) for row in run.execute(_CASES, (start, end, own, own)).fetchall()]


def answers_of(run: Any, start: int, end: int, own: bytes | None) -> Answers:
    """What customers said when they were asked."""
    known = dict(run.execute(_ANSWERS, (start, end, own, own)).fetchall())
    return Answers(sum(known.values()), tuple(known.get(level, 0) for level in (5, 4, 3, 2, 1)))


def week_of(reader: FactReader, first: date, last: date) -> Week:
    """Arrivals over the week."""
    found: Counter[tuple[int, int]] = Counter()
    for met in reader.sessions():
        if met.customer:
            # Day 0, 1970-01-01, was a Thursday.
            weekday = (reader.clock.day(met.fact.at) + 3) % 7
            found[weekday, reader.clock.hour(met.fact.at)] += 1
    days = Counter((first + timedelta(n)).weekday() for n in range((last - first).days + 1))
    return Week(
        tuple(tuple(found[day, hour] for hour in range(24)) for day in range(7)),
        tuple(days[day] for day in range(7)),
    )


def waits_of(reader: FactReader, *, first: bool) -> Waits:
    """Distribution of response times; `first` looks at the first answers of sessions only."""
    found = [
        wait.waited
        for wait in reader.waits()
        if wait.kind is not TurnKind.ROBOT
        and wait.waited is not None
        and (wait.kind is TurnKind.FIRST or not first)
    ]
    counts = Counter(
        max(n for n, step in enumerate(STEPS_S) if step * 1000 <= waited) for waited in found
    )
    return Waits(tuple(counts[n] for n in range(len(STEPS_S))), spread(found, 1000))


def carriers_of(run: Any, start: int, end: int) -> list[CarrierLine]:
    """Parcels by carrier."""
    rows = run.execute(_PARCELS, (2 * DAY_MS, start, end)).fetchall()
    return [
        CarrierLine(
            carrier,
            name or carrier,
            parcels,
            signed or 0,
            None if took is None else took / DAY_MS,
            share(quick or 0, signed or 0),
            share(trouble or 0, parcels),
        )
        for carrier, name, parcels, signed, took, trouble, quick in rows
    ]


def phrases_of(run: Any, own: bytes | None, most: int) -> list[PhraseLine]:
    """The phrases used most at this station."""
    rows = run.execute(_PHRASES, (own, own, most)).fetchall()
    return [
        PhraseLine(title or text.replace("\n", " ")[:60] or code, uses, last)
        for title, text, code, uses, last in rows
    ]
