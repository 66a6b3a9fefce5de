"""The chat page in a real browser, as a customer meets it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from app.channels import settings as chat
from app.conversations import InboxRow, InboxView, MessageKind, MessageState
from app.core.settings import SHOP_NAME
from app.services import Services
from tests.e2e.person import free_port

NO_WEBSOCKET = """window.WebSocket = class {
  static OPEN = 1;
  constructor() { setTimeout(() => this.onclose && this.onclose(), 5); }
  send() {}
  close() {}
};"""


@pytest.fixture
def url(services: Services) -> Iterator[str]:
    services.settings.set(SHOP_NAME, "青禾生活馆")
    services.settings.set(chat.WEBCHAT_PORT, free_port())
    yield services.channels.start_one("webchat").url
    services.channels.stop()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A Chinese visitor's tab; an error in the page's own script fails the test."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    tab, errors = context.new_page(), list[str]()
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert errors == []


def wait_for(look: Callable[[], object], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end, "never seen"
        time.sleep(0.05)


def row(services: Services) -> InboxRow:
    wait_for(lambda: services.conversations.inbox(InboxView.ALL, limit=2))
    (found,) = services.conversations.inbox(InboxView.ALL, limit=2)
    return found


def texts(services: Services) -> list[str]:
    return [message.text for message in services.conversations.thread(row(services).id)]


def say(place: Page | FrameLocator, text: str) -> None:
    place.locator("#text").fill(text)
    place.locator("#text").press("Enter")


def test_a_talk_in_the_demo_shop(services: Services, url: str, page: Page) -> None:
    page.goto(f"{url}/demo#QH4007")
    page.locator("#kefu-chat button").click()
    frame = page.frame_locator("#kefu-chat iframe")
    expect(frame.locator("#shop-name")).to_have_text("青禾生活馆")
    say(frame, "这个加湿器有货吗")
    frame.locator("#looking .secondary").click()
    wait_for(lambda: len(texts(services)) == 2)
    found = row(services)
    assert found.customer_name == "林小雨"
    card = services.conversations.thread(found.id)[-1]
    assert card.kind == MessageKind.PRODUCT_CARD
    assert (card.payload["number"], card.payload["price_fen"]) == ("QH4007", 9900)
    services.conversations.mark_read_by_agent(found.id)
    expect(frame.locator(".row.me .state").last).to_have_text("已读")
    sent = services.conversations.send(found.id, "有货的亲")
    expect(frame.locator(".row.shop .bubble").last).to_have_text("有货的亲")
    expect(frame.locator(".row.shop .name").last).to_have_text("小丽")
    wait_for(lambda: services.conversations.messages([sent.id])[0].state == MessageState.READ)
    services.channels.presence.set_agent_typing(found.id, True)
    expect(frame.locator("#typing")).to_be_visible()


def test_replies_count_on_the_closed_button(services: Services, url: str, page: Page) -> None:
    page.goto(f"{url}/demo")
    button = page.locator("#kefu-chat button")
    button.click()
    frame = page.frame_locator("#kefu-chat iframe")
    say(frame, "在吗")
    found = row(services)
    frame.locator("#close").click()
    services.conversations.send(found.id, "在的")
    services.conversations.send(found.id, "请讲")
    expect(page.locator("#kefu-chat .badge")).to_have_text("2")
    button.click()
    expect(page.locator("#kefu-chat .badge")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")


def test_tags_are_text_and_scripts_are_refused(services: Services, url: str, page: Page) -> None:
    page.goto(f"{url}/chat")
    say(page, "<b>粗</b> <img src=x onerror=alert(1)> 1 < 2")
    expect(page.locator(".row.me .bubble")).to_have_text(
        "<b>粗</b> <img src=x onerror=alert(1)> 1 < 2"
    )
    say(page, "<script>alert(1)</script>")
    expect(page.locator(".row.failed .why")).to_contain_text("脚本")
    services.conversations.send(row(services).id, "<i>斜</i><script>alert(2)</script>")
    expect(page.locator(".row.shop .bubble").last).to_have_text(
        "<i>斜</i><script>alert(2)</script>"
    )
    assert page.locator(".list img, .list i, .list b, .list script").count() == 0
    assert len(texts(services)) == 2
    page.locator(".row.failed .link").first.click()
    expect(page.locator(".row.failed")).to_have_count(0)
    expect(page.locator("#text")).to_have_value("<script>alert(1)</script>")


def test_what_is_said_while_the_desk_is_closed_arrives_once(
    services: Services, url: str, page: Page
) -> None:
    page.goto(f"{url}/chat")
    say(page, "第一句")
    wait_for(lambda: texts(services) == ["第一句"])
    services.channels.stop()
    expect(page.locator("#status")).to_contain_text("重连")
    say(page, "第二句")
    say(page, "第三句")
    expect(page.locator(".row.me .state").last).to_have_text("等待发送…")
    services.conversations.send(row(services).id, "答复")
    services.channels.start_one("webchat")
    wait_for(lambda: len(texts(services)) == 4, 30)
    expect(page.locator(".row .bubble")).to_have_count(5)  # with the greeting
    assert texts(services) == ["第一句", "答复", "第二句", "第三句"]
    assert page.locator(".row .bubble").all_inner_texts()[1:] == texts(services)


def test_a_reload_keeps_the_talk_and_what_was_not_sent(
    services: Services, url: str, page: Page
) -> None:
    page.goto(f"{url}/chat")
    say(page, "刷新前")
    wait_for(lambda: texts(services) == ["刷新前"])
    page.evaluate(
        "localStorage.setItem('kefu.out.11111111-2222', JSON.stringify("
        "{client_id: '11111111-2222', made: Date.now(), text: '没来得及发', error: ''}))"
    )
    page.reload()
    wait_for(lambda: texts(services) == ["刷新前", "没来得及发"])
    expect(page.locator(".row.me")).to_have_count(2)
    assert (
        page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('kefu.out')).length") == 0
    )


def test_without_websocket_the_talk_goes_on(services: Services, url: str, page: Page) -> None:
    page.add_init_script(NO_WEBSOCKET)
    page.goto(f"{url}/chat")
    say(page, "没有长连接")
    wait_for(lambda: texts(services) == ["没有长连接"], 30)
    services.conversations.send(row(services).id, "也能聊")
    expect(page.locator(".row.shop .bubble").last).to_have_text("也能聊")
    wait_for(lambda: services.conversations.thread(row(services).id)[-1].state == MessageState.READ)
    assert services.channels.presence.online(row(services).id)


def test_a_picture_goes_and_comes(services: Services, url: str, page: Page) -> None:
    page.goto(f"{url}/chat")
    picture = page.screenshot()
    page.locator("#file").set_input_files(
        {"name": "p.png", "mimeType": "image/png", "buffer": picture}
    )
    wait_for(lambda: texts(services) == [""])
    (kept,) = services.conversations.thread(row(services).id)
    assert kept.attachment_id is not None
    assert services.attachments.data(kept.attachment_id) == picture
    sent = services.attachments.add("answer.png", picture)
    services.conversations.send(row(services).id, "", kind=MessageKind.IMAGE, attachment_id=sent.id)
    image = page.locator(".row.shop .picture img")
    expect(image).to_be_visible()
    wait_for(lambda: image.evaluate("i => i.complete && i.naturalWidth === 1366"))
    page.locator("#file").set_input_files(
        {"name": "x.png", "mimeType": "image/png", "buffer": b"<svg><script/></svg>"}
    )
    expect(page.locator(".row.failed .why")).to_contain_text("只能发送")


def test_nobody_there_means_leaving_a_message(services: Services, url: str, page: Page) -> None:
    services.staff.sign_out()
    page.goto(f"{url}/chat")
    expect(page.locator("#status")).to_contain_text("无人值守")
    form = page.locator(".leave")
    form.locator("button").click()
    expect(form.locator(".problem")).to_be_visible()
    form.locator("[name=name]").fill("陈女士")
    form.locator("[name=contact]").fill("13800000000")
    form.locator("[name=message]").fill("想问尺码")
    form.locator("button").click()
    wait_for(lambda: texts(services) == ["想问尺码"])
    assert row(services).customer_name == "陈女士"
    services.staff.sign_in("xiaoli", "passw0rd!")
    expect(page.locator("#status")).to_contain_text("在线")


def test_it_speaks_english_and_fits_a_phone(services: Services, url: str, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{url}/chat")
    expect(page.locator("#text")).to_have_attribute("placeholder", "请输入消息…")
    page.locator("#language").click()
    expect(page.locator("#text")).to_have_attribute("placeholder", "Write a message…")
    say(page, "https://example.com/" + "long" * 60)
    expect(page.locator(".row.me .state")).to_have_text(re.compile("Delivered|Read"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.reload()
    expect(page.locator("#status")).to_contain_text("Online")


def test_every_control_can_be_reached_by_key_and_has_a_name(
    services: Services, url: str, page: Page
) -> None:
    page.goto(f"{url}/chat")
    say(page, "在吗")
    expect(page.locator(".row.me")).to_be_visible()
    names = page.evaluate(
        "[...document.querySelectorAll('button, textarea, input, [tabindex]')]"
        ".filter(e => e.offsetParent && e.type !== 'file')"
        ".map(e => e.getAttribute('aria-label') || e.textContent.trim() || e.title)"
    )
    assert len(names) >= 5
    assert all(names)
    page.locator("#text").focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "emoji":
            break
    page.locator("#emoji").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("#text").input_value() != ""
    assert page.evaluate("document.activeElement.id") == "text"


@contextmanager
def site(url: str) -> Iterator[str]:
    """A web site whose page has the script tag on it."""
    tag = f'<!doctype html><body>shop<script src="{url}/widget.js" data-open="true"></script>'

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(tag.encode())

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_shops_own_site_shows_the_chat_and_a_foreign_one_does_not(
    services: Services, url: str, page: Page
) -> None:
    with site(url) as own, site(url) as foreign:
        services.channels.configure(
            "webchat", [(chat.WEBCHAT_ORIGINS, [own]), (chat.WEBCHAT_ON, True)]
        )
        page.goto(own)
        say(page.frame_locator("#kefu-chat iframe"), "从网店来")
        wait_for(lambda: texts(services) == ["从网店来"])
        page.goto(foreign)
        expect(page.locator("#kefu-chat button")).to_be_visible()
        page.wait_for_timeout(700)
        assert page.frame_locator("#kefu-chat iframe").locator("#text").count() == 0
