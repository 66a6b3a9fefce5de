"""One browser tab on a WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.channels.webchat.counter import PAGE, Counter
from app.channels.webchat.hub import Hub
from app.channels.webchat.refusal import Refusal
from app.channels.webchat.store import CatchUp, ChatMessage, Visitor
from app.channels.webchat.wire import Cursor, Hello, Ping, Say, Seen, Typing, decode, encode

HELLO_S: Final = 10.0
"""A connection that says nothing is closed after this many seconds."""
MAX_BEHIND: Final = 2_000
"""Frames waiting for a browser that does not read; beyond it the line is cut, and resumed."""
MAX_REFUSED: Final = 2_000
"""Refused messages on one connection, after which it is cut."""

CLOSE_RESTART: Final = 1012
CLOSE_POLICY: Final = 1008
CLOSE_TOKEN: Final = 4001
CLOSE_SLOW: Final = 4008
_TOO_BIG: Final = 1009
_END: Final = 0


class Tab:
    """Speaks the protocol over one WebSocket; a `Reader` of the hub."""

    def __init__(self, socket: WebSocket, counter: Counter, hub: Hub, address: str) -> None:
        self._socket, self._counter, self._hub, self._address = socket, counter, hub, address
        self.conversation_id = b""
        self._visitor: Visitor | None = None
        self._position = -1
        self._early: list[ChatMessage] | None = []
        self._out: asyncio.Queue[dict[str, Any] | int] = asyncio.Queue(MAX_BEHIND)
        self._refused = 0
        self._arriving = self._unread = False  # replies of which the browser has not told yet

    # --- as the hub sees it ---------------------------------------------------------------

    def offer(self, messages: list[ChatMessage]) -> None:
        if self._early is not None:
            self._early.extend(messages)  # the tab still catches up from the database
            return
        self._push([m for m in messages if m.seq > self._position])

    def tell(self, document: dict[str, Any]) -> None:
        if self._early is None:
            self._put(document)

    def end(self) -> None:
        self._put(CLOSE_RESTART)

    # --- the conversation with the browser ------------------------------------------------

    async def serve(self) -> None:
        """Talk until either side ends."""
        await self._socket.accept()
        sender = asyncio.create_task(self._send_forever())
        try:
            if await self._greet():
                await self._listen()
        except WebSocketDisconnect as gone:
            if gone.code == _TOO_BIG:
                self._counter.report("too_large", self._address)
        finally:
            if self._visitor is not None:
                self._hub.leave(self)
            # What is still to be told (why it was closed) goes out first.
            self._put(_END)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(sender, 1.0)

    async def _greet(self) -> bool:
        try:
            frame = await asyncio.wait_for(self._next(), HELLO_S)
        except TimeoutError:
            frame = None
        if not isinstance(frame, Hello):
            self._put(CLOSE_POLICY)
            return False
        token = ""
        if frame.token:
            visitor = await self._counter.visitor(frame.token)
            if visitor is None:
                self._counter.report("token", self._address)
                self._put({"t": "refused", "code": "token"})
                self._put(CLOSE_TOKEN)
                return False
        else:
            origin = self._socket.headers.get("origin", "")
            try:
                token, visitor = await self._counter.welcome_newcomer(self._address, origin)
            except Refusal as refusal:
                self._refuse(refusal)
                self._put(CLOSE_POLICY)
                return False
        await self._enter(visitor, frame.cursor, token)
        return True

    async def _enter(self, visitor: Visitor, cursor: Cursor | None, token: str) -> None:
        self._visitor, self.conversation_id = visitor, visitor.conversation_id
        self._hub.join(self)
        same = cursor is not None and cursor.epoch == self._counter.identity.epoch
        self._position = cursor.seq if cursor is not None and same else 0
        # Whoever is new has nothing to catch up on.
        missed = CatchUp([]) if token else await self._counter.catch_up(visitor, cursor)
        self._put(
            {
                "t": "welcome",
                "token": token,
                "resumed": same,
                "more": not same and len(missed.page) == PAGE,
                "epoch": self._counter.identity.epoch,
                "staffed": self._counter.staffed(),
                "read_at": missed.read_at,
                "recalled": [identity.hex() for identity in missed.recalled],
                "messages": self._take(missed.page),
            }
        )
        while same and len(missed.page) == PAGE:
            cursor = Cursor(self._counter.identity.epoch, self._position)
            missed = await self._counter.catch_up(visitor, cursor)
            self._push(missed.page)
        early, self._early = self._early or [], None
        self._push([m for m in early if m.seq > self._position])

    async def _next(self) -> Any:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or 1005)
        try:
            return decode(message.get("text") or message.get("bytes") or b"")
        except msgspec.DecodeError:
            return None

    async def _listen(self) -> None:
        while self._refused < MAX_REFUSED:
            frame = await self._next()
            if isinstance(frame, Say):
                await self._say(frame)
            elif isinstance(frame, Seen | Typing | Ping) and not self._counter.allowance.may_mark(
                self._known
            ):
                self._refused += 1  # without a word: answers would be the next flood
            elif isinstance(frame, Seen):
                await self._seen(frame)
            elif isinstance(frame, Typing):
                self._counter.typing(self._known, frame.on)
            elif isinstance(frame, Ping):
                self._put({"t": "pong"})
            else:
                self._refuse(Refusal("bad_message"))
        self._counter.report("flood", self._address)
        self._put(CLOSE_POLICY)

    async def _seen(self, seen: Seen) -> None:
        """Most marks say nothing new: they cost no look into the database."""
        new = self._unread if seen.read else self._arriving
        if not new:
            return
        if seen.seq >= self._position:
            self._arriving = False
            self._unread = self._unread and not seen.read
        await self._counter.seen(self._known, seen)

    async def _say(self, say: Say) -> None:
        try:
            self._put(await self._counter.say(self._known, say))
        except Refusal as refusal:
            self._refuse(refusal)

    @property
    def _known(self) -> Visitor:
        assert self._visitor is not None  # noqa: S101 - frames are listened to after the greeting
        return self._visitor

    def _refuse(self, refusal: Refusal) -> None:
        self._refused += 1
        self._put(refusal.document())

    # --- what goes out --------------------------------------------------------------------

    def _take(self, messages: list[ChatMessage]) -> list[dict[str, Any]]:
        if messages:
            self._position = messages[-1].seq
        if any(not message.own for message in messages):
            self._arriving = self._unread = True
        shown = self._counter.shown(self._known)
        return [shown.message(message) for message in messages if not message.gone]

    def _push(self, messages: list[ChatMessage]) -> None:
        documents = self._take(messages)
        if documents:
            self._put({"t": "messages", "messages": documents})

    def _put(self, document: dict[str, Any] | int) -> None:
        try:
            self._out.put_nowait(document)
        except asyncio.QueueFull:
            while not self._out.empty():
                self._out.get_nowait()
            self._out.put_nowait(CLOSE_SLOW)

    async def _send_forever(self) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                document = await self._out.get()
                if isinstance(document, int):
                    if document != _END:
                        await self._socket.close(document)
                    return
                await self._socket.send_text(encode(document))
