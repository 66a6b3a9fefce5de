"""What every request must pass before any of it is read, and what every answer carries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.channels.origins import Origins
from app.channels.webchat.limits import MAX_FRAME, MAX_PICTURE, Connections

Report = Callable[[str, str], None]

BODY_S: Final = 60.0
"""A body that takes longer holds a place that others need."""
_LINGER_S: Final = 1.0
_LINGER_BYTES: Final = 1024 * 1024
_BODY_LIMITS: Final = {"/api/attachments": MAX_PICTURE}


class Guard:
    """ASGI middleware: host, origin, size and number of connections; security headers."""

    def __init__(
        self, app: ASGIApp, origins: Origins, connections: Connections, report: Report
    ) -> None:
        self._app, self._origins, self._connections = app, origins, connections
        self._report = report
        ancestors = origins.frame_ancestors()
        pictures = " ".join(("'self'", "blob:", "data:", *origins.allowed))
        self._policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            f"img-src {pictures}; connect-src 'self'; frame-src 'self'; "
            f"base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else ""
        headers = Headers(scope=scope)
        if problem := self._problem(scope, headers, address):
            await self._refuse(scope, receive, send, problem)
            return
        if not self._connections.enter(address):
            self._report("connections", address)
            await self._refuse(scope, receive, send, (503, "busy"))
            return
        try:
            await self._app(scope, receive, self._with_headers(scope, send))
        finally:
            self._connections.leave(address)

    def _problem(self, scope: Scope, headers: Headers, address: str) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._origins.serves(host):
            self._report("host", f"{host[:80]} {address}")
            return 421, "host"
        writes = scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD", "OPTIONS"}
        origin = headers.get("origin")
        if writes and not self._origins.accepts(origin, host):
            self._report("origin", f"{(origin or '')[:120]} {address}")
            return 403, "origin"
        length = headers.get("content-length", "0")
        if (
            not length.isdecimal()
            or len(length) > 15
            or int(length) > _BODY_LIMITS.get(scope["path"], MAX_FRAME)
        ):
            self._report("too_large", f"{length[:12]} {address}")
            return 413, "too_large"
        return None

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, problem: tuple[int, str]
    ) -> None:
        status, code = problem
        if scope["type"] == "websocket":
            await receive()
            # Browsers learn no more than that it failed; the log says why.
            await send({"type": "websocket.close", "code": 1008})
            return
        response = JSONResponse({"t": "refused", "code": code}, status, {"connection": "close"})
        await send(
            {"type": "http.response.start", "status": status, "headers": response.raw_headers}
        )
        await send({"type": "http.response.body", "body": response.body, "more_body": True})
        await _linger(receive)
        await send({"type": "http.response.body", "body": b""})

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", self._policy)
                headers.setdefault("cache-control", "no-store")
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "no-referrer"
                headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"
                headers.setdefault("cross-origin-resource-policy", "same-origin")
            await send(message)

        return sending if scope["type"] == "http" else send


async def _linger(receive: Receive) -> None:
    """Drop a little of what still comes, so that the sender reads our answer, not a reset."""
    dropped, end = 0, time.monotonic() + _LINGER_S
    while dropped < _LINGER_BYTES and (left := end - time.monotonic()) > 0:
        try:
            message = await asyncio.wait_for(receive(), left)
        except TimeoutError:
            return
        dropped += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return


async def read_body(receive: Callable[[], Any], limit: int) -> bytes | None:
    """Read a request's body; None as soon as it is longer than `limit` bytes, or late."""
    try:
        async with asyncio.timeout(BODY_S):
            return await _read(receive, limit)
    except TimeoutError:
        return None


async def _read(receive: Callable[[], Any], limit: int) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def refused(status: int, code: str, **more: Any) -> Response:
    """The answer to a request that is not granted."""
    return JSONResponse({"t": "refused", "code": code, **more}, status)
