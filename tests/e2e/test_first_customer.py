"""A customer in a real browser, an agent in a real window, and a power cut (keyboard only)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from sqlalchemy import select

from app.channels import settings as chat
from app.core.settings import SHOP_NAME
from app.homes import create_home, open_home
from app.services import Services, build_services
from db.migrate import check_integrity
from db.models import Draft, Role
from tests.e2e.person import Agent, free_port, wait_for

DATA = Path(__file__).parents[1] / "data" / "orders"
FILES = ("taobao_ExportOrderList_made.csv", "taobao_ExportOrderDetailList_made.csv")
NUMBER = "9900000000000000011"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A live shop with one agent; the web chat is on."""
    monkeypatch.setenv("KEFU_PASSPHRASE", "a passphrase for tests")
    home = create_home(tmp_path / "shop")
    with opened(home.path) as services:
        services.staff.add("xiaoli", "李小丽", Role.ADMIN, "passw0rd!", "小丽")
        services.staff.sign_in("xiaoli", "passw0rd!")
        services.settings.set(SHOP_NAME, "样例店")
        services.tags.load_defaults()
        services.phrases.load_starters()
        services.settings.set(chat.WEBCHAT_PORT, free_port())
        services.settings.set(chat.WEBCHAT_ON, value=True)
    return home.path


@contextmanager
def opened(path: Path) -> Iterator[Services]:
    """The shop's data as they are on the disk now, in another process than the window."""
    services = build_services(open_home(path))
    try:
        services.staff.act_as_operator()
        yield services
    finally:
        services.close()


def open_chat(page: Page, url: str) -> FrameLocator:
    page.goto(f"{url}/demo")
    page.locator("button[aria-expanded]").first.click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("#text")).to_be_visible()
    return frame


def say(chat_frame: FrameLocator, text: str) -> None:
    chat_frame.locator("#text").fill(text)
    chat_frame.locator("#text").press("Enter")


@pytest.mark.long
@pytest.mark.timeout(300)
def test_from_the_first_word_to_the_power_cut(
    shop: Path, screen: str, chromium: Browser, tmp_path: Path
) -> None:
    with opened(shop) as services:
        url = f"http://127.0.0.1:{services.settings.get(chat.WEBCHAT_PORT)}"
    agent = Agent(shop, screen)
    agent.sees("密码")
    agent.types("passw0rd!")
    agent.keys("Return")
    agent.sees("接待台")

    page = chromium.new_page(locale="zh-CN")
    customer = open_chat(page, url)
    say(customer, "你好,我的订单地址写错了")

    # The row appears with its waiting clock; Ctrl+J opens the one who waits longest.
    agent.sees("我的订单地址写错了")
    agent.sees("已等 00:")
    agent.keys("Ctrl+J")
    agent.sees("以下是新消息")

    # A phrase found by its initials, with the customer's name filled in.
    agent.keys("Ctrl+R")
    agent.types("/zd")
    agent.sees("在的")
    agent.keys("Return")
    agent.picture(tmp_path / "phrase.png")
    agent.keys("Return")
    expect(customer.locator("#list")).to_contain_text("在的林小雨，我是样例店的客服小丽")

    # The Taobao files, from anywhere.
    agent.keys("Ctrl+I")
    for name in FILES:
        agent.goes_to("订单文件")
        agent.types(str(DATA / name))
        agent.keys("Return")
        agent.sees(name)
    agent.sees("新增")
    agent.picture(tmp_path / "import.png")
    agent.goes_to("导入")
    agent.keys("Space")
    with opened(shop) as services:
        wait_for("the orders", lambda: services.orders.by_number(NUMBER))

    # The order is linked to the visitor and its confirmation card sent.
    agent.keys("Ctrl+1", "Alt+2")
    agent.goes_to("订单号")
    agent.types(NUMBER)
    agent.sees("测试甲")
    agent.goes_to("关联")
    agent.keys("Space")
    agent.sees("已关联")
    agent.keys("Ctrl+Shift+K")
    card = customer.locator(".card.confirm")
    expect(card).to_contain_text("样例路1号")

    # The customer corrects the address in the browser; the order shows old and new.
    card.get_by_role("button").nth(1).click()
    card.locator("[name=detail]").fill("新样例路88号2幢301室")
    card.locator("button.primary").click()
    agent.sees("新样例路88号2幢301室")
    agent.sees("样例路1号")
    agent.picture(tmp_path / "corrected.png")

    # A tag by key, and a reply that is never sent.
    agent.keys("Ctrl+T", "Return", "Escape")
    agent.keys("Ctrl+R")
    agent.types("this reply is not sent yet")
    agent.sees("this reply is not sent yet")
    with opened(shop) as services:
        wait_for("the draft on the disk", lambda: drafts(services))
    agent.loses_power()

    with opened(shop) as services:
        order = services.orders.by_number(NUMBER)
        assert order is not None
        assert order.corrected
        assert "新样例路88号" in order.receiver.detail
        assert order.customer_id is not None
        assert [tag.name for tag in services.tags.of(order.customer_id)] == ["直接型"]
        texts = [hit.text for hit in services.search.messages("订单")]
        assert "你好,我的订单地址写错了" in texts
        check_integrity(services.db.engine)

    again = Agent(shop, screen)
    again.sees("密码")
    again.types("passw0rd!")
    again.keys("Return")
    again.sees("接待台")
    again.goes_to_conversation()
    again.sees("this reply is not sent yet")
    again.sees("直接型")
    again.picture(tmp_path / "again.png")
    page.close()
    again.quits()


def drafts(services: Services) -> bool:
    """Whether the unsent reply is in the database."""
    with services.db.read() as session:
        return bool(
            session.scalars(select(Draft.text).where(Draft.text.contains("not sent"))).all()
        )
