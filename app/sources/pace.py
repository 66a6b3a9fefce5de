"""How far an import is, told to whoever waits for it, and whether it is to stop."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Is told how much is done, of about how much."""
Stop = Callable[[], bool]


class Pace:
    """Counts what is done, tells how far the work is, and hears whether to stop."""

    def __init__(self, total: int, progress: Progress | None, stop: Stop | None) -> None:
        self._total, self._progress, self._stop = total, progress, stop
        self.done = 0

    def stopped(self) -> bool:
        """Whether somebody wants it to stop."""
        return self._stop is not None and self._stop()

    def told(self) -> None:
        """Tell how far it is."""
        if self._progress is not None:
            self._progress(self.done, max(self._total, self.done))
