"""A real browser and a real screen for the tests that go through the whole desk."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREEN = "1920x1080x24"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless; its event loop must not outlive the module that needs it."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def screen() -> Iterator[str]:
    """The DISPLAY of an X server of one's own."""
    with _x_server() as display:
        yield display


@pytest.fixture
def other_screen() -> Iterator[str]:
    """The screen of somebody at another desk."""
    with _x_server() as display:
        yield display


@contextmanager
def _x_server() -> Iterator[str]:
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("no Xvfb on this machine")
    # The server picks a free number and writes it to the descriptor it is given.
    with subprocess.Popen(
        [program, "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield f":{server.stdout.readline().strip()}"
        server.terminate()
