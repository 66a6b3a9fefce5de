"""The channels of this station: which of them run, where, and what they refused."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from app.channels.log import ChannelLog
from app.channels.outbox import Outbox
from app.channels.presence import Presence
from app.channels.protocol import Channel, Inbox
from app.conversations import Conversations
from app.core.errors import UserError
from app.core.permissions import Permission
from app.core.settings import Setting, Settings
from app.staff import StaffService
from db.database import Database

log = logging.getLogger(__name__)

State = Literal["off", "running", "failed"]
_START_S: Final = 5.0


class Served(Channel, Protocol):
    """A channel with an address."""

    ready: threading.Event

    @property
    def url(self) -> str:
        """Where it is reached."""


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """How a channel fares on this station."""

    name: str
    state: State = "off"
    url: str = ""
    error: str = ""
    visitors: int = 0


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """How to make a channel, and whether this station is set to serve it."""

    wanted: Callable[[], bool]
    make: Callable[[Mapping[str, Any]], Served]
    """Takes values to use instead of those set, by key of the setting."""


@dataclass(slots=True)
class _Running:
    channel: Served
    thread: threading.Thread
    stop: threading.Event = field(default_factory=threading.Event)


class ChannelsService:
    """Starts and stops channels; `presence` and `log` are theirs all."""

    def __init__(
        self,
        db: Database,
        conversations: Conversations,
        presence: Presence,
        log_: ChannelLog,
        plans: Mapping[str, ChannelPlan],
        settings: Settings,
        staff: StaffService,
    ) -> None:
        self.presence, self.log = presence, log_
        self._db, self._conversations, self._plans = db, conversations, plans
        self._settings, self._staff = settings, staff
        self._running: dict[str, _Running] = {}
        self._errors: dict[str, str] = {}
        self._outbox: Outbox | None = None
        self._lock = threading.RLock()

    def start(self) -> None:
        """Start what this station is set to serve; what fails is told by `status`."""
        for name, plan in self._plans.items():
            if plan.wanted():
                try:
                    self.start_one(name)
                except UserError as error:
                    log.warning("the channel %s does not start: %s", name, error.code)

    def start_one(self, name: str, overrides: Mapping[str, Any] | None = None) -> ChannelStatus:
        """Start a channel, with `overrides` instead of its settings; raises `UserError`."""
        with self._lock:
            if name not in self._running:
                try:
                    self._running[name] = self._launch(name, overrides or {})
                except UserError as error:
                    self._errors[name] = error.message
                    raise
                self._errors.pop(name, None)
                self._renew_outbox()
            return self.status(name)

    def stop_one(self, name: str) -> None:
        """Stop a channel and wait for it, less than a second."""
        with self._lock:
            running = self._running.pop(name, None)
            self._errors.pop(name, None)
            if running is None:
                return
            self._renew_outbox()
        running.stop.set()
        running.thread.join()

    def configure(self, name: str, values: Sequence[tuple[Setting[Any], object]]) -> ChannelStatus:
        """Keep settings of a channel and serve it by them; needs the permission for channels.

        Raises `UserError` where it can't be served that way; the settings are kept all the same.
        """
        self._staff.require(Permission.CHANNELS)
        for setting, value in values:
            self._settings.set(setting, value)
        return self.apply(name)

    def apply(self, name: str) -> ChannelStatus:
        """Bring a channel in line with its settings: off, on, or on anew."""
        self.stop_one(name)
        if self._plans[name].wanted():
            return self.start_one(name)
        return self.status(name)

    def stop(self) -> None:
        """Stop all channels."""
        for name in tuple(self._running):
            self.stop_one(name)
        self.log.flush()

    def status(self, name: str) -> ChannelStatus:
        """How a channel fares now."""
        with self._lock:
            running = self._running.get(name)
            if running is not None and running.thread.is_alive():
                count = self.presence.online_count()
                return ChannelStatus(name, "running", running.channel.url, visitors=count)
            error = self._errors.get(name, "")
            return ChannelStatus(name, "failed" if error or running else "off", error=error)

    def _launch(self, name: str, overrides: Mapping[str, Any]) -> _Running:
        channel = self._plans[name].make(overrides)
        stop = threading.Event()
        thread = threading.Thread(
            target=self._run, args=(channel, self._conversations, stop), name=f"kefu-{name}"
        )
        thread.start()
        channel.ready.wait(_START_S)
        return _Running(channel, thread, stop)

    def _run(self, channel: Served, inbox: Inbox, stop: threading.Event) -> None:
        try:
            channel.run(inbox, stop)
        except Exception:
            log.exception("a channel ended")

    def _renew_outbox(self) -> None:
        if self._outbox is not None:
            self._outbox.close()
            self._outbox = None
        if self._running:
            channels = {name: running.channel for name, running in self._running.items()}
            self._outbox = Outbox(self._db, self._conversations, channels)
