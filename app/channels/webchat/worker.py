"""Takes the database off the event loop: reads at once, writes in order and many to a commit."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from db.database import Database

T = TypeVar("T")
log = logging.getLogger(__name__)

BATCH: Final = 200
"""Writes that share one commit at most."""
TURN_S: Final = 0.06
"""A batch takes no further write after this many seconds: the desk waits for the same lock."""
_PAUSE_S: Final = 0.003
"""Pause after a full turn: the lock serves nobody in order, and the desk comes first."""

_Work = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Worker:
    """Belongs to one event loop. What `write` returned is on the disk when it returns."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._readers = ThreadPoolExecutor(2, "webchat-read")
        self._writer = ThreadPoolExecutor(1, "webchat-write")
        self._queue: asyncio.Queue[_Work] = asyncio.Queue()
        self._task = asyncio.create_task(self._write_forever())

    async def read(self, work: Callable[..., T], *args: Any) -> T:
        """Run a reading function on a worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, work, *args)

    async def write(self, work: Callable[[], T]) -> T:
        """Run `work` inside a write transaction with others.

        What writes in several steps opens a `db.write()` of its own: that is what its error rolls
        back.
        """
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((work, answer))
        return await answer

    async def close(self) -> None:
        """Finish what is queued and stop the threads."""
        await self._queue.join()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._writer.shutdown()
        self._readers.shutdown()

    async def _write_forever(self) -> None:
        loop = asyncio.get_running_loop()
        waiting: deque[_Work] = deque()
        while True:
            if not waiting:
                waiting.append(await self._queue.get())
            while len(waiting) < BATCH and not self._queue.empty():
                waiting.append(self._queue.get_nowait())
            works = [work for work, _ in waiting]
            # A commit under way is finished even when the desk stops now.
            outcomes = await asyncio.shield(loop.run_in_executor(self._writer, self._commit, works))
            for result, error in outcomes:
                _resolve(waiting.popleft()[1], result, error)
                self._queue.task_done()
            if waiting:
                await asyncio.sleep(_PAUSE_S)

    def _commit(self, works: list[Callable[[], Any]]) -> list[tuple[Any, Exception | None]]:
        """What became of the first of `works`, at least one."""
        outcomes: list[tuple[Any, Exception | None]] = []
        try:
            with self._db.write("channel"):
                end = time.monotonic() + TURN_S
                for work in works:
                    outcomes.append(_tried(work))
                    if time.monotonic() > end:
                        break
        except Exception as error:
            log.exception("the web chat could not write")
            return [(None, error)] * max(1, len(outcomes))
        return outcomes


def _tried(work: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        return work(), None
    except Exception as error:  # noqa: BLE001 - handed to whoever asked for this write
        return None, error


def _resolve(answer: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if answer.cancelled():
        return  # its connection broke meanwhile; what was written stays
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(result)
