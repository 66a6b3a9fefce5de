"""The satisfaction question over the web chat's protocol."""

from __future__ import annotations

from typing import Any

import httpx

from app.conversations import InboxView, MessageKind
from app.services import Services


def say(web: httpx.Client, client_id: str, **frame: Any) -> Any:
    document = {"t": "say", "client_id": client_id, **frame}
    return web.post("/api/messages", json=document).json()


def asked(services: Services, visitor: httpx.Client) -> dict[str, Any]:
    say(visitor, "aaaaaaaa-1", text="在吗")
    (row,) = services.conversations.inbox(InboxView.ALL, limit=2)
    services.satisfaction.invite(row.id)
    messages = visitor.get("/api/messages").json()["messages"]
    return dict(messages[-1])


def rate(web: httpx.Client, client_id: str, **payload: Any) -> Any:
    return say(web, client_id, kind="satisfaction_answer", payload=payload)


def test_a_visitor_is_asked_and_answers(services: Services, visitor: httpx.Client) -> None:
    card = asked(services, visitor)
    assert card["kind"] == "satisfaction_card"
    number = card["payload"]["satisfaction_id"]
    ack = rate(visitor, "aaaaaaaa-2", satisfaction_id=number, level=4, text="<b>快</b>")
    assert (ack["t"], ack["id"]) == ("ack", card["id"])
    (row,) = services.conversations.inbox(InboxView.ALL, limit=2)
    (rating,) = services.satisfaction.of_conversation(row.id)
    assert (rating.level, rating.text) == (4, "<b>快</b>")
    said = [m for m in services.conversations.thread(row.id) if m.kind is MessageKind.TEXT]
    assert len(said) == 1
    again = visitor.get("/api/messages").json()["messages"][-1]
    assert again["payload"]["state"] == "4"
    assert again["kind"] == "satisfaction_card"


def test_the_answer_delivered_twice_is_one(services: Services, visitor: httpx.Client) -> None:
    number = asked(services, visitor)["payload"]["satisfaction_id"]
    for _time in range(2):
        ack = rate(visitor, "aaaaaaaa-2", satisfaction_id=number, level=4)
        assert ack["t"] == "ack"
    other = rate(visitor, "aaaaaaaa-3", satisfaction_id=number, level=1)
    assert (other["code"], other["reason"]) == ("declined", "answered")


def test_what_is_no_answer_is_declined(services: Services, visitor: httpx.Client) -> None:
    number = asked(services, visitor)["payload"]["satisfaction_id"]
    wrong = [
        {},
        {"satisfaction_id": "zz", "level": 5},
        {"satisfaction_id": number},
        {"satisfaction_id": number, "level": 9},
        {"satisfaction_id": number, "level": 5, "text": "长" * 501},
        {"satisfaction_id": "00" * 16, "level": 5},
    ]
    for place, payload in enumerate(wrong):
        assert rate(visitor, f"bbbbbbbb-{place}", **payload)["code"] == "declined"
    script = rate(visitor, "cccccccc-1", satisfaction_id=number, level=5, text="<script>x</script>")
    assert script["code"] == "script"


def test_another_visitor_cannot_answer(services: Services, visitor: httpx.Client, url: str) -> None:
    number = asked(services, visitor)["payload"]["satisfaction_id"]
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as stranger:
        token = stranger.post("/api/visitors").json()["token"]
        stranger.headers["authorization"] = f"Bearer {token}"
        assert rate(stranger, "dddddddd-1", satisfaction_id=number, level=1)["code"] == "declined"


def test_answers_count_against_the_limit(services: Services, visitor: httpx.Client) -> None:
    number = asked(services, visitor)["payload"]["satisfaction_id"]
    codes = {
        rate(visitor, f"eeeeeeee-{n}", satisfaction_id=number, level=9).get("code")
        for n in range(30)
    }
    assert "rate" in codes
