"""The satisfaction question in a real browser, asked by the agent, answered by the customer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.satisfaction import Rating
from app.services import Services
from tests.e2e.test_webchat_browser import NO_WEBSOCKET, page, row, say, url, wait_for

__all__ = ["page", "url"]


def ratings(services: Services, talk: bytes) -> list[Rating]:
    return services.satisfaction.of_conversation(talk)


def test_the_customer_rates_when_the_agent_closes(services: Services, url: str, page: Page) -> None:
    page.goto(f"{url}/chat")
    say(page, "谢谢")
    talk = row(services).id
    services.conversations.send(talk, "不客气")
    services.conversations.close(talk)
    card = page.locator(".card.rating")
    expect(card.locator("h2")).to_have_text("请评价本次服务")
    expect(card.locator(".level")).to_have_count(5)
    card.locator("button.primary").click()
    expect(card.locator(".problem")).to_have_text("请先选择满意程度")
    card.get_by_label("很满意", exact=True).check()
    card.locator("textarea").fill("<img src=x onerror=alert(1)> 很快")
    card.locator("button.primary").click()
    expect(card.locator(".done")).to_contain_text("很满意")
    wait_for(lambda: ratings(services, talk)[0].level == 5)
    assert ratings(services, talk)[0].text == "<img src=x onerror=alert(1)> 很快"
    assert ratings(services, talk)[0].automatic
    expect(page.locator(".row.me")).to_have_count(1)
    page.reload()
    expect(page.locator(".card.rating .done")).to_contain_text("很满意")
    page.locator("#language").click()
    expect(page.locator(".card.rating .done")).to_have_text(re.compile("Very satisfied"))


@pytest.mark.parametrize("script", ["", NO_WEBSOCKET])
def test_by_hand_by_keyboard_and_without_websocket(
    services: Services, url: str, page: Page, script: str
) -> None:
    if script:
        page.add_init_script(script)
    page.goto(f"{url}/chat")
    say(page, "在吗")
    talk = row(services).id
    services.satisfaction.invite(talk)
    first = page.locator(".card.rating input").first
    expect(first).to_be_visible()
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".card.rating .done")).to_contain_text("满意")
    wait_for(lambda: ratings(services, talk)[0].level == 4)


def test_another_tab_sees_the_answer(services: Services, url: str, page: Page) -> None:
    page.goto(f"{url}/chat")
    say(page, "在吗")
    talk = row(services).id
    services.satisfaction.invite(talk)
    expect(page.locator(".card.rating input").first).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{url}/chat")
    other.locator(".card.rating").get_by_label("一般").check()
    other.locator(".card.rating button.primary").click()
    expect(page.locator(".card.rating .done")).to_contain_text("一般")
    other.close()
