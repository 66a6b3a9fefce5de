"""A window's context over a real shop, and a conversation with its customer."""

from __future__ import annotations

import pytest

from app.conversations import ConversationContext, CustomerHint
from app.services import Services
from tests.ui.conftest import InlineJobs
from tests.ui.windows import Window, first_words, make_window
from ui.store_watcher import StoreWatcher


@pytest.fixture
def desk(services: Services, jobs: InlineJobs, store: StoreWatcher) -> Window:
    return make_window(services, jobs, store)


@pytest.fixture
def chat(services: Services) -> ConversationContext:
    """A customer who asks where the parcel is."""
    hint = CustomerHint(platform="webchat", nick="小美")
    return first_words(services, "我的快递到哪了", hint)
