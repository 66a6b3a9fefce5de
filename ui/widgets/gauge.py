"""How far a job in another thread is."""

from __future__ import annotations

import threading


class Gauge:
    """How far a job is, written by its thread and read by the window; `stop` asks it to end."""

    def __init__(self, closing: threading.Event) -> None:
        self.done, self.total = 0, 0
        self.stop = threading.Event()
        self._closing = closing

    def told(self, done: int, total: int) -> None:
        """Note how far it is."""
        self.done, self.total = done, total

    def stopped(self) -> bool:
        """Whether it shall end: the person said so, or the window closes."""
        return self.stop.is_set() or self._closing.is_set()
