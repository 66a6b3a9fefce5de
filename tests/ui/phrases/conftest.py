"""A window's context over a real shop with a few phrases, and a customer to talk to."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from app.conversations import ConversationContext, CustomerHint, IncomingMessage
from app.phrases import Group, PhraseText, Scope
from app.services import Services
from tests.ui.conftest import InlineJobs
from ui.shell.commands import Commands
from ui.shell.notices import Notice, Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher


@dataclass
class Window:
    """The context, where it was asked to go, and what it told."""

    context: UiContext
    gone: list[tuple[str, object | None]] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)

    def texts(self) -> list[str]:
        return [notice.text for notice in self.told]


@pytest.fixture
def window(services: Services, jobs: InlineJobs, store: StoreWatcher) -> Window:
    gone: list[tuple[str, object | None]] = []
    told: list[Notice] = []
    notices = Notices()
    notices.posted.connect(told.append)
    services.db.subscribe(store.changed.emit)

    def go(view: str, item: object | None = None) -> None:
        gone.append((view, item))

    return Window(UiContext(services, jobs, store, notices, Commands(), go), gone, told)


@pytest.fixture
def greetings(services: Services) -> Group:
    """A group of the shop with three phrases."""
    group = services.phrases.groups.create("接待", Scope.SHOP)
    for code, title, text in (
        ("zk", "在的", "在的{客户称呼|亲}，请问有什么可以帮您？"),
        ("dh", "单号", "{客户称呼|亲}，单号{运单号}。"),
        ("sd", "", "请稍等，我看一下。"),
    ):
        services.phrases.add(PhraseText(group.id, text, code, title))
    return group


@pytest.fixture
def chat(services: Services) -> ConversationContext:
    """A customer called 小美 who wrote in."""
    message = services.conversations.receive(
        IncomingMessage(
            channel="webchat",
            account="",
            external_id="m1",
            visitor="v1",
            text="在吗",
            customer=CustomerHint(platform="webchat", nick="小美"),
        )
    )
    return services.conversations.context(message.conversation_id)
