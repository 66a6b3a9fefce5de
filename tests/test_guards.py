"""The watchmen themselves: what they must notice."""

import socket
import threading

import keyring
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests import guards
from tests.guards import LeakWatch, MemoryKeyring


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_PATIENCE_S", 0.05)


def test_a_thread_left_running_is_named_with_the_place_it_was_started() -> None:
    stop = threading.Event()
    with LeakWatch() as watch:
        thread = threading.Thread(target=stop.wait, name="lost")
        thread.start()
    (left,) = watch.left()
    assert left.startswith("thread lost from ")
    assert "test_guards.py" in left
    stop.set()
    thread.join()
    assert watch.left() == []


def test_a_timer_left_running_is_named(qtbot: QtBot) -> None:
    with LeakWatch() as watch:
        timer = QTimer()
        timer.start(1000)
    (left,) = watch.left()
    assert left.startswith("QTimer from ")
    timer.stop()
    assert watch.left() == []


def test_a_timer_that_goes_with_its_owner_is_no_leak(qtbot: QtBot) -> None:
    with LeakWatch() as watch:
        owner = QTimer()
        child = QTimer(owner)
        child.start(1000)
        owner.deleteLater()
    assert watch.left() == []


def test_no_test_reaches_a_foreign_host() -> None:
    with (
        socket.socket() as sock,
        pytest.raises(OSError, match="tests may not connect"),
    ):
        sock.connect(("192.0.2.1", 80))


def test_the_keyring_of_a_test_starts_empty(memory_keyring: MemoryKeyring) -> None:
    assert keyring.get_password("kefu", "key") is None
    keyring.set_password("kefu", "key", "secret")
    assert memory_keyring.secrets == {("kefu", "key"): "secret"}
