"""A customer in a real browser, an agent in a real window, and a power cut (keyboard only)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from sqlalchemy import select

from app.channels import settings as chat
from app.services import Services
from db.migrate import check_integrity
from db.models import Draft
from tests.e2e.person import Agent, free_port, wait_for
from tests.e2e.shops import new_shop, opened

DATA = Path(__file__).parents[1] / "data" / "orders"
FILES = ("taobao_ExportOrderList_made.csv", "taobao_ExportOrderDetailList_made.csv")
NUMBER = "9900000000000000011"
DRAFT = "this reply is not sent yet"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A live shop with one agent; the web chat is on."""
    home = tmp_path / "shop"
    with new_shop(home, monkeypatch, ("xiaoli", "李小丽", "小丽")) as services:
        services.tags.load_defaults()
        services.phrases.load_starters()
        services.settings.set(chat.WEBCHAT_PORT, free_port())
        services.settings.set(chat.WEBCHAT_ON, value=True)
    return home


def open_chat(page: Page, url: str) -> FrameLocator:
    page.goto(f"{url}/demo")
    page.locator("button[aria-expanded]").first.click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("#text")).to_be_visible()
    return frame


def say(chat_frame: FrameLocator, text: str) -> None:
    chat_frame.locator("#text").fill(text)
    chat_frame.locator("#text").press("Enter")


@pytest.mark.timeout(300)
def test_from_the_first_word_to_the_power_cut(shop: Path, screen: str, chromium: Browser) -> None:
    agent = signed_in(shop, screen)
    page = chromium.new_page(locale="zh-CN")
    customer = open_chat(page, address(shop))
    say(customer, "你好,我的订单地址写错了")
    the_agent_opens_the_longest_wait(agent)
    the_agent_answers_with_a_phrase(agent, customer)
    the_agent_imports_the_orders(agent, shop)
    the_agent_sends_the_confirmation_card(agent)
    the_customer_corrects_the_address(customer)
    agent.sees("新样例路88号2幢301室")
    agent.sees("样例路1号")
    agent.keys("Ctrl+T", "Return", "Escape")
    agent.keys("Ctrl+R")
    agent.types(DRAFT)
    with opened(shop) as services:
        wait_for("the draft on the disk", lambda: DRAFT in drafts(services))
    agent.loses_power()

    everything_is_on_the_disk(shop)
    again = signed_in(shop, screen)
    again.sees("已等")
    again.keys("Alt+Down")
    for text in (DRAFT, "直接型", "新样例路88号2幢301室"):
        again.sees(text)
    page.close()
    again.quits()


def signed_in(shop: Path, screen: str) -> Agent:
    agent = Agent(shop, screen)
    agent.sees("密码")
    agent.types("passw0rd!")
    agent.keys("Return")
    agent.sees("接待台")
    return agent


def address(shop: Path) -> str:
    with opened(shop) as services:
        return f"http://127.0.0.1:{services.settings.get(chat.WEBCHAT_PORT)}"


def the_agent_opens_the_longest_wait(agent: Agent) -> None:
    agent.sees("我的订单地址写错了")
    agent.sees("已等 00:")
    agent.keys("Ctrl+J")
    agent.sees("以下是新消息")


def the_agent_answers_with_a_phrase(agent: Agent, customer: FrameLocator) -> None:
    """By its initials; the customer's name is filled in."""
    agent.keys("Ctrl+R")
    agent.types("/zd")
    agent.sees("在的林小雨")
    agent.keys("Return", "Return")
    expect(customer.locator("#list")).to_contain_text("在的林小雨，我是样例店的客服小丽")


def the_agent_imports_the_orders(agent: Agent, shop: Path) -> None:
    """From the files of the platform, by their paths."""
    agent.keys("Ctrl+I")
    for name in FILES:
        agent.goes_to("订单文件")
        agent.types(str(DATA / name))
        agent.keys("Return")
        agent.sees(name)
    agent.sees("新增")
    agent.goes_to("导入")
    agent.keys("Space")
    with opened(shop) as services:
        wait_for("the orders", lambda: services.orders.by_number(NUMBER))


def the_agent_sends_the_confirmation_card(agent: Agent) -> None:
    """After linking the order to the visitor, who told its number."""
    agent.keys("Ctrl+1", "Alt+2")
    agent.goes_to("订单号")
    agent.types(NUMBER)
    agent.sees("测试甲")
    agent.goes_to("关联")
    agent.keys("Space")
    agent.sees("已关联")
    agent.keys("Ctrl+Shift+K")


def the_customer_corrects_the_address(customer: FrameLocator) -> None:
    card = customer.locator(".card.confirm")
    expect(card).to_contain_text("样例路1号")
    card.get_by_role("button").nth(1).click()
    card.locator("[name=detail]").fill("新样例路88号2幢301室")
    card.locator("button.primary").click()


def everything_is_on_the_disk(shop: Path) -> None:
    with opened(shop) as services:
        order = services.orders.by_number(NUMBER)
        assert order is not None
        assert order.corrected
        assert "新样例路88号" in order.receiver.detail
        assert "样例路1号" in order.imported.detail
        assert order.customer_id is not None
        assert [tag.name for tag in services.tags.of(order.customer_id)] == ["直接型"]
        texts = [hit.text for hit in services.search.messages("订单")]
        assert "你好,我的订单地址写错了" in texts
        check_integrity(services.db.engine)


def drafts(services: Services) -> list[str]:
    with services.db.read() as session:
        return list(session.scalars(select(Draft.text)))
