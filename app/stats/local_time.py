"""The shop's clock for millions of moments: days, hours and judged time by plain arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.stats.settings import DAY_MS, HOUR_MS, MINUTE_MS

STEP_MS: Final = 15 * MINUTE_MS
"""Zones change their offset at quarters of an hour, and by them."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_RANGE: Final = re.compile(r"\s*(\d{1,2}):(\d\d)\s*[-–~]\s*(\d{1,2}):(\d\d)\s*")


class LocalTime:
    """Wall-clock time in a zone; times are Unix ms (UTC), days are counted from 1970-01-01."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._offsets: dict[int, int] = {}

    def offset(self, at: int) -> int:
        """How far the zone is ahead of UTC at a moment, ms."""
        step = at // STEP_MS
        known = self._offsets.get(step)
        if known is None:
            moment = datetime.fromtimestamp(step * (STEP_MS // 1000), UTC).astimezone(self.zone)
            known = int((moment.utcoffset() or timedelta()).total_seconds() * 1000)
            self._offsets[step] = known
        return known

    def day(self, at: int) -> int:
        """The local day."""
        return (at + self.offset(at)) // DAY_MS

    def hour(self, at: int) -> int:
        """The local hour, 0 to 23."""
        return (at + self.offset(at)) % DAY_MS // HOUR_MS

    def hours(self, at: int) -> int:
        """The local hours since 1970."""
        return (at + self.offset(at)) // HOUR_MS

    def midnight(self, day: date) -> int:
        """When a local day begins."""
        return int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp() * 1000)

    def steps(self, start: int, end: int) -> Iterable[int]:
        """Moments between which neither the hour nor the offset changes."""
        return range(-(-start // STEP_MS) * STEP_MS, end, STEP_MS)

    def change(self, start: int, end: int) -> int | None:
        """The first moment after `start`, up to `end`, at which the offset is another."""
        if self.offset(start) == self.offset(end):
            return None
        steps = range((start // STEP_MS + 1) * STEP_MS, end + 1, STEP_MS)
        return next((at for at in steps if self.offset(at) != self.offset(start)), None)

    def in_sql(self, column: str, start: int, end: int) -> str:
        """SQL for the local time (ms) of a column; before `start` and from `end` on as just there."""
        offset, cases, at = self.offset(start), "", start
        while at < end:
            after = min(at + DAY_MS, end)
            change = self.change(at, after)
            if change is not None:
                cases += f" WHEN {column} < {change} THEN {offset}"
                offset, after = self.offset(change), change
            at = after
        return f"({column} + CASE{cases} ELSE {offset} END)" if cases else f"({column} + {offset})"


@lru_cache(maxsize=4096)
def day_name(day: int) -> str:
    """A local day as YYYY-MM-DD."""
    return date.fromordinal(day + _EPOCH).isoformat()


class JudgedTime:
    """The hours of the day that count for response times, without the breaks."""

    def __init__(self, clock: LocalTime, hours: Sequence[str], breaks: Sequence[str]) -> None:
        """Ranges like `08:00-23:00`; raises `UserError` for others."""
        self._clock = clock
        self._spans = _without(_merged(map(_range, hours)), _merged(map(_range, breaks)))
        self._daily = sum(end - start for start, end in self._spans)
        self.always = self._daily == DAY_MS

    def judged(self, at: int) -> bool:
        """Whether a question at this moment counts."""
        if self.always:
            return True
        moment = (at + self._clock.offset(at)) % DAY_MS
        return any(start <= moment < end for start, end in self._spans)

    def between(self, start: int, end: int) -> int:
        """Judged time from one moment to another, ms."""
        if self.always:
            return end - start
        total = 0
        while (change := self._clock.change(start, end)) is not None:
            # Up to the change with the old offset: the clock shows another time from there on.
            offset = self._clock.offset(start)
            total += self._until(change + offset) - self._until(start + offset)
            start = change
        offset = self._clock.offset(start)
        return total + self._until(end + offset) - self._until(start + offset)

    def _until(self, local: int) -> int:
        day, moment = divmod(local, DAY_MS)
        today = sum(min(max(moment, start), end) - start for start, end in self._spans)
        return day * self._daily + today


def _range(text: str) -> tuple[int, int]:
    match = _RANGE.fullmatch(text)
    first, last = (
        (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4]))
        if match
        else (1, 0)
    )
    if not match or first >= last or last > 24 * 60 or int(match[2]) > 59 or int(match[4]) > 59:
        raise UserError(
            _("“{text}” is no range of hours.").format(text=text),
            hint=_("Write it like 08:00-23:00; a night is two ranges."),
            code="bad_setting",
        )
    return first * MINUTE_MS, last * MINUTE_MS


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _without(
    ranges: list[tuple[int, int]], holes: list[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for first, end in ranges:
        start = first
        for hole_start, hole_end in holes:
            if hole_start > start:
                found.append((start, min(hole_start, end)))
            start = max(start, hole_end)
            if start >= end:
                break
        if start < end:
            found.append((start, end))
    return tuple((start, end) for start, end in found if start < end)
