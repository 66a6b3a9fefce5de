"""Loads the drawing library off the GUI thread, once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from ui.jobs import Jobs


def load_drawing() -> None:
    """Import it; for a job. The classes of `ui.stats.plot` are made on the GUI thread later."""
    import pyqtgraph  # noqa: F401 - only to have it loaded


def when_drawing_is_loaded(owner: QObject, jobs: Jobs, done: Callable[[], None]) -> None:
    """Call `done` on the GUI thread, in a later turn: the page shows before its charts are made."""
    jobs.run(owner, load_drawing, lambda _nothing: done(), key="drawing")


def soon(owner: QObject, jobs: Jobs, done: Callable[[], None], key: str) -> None:
    """Call `done` in a later turn of the event loop, so that what is made already shows."""
    jobs.run(owner, _nothing, lambda _answer: done(), key=key)


def _nothing() -> None:
    """Only the way there and back is wanted."""
