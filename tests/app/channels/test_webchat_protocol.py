"""The protocol as the page uses it: everything once and in order, over both kinds of lines."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.channels import settings as chat
from app.conversations import InboxRow, InboxView, MessageKind, MessageState
from app.core.errors import UserError
from app.services import Services, build_services
from tests.fakes.web_visitor import WebVisitor, tell


def only_row(services: Services) -> InboxRow:
    (row,) = services.conversations.inbox(InboxView.ALL, limit=5)
    return row


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


def wait_for(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_message_is_acknowledged_when_it_is_kept(services: Services, url: str) -> None:
    async def story() -> None:
        visitor = WebVisitor(url)
        await visitor.connect()
        await visitor.say("你好", name="林小雨")
        await visitor.until(lambda: visitor.acked and visitor.messages)
        (ack,) = visitor.acked.values()
        row = only_row(services)
        (kept,) = services.conversations.thread(row.id)
        assert (kept.text, kept.id.hex(), kept.at) == ("你好", ack["id"], ack["at"])
        assert row.customer_name == "林小雨"
        assert row.waiting_since is not None
        await visitor.close()

    tell(story())


def test_replies_arrive_and_their_marks_come_back(services: Services, url: str) -> None:
    async def story() -> None:
        visitor = WebVisitor(url)
        await visitor.connect()
        await visitor.say("在吗")
        await visitor.until(lambda: visitor.acked)
        row = only_row(services)
        services.conversations.add_note(row.id, "内部备注")
        sent = services.conversations.send(row.id, "在的亲")
        await visitor.until(lambda: "在的亲" in texts(visitor.messages))
        assert visitor.messages[-1]["name"] == "小丽"
        assert "内部备注" not in texts(visitor.messages)

        def state() -> MessageState:
            return services.conversations.messages([sent.id])[0].state

        await visitor.until(lambda: state() == MessageState.DELIVERED)
        seq = visitor.messages[-1]["seq"]
        await visitor.frame({"t": "seen", "seq": seq, "read": True})
        await visitor.until(lambda: state() == MessageState.READ)
        await visitor.close()

    tell(story())


def test_replies_written_while_the_line_was_broken_come_once_and_in_order(
    services: Services, url: str
) -> None:
    async def story() -> None:
        visitor = WebVisitor(url)
        await visitor.connect()
        await visitor.say("第一句")
        await visitor.until(lambda: visitor.acked and visitor.messages)
        await visitor.drop()
        row = only_row(services)
        with services.db.write():
            for n in range(250):
                services.conversations.send(row.id, f"{n}")
        await visitor.connect()
        await visitor.until(lambda: len(visitor.messages) == 251)
        assert texts(visitor.messages) == ["第一句", *(str(n) for n in range(250))]
        await visitor.close()

    tell(story())


def test_the_same_message_twice_is_one_and_gets_the_same_answer(
    services: Services, visitor: httpx.Client
) -> None:
    say = {"t": "say", "client_id": str(uuid4()), "text": "只发一次"}
    answers = [visitor.post("/api/messages", json=say).json() for _ in range(3)]
    assert answers[0]["t"] == "ack"
    assert answers[1:] == answers[:1] * 2
    assert len(services.conversations.thread(only_row(services).id)) == 1


def test_two_visitors_with_the_same_message_id_are_two(services: Services, url: str) -> None:
    say = {"t": "say", "client_id": str(uuid4()), "text": "巧了"}
    for _ in range(2):
        with httpx.Client(base_url=url, trust_env=False) as web:
            token = web.post("/api/visitors").json()["token"]
            headers = {"authorization": f"Bearer {token}"}
            assert web.post("/api/messages", json=say, headers=headers).json()["t"] == "ack"
    assert len(services.conversations.inbox(InboxView.ALL, limit=5)) == 2


def test_beyond_the_burst_messages_are_refused_with_the_time_to_wait(
    services: Services, visitor: httpx.Client
) -> None:
    answers = [
        visitor.post("/api/messages", json={"t": "say", "client_id": str(uuid4()), "text": f"{n}"})
        for n in range(25)
    ]
    assert [a.status_code for a in answers[:20]] == [200] * 20
    refused = [a.json() for a in answers if a.status_code == 429]
    assert refused
    assert all(0 < r["retry_ms"] <= 1000 for r in refused)


def test_without_websocket_a_waiting_request_brings_the_reply(
    services: Services, visitor: httpx.Client
) -> None:
    visitor.post("/api/messages", json={"t": "say", "client_id": str(uuid4()), "text": "在吗"})
    first = visitor.get("/api/messages").json()
    assert texts(first["messages"]) == ["在吗"]
    row = only_row(services)
    answer = threading.Timer(0.3, services.conversations.send, (row.id, "在的"))
    answer.start()
    asked = f"/api/messages?epoch={first['epoch']}&after={first['seq']}&wait=10"
    second = visitor.get(asked).json()
    answer.join()
    assert second["resumed"]
    assert texts(second["messages"]) == ["在的"]
    assert services.channels.presence.online(row.id)
    visitor.post("/api/messages", json={"t": "seen", "seq": second["seq"], "read": True})
    assert services.conversations.thread(row.id)[-1].state == MessageState.READ


def test_a_page_of_another_epoch_begins_anew(services: Services, visitor: httpx.Client) -> None:
    visitor.post("/api/messages", json={"t": "say", "client_id": str(uuid4()), "text": "在吗"})
    answer = visitor.get("/api/messages?epoch=before-the-restore&after=99999").json()
    assert not answer["resumed"]
    assert texts(answer["messages"]) == ["在吗"]


def test_earlier_messages_come_page_by_page(services: Services, visitor: httpx.Client) -> None:
    visitor.post("/api/messages", json={"t": "say", "client_id": str(uuid4()), "text": "在吗"})
    row = only_row(services)
    with services.db.write():
        for n in range(120):
            services.conversations.send(row.id, f"{n}")
    newest = visitor.get("/api/messages").json()
    assert newest["more"]
    assert texts(newest["messages"]) == [str(n) for n in range(20, 120)]
    older = visitor.get(f"/api/history?before={newest['messages'][0]['seq']}").json()
    assert texts(older["messages"]) == ["在吗", *(str(n) for n in range(20))]


def test_presence_and_typing_go_both_ways(services: Services, url: str) -> None:
    presence = services.channels.presence

    async def story() -> None:
        visitor = WebVisitor(url)
        await visitor.connect()
        await visitor.say("在吗")
        await visitor.until(lambda: visitor.acked)
        row = only_row(services)
        assert presence.online(row.id)
        assert services.channels.status("webchat").visitors == 1
        await visitor.frame({"t": "typing", "on": True})
        await visitor.until(lambda: presence.customer_typing(row.id))
        presence.set_agent_typing(row.id, True)
        await visitor.until(lambda: {"t": "typing", "on": True} in visitor.told)
        await visitor.close()
        await asyncio.to_thread(wait_for, lambda: not presence.online(row.id))
        assert not presence.customer_typing(row.id)

    tell(story())


def test_what_the_agent_reads_and_takes_back_is_told(services: Services, url: str) -> None:
    async def story() -> None:
        visitor = WebVisitor(url)
        await visitor.connect()
        await visitor.say("在吗")
        await visitor.until(lambda: visitor.messages)
        row = only_row(services)
        services.conversations.mark_read_by_agent(row.id)
        await visitor.until(
            lambda: any(t["t"] == "read" and t["at"] >= row.last_at for t in visitor.told)
        )
        wrong = services.conversations.send(row.id, "发错了")
        await visitor.until(lambda: "发错了" in texts(visitor.messages))
        services.conversations.recall(wrong.id)
        await visitor.until(lambda: {"t": "recalled", "ids": [wrong.id.hex()]} in visitor.told)
        await visitor.drop()
        await visitor.connect()
        await visitor.close()
        again = WebVisitor(url)
        again.token = visitor.token
        await again.connect()
        assert texts(again.messages) == ["在吗"]
        await again.close()

    tell(story())


def test_a_message_left_while_nobody_is_there_carries_how_to_answer(
    services: Services, visitor: httpx.Client
) -> None:
    services.staff.sign_out()
    assert visitor.get("/api/config").json()["staffed"] is False
    payload = {"offline": True, "name": "陈女士", "contact": "13800000000"}
    say = {"t": "say", "client_id": str(uuid4()), "text": "想问尺码", "payload": payload}
    assert visitor.post("/api/messages", json=say).json()["t"] == "ack"
    row = only_row(services)
    assert row.customer_name == "陈女士"
    (kept,) = services.conversations.thread(row.id)
    assert kept.payload == payload


def test_cards_reach_the_desk_with_their_known_fields(
    services: Services, visitor: httpx.Client
) -> None:
    card = {"title": "加湿器", "number": "QH4007", "price_fen": 9900, "evil": "x"}
    say = {"t": "say", "client_id": str(uuid4()), "kind": "product_card", "payload": card}
    assert visitor.post("/api/messages", json=say).json()["t"] == "ack"
    (kept,) = services.conversations.thread(only_row(services).id)
    assert kept.kind == MessageKind.PRODUCT_CARD
    assert kept.payload == {"title": "加湿器", "number": "QH4007", "price_fen": 9900}


def test_an_answer_to_no_card_is_declined_and_not_kept(
    services: Services, visitor: httpx.Client
) -> None:
    payload = {"confirmation_id": "00" * 16, "state": "confirmed"}
    say = {"t": "say", "client_id": str(uuid4()), "kind": "confirm_answer", "payload": payload}
    answer = visitor.post("/api/messages", json=say)
    assert (answer.status_code, answer.json()["code"]) == (400, "declined")
    assert services.conversations.inbox(InboxView.ALL, limit=1) == []


def test_a_visitor_is_known_again_after_a_restart(services: Services, url: str) -> None:
    again: list[Services] = []

    def restart() -> str:
        services.close()
        again.append(build_services(services.home))
        return again[0].channels.start_one("webchat", {chat.WEBCHAT_PORT.key: 0}).url

    async def story() -> None:
        visitor = WebVisitor(url)
        await visitor.connect()
        await visitor.say("重启前")
        await visitor.until(lambda: visitor.acked and visitor.messages)
        await visitor.drop()
        visitor.url = (await asyncio.to_thread(restart)).replace("http", "ws") + "/ws"
        await visitor.connect()
        await visitor.say("重启后")
        await visitor.until(lambda: len(visitor.messages) == 2)
        assert texts(visitor.messages) == ["重启前", "重启后"]
        await visitor.close()

    try:
        tell(story())
    finally:
        again[0].close()


def test_it_stops_within_a_second_while_visitors_wait(services: Services, url: str) -> None:
    async def story() -> None:
        visitors = [WebVisitor(url) for _ in range(20)]
        await asyncio.gather(*(visitor.connect() for visitor in visitors))
        began = time.monotonic()
        await asyncio.to_thread(services.channels.stop)
        assert time.monotonic() - began < 1.0
        await asyncio.gather(*(visitor.close() for visitor in visitors))

    tell(story())
    assert services.channels.status("webchat").state == "off"


def test_a_taken_port_is_said_in_words(services: Services, url: str) -> None:
    port = int(url.rpartition(":")[2])
    services.channels.stop()
    first = services.channels.start_one("webchat", {chat.WEBCHAT_PORT.key: port})
    assert first.state == "running"
    other = build_services(services.home)
    try:
        with pytest.raises(UserError) as taken:
            other.channels.start_one("webchat", {chat.WEBCHAT_PORT.key: port})
        assert taken.value.code == "port_taken"
        assert other.channels.status("webchat").state == "failed"
    finally:
        other.close()


def test_regions_feed_the_address_form(web: httpx.Client) -> None:
    tree = web.get("/api/regions").json()
    assert "余杭区" in tree["浙江省"]["杭州市"]
    assert len(tree) == 34


def test_a_file_of_the_shop_is_offered_for_download(
    services: Services, visitor: httpx.Client
) -> None:
    visitor.post("/api/messages", json={"t": "say", "client_id": str(uuid4()), "text": "说明书"})
    file = services.attachments.add("安装说明.pdf", b"%PDF-1.7 made")
    services.conversations.send(
        only_row(services).id, "", kind=MessageKind.FILE, attachment_id=file.id
    )
    message = visitor.get("/api/messages").json()["messages"][-1]
    assert message["file"]["name"] == "安装说明.pdf"
    assert message["file"]["size"] == 13
    answer = visitor.get(message["file"]["url"])
    assert answer.content == b"%PDF-1.7 made"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
