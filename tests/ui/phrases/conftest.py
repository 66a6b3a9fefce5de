"""A window's context over a real shop with a few phrases, and a customer to talk to."""

from __future__ import annotations

import pytest

from app.conversations import ConversationContext, CustomerHint
from app.phrases import Group, PhraseText, Scope
from app.services import Services
from tests.ui.conftest import InlineJobs
from tests.ui.windows import Window, first_words, make_window
from ui.store_watcher import StoreWatcher


@pytest.fixture
def window(services: Services, jobs: InlineJobs, store: StoreWatcher) -> Window:
    return make_window(services, jobs, store)


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
    return first_words(services, "在吗", CustomerHint(platform="webchat", nick="小美"))
