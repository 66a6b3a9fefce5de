"""The one door off the GUI thread: blocking work goes out, answers come back as signals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from queue import SimpleQueue
from time import monotonic
from typing import Any, Literal, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")
Lane = Literal["read", "write", "network"]
_Tag = tuple[int, str]

THREADS: dict[Lane, int] = {"write": 1, "read": 2, "network": 4}
"""One writer keeps writes in order; network waits must not queue behind each other."""


@dataclass(slots=True)
class _Waiting:
    """Who asked, and what to do with the answer. Never leaves the GUI thread."""

    owner: QObject
    done: Callable[[Any], None] | None
    failed: Callable[[BaseException], None] | None
    key: _Tag | None


@dataclass(frozen=True, slots=True)
class _Answer:
    result: object = None
    error: BaseException | None = None


def _answer(work: Callable[[], object]) -> _Answer:
    try:
        return _Answer(result=work())
    except BaseException as error:  # noqa: BLE001 - handed to whoever asked
        return _Answer(error=error)


class Jobs(QObject):
    """Runs work in lanes and delivers each answer on the GUI thread.

    A worker holds a ticket number, never a widget, so no QObject can die on a wrong thread.
    An answer is dropped when its owner is gone, or when a newer run of the same (owner, key)
    has been started. A read that this happens to while it waits in the queue is not begun at all;
    what is written, or said to a server, always is.
    """

    _answered = Signal(int, object)

    def __init__(
        self,
        report_error: Callable[[BaseException], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.stopping = threading.Event()
        self._report_error = report_error
        self._lanes: dict[Lane, _LaneThreads] = {}
        self._tickets = count()
        self._waiting: dict[int, _Waiting] = {}
        self._newest: dict[_Tag, int] = {}
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether any answer is still outstanding."""
        return bool(self._waiting)

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        *,
        failed: Callable[[BaseException], None] | None = None,
        lane: Lane = "read",
        key: str | None = None,
    ) -> None:
        """Call `work` on a thread of `lane`, then `done` (or `failed`) on the GUI thread."""
        if self.stopping.is_set():
            return
        ticket = next(self._tickets)
        tag = (id(owner), key) if key is not None else None
        if tag is not None:
            self._newest[tag] = ticket
        self._waiting[ticket] = _Waiting(owner, done, failed, tag)
        droppable = tag if lane == "read" else None
        self._lane(lane).put(partial(self._work, ticket, work, droppable))

    def close(self, seconds: float = 0.8) -> bool:
        """Stop taking work, drop queued reads, finish queued writes; False if time ran out."""
        self.stopping.set()
        deadline = monotonic() + seconds
        for name, lane in self._lanes.items():
            lane.finish(drain=name == "write")
        late = [name for name, lane in self._lanes.items() if not lane.join(deadline)]
        self._waiting.clear()
        self._newest.clear()
        return not late

    def _lane(self, name: Lane) -> _LaneThreads:
        if name not in self._lanes:
            self._lanes[name] = _LaneThreads(name, THREADS[name])
        return self._lanes[name]

    def _work(self, ticket: int, work: Callable[[], object], tag: _Tag | None) -> None:
        answer = _Answer() if self._superseded(ticket, tag) else _answer(work)
        if shiboken6.isValid(self):
            self._answered.emit(ticket, answer)

    def _deliver(self, ticket: int, answer: _Answer) -> None:
        waiting = self._waiting.pop(ticket, None)
        if waiting is None or not self._still_wanted(ticket, waiting):
            return
        if answer.error is not None:
            (waiting.failed or self._report_error)(answer.error)
        elif waiting.done is not None:
            waiting.done(answer.result)

    def _superseded(self, ticket: int, tag: _Tag | None) -> bool:
        """Any thread may ask: a ticket that is not the newest of its tag never is again."""
        return tag is not None and self._newest.get(tag) != ticket

    def _still_wanted(self, ticket: int, waiting: _Waiting) -> bool:
        if self._superseded(ticket, waiting.key):
            return False
        if waiting.key is not None:
            del self._newest[waiting.key]
        return shiboken6.isValid(waiting.owner)


class _LaneThreads:
    """A few daemon threads on one queue: a stuck download can't hold up the end of the program."""

    def __init__(self, name: str, threads: int) -> None:
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._dropping = False
        self._threads = [
            threading.Thread(target=self._loop, name=f"{name}-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, call: Callable[[], None]) -> None:
        self._queue.put(call)

    def finish(self, *, drain: bool) -> None:
        """End the threads after what is queued (drain) or after what runs now."""
        self._dropping = not drain
        for _ in self._threads:
            self._queue.put(None)

    def join(self, deadline: float) -> bool:
        for thread in self._threads:
            thread.join(max(0.0, deadline - monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _loop(self) -> None:
        while (call := self._queue.get()) is not None:
            if not self._dropping:
                call()
