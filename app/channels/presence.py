"""Who is there and who types: true only for the moment, so never in the database."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

TYPING_S: Final = 6.0
"""A typing mark that nobody renews goes out after this many seconds."""

Listener = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Marks:
    """Conversations whose customer is online, whose customer types, and in which an agent types."""

    online: frozenset[bytes] = frozenset()
    customers: frozenset[bytes] = frozenset()
    agents: frozenset[bytes] = frozenset()

    def changed(self, other: Marks) -> frozenset[bytes]:
        """Return the conversations that the two tell apart."""
        mine, theirs = (self.online, self.customers, self.agents), other
        pairs = zip(mine, (theirs.online, theirs.customers, theirs.agents), strict=True)
        return frozenset().union(*(one ^ two for one, two in pairs))


class Presence:
    """Customers online and typing marks of both sides, by conversation id.

    May be used from any thread. Listeners are called on the thread that brought the news, with
    the id of the conversation it is about.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._online: Counter[bytes] = Counter()
        self._customers: dict[bytes, float] = {}
        self._agents: dict[bytes, float] = {}
        self._elsewhere = Marks()
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every conversation something changed in; returns how to stop it."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def online(self, conversation_id: bytes) -> bool:
        """Whether the customer has the chat open somewhere."""
        with self._lock:
            here = self._online.get(conversation_id, 0) > 0
            return here or conversation_id in self._elsewhere.online

    def online_count(self) -> int:
        """How many customers have the chat open."""
        with self._lock:
            return len(self._online)

    def customer_typing(self, conversation_id: bytes) -> bool:
        """Whether the customer wrote within the last seconds without sending."""
        here = self._recent(self._customers, conversation_id)
        return here or conversation_id in self._elsewhere.customers

    def agent_typing(self, conversation_id: bytes) -> bool:
        """Whether somebody of the shop types a reply."""
        here = self._recent(self._agents, conversation_id)
        return here or conversation_id in self._elsewhere.agents

    def marks(self) -> Marks:
        """Return what this station knows by itself, to tell the others."""
        with self._lock:
            now = self._clock()
            typing = [
                frozenset(c for c, since in marks.items() if now - since < TYPING_S)
                for marks in (self._customers, self._agents)
            ]
            return Marks(frozenset(self._online), *typing)

    def set_elsewhere(self, marks: Marks) -> None:
        """Note what the other stations know; what was known of them before is forgotten."""
        with self._lock:
            changed = self._elsewhere.changed(marks)
            self._elsewhere = marks
        for conversation_id in changed:
            self._announce(conversation_id)

    def came(self, conversation_id: bytes) -> None:
        """The customer opened the chat, perhaps in a second browser tab."""
        with self._lock:
            self._online[conversation_id] += 1
        self._announce(conversation_id)

    def left(self, conversation_id: bytes) -> None:
        """The customer closed one of the places where the chat was open."""
        with self._lock:
            self._online[conversation_id] -= 1
            if self._online[conversation_id] <= 0:
                del self._online[conversation_id]
                self._customers.pop(conversation_id, None)
        self._announce(conversation_id)

    def set_customer_typing(self, conversation_id: bytes, on: bool) -> None:
        """Note that the customer types (renew it every few seconds) or no longer does."""
        self._mark(self._customers, conversation_id, on)

    def set_agent_typing(self, conversation_id: bytes, on: bool) -> None:
        """Note that an agent types in this conversation (renew it) or no longer does."""
        self._mark(self._agents, conversation_id, on)

    def _recent(self, marks: dict[bytes, float], conversation_id: bytes) -> bool:
        with self._lock:
            since = marks.get(conversation_id)
            return since is not None and self._clock() - since < TYPING_S

    def _mark(self, marks: dict[bytes, float], conversation_id: bytes, on: bool) -> None:
        with self._lock:
            if on:
                marks[conversation_id] = self._clock()
            elif marks.pop(conversation_id, None) is None:
                return
        self._announce(conversation_id)

    def _announce(self, conversation_id: bytes) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(conversation_id)
