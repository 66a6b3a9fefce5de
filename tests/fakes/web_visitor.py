"""A visitor's browser as a program: speaks the web chat's protocol, keeps what it said and saw."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

T = TypeVar("T")


def tell(story: Coroutine[Any, Any, T]) -> T:
    """Run a story of visitors to its end, on a thread of its own.

    A browser under test keeps an event loop running on the main thread.
    """
    with ThreadPoolExecutor(1, "visitors") as thread:
        return thread.submit(asyncio.run, story).result()


class WebVisitor:
    """Resumes after breaks like the page does: from its cursor, unacknowledged messages first."""

    def __init__(self, url: str) -> None:
        self.url = url.replace("http", "ws", 1) + "/ws"
        self.token = ""
        self.cursor: dict[str, Any] | None = None
        self.messages: list[dict[str, Any]] = []
        self.acked: dict[str, dict[str, Any]] = {}
        self.refused: list[dict[str, Any]] = []
        self.told: list[dict[str, Any]] = []
        self.outbox: list[dict[str, Any]] = []
        self.breaks = 0
        self._socket: ClientConnection | None = None
        self._numbers = itertools.count()
        self._news = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._waiting = ""
        self._sent_at = 0.0
        self.waits: list[float] = []

    async def connect(self) -> None:
        """Open the line and take what was missed."""
        socket = await connect(self.url, compression=None, max_queue=None, open_timeout=30)
        hello = {"t": "hello", "token": self.token, "cursor": self.cursor}
        await socket.send(json.dumps(hello))
        welcome = json.loads(await socket.recv())
        assert welcome["t"] == "welcome", welcome
        self.token = welcome["token"] or self.token
        if not welcome["resumed"]:
            assert not self.messages, "a page that had messages must be resumed"
            self.cursor = {"epoch": welcome["epoch"], "seq": 0}
        self._take(welcome["messages"])
        self._waiting, self._socket = "", socket
        self._reader = asyncio.create_task(self._read(socket))
        await self._pump()

    async def drop(self) -> None:
        """Break the line without a word."""
        if self._socket is not None:
            self.breaks += 1
            self._socket.transport.abort()
            await self._end()

    async def close(self) -> None:
        """Leave politely."""
        if self._socket is not None:
            await self._socket.close()
            await self._end()

    async def say(self, text: str, **fields: Any) -> None:
        """Say something: at once, or when the line is there again."""
        self.outbox.append({"t": "say", "client_id": str(uuid4()), "text": text, **fields})
        await self._pump()

    async def flood(self, texts: list[str]) -> None:
        """Send without waiting for any answer."""
        assert self._socket is not None
        for text in texts:
            await self._send({"t": "say", "client_id": str(uuid4()), "text": text})

    async def frame(self, frame: dict[str, Any]) -> None:
        """Send any frame."""
        await self._send(frame)

    async def until(self, condition: Any, seconds: float = 10.0) -> None:
        """Wait until `condition()` holds."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._news.clear()
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.2)

    async def _end(self) -> None:
        reader, self._reader, self._socket = self._reader, None, None
        if reader is not None:
            await asyncio.gather(reader, return_exceptions=True)

    async def _send(self, frame: dict[str, Any]) -> None:
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(json.dumps(frame))

    async def _pump(self) -> None:
        if self.outbox and not self._waiting and self._socket is not None:
            self._waiting = self.outbox[0]["client_id"]
            self._sent_at = time.monotonic()
            await self._send(self.outbox[0])

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in socket:
                await self._hear(json.loads(text))
                self._news.set()

    async def _hear(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "messages":
            self._take(frame["messages"])
            assert self.cursor is not None
            await self._send({"t": "seen", "seq": self.cursor["seq"], "read": False})
        elif frame["t"] == "ack":
            self.acked[frame["client_id"]] = frame
            if frame["client_id"] == self._waiting:
                self._waiting = ""
                self.waits.append(time.monotonic() - self._sent_at)
                self.outbox = [m for m in self.outbox if m["client_id"] != frame["client_id"]]
                await self._pump()
        elif frame["t"] == "refused":
            self.refused.append(frame)
            if frame["client_id"] == self._waiting and frame["retry_ms"]:
                await asyncio.sleep(frame["retry_ms"] / 1000)
                self._waiting = ""
                await self._pump()
        else:
            self.told.append(frame)

    def _take(self, messages: list[dict[str, Any]]) -> None:
        assert self.cursor is not None
        for message in messages:
            assert message["seq"] > self.cursor["seq"], "out of order or twice"
            self.cursor = {**self.cursor, "seq": message["seq"]}
            self.messages.append(message)
