"""An agent at the real window: presses keys, reads the screen, may lose power."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.core.paths import resource

PATIENCE_S = 60


def free_port() -> int:
    """A port of the loopback address that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(what: str, look: Callable[[], Any], seconds: float = PATIENCE_S) -> Any:
    """Look again and again until something is there; fails with `what` was awaited."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"never seen: {what}")


class Agent:
    """One start of the window on a home, driven by keys."""

    def __init__(
        self,
        home: Path,
        display: str,
        *,
        practice: bool = False,
        surroundings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        port, self.album = free_port(), home.parent
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.e2e.window_driver", str(home), str(port)),
                *(["practice"] if practice else []),
            ],
            cwd=resource().parent,
            env={**environment, **surroundings},
        )
        self._line = wait_for("the window", lambda: self._connect(port))
        self._file = self._line.makefile("rw", encoding="utf-8")

    def keys(self, *combinations: str) -> None:
        """Press keys such as `Ctrl+J`, one after the other."""
        for combination in combinations:
            self._ask("keys", combination)

    def types(self, text: str) -> None:
        """Type plain letters into whatever has the focus."""
        self._ask("type", text)

    def composes(self, text: str) -> None:
        """Write Chinese as an input method does."""
        self._ask("compose", text)

    def screen(self) -> list[str]:
        """All texts one can read now."""
        texts = self._ask("screen")
        assert isinstance(texts, list)
        return texts

    def sees(self, text: str) -> bool:
        """Wait until a text is somewhere on the screen."""
        try:
            wait_for(text, lambda: any(text in shown for shown in self.screen()))
        except AssertionError as error:
            self.picture(self.album / "missing.png")
            raise AssertionError(f"{error}; on the screen: {self.screen()}") from error
        return True

    def focus(self) -> str:
        """The accessible name of what has the focus."""
        return str(self._ask("focus"))

    def written(self) -> str:
        """What stands in the field that has the focus, without what is still being composed."""
        return str(self._ask("written"))

    def composing(self) -> str:
        """What an input method shows there but has not handed over yet."""
        return str(self._ask("composing"))

    def items(self, name: str) -> list[str]:
        """What stands in the list or table of this name, as far as one sees it."""
        texts = self._ask("items", name)
        assert isinstance(texts, list)
        return texts

    def goes_to(self, name: str, most: int = 40) -> None:
        """Press Tab until the control of this accessible name has the focus."""
        for _step in range(most):
            if name in self.focus():
                return
            self.keys("Tab")
        self.picture(self.album / "missing.png")
        raise AssertionError(f"Tab never reached {name}; last was {self.focus()}")

    def goes_to_conversation(self) -> None:
        """Open the first conversation of the list below the one that is open, or the first."""
        self.keys("Alt+Down")

    def picture(self, file: Path) -> None:
        """Keep what the window looks like."""
        self._ask("picture", str(file))

    def loses_power(self) -> None:
        """SIGKILL: no chance to say goodbye."""
        self._process.kill()
        self._leave()

    def quits(self) -> None:
        """Close the window as one does."""
        self._process.terminate()
        self._leave()

    def _leave(self) -> None:
        self._process.wait(PATIENCE_S)
        self._file.close()
        self._line.close()

    def _connect(self, port: int) -> socket.socket | None:
        assert self._process.poll() is None, "the window ended"
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        except ConnectionRefusedError:
            return None

    def _ask(self, do: str, value: str = "") -> Any:
        self._file.write(json.dumps({"do": do, "value": value}) + "\n")
        self._file.flush()
        answer = json.loads(self._file.readline())
        assert not (isinstance(answer, dict) and "error" in answer), answer["error"]
        return answer
