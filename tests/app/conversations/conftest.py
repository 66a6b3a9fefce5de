"""A desk with conversations: short ways to let a customer speak."""

from collections.abc import Callable
from itertools import count

import pytest

from app.conversations import Conversations, CustomerHint, IncomingMessage, MessageView
from app.services import Services

Say = Callable[..., MessageView]


@pytest.fixture
def conversations(services: Services) -> Conversations:
    return services.conversations


@pytest.fixture
def say(conversations: Conversations) -> Say:
    """Let a visitor write; every call is a new message unless `external_id` is given."""
    numbers = count()

    def speak(
        text: str = "在吗",
        visitor: str = "v1",
        *,
        nick: str = "",
        name: str = "",
        phone: str = "",
        at: int | None = None,
        external_id: str = "",
    ) -> MessageView:
        return conversations.receive(
            IncomingMessage(
                channel="webchat",
                account="shop",
                external_id=external_id or f"m{next(numbers)}",
                visitor=visitor,
                text=text,
                at=at,
                customer=CustomerHint("webchat", "shop", nick, name, phone),
            )
        )

    return speak
