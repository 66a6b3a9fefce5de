"""The watchmen of the tests: leaked threads and timers, foreign sockets, a harmless keyring."""

from __future__ import annotations

import gc
import ipaddress
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Self
from unittest import mock
from weakref import WeakKeyDictionary

import keyring
import keyring.backend
import keyring.errors
import pytest

_PATIENCE_S: Final = 2.0
_OURS: Final = ("/app/", "/db/", "/ui/", "/tests/", "\\app\\", "\\db\\", "\\ui\\", "\\tests\\")


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring in memory, so that no test asks the user's own."""

    priority = 1.0

    def __init__(self) -> None:
        # The base class would read settings from the environment; a test has none.
        self.secrets: dict[tuple[str, str], str] = {}

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make this the keyring of the process until the test ends."""
        monkeypatch.setattr(keyring.core, "_keyring_backend", self)

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.secrets.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError(service)


def _is_local(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = str(address[0])
    try:
        return host in {"", "localhost"} or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def refuse_foreign_sockets() -> Iterator[None]:
    """Connections leave this machine in no test; a try raises OSError."""

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def check(self: socket.socket, address: Any) -> Any:
            if not _is_local(address):
                raise OSError(f"tests may not connect to {address!r}")
            return connect(self, address)

        return check

    plain = socket.socket
    with (
        mock.patch.object(plain, "connect", guarded(plain.connect)),
        mock.patch.object(plain, "connect_ex", guarded(plain.connect_ex)),
    ):
        yield


def _own_frame() -> str:
    """The line of ours that led here."""
    for frame in reversed(traceback.extract_stack()[:-2]):
        if any(part in frame.filename for part in _OURS) and __file__ != frame.filename:
            return f"{frame.filename}:{frame.lineno} in {frame.name}"
    return "unknown place"


class LeakWatch:
    """Notes what is started within its `with` block and names what is still running afterwards."""

    def __init__(self) -> None:
        self._threads_before = set(threading.enumerate())
        self._places: WeakKeyDictionary[object, str] = WeakKeyDictionary()
        self._patches: list[Any] = []

    def __enter__(self) -> Self:
        self._remember(threading.Thread, "start")
        if core := sys.modules.get("PySide6.QtCore"):
            self._remember(core.QTimer, "start")
            self._remember(core.QThread, "start")
        return self

    def __exit__(self, *_error: object) -> None:
        for patch in self._patches:
            patch.stop()

    def _remember(self, owner: type, method: str) -> None:
        start, places = getattr(owner, method), self._places

        def noting(self: object, *args: Any) -> Any:
            places[self] = _own_frame()
            return start(self, *args)

        patch = mock.patch.object(owner, method, noting)
        patch.start()
        self._patches.append(patch)

    def left(self) -> list[str]:
        """What still runs, after a moment to come to an end."""
        _delete_widgets()
        end = time.monotonic() + _PATIENCE_S
        while (found := self._threads() + self._qt_things()) and time.monotonic() < end:
            gc.collect()
            _delete_widgets()
            time.sleep(0.02)
        return found

    def _threads(self) -> list[str]:
        new = [t for t in threading.enumerate() if t not in self._threads_before and t.is_alive()]
        return [f"thread {t.name} from {self._places.get(t, 'unknown place')}" for t in new]

    def _qt_things(self) -> list[str]:
        core = sys.modules.get("PySide6.QtCore")
        if core is None:
            return []
        import shiboken6

        alive = [(thing, place) for thing, place in self._places.items() if _is_qt(thing)]
        return [
            f"{type(thing).__name__} from {place}"
            for thing, place in alive
            if shiboken6.isValid(thing) and _runs(thing)
        ]


def _is_qt(thing: object) -> bool:
    return not isinstance(thing, threading.Thread)


def _runs(thing: Any) -> bool:
    running = thing.isActive() if hasattr(thing, "isActive") else thing.isRunning()
    return bool(running)


def _delete_widgets() -> None:
    """Let Qt carry out its `deleteLater` calls, which it puts off while no event loop runs."""
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
