"""Waits that grow each time that the same thing was in vain."""

from __future__ import annotations

from typing import Final

_FORGOTTEN: Final = 4
"""After so many times the longest wait without another one, the next is short again."""


class Pause:
    """A wait of `first` milliseconds, twice as long each time up to `longest`."""

    def __init__(self, first: int, longest: int) -> None:
        self._first, self._longest = first, longest
        self._begun: int | None = None
        self._wait = 0

    def begin(self, now: int) -> None:
        """Wait from now (Unix ms) on, longer than the last time."""
        if self._begun is None or abs(now - self._begun) > _FORGOTTEN * self._longest:
            self._wait = 0
        self._begun, self._wait = now, min(self._longest, 2 * self._wait or self._first)

    def end(self) -> None:
        """Wait no longer: it went well."""
        self._begun, self._wait = None, 0

    def lasts(self, now: int) -> bool:
        """Tell whether it is too early; a clock that was set back or ahead ends it."""
        return self._begun is not None and 0 <= now - self._begun < self._wait
