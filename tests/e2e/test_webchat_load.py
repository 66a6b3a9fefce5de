"""Many visitors at once, with lines that break: everything once, in order, on both sides."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from app.channels import settings as chat
from app.conversations import Author, InboxView, MessageState, MessageView
from app.core.paths import resource
from app.services import Services
from tests.fakes.web_visitor import WebVisitor
from tests.fakes.web_visitor import tell as run_apart

CLIENTS = 200


@pytest.fixture
def url(services: Services) -> Iterator[str]:
    yield services.channels.start_one("webchat", {chat.WEBCHAT_PORT.key: 0}).url
    services.channels.stop()


class BusyAgent:
    """Answers in all conversations, one after the other, until told to stop."""

    def __init__(self, services: Services, per_second: float) -> None:
        self._services, self._pause = services, 1 / per_second
        self._stop = threading.Event()
        self.sent: dict[bytes, int] = {}
        self.waits: list[float] = []
        self._thread = threading.Thread(target=self._run, name="agent")
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.05):
            for row in self._services.conversations.inbox(InboxView.ALL, limit=CLIENTS):
                number = self.sent.get(row.id, 0)
                began = time.monotonic()
                self._services.conversations.send(row.id, f"a{number}")
                self.waits.append(time.monotonic() - began)
                self.sent[row.id] = number + 1
                if self._stop.wait(self._pause):
                    return


def storm(services: Services, url: str, seconds: float) -> tuple[list[Any], BusyAgent]:
    """Visitors in a process of their own, the agent in ours."""
    command = [sys.executable, "-m", "tests.fakes.visitor_storm", url, str(CLIENTS), str(seconds)]
    agent = BusyAgent(services, per_second=40)
    with subprocess.Popen(
        command,
        cwd=resource().parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as visitors:
        assert visitors.stdin is not None
        assert visitors.stdout is not None
        try:
            firsts = json.loads(visitors.stdout.readline())
        finally:
            agent.stop()
        views = services.conversations.messages([bytes.fromhex(first) for first in firsts])
        wanted = {view.id.hex(): agent.sent.get(view.conversation_id, 0) for view in views}
        visitors.stdin.write(json.dumps(wanted) + "\n")
        visitors.stdin.flush()
        return json.loads(visitors.stdout.readline()), agent


def public(services: Services, conversation_id: bytes) -> list[MessageView]:
    return [m for m in services.conversations.thread(conversation_id, limit=2_000) if m.public]


def check(services: Services, stories: list[Any], agent: BusyAgent) -> None:
    rows = services.conversations.inbox(InboxView.ALL, limit=CLIENTS + 1)
    threads = {
        m.id.hex(): thread for row in rows for thread in [public(services, row.id)] for m in thread
    }
    for name, story in enumerate(stories):
        thread = threads[story["saw"][0]]
        said = [m.text for m in thread if m.author == Author.CUSTOMER]
        answered = [m.text for m in thread if m.author == Author.AGENT]
        assert said == [f"{name}:{n}" for n in range(story["said"])]
        assert answered == [f"a{n}" for n in range(agent.sent.get(thread[0].conversation_id, 0))]
        assert story["saw"] == [m.id.hex() for m in thread]
        assert set(story["acked"]) <= set(story["saw"])
    assert len(rows) == len(stories) == CLIENTS


def middle(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)] * 1000 if times else 0.0


def tell(stories: list[Any], agent: BusyAgent, took: float) -> None:
    said, sent = sum(s["said"] for s in stories), len(agent.waits)
    waits = [wait for story in stories for wait in story["waits"]]
    print(
        f"\n{CLIENTS} visitors, {took:.1f} s, {sum(s['breaks'] for s in stories)} breaks: "
        f"{said} said, {sent} answered, {(said + sent) / took:.0f} messages/s; "
        f"until kept p50 {middle(waits, 0.5):.0f} ms, p95 {middle(waits, 0.95):.0f} ms; "
        f"agent's send p50 {middle(agent.waits, 0.5):.0f} ms, p95 {middle(agent.waits, 0.95):.0f} ms"
    )


def weather(services: Services, url: str, seconds: float) -> None:
    began = time.monotonic()
    stories, agent = storm(services, url, seconds)
    tell(stories, agent, time.monotonic() - began)
    check(services, stories, agent)


def test_200_visitors_with_breaking_lines_lose_and_double_nothing(
    services: Services, url: str
) -> None:
    weather(services, url, 5)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_200_visitors_over_a_minute_lose_and_double_nothing(services: Services, url: str) -> None:
    weather(services, url, 60)


def kept(services: Services) -> list[MessageView]:
    rows = services.conversations.inbox(InboxView.ALL, limit=500)
    return [m for row in rows for m in public(services, row.id)]


def answered(visitor: WebVisitor) -> int:
    return len(visitor.acked) + len(visitor.refused)


async def flood(url: str, visitors: int, each: int) -> list[WebVisitor]:
    made = [WebVisitor(url) for _ in range(visitors)]
    await asyncio.gather(*(visitor.connect() for visitor in made))
    began = time.monotonic()
    await asyncio.gather(*(v.flood([f"{n}" for n in range(each)]) for v in made))
    for visitor in made:
        await visitor.until(lambda v=visitor: answered(v) >= each, 60)
    took = time.monotonic() - began
    acked, refused = sum(len(v.acked) for v in made), sum(len(v.refused) for v in made)
    print(f"\n{visitors} × {each} in {took:.2f} s: {acked} taken, {refused} refused")
    await asyncio.gather(*(visitor.close() for visitor in made))
    return made


@pytest.mark.parametrize("visitors", [1, 10, 50])
def test_of_1000_messages_at_once_those_beyond_the_burst_are_refused(
    services: Services, url: str, visitors: int
) -> None:
    made = run_apart(flood(url, visitors, 1000 // visitors))
    burst = services.settings.get(chat.WEBCHAT_BURST)
    for visitor in made:
        assert min(burst, 1000 // visitors) <= len(visitor.acked) <= burst + 30
        assert {r["code"] for r in visitor.refused} <= {"rate"}
        assert answered(visitor) == 1000 // visitors
    stored = {message.id.hex() for message in kept(services)}
    assert stored == {ack["id"] for visitor in made for ack in visitor.acked.values()}
    assert all(m.state == MessageState.DELIVERED for m in kept(services))
