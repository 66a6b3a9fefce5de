"""A practice shop and a way to show a page of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.conftest import Template
from tests.school import School, opened_school
from tests.ui.conftest import InlineJobs
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def school(tmp_path: Path, _template: Template) -> Iterator[School]:
    """A practice shop on the real clock."""
    with opened_school(tmp_path / "practice", _template) as opened:
        yield opened


class Window:
    """Shows pages; `gone` is where they sent somebody."""

    def __init__(self, qtbot: QtBot, school: School, jobs: InlineJobs) -> None:
        self._qtbot, self.store = qtbot, StoreWatcher()
        self.gone: list[tuple[str, object]] = []
        self.notices = Notices()
        self.context = UiContext(
            school.services, jobs, self.store, self.notices, Commands({}), self._go
        )
        self._forget = school.services.db.subscribe(self.store.announce)

    def __call__(self, kind: Callable[[UiContext], W]) -> W:
        page = kind(self.context)
        self._qtbot.addWidget(page)
        page.resize(1270, 680)
        page.show()
        return page

    def close(self) -> None:
        """Listen to the shop no more."""
        self._forget()

    def _go(self, key: str, item: object | None = None) -> None:
        self.gone.append((key, item))


@pytest.fixture
def window(qtbot: QtBot, school: School, jobs: InlineJobs) -> Iterator[Window]:
    """Pages of the practice shop."""
    made = Window(qtbot, school, jobs)
    yield made
    made.close()
