"""Keeps Qt's VNC display to this machine: Qt itself would listen on every address, unguarded.

Where there is no display, `dev.py run` serves the window by Qt's `vnc` platform plug-in. The
plug-in offers no way to choose the address, so its listening socket is exchanged for one on
loopback before the event loop accepts the first connection.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

_TABLES: Final = ("/proc/self/net/tcp", "/proc/self/net/tcp6")
_LISTENING: Final = "0A"
_BACKLOG: Final = 8
_ROUNDS: Final = 200


def keep_on_loopback(application: QGuiApplication) -> None:
    """Call once, before the event loop runs; does nothing on any other platform plug-in.

    The desk ends with exit code 1 if the socket cannot be exchanged.
    """
    if application.platformName() == "vnc":
        _Guard(application).watch()


class _Guard(QTimer):
    """Looks on each round of the event loop until Qt has opened its socket."""

    def __init__(self, application: QGuiApplication) -> None:
        super().__init__(application)
        self._application, self._rounds = application, 0
        self.timeout.connect(self._look)

    def watch(self) -> None:
        self.start(0)

    def _look(self) -> None:
        self._rounds += 1
        try:
            if confine(vnc_port()):
                self.stop()
                return
        except OSError as error:
            self._give_up(str(error))
        if self._rounds == _ROUNDS:
            self._give_up("Qt opened no socket")

    def _give_up(self, reason: str) -> None:
        self.stop()
        sys.stderr.write(f"VNC could not be kept to this machine: {reason}\n")
        self._application.exit(1)


def vnc_port() -> int:
    """The port Qt was told to listen on."""
    told = re.search(r"port=(\d+)", os.environ.get("QT_QPA_PLATFORM", ""))
    return int(told[1]) if told else 5900


def confine(port: int) -> bool:
    """Exchange this process's listening socket on `port`; False if there is none yet."""
    found = False
    for descriptor in _listening(port):
        # Closing the open socket first frees the port for the one on loopback.
        with socket.socket() as idle:
            os.dup2(idle.fileno(), descriptor, inheritable=False)
        with socket.socket() as loopback:
            loopback.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            loopback.bind(("127.0.0.1", port))
            loopback.listen(_BACKLOG)
            loopback.setblocking(False)
            os.dup2(loopback.fileno(), descriptor, inheritable=False)
        found = True
    return found


def _listening(port: int) -> Iterator[int]:
    """File descriptors of this process that listen on `port`."""
    inodes = set(_inodes(port))
    for entry in list(Path("/proc/self/fd").iterdir()):
        try:
            target = str(entry.readlink())
        except OSError:
            continue  # the descriptor the listing itself was using
        if target.startswith("socket:[") and target[8:-1] in inodes:
            yield int(entry.name)


def _inodes(port: int) -> Iterator[str]:
    for table in _TABLES:
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]
