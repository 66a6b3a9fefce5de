"""A workspace over real services, with jobs at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.services import Services
from ui.jobs import Jobs
from ui.shell.notices import Notices
from ui.shell.workspace import Verbs, Workspace
from ui.store_watcher import StoreWatcher


class Done(list[str]):
    """Names of the verbs that were asked for."""

    def verb(self, name: str) -> Callable[..., None]:
        return lambda *_args: self.append(name)


@pytest.fixture
def done() -> Done:
    return Done()


@pytest.fixture
def verbs(done: Done) -> Verbs:
    return Verbs(*(done.verb(name) for name in Verbs.__slots__))


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def workspace(
    qtbot: QtBot,
    services: Services,
    jobs: Jobs,
    store: StoreWatcher,
    notices: Notices,
    verbs: Verbs,
) -> Iterator[Workspace]:
    made = Workspace(services, jobs, store, notices, verbs)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.commands.attach(made)
    made.show()
    yield made
    made.commands.detach()
