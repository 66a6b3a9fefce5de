"""A real pinyin input method on a test's own screen, and the keys a person presses there.

IBus with libpinyin, on a session bus, with settings and a dictionary of its own: nothing of the
person's own input method is asked or changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.e2e.person import wait_for

PROGRAMS = ("ibus", "ibus-daemon", "dbus-daemon", "xdotool")
ENGINES = Path("/usr/share/ibus/component")
HELPERS = "/usr/libexec:/usr/lib/ibus"
ENGINE = "libpinyin"
BETWEEN_MS = 60
"""Between two keys; a person's are about 100 ms apart."""


class Keyboard:
    """Key events as the X server sends them for a keyboard (XTEST)."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def press(self, *keys: str) -> None:
        """Press and release keys by their X names, such as `Return` or `Shift_L`."""
        command = ["xdotool", "key", "--clearmodifiers", "--delay", str(BETWEEN_MS), *keys]
        subprocess.run(command, env=self._environment, check=True, timeout=60)

    def letters(self, text: str) -> None:
        """Press a key for every letter or digit."""
        self.press(*text)


@contextmanager
def pinyin(display: str) -> Iterator[dict[str, str]]:
    """Run the input method on a screen; what programs need to be told to use it."""
    for name in PROGRAMS:
        if shutil.which(name) is None:
            pytest.skip(f"no {name} on this machine")
    memory = shutil.which("ibus-memconf", path=HELPERS)
    if memory is None or not (ENGINES / f"{ENGINE}.xml").exists():
        pytest.skip("no pinyin input method (ibus-libpinyin) on this machine")
    bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"]
    daemon = ["ibus-daemon", "--panel", "disable", "--emoji-extension", "disable"]
    # Not in the test's own folder, whose name is too long for the name of a socket.
    with TemporaryDirectory(prefix="kefu-ime-", ignore_cleanup_errors=True) as folder:
        told = _surroundings(display, Path(folder))
        with _running(bus, told) as session:
            assert session.stdout is not None
            told["DBUS_SESSION_BUS_ADDRESS"] = session.stdout.readline().strip()
            with _running([*daemon, "--config", memory], told):
                wait_for("the input method", Path(told["IBUS_ADDRESS_FILE"]).exists)
                wait_for("the pinyin engine", lambda: _chosen(told))
                yield told


def _surroundings(display: str, folder: Path) -> dict[str, str]:
    names = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
    told = {name: str(folder / name.lower()) for name in names}
    for path in told.values():
        Path(path).mkdir(mode=0o700, parents=True)
    return told | {
        "DISPLAY": display,
        "GSETTINGS_BACKEND": "memory",
        "IBUS_ADDRESS_FILE": str(folder / "ibus"),
        "QT_IM_MODULE": "ibus",
    }


@contextmanager
def _running(command: list[str], told: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command,
        env=os.environ | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _chosen(told: Mapping[str, str]) -> bool:
    """Have pinyin typed from now on; whether that is so already."""

    def ask(*words: str) -> str:
        command = ["ibus", "engine", *words]
        done = subprocess.run(
            command, env=os.environ | told, capture_output=True, text=True, check=False, timeout=60
        )
        return done.stdout.strip()

    return ask() == ENGINE or (ask(ENGINE) == "" and ask() == ENGINE)
