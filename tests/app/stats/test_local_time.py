"""The shop's clock in SQL shows what it shows in Python, also where clocks are changed."""

from __future__ import annotations

import sqlite3
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from app.stats.local_time import STEP_MS, LocalTime
from app.stats.settings import DAY_MS
from tests.app.stats.shops import ZONES


@pytest.mark.parametrize("zone", ZONES)
def test_local_time_in_sql_is_local_time(zone: str) -> None:
    clock = LocalTime(ZoneInfo(zone))
    start, end = clock.midnight(date(2026, 3, 1)), clock.midnight(date(2026, 11, 15))
    with sqlite3.connect(":memory:") as run:
        run.execute("CREATE TABLE moments(at INTEGER)")
        steps = [(at,) for at in range(start, end, 3 * STEP_MS)]
        run.executemany("INSERT INTO moments VALUES (?)", [*steps, *((at - 1,) for (at,) in steps)])
        local = clock.in_sql("at", start - DAY_MS, end)
        found = run.execute(f"SELECT at, {local} FROM moments").fetchall()
    run.close()
    assert {at: shown - at for at, shown in found} == {at: clock.offset(at) for at, _ in found}
