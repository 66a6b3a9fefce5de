"""Hybrid logical clock: stamps that order changes over all stations, whatever their PC clocks say."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

COUNTER_BITS: Final = 16
MAX_AHEAD_MS: Final = 24 * 60 * 60 * 1000
"""A stamp further ahead of this computer's clock comes from no honest one."""

UNTIMED_BELOW: Final = 365 * 24 * 60 * 60 * 1000
"""A message's time below this (in 1970) is its place in an order only: when it was, nobody knows."""


def is_timed(at: int) -> bool:
    """Tell whether a message's `at` is a time, not just the place of one that came without."""
    return at >= UNTIMED_BELOW


def now_ms() -> int:
    """Return the wall clock as Unix milliseconds, UTC."""
    return time.time_ns() // 1_000_000


def stamp_ms(stamp: int) -> int:
    """Return the millisecond part of a stamp."""
    return stamp >> COUNTER_BITS


class HybridClock:
    """Hands out strictly rising 64-bit stamps: milliseconds << 16 | counter (SYNC §4.1)."""

    def __init__(self, last: int = 0, wall: Callable[[], int] = now_ms) -> None:
        self._last, self._wall, self._lock = last, wall, threading.Lock()

    def tick(self, above: int = 0) -> int:
        """Return a new stamp above every earlier one and above `above`."""
        with self._lock:
            self._last = max(self._last + 1, self._wall() << COUNTER_BITS, above + 1)
            return self._last
