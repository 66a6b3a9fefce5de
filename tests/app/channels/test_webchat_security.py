"""What strangers try, and that it is refused and logged."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from app.conversations import InboxView
from app.services import Services
from tests.app.channels.conftest import SHOP_SITE

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10" + b"\0" * 9
FORGED = "A" * 43


def logged(services: Services) -> set[str]:
    services.channels.log.flush()
    return {event.kind for event in services.channels.log.recent()}


def say(text: str, **fields: object) -> dict[str, object]:
    return {"t": "say", "client_id": str(uuid4()), "text": text, **fields}


def nothing_kept(services: Services) -> bool:
    return services.conversations.inbox(InboxView.ALL, limit=5) == []


def test_a_script_tag_is_refused_and_logged(services: Services, visitor: httpx.Client) -> None:
    answer = visitor.post("/api/messages", json=say("<script>alert(1)</script>"))
    assert (answer.status_code, answer.json()["code"]) == (400, "script")
    assert nothing_kept(services)
    assert "script" in logged(services)


@pytest.mark.parametrize("path", ["/api/messages", "/api/attachments?client_id=12345678"])
def test_a_50_mb_body_is_refused_before_it_is_read(
    services: Services, visitor: httpx.Client, path: str
) -> None:
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(800):
            sent += 65_536
            yield b"x" * 65_536

    began = time.monotonic()
    answer = visitor.post(
        path,
        content=body(),
        headers={"content-length": str(800 * 65_536)},
    )
    assert answer.status_code == 413
    assert sent < 30 * 1024 * 1024
    assert time.monotonic() - began < 5
    assert "too_large" in logged(services)


def test_an_endless_body_without_a_length_is_cut_off(
    services: Services, visitor: httpx.Client
) -> None:
    answer = visitor.post("/api/messages", content=(b"x" * 65_536 for _ in range(100)))
    assert answer.status_code == 413
    assert "too_large" in logged(services)


def test_a_forged_token_is_refused_and_logged(services: Services, url: str) -> None:
    with connect(url.replace("http", "ws") + "/ws") as line:
        line.send('{"t":"hello","token":"%s"}' % FORGED)  # noqa: UP031 - braces of JSON
        assert '"code":"token"' in line.recv()
        with pytest.raises(ConnectionClosed) as closed:
            line.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4001
    for method, path in (
        ("GET", "/api/messages"),
        ("POST", "/api/messages"),
        ("GET", "/api/history"),
    ):
        answer = httpx.request(
            method, url + path, headers={"authorization": f"Bearer {FORGED}"}, trust_env=False
        )
        assert answer.status_code == 401
    assert "token" in logged(services)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_foreign_origin_is_refused_and_logged(
    services: Services, url: str, visitor: httpx.Client, origin: str
) -> None:
    with (
        pytest.raises(InvalidStatus),
        connect(url.replace("http", "ws") + "/ws", origin=Origin(origin) if origin else None),
    ):
        pass
    for path in ("/api/messages", "/api/visitors", "/api/attachments"):
        answer = visitor.post(path, json=say("hi"), headers={"origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "origin")
    assert nothing_kept(services)
    assert "origin" in logged(services)


@pytest.mark.parametrize("origin", [SHOP_SITE, None, "same"])
def test_the_shops_site_and_the_chat_itself_may_connect(url: str, origin: str | None) -> None:
    origin = url if origin == "same" else origin
    with connect(
        url.replace("http", "ws") + "/ws", origin=Origin(origin) if origin else None
    ) as line:
        line.send('{"t":"hello"}')
        assert '"t":"welcome"' in line.recv()


def test_a_rebound_name_is_not_served(services: Services, web: httpx.Client) -> None:
    assert web.get("/chat", headers={"host": "rebound.example"}).status_code == 421
    assert "host" in logged(services)


def test_a_frame_that_is_too_large_ends_the_line(services: Services, url: str) -> None:
    with connect(url.replace("http", "ws") + "/ws", max_size=None) as line:
        line.send('{"t":"hello"}')
        line.recv()
        line.send('{"t":"say","client_id":"12345678","text":"' + "x" * 70_000 + '"}')
        with pytest.raises(ConnectionClosed) as closed:
            line.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009
    assert "too_large" in logged(services)


@pytest.mark.parametrize(
    "frame",
    ["", "{}", "[1]", "null", '{"t":"say"}', '{"t":"nuke"}', '{"t":"seen","seq":"x"}', "\x00"],
)
def test_nonsense_is_answered_and_the_line_lives_on(url: str, frame: str) -> None:
    with connect(url.replace("http", "ws") + "/ws") as line:
        line.send('{"t":"hello"}')
        line.recv()
        line.send(frame)
        assert '"code":"bad_message"' in line.recv()
        line.send('{"t":"ping"}')
        assert line.recv() == '{"t":"pong"}'


def test_whoever_does_not_greet_is_sent_away(url: str) -> None:
    with connect(url.replace("http", "ws") + "/ws") as line:
        line.send('{"t":"say","client_id":"12345678","text":"hi"}')
        with pytest.raises(ConnectionClosed):
            line.recv()


def test_pages_carry_strict_headers(web: httpx.Client) -> None:
    for path in ("/chat", "/demo", "/static/chat/main.js", "/widget.js", "/api/config"):
        answer = web.get(path)
        assert answer.status_code == 200, path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert f"frame-ancestors 'self' {SHOP_SITE}" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert web.get("/api/config").headers["cache-control"] == "no-store"


def test_pages_hold_no_inline_script_and_no_foreign_address(web: httpx.Client) -> None:
    for path in ("/chat", "/demo"):
        page = web.get(path).text
        assert "<script>" not in page
        assert "onclick" not in page
        assert " style=" not in page
        assert "https://" not in page


@pytest.mark.parametrize(
    "path",
    ["/static/../web.py", "/static/%2e%2e/PROTOCOL.md", "/static/", "/static/nothing.js", "/x"],
)
def test_nothing_but_the_pages_files_is_served(web: httpx.Client, path: str) -> None:
    assert web.get(path).status_code == 404


def test_a_picture_is_shown_only_at_the_address_given_to_its_visitor(
    services: Services, visitor: httpx.Client
) -> None:
    answer = visitor.post("/api/attachments?client_id=picture-1", content=PNG)
    assert answer.json()["t"] == "ack"
    message = visitor.get("/api/messages").json()["messages"][0]
    address = message["picture"]["url"]
    shown = visitor.get(address)
    assert shown.content == PNG
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    conversation, attachment, key, mac = address.removeprefix("/files/").split("/")
    for forged in (
        f"/files/{conversation}/{attachment}/{key}/{'0' * 43}",
        f"/files/{conversation}/{attachment}/{'0' * 64}/{mac}",
        f"/files/{'0' * 32}/{attachment}/{key}/{mac}",
        f"/files/{conversation}/{'0' * 32}/{key}/{mac}",
        "/files/x/y/z/w",
    ):
        assert visitor.get(forged).status_code == 404
    row = services.conversations.inbox(InboxView.ALL, limit=1)[0]
    (view,) = services.conversations.thread(row.id)
    assert view.attachment_id is not None
    assert services.attachments.data(view.attachment_id) == PNG


def test_a_file_in_a_pictures_clothes_is_refused(services: Services, visitor: httpx.Client) -> None:
    answer = visitor.post(
        "/api/attachments?client_id=picture-1",
        content=b"<svg><script>1</script></svg>",
        headers={"content-type": "image/png"},
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "no_picture")
    assert nothing_kept(services)
    assert "no_picture" in logged(services)


def test_a_flood_of_refusals_makes_few_notes(services: Services, visitor: httpx.Client) -> None:
    for _ in range(30):
        visitor.post("/api/messages", json=say("hi"), headers={"origin": "https://evil.example"})
    services.channels.log.flush()
    notes = services.channels.log.recent()
    assert sum(note.times for note in notes) == 30
    assert len(notes) <= 5


def test_half_a_request_holds_nothing_up(url: str, web: httpx.Client) -> None:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as half:
        half.sendall(
            b"POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"
        )
        assert web.get("/chat").status_code == 200
