"""One window per home: a second start only raises the first."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.core.paths import cache_dir

_WAIT_MS: Final = 800
_LONGEST_SOCKET: Final = 100
"""Bytes of a path that every system takes for a socket."""


class SingleInstance(QObject):
    """`raise_wanted` fires in the first window when somebody starts a second one."""

    raise_wanted = Signal()

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
        self._name = f"kefu-desk-{digest}"
        # Beside the homes, not in them: a home need not exist yet. Not where everybody may write:
        # another user could take the name first.
        folder = _own_folder()
        self._lock = QLockFile(str(folder / f"{digest}.lock"))
        self._lock.setStaleLockTime(0)
        socket = str(folder / f"{digest}.socket")
        if os.name == "posix" and len(socket.encode()) <= _LONGEST_SOCKET:
            self._name = socket
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """True if this is the first; otherwise the first has been asked to show itself."""
        if not self._lock.tryLock(0):
            self._knock()
            return False
        QLocalServer.removeServer(self._name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_knock)
        self._server.listen(self._name)
        return True

    def release(self) -> None:
        """Let another start."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _knock(self) -> None:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_WAIT_MS):
            socket.disconnectFromServer()

    def _on_knock(self) -> None:
        if self._server is not None:
            self._server.nextPendingConnection().deleteLater()
            self.raise_wanted.emit()


def _own_folder() -> Path:
    # A home folder may be shared between machines; what runs on this one is told apart there.
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(runtime) / "kefu-desk" if Path(runtime).is_absolute() else cache_dir() / "running"
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(0o700)
    return folder
