"""Hostile numbers, depths, names and speeds: answered or cut off, never a fault of ours."""

from __future__ import annotations

import json
import socket
import time
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, update
from websockets.sync.client import connect

from app.channels.webchat import guard, patience
from app.channels.webchat.limits import MARKS, MAX_NAME, PICTURES
from app.conversations import InboxView
from app.services import Services
from db.models import Confirmation, ConfirmationState, Message

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10" + b"\0" * 9
SAY = '{"t":"say","client_id":"12345678","text":"x","payload":{"a":%s}}'

SAID = {"t": "say", "client_id": "87654321", "text": "在吗"}


@pytest.mark.parametrize(
    "frame",
    [
        SAY % ("[" * 900 + "]" * 900),
        SAY % ("[" * 20_000 + "]" * 20_000),
        SAY % ("9" * 6_000),
        '{"t":"seen","seq":99999999999999999999999}',
        b'{"t":"say","client_id":"\xff\xfe345678"}',
    ],
    ids=["deep", "deeper", "huge number", "huge seq", "bytes"],
)
def test_hostile_json_is_nonsense_like_any_other(
    visitor: httpx.Client, url: str, frame: str | bytes
) -> None:
    assert visitor.post("/api/messages", content=frame).status_code == 400
    with connect(url.replace("http", "ws") + "/ws") as line:
        line.send('{"t":"hello"}')
        line.recv()
        line.send(frame, text=False)
        assert '"code":"bad_message"' in str(line.recv())
        line.send('{"t":"ping"}')
        assert line.recv() == '{"t":"pong"}'


def test_a_hostile_name_is_short_and_stays_on_its_line(
    services: Services, visitor: httpx.Client
) -> None:
    name = "\u202eevil\u2066\x00\nname" + "x" * 5_000
    frame = {"t": "say", "client_id": str(uuid4()), "text": "a\u202eb\x00\x85", "name": name}
    assert visitor.post("/api/messages", json=frame).status_code == 200
    row = services.conversations.inbox(InboxView.ALL, limit=1)[0]
    context = services.conversations.context(row.id)
    assert context.customer_name.startswith("evil namex")
    assert len(context.customer_name) == MAX_NAME
    (message,) = services.conversations.thread(row.id)
    assert message.text == "ab"


def test_a_visitor_cannot_fill_the_disk_with_pictures(visitor: httpx.Client) -> None:
    answers = [
        visitor.post(f"/api/attachments?client_id=picture-{n:03}", content=PNG).status_code
        for n in range(PICTURES + 10)
    ]
    assert answers[0] == 200
    # On a slow machine a token comes back meanwhile, so any of the last may be taken again.
    assert 429 in answers[PICTURES:]


