"""A window's context over a real shop, and a conversation with its customer."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from app.conversations import ConversationContext, CustomerHint, IncomingMessage
from app.services import Services
from tests.ui.conftest import InlineJobs
from ui.shell.commands import Commands
from ui.shell.notices import Notice, Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher


@dataclass
class Desk:
    """The context, where it was asked to go, and what it told."""

    context: UiContext
    gone: list[tuple[str, object | None]] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)


@pytest.fixture
def desk(services: Services, jobs: InlineJobs, store: StoreWatcher) -> Desk:
    gone: list[tuple[str, object | None]] = []
    told: list[Notice] = []
    notices = Notices()
    notices.posted.connect(told.append)
    services.db.subscribe(store.changed.emit)

    def go(view: str, item: object | None = None) -> None:
        gone.append((view, item))

    return Desk(UiContext(services, jobs, store, notices, Commands(), go), gone, told)


@pytest.fixture
def chat(services: Services) -> ConversationContext:
    """A customer who asks where the parcel is."""
    message = services.conversations.receive(
        IncomingMessage(
            channel="webchat",
            account="",
            external_id="m1",
            visitor="v1",
            text="我的快递到哪了",
            customer=CustomerHint(platform="webchat", nick="小美"),
        )
    )
    return services.conversations.context(message.conversation_id)
