"""A running web chat and visitors for it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from app.channels import settings as chat
from app.services import Services

SHOP_SITE = "https://shop.example"


@pytest.fixture
def url(services: Services) -> Iterator[str]:
    services.settings.set(chat.WEBCHAT_ORIGINS, [SHOP_SITE])
    yield services.channels.start_one("webchat", {chat.WEBCHAT_PORT.key: 0}).url
    services.channels.stop()


@pytest.fixture
def web(url: str) -> Iterator[httpx.Client]:
    """A browser without WebSocket, without a token yet."""
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def visitor(web: httpx.Client) -> httpx.Client:
    """The same as a visitor with a token."""
    token = web.post("/api/visitors").json()["token"]
    web.headers["authorization"] = f"Bearer {token}"
    return web
