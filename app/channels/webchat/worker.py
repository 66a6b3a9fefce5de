"""Takes the database off the event loop: reads at once, writes in order and many to a commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from db.database import Database

T = TypeVar("T")
log = logging.getLogger(__name__)

BATCH: Final = 100
"""Writes that share one commit at most, so that nobody waits long for a full batch."""

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
        """Run `work` inside a write transaction; its error rolls back this piece alone."""
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
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            outcomes = loop.run_in_executor(self._writer, self._commit, [w for w, _ in batch])
            # A commit under way is finished even when the desk stops now.
            results = await asyncio.shield(outcomes)
            for (_, answer), (result, error) in zip(batch, results, strict=True):
                _resolve(answer, result, error)
                self._queue.task_done()

    def _commit(self, works: list[Callable[[], Any]]) -> list[tuple[Any, Exception | None]]:
        outcomes: list[tuple[Any, Exception | None]] = []
        try:
            with self._db.write("channel"):
                outcomes = [self._one(work) for work in works]
        except Exception as error:
            log.exception("the web chat could not write")
            return [(None, error)] * len(works)
        return outcomes

    def _one(self, work: Callable[[], Any]) -> tuple[Any, Exception | None]:
        try:
            with self._db.write("channel"):
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
