"""What every test of the window gets: a themed application, jobs at once, a store watcher."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.core import i18n
from app.services import Services
from ui.jobs import Jobs, Lane
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher
from ui.theme import apply_theme

T = TypeVar("T")


class InlineJobs(Jobs):
    """The same `run`, executed at once; errors nobody handles fail the test."""

    def __init__(self) -> None:
        super().__init__(self._raise)

    @staticmethod
    def _raise(error: BaseException) -> None:
        raise error

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        *,
        failed: Callable[[BaseException], None] | None = None,
        lane: Lane = "read",
        key: str | None = None,
    ) -> None:
        try:
            result = work()
        except Exception as error:
            if failed is None:
                raise
            failed(error)
            return
        if done is not None:
            done(result)


@pytest.fixture(autouse=True)
def _themed(qapp: QApplication) -> None:
    apply_theme(qapp, "light")


@pytest.fixture
def english() -> Iterator[None]:
    """The window in English, for tests that read message ids."""
    i18n.set_language("en")
    yield
    i18n.set_language(i18n.DEFAULT_LANGUAGE)


@pytest.fixture
def jobs(qapp: QApplication) -> InlineJobs:
    """Jobs that run where they are asked for."""
    return InlineJobs()


@pytest.fixture
def store(qapp: QApplication) -> StoreWatcher:
    """Announces to the views under test; call `store.changed.emit(changes)` to speak at once."""
    return StoreWatcher()


@pytest.fixture
def context(services: Services, jobs: InlineJobs, store: StoreWatcher) -> UiContext:
    """What the window gives an area: the store speaks at once, `go` leads nowhere."""
    services.db.subscribe(store.changed.emit)
    return UiContext(services, jobs, store, Notices(), Commands(), lambda *_: None)
