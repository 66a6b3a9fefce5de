"""Drives the real window in its own process: waits for it, switches conversations, weighs it."""

from __future__ import annotations

import gc
import random
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any, Final

from ui.shell.run import make_application

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer  # isort: skip
from PySide6.QtWidgets import QApplication, QListView, QWidget  # isort: skip

from db.database import Database
from tests.benchmarks.measure import p95
from ui.desk.view import DeskView
from ui.shell import garbage
from ui.shell.desk import Desk

_PAGE: Final = 40
_STEP_MS: Final = 5
_CALM_S: Final = 0.06
_PAGE_QUERY: Final = (
    "SELECT id, author, kind, text, at, state FROM messages "
    "WHERE conversation_id = ? ORDER BY at DESC, id DESC LIMIT ?"
)


class Painted(QObject):
    """Notes when a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.seen = False
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.seen = self.seen or event.type() == QEvent.Type.Paint
        return False


class Driver:
    """The program as `kefu --practice` starts it, in the hands of a benchmark."""

    def __init__(self, home: Path) -> None:
        self.app = make_application(["kefu"])
        self.desk = Desk(self.app, home, practice=True)
        self.desk.begin()
        self.desk.window.resize(1366, 768)
        self.desk.window.show()
        QTimer.singleShot(garbage.SETTLED_MS, garbage.release)

    @property
    def view(self) -> DeskView | None:
        """The reception desk, once it is there."""
        workspace = self.desk.workspace
        view = workspace.view("desk") if workspace is not None else None
        return view if isinstance(view, DeskView) else None

    def wait_until_usable(self, seconds: float) -> None:
        """Until the inbox shows its conversations and takes keys."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            # In short steps: what the desk goes on to build behind the inbox is not waited for.
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, _STEP_MS)
            view = self.view
            if view is not None and not view.isVisible() and self.desk.workspace is not None:
                self.desk.workspace.show_view("desk")  # the last run may have ended elsewhere
            if view is not None and view.isVisible() and view.inbox.list.model().rowCount():
                view.inbox.list.viewport().repaint()
                return
        raise SystemExit("the desk did not become usable")

    def settle(self) -> None:
        """Let the thread fill up and the panels finish what a switch set going."""
        calm = time.monotonic() + _CALM_S
        end = calm + 10
        while time.monotonic() < min(calm, end):
            self.app.processEvents()
            if self.desk.jobs.busy:
                calm = time.monotonic() + _CALM_S

    def close(self) -> None:
        """End the program."""
        self.desk.window.close()
        for _round in range(50):
            self.app.processEvents()

    def switch(self, conversation: bytes, painted: Painted) -> float:
        """Open a conversation; milliseconds until its thread is on the screen."""
        view = self.view
        assert view is not None
        painted.seen = False
        start = time.perf_counter()
        view.open_conversation(conversation)
        while not painted.seen:
            self.app.processEvents()
        return (time.perf_counter() - start) * 1000


def conversations(db: Database, count: int) -> list[bytes]:
    """Ids from all over the shop's years, in a seeded order."""
    with db.engine.connect() as raw:
        found = raw.exec_driver_sql("SELECT id FROM conversations WHERE channel = 'webchat'")
        ids = [bytes(row[0]) for row in found]
    return random.Random(3).choices(ids, k=count)


def switch(driver: Driver, plain: Path, count: int) -> dict[str, Any]:
    """Time of each switch, and of the bare reading and painting of the same page."""
    services, view = driver.desk.services, driver.view
    assert services is not None
    assert view is not None
    painted = Painted(view.thread_view.list.viewport())
    bare, source = _bare_list(), sqlite3.connect(plain)
    empty = Painted(bare.viewport())
    ours, theirs = list[float](), list[float]()
    for conversation in conversations(services.db, count):
        driver.settle()
        ours.append(driver.switch(conversation, painted))
        driver.settle()
        start = time.perf_counter()
        source.execute(_PAGE_QUERY, (conversation, _PAGE)).fetchall()
        empty.seen = False
        bare.viewport().update()
        while not empty.seen:
            QApplication.processEvents()
        theirs.append((time.perf_counter() - start) * 1000)
    source.close()
    return {"ours": p95(ours[5:]), "theirs": p95(theirs[5:])}


def _bare_list() -> QListView:
    bare = QListView()
    bare.resize(700, 600)
    bare.show()
    QApplication.processEvents()
    return bare


def memory(driver: Driver, _plain: Path, count: int) -> dict[str, Any]:
    """Resident memory (MB) of the window after a first look around, and after many switches."""
    services, view = driver.desk.services, driver.view
    assert services is not None
    assert view is not None
    painted = Painted(view.thread_view.list.viewport())
    ids = conversations(services.db, count)
    for conversation in ids[:20]:
        driver.switch(conversation, painted)
        driver.settle()
    before = resident_mb()
    for conversation in ids[20:]:
        driver.switch(conversation, painted)
    driver.settle()
    gc.collect()
    return {"before": before, "after": resident_mb()}


def resident_mb() -> float:
    """What this process holds in memory now (Linux), or its peak elsewhere."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * 4096 / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
