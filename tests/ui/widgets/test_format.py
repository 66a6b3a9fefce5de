"""Money, moments and durations as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ui.widgets.format import day_bounds, duration, moment, money, set_zone

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 10, 12, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _in_shanghai() -> Iterator[None]:
    set_zone(SHANGHAI)
    yield
    set_zone(None)


def ms(*parts: int) -> int:
    year, month, day, hour, minute = parts
    return int(datetime(year, month, day, hour, minute, tzinfo=SHANGHAI).timestamp() * 1000)


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "¥0.00"), (5, "¥0.05"), (123456789, "¥1,234,567.89"), (-250, "-¥2.50"), (None, "—")],
)
def test_money(fen: int | None, text: str) -> None:
    assert money(fen) == text


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("when", "text"),
    [
        ((2026, 3, 10, 0, 1), "00:01"),
        ((2026, 3, 9, 23, 59), "Yest. 23:59"),
        ((2026, 1, 2, 8, 5), "01-02 08:05"),
        ((2025, 12, 31, 8, 5), "2025-12-31"),
    ],
)
def test_a_moment_is_as_short_as_it_stays_clear(when: tuple[int, ...], text: str) -> None:
    assert moment(ms(*when), NOON) == text


@pytest.mark.usefixtures("english")
def test_durations_grow_from_minutes_to_days() -> None:
    assert [duration(s) for s in (0, 42, 3599, 3900, 200_000)] == [
        "00:00",
        "00:42",
        "59:59",
        "1 h 05",
        "2 days",
    ]


def test_a_day_begins_at_midnight_of_the_shop() -> None:
    start, end = day_bounds(NOON.date())
    assert end - start == 86_400_000
    assert datetime.fromtimestamp(start / 1000, UTC).hour == 16