def test_a_day_has_room_for_so_many_bytes_of_pictures(
    services: Services, visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(client: httpx.Client, n: int) -> httpx.Response:
        picture = PNG + bytes([n])
        return client.post(f"/api/attachments?client_id=picture-{n:03}", content=picture)

    monkeypatch.setattr("app.channels.webchat.allowance.PICTURE_BYTES_A_DAY", 2 * len(PNG) + 10)
    assert [send(visitor, n).status_code for n in range(3)] == [200, 200, 429]
    assert send(visitor, 4).json()["code"] == "quota"
    # The count is the database's: a restart of the desk makes no room, the next day does.
    with services.db.write() as session:
        session.execute(update(Message).values(at=Message.at - 86_400_000))
    assert send(visitor, 5).status_code == 200
    monkeypatch.setattr("app.channels.webchat.allowance.STORED_A_DAY", 4 * len(PNG))
    visitor.headers["authorization"] = f"Bearer {visitor.post('/api/visitors').json()['token']}"
    assert send(visitor, 6).json()["code"] == "quota"


@pytest.fixture
def few_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.channels.webchat.allowance.READS", 5)
    monkeypatch.setattr("app.channels.webchat.allowance.READS_PER_SECOND", 0.01)


@pytest.mark.usefixtures("few_reads")
def test_history_and_polls_are_not_read_without_end(visitor: httpx.Client) -> None:
    answers = [visitor.get("/api/history?before=9").status_code for _n in range(6)]
    assert answers == [200] * 5 + [429]
    assert visitor.get("/api/messages").status_code == 429
    assert visitor.post("/api/messages", json=SAID).status_code == 200


def test_marks_beyond_the_limit_do_not_reach_the_desk(
    services: Services, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bool] = []
    shown = services.channels.presence.set_customer_typing

    def hear(conversation: bytes, on: bool) -> None:
        heard.append(on)
        shown(conversation, on)

    monkeypatch.setattr(services.channels.presence, "set_customer_typing", hear)
    with connect(url.replace("http", "ws", 1) + "/ws") as line:
        line.send(json.dumps({"t": "hello"}))
        line.recv(5)
        for n in range(1_000):
            line.send(json.dumps({"t": "typing", "on": n % 2 == 0}))
        line.send(json.dumps(SAID))
        while json.loads(line.recv(5))["t"] != "ack":
            continue  # the line itself may come before it
    assert MARKS <= len(heard) < 500


def _closed_within(line: socket.socket, seconds: float) -> bool:
    line.settimeout(seconds)
    try:
        while line.recv(4096):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("start", [b"", b"GET /chat HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "])
def test_a_dripping_head_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, url: str, start: bytes
) -> None:
    monkeypatch.setattr(patience, "HEAD_S", 0.2)
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as line:
        line.sendall(start)
        assert _closed_within(line, 3)


def test_a_head_that_begins_after_an_answer_must_end_too(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(patience, "HEAD_S", 0.2)
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as line:
        line.sendall(b"GET /api/config HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 200")
        line.sendall(b"GET /api/config HT")
        assert _closed_within(line, 3)


def test_a_dripping_body_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, url: str, visitor: httpx.Client
) -> None:
    monkeypatch.setattr(guard, "BODY_S", 0.2)
    token = visitor.headers["authorization"]
    head = (
        "POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n"
        f"Authorization: {token}\r\n\r\n{{"
    )
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as line:
        line.sendall(head.encode())
        line.settimeout(3)
        assert line.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_refused_body_that_never_comes_is_not_waited_for(url: str) -> None:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as line:
        line.sendall(
            b"POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\n"
        )
        assert _closed_within(line, 5)
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("host", ["[foo", "[::1", "a b"])
def test_a_broken_host_is_refused(url: str, host: str) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as line:
        line.sendall(f"GET /chat HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        line.settimeout(3)
        assert line.recv(4096).startswith((b"HTTP/1.1 421", b"HTTP/1.1 400"))


def test_nobody_answers_anothers_card(services: Services, visitor: httpx.Client, url: str) -> None:
    hello = {"t": "say", "client_id": str(uuid4()), "text": "hi"}
    assert visitor.post("/api/messages", json=hello).status_code == 200
    owner = services.conversations.inbox(InboxView.ALL, limit=1)[0]
    card = b"c" * 16
    with services.db.write() as session:
        session.add(
            Confirmation(
                id=card,
                order_id=b"o" * 16,
                conversation_id=owner.id,
                message_id=b"m" * 16,
                shown={},
                state=ConfirmationState.SENT,
                sent_at=1,
            )
        )
    answer = {
        "t": "say",
        "client_id": str(uuid4()),
        "kind": "confirm_answer",
        "payload": {"confirmation_id": card.hex(), "state": "corrected", "phone": "13911112222"},
    }
    with httpx.Client(base_url=url, trust_env=False) as stranger:
        token = stranger.post("/api/visitors").json()["token"]
        stranger.headers["authorization"] = f"Bearer {token}"
        refused = stranger.post("/api/messages", json=answer)
        assert (refused.json()["code"], refused.json()["reason"]) == ("declined", "not_found")
        assert stranger.get("/api/messages").json()["messages"] == []
    with services.db.read() as session:
        kept = session.scalars(select(Confirmation).where(Confirmation.id == card)).one()
        assert (kept.state, kept.answered_at) == (ConfirmationState.SENT, None)
