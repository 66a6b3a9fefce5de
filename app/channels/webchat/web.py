"""The addresses of the web chat (PROTOCOL.md beside the page describes them)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from app.channels.colours import button_colours, theme_css
from app.channels.webchat.counter import Counter
from app.channels.webchat.files import page_files
from app.channels.webchat.guard import read_body, refused
from app.channels.webchat.hub import Hub
from app.channels.webchat.limits import MAX_FRAME, MAX_PICTURE
from app.channels.webchat.poll import MAX_WAIT_S, Polls
from app.channels.webchat.refusal import Refusal
from app.channels.webchat.regions import regions_json
from app.channels.webchat.store import Visitor
from app.channels.webchat.tab import Tab
from app.channels.webchat.wire import Cursor, Hello, Say, Seen, Typing, decode

_STATUS: Final = {
    "rate": 429,
    "busy": 503,
    "too_large": 413,
    "no_picture": 415,
    "token": 401,
    "quota": 429,
}
Handler = Callable[["Web", Request, Visitor], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Look:
    """What the shop chose for its chat."""

    shop: str = ""
    accent: str = "#156B94"
    greeting_zh: str = ""
    greeting_en: str = ""
    offline_form: bool = True


class Web:
    """Answers requests."""

    def __init__(self, counter: Counter, hub: Hub, look: Look) -> None:
        self._counter, self._hub, self._look = counter, hub, look
        self._polls = Polls(counter, hub)

    def application(self) -> Starlette:
        """The routes."""
        return Starlette(
            routes=[
                Route("/", self._home),
                Route("/chat", self._file("chat/chat.html")),
                Route("/demo", self._file("demo/demo.html")),
                Route("/widget.js", self._file("widget.js", public=True)),
                Route("/static/{path:path}", self._static),
                Route("/theme.css", self._theme),
                Route("/api/config", self._config),
                Route("/api/look", self._launcher),
                Route("/api/regions", self._regions),
                Route("/api/visitors", self._newcomer, methods=["POST"]),
                Route("/api/messages", self._messages, methods=["GET"]),
                Route("/api/messages", self._frame, methods=["POST"]),
                Route("/api/history", self._history),
                Route("/api/attachments", self._attach, methods=["POST"]),
                Route("/files/{conversation}/{attachment}/{visitor}/{mac}", self._picture),
                WebSocketRoute("/ws", self._socket),
            ]
        )

    def close(self) -> None:
        """Forget who polls."""
        self._polls.close()

    def tell_staffed(self) -> None:
        """Correct the pages that were told otherwise whether somebody is at the desk."""
        now = self._counter.staffed_news()
        if now is not None:
            self._hub.tell_all({"t": "staffed", "on": now})

    # --- pages ----------------------------------------------------------------------------

    async def _home(self, _request: Request) -> Response:
        return RedirectResponse("/chat")

    def _file(self, name: str, *, public: bool = False) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return page_files()[name].response(request, public=public)

        return answer

    async def _static(self, request: Request) -> Response:
        file = page_files().get(request.path_params["path"])
        return file.response(request) if file else refused(404, "not_found")

    async def _theme(self, _request: Request) -> Response:
        return Response(theme_css(self._look.accent), media_type="text/css")

    async def _config(self, _request: Request) -> Response:
        look = self._look
        return JSONResponse(
            {
                "shop": look.shop,
                "greeting": {"zh": look.greeting_zh, "en": look.greeting_en},
                "offline_form": look.offline_form,
                "staffed": self._counter.staffed(),
            }
        )

    async def _launcher(self, _request: Request) -> Response:
        """The colours of the script tag's button; pages of any site may ask."""
        headers = {
            "access-control-allow-origin": "*",
            "cross-origin-resource-policy": "cross-origin",
        }
        return JSONResponse(button_colours(self._look.accent), headers=headers)

    async def _regions(self, _request: Request) -> Response:
        headers = {"cache-control": "private, max-age=86400"}
        return Response(regions_json(), 200, headers, "application/json")

    # --- the chat over requests -----------------------------------------------------------

    async def _newcomer(self, request: Request) -> Response:
        try:
            token, _ = await self._counter.welcome_newcomer(
                _address(request), request.headers.get("origin", "")
            )
        except Refusal as refusal:
            return _refusal(refusal)
        return JSONResponse({"t": "token", "token": token})

    async def _visitor(self, request: Request) -> Visitor | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        visitor = await self._counter.visitor(token)
        if visitor is None:
            self._counter.report("token", _address(request))
        return visitor

    async def _messages(self, request: Request) -> Response:
        visitor = await self._visitor(request)
        if visitor is None:
            return refused(401, "token")
        try:
            self._counter.allowance.count_read(visitor.key)
        except Refusal as refusal:
            return _refusal(refusal)
        query = request.query_params
        seq, epoch = _number(query.get("after")), query.get("epoch", "")
        cursor = Cursor(epoch, seq) if epoch else None
        wait = min(_number(query.get("wait")), MAX_WAIT_S)
        return JSONResponse(await self._polls.ask(visitor, cursor, wait))

    async def _frame(self, request: Request) -> Response:
        visitor = await self._visitor(request)
        if visitor is None:
            return refused(401, "token")
        body = await read_body(request.receive, MAX_FRAME)
        if body is None:
            self._counter.report("too_large", _address(request))
            return refused(413, "too_large")
        try:
            return JSONResponse(await self._take(visitor, decode(body)))
        except msgspec.DecodeError:
            return refused(400, "bad_message")
        except Refusal as refusal:
            return _refusal(refusal)

    async def _take(self, visitor: Visitor, frame: Any) -> dict[str, Any]:
        if isinstance(frame, Say):
            return await self._counter.say(visitor, frame)
        if isinstance(frame, Seen | Typing) and not self._counter.allowance.may_mark(visitor):
            return {"t": "ok"}
        if isinstance(frame, Seen):
            await self._counter.seen(visitor, frame)
        elif isinstance(frame, Typing):
            self._counter.typing(visitor, frame.on)
        elif isinstance(frame, Hello):
            raise Refusal("bad_message")
        return {"t": "ok"}

    async def _history(self, request: Request) -> Response:
        visitor = await self._visitor(request)
        if visitor is None:
            return refused(401, "token")
        try:
            self._counter.allowance.count_read(visitor.key)
        except Refusal as refusal:
            return _refusal(refusal)
        page = await self._counter.older(visitor, _number(request.query_params.get("before")))
        shown = self._counter.shown(visitor)
        return JSONResponse({"messages": [shown.message(message) for message in page]})

    # --- pictures -------------------------------------------------------------------------

    async def _attach(self, request: Request) -> Response:
        visitor = await self._visitor(request)
        if visitor is None:
            return refused(401, "token")
        client_id = request.query_params.get("client_id", "")
        body = await read_body(request.receive, MAX_PICTURE)
        if body is None:
            self._counter.report("too_large", _address(request))
            return refused(413, "too_large", client_id=client_id)
        name = request.query_params.get("name", "")
        try:
            return JSONResponse(await self._counter.picture(visitor, client_id, body, name))
        except Refusal as refusal:
            return _refusal(refusal)

    async def _picture(self, request: Request) -> Response:
        path = request.path_params
        try:
            self._counter.allowance.count_read(path["visitor"])
        except Refusal as refusal:
            return _refusal(refusal)
        found = await self._counter.attachment(
            (path["conversation"], path["attachment"], path["visitor"], path["mac"])
        )
        if found is None:
            return refused(404, "not_found")
        view, data = found
        how = "inline" if view.is_image else f"attachment; filename*=UTF-8''{quote(view.name)}"
        headers = {
            "cache-control": "private, max-age=86400, immutable",
            "content-security-policy": "default-src 'none'; sandbox",
            "content-disposition": how,
        }
        return Response(data, 200, headers, view.media_type)

    async def _socket(self, socket: WebSocket) -> None:
        address = socket.client.host if socket.client else ""
        # Cut off at the end of the desk, it has nothing left to say.
        with contextlib.suppress(asyncio.CancelledError):
            await Tab(socket, self._counter, self._hub, address).serve()


def _refusal(refusal: Refusal) -> Response:
    return JSONResponse(refusal.document(), _STATUS.get(refusal.code, 400))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else 0
