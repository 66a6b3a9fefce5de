"""The web chat as a channel: one thread with an event loop, started and stopped with the desk."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Final

import uvicorn

from app.channels.origins import Origins
from app.channels.presence import Presence
from app.channels.protocol import Inbox, OutgoingMessage, SendResult
from app.channels.webchat.counter import Counter
from app.channels.webchat.desk import Desk
from app.channels.webchat.guard import Guard
from app.channels.webchat.hub import Hub
from app.channels.webchat.limits import MAX_FRAME, Connections
from app.channels.webchat.patience import ImpatientProtocol
from app.channels.webchat.store import ChatStore
from app.channels.webchat.web import Look, Web
from app.channels.webchat.worker import Worker
from app.core.errors import UserError
from app.core.i18n import _
from db.models import MessageState

log = logging.getLogger(__name__)

_STAFFED_EVERY_S: Final = 2.0
_GRACE_S: Final = 1


@dataclass(frozen=True, slots=True)
class WebChatOptions:
    """Where and how the chat is served."""

    host: str = "127.0.0.1"
    port: int = 0
    origins: tuple[str, ...] = ()
    look: Look = field(default_factory=Look)
    burst: float = 20
    per_second: float = 1.0
    per_address: int = 40


class WebChat:
    """Serves the page, the script tag and the visitors' connections."""

    repeats_safely = True

    def __init__(
        self,
        desk: Desk,
        options: WebChatOptions,
        *,
        staffed: Callable[[], bool],
        report: Callable[[str, str], None],
    ) -> None:
        """Take hold of the port; raises `UserError` where it is taken."""
        self._desk, self._options = desk, options
        self._staffed, self._report = staffed, report
        self._listener = _listen(options.host, options.port)
        self.ready = Event()

    @property
    def presence(self) -> Presence:
        """Who is there."""
        return self._desk.presence

    @property
    def url(self) -> str:
        """Address of the chat for this computer, or for others if it listens to the network."""
        host, port = self._listener.getsockname()[:2]
        host = _own_address() if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared only
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def run(self, inbox: Inbox, stop: Event) -> None:
        """Serve until `stop` is set, and a fraction of a second more."""
        asyncio.run(self._serve(stop))

    def send(self, message: OutgoingMessage) -> SendResult:
        """The hub finds replies in the database; from here on they wait for the visitor only."""
        return SendResult(MessageState.SENT)

    def close(self) -> None:
        """Give back the port of a channel that was never run."""
        self._listener.close()

    async def _serve(self, stop: Event) -> None:
        store, worker = ChatStore(self._desk.db), Worker(self._desk.db)
        hub = Hub(self._desk.db, store, worker, self._desk.presence)
        try:
            identity = await worker.write(store.identity)
            await hub.start()
            counter = Counter(
                self._desk,
                store,
                worker,
                identity,
                burst=self._options.burst,
                per_second=self._options.per_second,
                report=self._report,
                staffed=self._staffed,
            )
            web = Web(counter, hub, self._options.look)
            await self._listen_until(stop, hub, web)
        finally:
            await hub.close()
            await worker.close()
            self._listener.close()

    async def _listen_until(self, stop: Event, hub: Hub, web: Web) -> None:
        guard = Guard(
            web.application(),
            Origins(self._options.origins),
            Connections(self._options.per_address),
            self._report,
        )
        server = uvicorn.Server(_config(guard))
        serving = asyncio.create_task(server.serve(sockets=[self._listener]))
        watching = asyncio.create_task(_tell_staffed(web))
        stopping = asyncio.ensure_future(asyncio.to_thread(stop.wait))
        self.ready.set()
        try:
            await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.set()
            watching.cancel()
            await hub.close()
            web.close()
            server.should_exit = True
            await serving
            await stopping


async def _tell_staffed(web: Web) -> None:
    while True:
        await asyncio.sleep(_STAFFED_EVERY_S)
        web.tell_staffed()


def _config(app: Guard) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        ws="websockets-sansio",
        http=ImpatientProtocol,
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_max_size=MAX_FRAME,
        ws_ping_interval=25,
        ws_ping_timeout=25,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=MAX_FRAME,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Windows would let two programs share the port; elsewhere this only skips a waiting time.
        if not hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise UserError(
            _("The web chat can't use port {port} of {host}.").format(port=port, host=host),
            hint=_("Another program may use it: choose another port in Settings → Channels."),
            code="port_taken",
        ) from error
    return listener


def _own_address() -> str:
    """The computer's address in its network; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
