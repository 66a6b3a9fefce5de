"""Loads the drawing library off the GUI thread, once."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject

from ui.jobs import Jobs


def load_drawing() -> None:
    """Import it; for a job. The classes of `ui.stats.plot` are made on the GUI thread later."""
    import pyqtgraph  # noqa: F401 - only to have it loaded


def when_drawing_is_loaded(owner: QObject, jobs: Jobs, done: Callable[[], None]) -> None:
    """Call `done` on the GUI thread: at once where it is loaded already."""
    if "ui.stats.plot" in sys.modules:
        done()
    else:
        jobs.run(owner, load_drawing, lambda _nothing: done(), key="drawing")
