"""Follows the database and hands every visitor's news to the places where that visitor reads.

The database is the truth: whoever wrote a message, in whichever process, it is found by its row
number, which rises in the order of commits. So each place needs to remember one number only, and
nothing is lost, doubled or out of order.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from app.channels.presence import Presence
from app.channels.webchat.store import ChatMessage, ChatStore
from app.channels.webchat.worker import Worker
from db.changes import Changes
from db.database import Database

log = logging.getLogger(__name__)


class Reader(Protocol):
    """A place where a visitor reads: a browser tab."""

    conversation_id: bytes

    def offer(self, messages: list[ChatMessage]) -> None:
        """New messages of the conversation, in order; those seen already are to be skipped."""

    def tell(self, document: dict[str, Any]) -> None:
        """A short-lived piece of news."""

    def end(self) -> None:
        """The desk closes."""


class Hub:
    """All readers by conversation. Its methods belong on the event loop."""

    def __init__(self, db: Database, store: ChatStore, worker: Worker, presence: Presence) -> None:
        self._store, self._worker, self._presence = store, worker, presence
        self._readers: dict[bytes, set[Reader]] = defaultdict(set)
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._changed: dict[str, set[bytes]] = defaultdict(set)
        self._typed_in: set[bytes] = set()
        self._seen = 0
        self._unsubscribe = (db.subscribe(self._on_change), presence.subscribe(self._on_presence))
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to follow the database."""
        self._seen = await self._worker.read(self._store.head)
        self._task = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Tell all readers that the desk closes, and stop."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        for reader in [r for readers in self._readers.values() for r in readers]:
            reader.end()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def join(self, reader: Reader) -> None:
        """Hand news to `reader` from now on; its customer is online."""
        self._readers[reader.conversation_id].add(reader)
        self._presence.came(reader.conversation_id)

    def leave(self, reader: Reader) -> None:
        """Stop handing news to `reader`."""
        readers = self._readers.get(reader.conversation_id, set())
        if reader in readers:
            readers.remove(reader)
            if not readers:
                del self._readers[reader.conversation_id]
            self._presence.left(reader.conversation_id)

    def tell(self, conversation_id: bytes, document: dict[str, Any]) -> None:
        """Hand a document to the readers of one conversation."""
        for reader in tuple(self._readers.get(conversation_id, ())):
            reader.tell(document)

    def tell_all(self, document: dict[str, Any]) -> None:
        """Hand a document to everybody."""
        for conversation_id in tuple(self._readers):
            self.tell(conversation_id, document)

    def _on_change(self, changes: Changes) -> None:
        """Comes on the writing thread."""
        if changes.touches("messages", "conversations", "confirmations", "satisfaction"):
            ids = {name: changes.ids(name) for name in changes.tables}
            self._call(self._note, ids)

    def _note(self, ids: dict[str, frozenset[bytes] | None]) -> None:
        for table, rows in ids.items():
            # Very many at once is an import: it has no news for who is chatting but new messages.
            self._changed[table].update(rows or ())
        self._news.set()

    def _on_presence(self, conversation_id: bytes) -> None:
        self._call(self._agent_typing, conversation_id)

    def _agent_typing(self, conversation_id: bytes) -> None:
        on = self._presence.agent_typing(conversation_id)
        if on or conversation_id in self._typed_in:
            self.tell(conversation_id, {"t": "typing", "on": on})
        if on and conversation_id in self._readers:
            self._typed_in.add(conversation_id)
        else:
            self._typed_in.discard(conversation_id)

    def _call(self, function: Any, *args: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *args)
        except RuntimeError:
            log.debug("news after the end of the web chat")

    async def _follow(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            changed, self._changed = self._changed, defaultdict(set)
            try:
                await self._pass_on(changed)
            except Exception:
                # A busy database passes; the next commit brings us back to where we were.
                log.exception("the web chat could not read the news")
                await asyncio.sleep(0.5)
                self._news.set()

    async def _pass_on(self, changed: dict[str, set[bytes]]) -> None:
        before = self._seen
        messages, head = await self._worker.read(self._store.feed, before)
        self._distribute(messages)
        if len(messages) and messages[-1].seq == head:
            self._news.set()  # perhaps a full page: look for more
        self._seen = head
        fresh = {message.id for message in messages}
        await self._states(changed["messages"] - fresh)
        await self._reads(changed["conversations"])
        await self._answers(changed["confirmations"])
        await self._ratings(changed["satisfaction"])

    def _distribute(self, messages: Iterable[ChatMessage]) -> None:
        by_conversation: dict[bytes, list[ChatMessage]] = defaultdict(list)
        for message in messages:
            if message.conversation_id in self._readers:
                by_conversation[message.conversation_id].append(message)
        for conversation_id, found in by_conversation.items():
            for reader in tuple(self._readers.get(conversation_id, ())):
                reader.offer(found)

    async def _states(self, ids: set[bytes]) -> None:
        if not ids or not self._readers:
            return
        for message in await self._worker.read(self._store.named, ids):
            if message.gone:
                self.tell(message.conversation_id, {"t": "recalled", "ids": [message.id.hex()]})

    async def _reads(self, ids: set[bytes]) -> None:
        shown = [conversation_id for conversation_id in ids if conversation_id in self._readers]
        if shown:
            for conversation_id, at in (
                await self._worker.read(self._store.agent_read_at, shown)
            ).items():
                self.tell(conversation_id, {"t": "read", "at": at})

    async def _answers(self, ids: set[bytes]) -> None:
        if not ids or not self._readers:
            return
        for conversation_id, identity, state in await self._worker.read(
            self._store.confirmations, ids
        ):
            document = {"t": "card", "confirmation_id": identity.hex(), "state": state}
            self.tell(conversation_id, document)

    async def _ratings(self, ids: set[bytes]) -> None:
        if not ids or not self._readers:
            return
        for conversation_id, identity, level in await self._worker.read(self._store.ratings, ids):
            document = {"t": "card", "satisfaction_id": identity.hex(), "state": str(level)}
            self.tell(conversation_id, document)
