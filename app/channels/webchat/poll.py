"""Browsers that get no WebSocket through: the same chat over plain requests that wait."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final

from app.channels.webchat.counter import PAGE, Counter
from app.channels.webchat.hub import Hub
from app.channels.webchat.store import ChatMessage, Visitor
from app.channels.webchat.wire import Cursor

MAX_WAIT_S: Final = 25.0
"""A request without news is answered after this many seconds."""
AWAY_S: Final = 15.0
"""A visitor who asks no more for this many seconds has left."""


class Poll:
    """One visitor's place between two requests; a `Reader` of the hub."""

    def __init__(self, visitor: Visitor, hub: Hub) -> None:
        self.conversation_id = visitor.conversation_id
        self._hub = hub
        self._news = asyncio.Event()
        self._told: list[dict[str, Any]] = []
        self._ended = False
        self._leaving: asyncio.TimerHandle | None = None
        hub.join(self)

    def offer(self, messages: list[ChatMessage]) -> None:
        self._news.set()

    def tell(self, document: dict[str, Any]) -> None:
        del self._told[:-50]
        self._told.append(document)
        self._news.set()

    def end(self) -> None:
        self._ended = True
        self._news.set()
        self.leave()

    def leave(self) -> None:
        """The visitor asks no more."""
        if self._leaving is not None:
            self._leaving.cancel()
        self._hub.leave(self)

    async def wait(self, seconds: float) -> None:
        """Wait for news."""
        if not self._ended:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(seconds, MAX_WAIT_S))
        self._news.clear()

    def expect(self, gone: Any) -> None:
        """Keep the place for a while; `gone` is called when nobody came back."""
        if self._leaving is not None:
            self._leaving.cancel()
        self._leaving = asyncio.get_running_loop().call_later(AWAY_S, gone)

    def hold(self) -> None:
        """Somebody asks now: do not count the seconds."""
        if self._leaving is not None:
            self._leaving.cancel()

    def take(self) -> list[dict[str, Any]]:
        """The short-lived news since the last request."""
        told, self._told = self._told, []
        return told


class Polls:
    """The places of all visitors without WebSocket."""

    def __init__(self, counter: Counter, hub: Hub) -> None:
        self._counter, self._hub = counter, hub
        self._places: dict[str, Poll] = {}

    async def ask(self, visitor: Visitor, cursor: Cursor | None, wait: float) -> dict[str, Any]:
        """What is new behind `cursor`; waits up to `wait` seconds where nothing is."""
        place = self._places.get(visitor.key)
        if place is None:
            place = self._places[visitor.key] = Poll(visitor, self._hub)
        place.hold()
        try:
            answer = await self._answer(visitor, cursor)
            told = place.take()
            if wait > 0 and not answer["messages"] and not told and answer["resumed"]:
                await place.wait(wait)
                answer, told = await self._answer(visitor, cursor), place.take()
            answer["told"] = told
            return answer
        finally:
            place.expect(lambda: self._forget(visitor.key))

    async def _answer(self, visitor: Visitor, cursor: Cursor | None) -> dict[str, Any]:
        same = cursor is not None and cursor.epoch == self._counter.identity.epoch
        missed = await self._counter.catch_up(visitor, cursor)
        page = missed.page
        shown = self._counter.shown(visitor)
        return {
            "t": "welcome",
            "token": "",
            "resumed": same,
            "more": not same and len(page) == PAGE,
            "seq": page[-1].seq if page else (cursor.seq if cursor and same else 0),
            "epoch": self._counter.identity.epoch,
            "staffed": self._counter.staffed(),
            "read_at": missed.read_at,
            "recalled": [identity.hex() for identity in missed.recalled],
            "messages": [shown.message(m) for m in page if not m.gone],
        }

    def _forget(self, key: str) -> None:
        place = self._places.pop(key, None)
        if place is not None:
            place.leave()

    def close(self) -> None:
        """The desk closes."""
        for key in tuple(self._places):
            self._forget(key)
