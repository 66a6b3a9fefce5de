"""Drives the stats tab of the real window: its frame, the event loop while it works, its tiles."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from app.conversations import CustomerHint, IncomingMessage
from app.services import Services
from tests.benchmarks.desk_driver import Driver, Painted
from ui.stats.hours_card import SERVED
from ui.stats.live_page import LivePage
from ui.stats.view import StatsView

_TICK_MS: Final = 2
_PATIENCE_S: Final = 60.0
_PAUSE_S: Final = 0.3


class _Pulse(QObject):
    """Beats as often as the event loop lets it, and notes the longest pause."""

    def __init__(self) -> None:
        super().__init__()
        self._last, self.longest = time.perf_counter(), 0.0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def begin(self) -> None:
        """Forget what was."""
        self._last, self.longest = time.perf_counter(), 0.0

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, (now - self._last) * 1000)
        self._last = now


def stats_tab(driver: Driver, count: int) -> dict[str, Any]:
    """Milliseconds: until the frame is painted, the longest pauses, and tiles behind messages.

    `frames` are first looks at the pages, built then; `work` is what the GUI thread computes for
    them, `ready` until the numbers have come.
    """
    workspace, services = driver.desk.workspace, driver.desk.services
    assert workspace is not None
    assert services is not None
    driver.settle()
    pulse, frames, work = _Pulse(), dict[str, float](), dict[str, float]()
    frames["live"], work["live"] = _frame(driver, "live")
    pauses = {"live": _until_calm(driver, pulse)}
    view = workspace.view("stats")
    assert isinstance(view, StatsView)
    ready = {}
    for key in view.keys[1:]:
        pulse.begin()
        start = time.perf_counter()
        frames[key], work[key] = _frame(driver, key)
        _until_calm(driver, pulse)
        pauses[key], ready[key] = pulse.longest, (time.perf_counter() - start) * 1000
    view.show_page("live")
    _until_calm(driver, pulse)
    waits, days = _messages(driver, view, services, count)
    return {
        "frames": frames,
        "work": work,
        "pauses": pauses,
        "ready": ready,
        "waiting": waits,
        "served": days,
    }


def _frame(driver: Driver, key: str) -> tuple[float, float]:
    """Until the page has been painted for the first time, and what this thread computed for it."""
    workspace = driver.desk.workspace
    assert workspace is not None
    start, own = time.perf_counter(), time.thread_time()
    workspace.go("stats", key)
    view = workspace.view("stats")
    assert isinstance(view, StatsView)
    page = view.page()
    assert page is not None
    painted = Painted(getattr(page, "viewport", lambda: page)())
    _until(driver, lambda: painted.seen)
    return (time.perf_counter() - start) * 1000, (time.thread_time() - own) * 1000


def _until_calm(driver: Driver, pulse: _Pulse) -> float:
    """Until all numbers have come; the longest pause of the event loop meanwhile."""
    calm = time.monotonic() + _PAUSE_S
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < min(calm, end):
        driver.app.processEvents()
        if driver.desk.jobs.busy:
            calm = time.monotonic() + _PAUSE_S
    return pulse.longest


def _messages(
    driver: Driver, view: StatsView, services: Services, count: int
) -> tuple[list[float], list[float]]:
    """Each message of a new customer, written on another thread, until either tile shows it."""
    page = view.page()
    assert isinstance(page, LivePage)
    waits, days = list[float](), list[float]()
    for number in range(count):
        before = page.waiting.value(), page.today[SERVED].value()
        start = time.perf_counter()
        writing = Thread(target=_write, args=(services, f"{time.time_ns()}-{number}"))
        writing.start()
        _until(driver, lambda seen=before[0]: page.waiting.value() != seen)  # type: ignore[misc]
        waits.append((time.perf_counter() - start) * 1000)
        _until(driver, lambda seen=before[1]: page.today[SERVED].value() != seen)  # type: ignore[misc]
        days.append((time.perf_counter() - start) * 1000)
        writing.join()
        _until(driver, lambda: not driver.desk.jobs.busy)
    return waits, days


def _write(services: Services, name: str) -> None:
    services.conversations.receive(
        IncomingMessage(
            "webchat", "shop", f"bench-{name}", f"visitor-{name}", "在吗，这个有货吗",
            customer=CustomerHint("webchat", "shop", name=name),
        )
    )  # fmt: skip


def _until(driver: Driver, done: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not done():
        if time.monotonic() > end:
            raise SystemExit("the stats tab did not follow")
        driver.app.processEvents()
