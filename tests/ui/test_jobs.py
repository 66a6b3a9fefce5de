"""The only tests of the window that use real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.jobs import THREADS, Jobs, Lane


class Reported(list[BaseException]):
    """Errors nobody asked for."""


@pytest.fixture
def reported() -> Reported:
    return Reported()


@pytest.fixture
def threaded(qtbot: QtBot, reported: Reported) -> Iterator[Jobs]:
    jobs = Jobs(reported.append)
    yield jobs
    jobs.close()


def test_work_runs_elsewhere_and_its_answer_arrives_on_the_gui_thread(
    qtbot: QtBot, threaded: Jobs
) -> None:
    seen: list[tuple[str, str]] = []
    owner = QObject()

    def show(worker: str) -> None:
        seen.append((worker, threading.current_thread().name))

    threaded.run(owner, lambda: threading.current_thread().name, show)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0].startswith("read")
    assert seen[0][1] == threading.main_thread().name


def test_an_answer_for_an_owner_that_is_gone_is_dropped(qtbot: QtBot, threaded: Jobs) -> None:
    answers: list[int] = []
    owner, gate = QObject(), threading.Event()
    threaded.run(owner, lambda: int(gate.wait(5)), answers.append)
    shiboken6.delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: not threaded.busy)
    assert answers == []


def test_only_the_newest_answer_of_a_key_is_shown(qtbot: QtBot, threaded: Jobs) -> None:
    answers: list[str] = []
    owner, gate = QObject(), threading.Event()
    threaded.run(owner, lambda: _after(gate, "old"), answers.append, key="search")
    threaded.run(owner, lambda: "new", answers.append, key="search")
    qtbot.waitUntil(lambda: answers == ["new"])
    gate.set()
    qtbot.waitUntil(lambda: not threaded.busy)
    assert answers == ["new"]


def test_a_read_that_a_newer_one_replaced_while_it_waited_is_never_begun(
    qtbot: QtBot, threaded: Jobs
) -> None:
    begun: list[int] = []
    owner, other, gate = QObject(), QObject(), threading.Event()
    for _thread in range(THREADS["read"]):
        threaded.run(owner, partial(gate.wait, 5))
    for n in range(4):
        threaded.run(owner, _append(begun, n), key="search")
    threaded.run(other, _append(begun, 10), key="search")
    threaded.run(owner, _append(begun, 20), key="count")
    threaded.run(owner, _append(begun, 30))
    gate.set()
    qtbot.waitUntil(lambda: not threaded.busy)
    assert sorted(begun) == [3, 10, 20, 30]


@pytest.mark.parametrize("lane", ["write", "network"])
@pytest.mark.parametrize("newer", ["read", "write", "network"])
def test_only_reads_are_ever_left_out(
    qtbot: QtBot, threaded: Jobs, lane: Lane, newer: Lane
) -> None:
    begun: list[int] = []
    owner, gate = QObject(), threading.Event()
    for _thread in range(THREADS[lane]):
        threaded.run(owner, partial(gate.wait, 5), lane=lane)
    for n in range(3):
        threaded.run(owner, _append(begun, n), lane=lane, key="size")
    threaded.run(owner, _append(begun, 3), lane=newer, key="size")
    gate.set()
    qtbot.waitUntil(lambda: not threaded.busy)
    assert sorted(begun) == [0, 1, 2, 3]


def test_an_error_goes_to_the_asker_or_to_the_reporter(
    qtbot: QtBot, threaded: Jobs, reported: Reported
) -> None:
    handled: list[BaseException] = []
    owner = QObject()
    threaded.run(owner, _fail, failed=handled.append)
    threaded.run(owner, _fail)
    qtbot.waitUntil(lambda: not threaded.busy)
    assert [str(e) for e in (*handled, *reported)] == ["no", "no"]


def test_writes_keep_their_order_and_are_finished_when_the_desk_closes(
    qtbot: QtBot, threaded: Jobs
) -> None:
    written: list[int] = []
    owner = QObject()
    for n in range(50):
        threaded.run(owner, _append(written, n), lane="write")
    assert threaded.close()
    assert written == list(range(50))


def test_closing_does_not_wait_for_a_slow_download(qtbot: QtBot, threaded: Jobs) -> None:
    started, gate = threading.Event(), threading.Event()
    threaded.run(QObject(), lambda: _hang(started, gate), lane="network")
    assert started.wait(5)
    assert not threaded.close(seconds=0.05)
    gate.set()


def _append(target: list[int], n: int) -> Callable[[], None]:
    return lambda: target.append(n)


def _hang(started: threading.Event, gate: threading.Event) -> bool:
    started.set()
    return gate.wait(5)


def _fail() -> object:
    raise ValueError("no")


def _after(gate: threading.Event, word: str) -> str:
    gate.wait(5)
    return word
