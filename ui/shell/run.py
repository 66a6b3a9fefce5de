"""Starts the program with a window and runs it to its end."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

# SQLAlchemy first: loaded after PySide6 it is slower and larger.
from app.core.paths import home_dir, practice_dir
from app.services import Services  # noqa: F401 - loads the lower layers before Qt

from PySide6.QtCore import QTimer  # isort: skip
from PySide6.QtWidgets import QApplication  # isort: skip

from ui.shell import garbage
from ui.shell.desk import Desk
from ui.shell.single import SingleInstance
from ui.shell.speech import speak
from ui.shell.vnc import keep_on_loopback
from ui.theme import apply_theme

_TURN_S = 0.001


def make_application(arguments: list[str]) -> QApplication:
    """The one application object, named, themed and speaking Chinese."""
    # Each call from Qt into Python waits for a busy worker this long at most (5 ms otherwise):
    # a layout of a hundred such calls would hold the window half a second.
    sys.setswitchinterval(_TURN_S)
    app = QApplication(arguments)
    # Also part of a D-Bus path, by which docks show the number at the icon: no space, no hyphen.
    app.setApplicationName("KefuDesk")
    app.setDesktopFileName("kefu-desk")
    app.setQuitOnLastWindowClosed(False)
    speak(app, "zh_CN")
    apply_theme(app, "system")
    return app


def run_window(explicit: Path | None, *, practice: bool) -> int:
    """Open the window on a home; a second start on the same home raises the first."""
    live = home_dir(explicit)
    home = practice_dir(live) if practice else live
    app = make_application(sys.argv[:1])
    single = SingleInstance(home)
    if not single.claim():
        return 0
    keep_on_loopback(app)
    desk = Desk(app, live, practice=practice)
    desk.crashes.install()
    single.raise_wanted.connect(desk.window.come_to_front)
    wake = _obey_signals(desk)
    desk.begin()
    desk.window.show()
    QTimer.singleShot(garbage.SETTLED_MS, garbage.release)
    try:
        return app.exec()
    finally:
        wake.stop()
        desk.close()
        desk.crashes.uninstall()
        single.release()


def _obey_signals(desk: Desk) -> QTimer:
    """Let Ctrl+C and a polite kill end the program cleanly."""
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), lambda *_: desk.window.close())
    # Python runs signal handlers only between its own instructions; Qt's loop has none.
    timer = QTimer(desk, interval=250)
    timer.timeout.connect(_breathe)
    timer.start()
    return timer


def _breathe() -> None:
    """Give Python a moment to run signal handlers."""
