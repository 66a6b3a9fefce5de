"""The web chat in the settings."""

from collections.abc import Iterator

import httpx
import pytest
from pytestqt.qtbot import QtBot

from app.channels import settings as chat
from app.services import Services
from ui.settings.channels import ChannelsPage
from ui.shell.plugs import UiContext


@pytest.fixture
def page(
    qtbot: QtBot, services: Services, context: UiContext, english: None
) -> Iterator[ChannelsPage]:
    services.settings.set(chat.WEBCHAT_PORT, 0)
    built = ChannelsPage(context)
    qtbot.addWidget(built)
    built.show()
    yield built
    services.channels.stop()


def test_the_chat_is_served_as_soon_as_it_is_switched_on(
    page: ChannelsPage, services: Services
) -> None:
    assert page._badge.text() == "Off"
    assert not page._demo.isEnabled()
    page._on.setChecked(True)
    assert page._badge.text() == "Running"
    assert page._visitors.text() == "0 visitors"
    assert "/widget.js" in page._tag.text()
    address = page._address.text()
    assert httpx.get(address + "/demo", trust_env=False).status_code == 200
    page._on.setChecked(False)
    assert page._badge.text() == "Off"
    assert services.settings.get(chat.WEBCHAT_ON) is False
    with pytest.raises(httpx.ConnectError):
        httpx.get(address + "/demo", trust_env=False)


def test_the_shops_sites_are_kept_as_origins(page: ChannelsPage, services: Services) -> None:
    page._sites.setPlainText("Shop.example/page\n\nhttps://shop.example")
    page._apply_place()
    assert services.settings.get(chat.WEBCHAT_ORIGINS) == ["https://shop.example"]
    assert page._sites.toPlainText() == "https://shop.example"
    page._sites.setPlainText("two words")
    page._apply_place()
    assert page._told.text() == "This is no address of a site: two words"
    assert services.settings.get(chat.WEBCHAT_ORIGINS) == ["https://shop.example"]


def test_a_colour_must_be_one(page: ChannelsPage, services: Services) -> None:
    page._accent.setText("blue")
    page._apply_look()
    assert page._told.text() == "A colour looks like #156B94."
    page._accent.setText("#7A3E9D")
    page._apply_look()
    assert services.settings.get(chat.WEBCHAT_ACCENT) == "#7A3E9D"


def test_what_was_refused_is_listed_and_cleared(page: ChannelsPage, services: Services) -> None:
    services.channels.log.add("webchat", "origin", "https://<b>evil</b>.example 10.0.0.1")
    services.channels.log.flush()
    page._ask()
    assert not page._refused._empty.isVisible()
    page._refused._clear.click()
    assert services.channels.log.recent() == []
    assert page._refused._empty.isVisible()
