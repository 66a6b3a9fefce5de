"""A shop with two agents, talk of today and the days before, and the stats view over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from app.services import Services
from app.staff import Member
from db.models import Conversation, Customer, Message, Order, Role
from tests.ui.conftest import InlineJobs
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.plugs import UiContext
from ui.stats.view import StatsView
from ui.store_watcher import StoreWatcher
from ui.widgets.format import day_bounds, today

DAY_MS = 86_400_000
MINUTE = 60_000


@dataclass
class Gone:
    """Where somebody was sent."""

    places: list[tuple[str, object]] = field(default_factory=list)

    def go(self, key: str, item: object = None) -> None:
        self.places.append((key, item))


def natural(*parts: int) -> bytes:
    return bytes(parts).ljust(16, b"\0")


@pytest.fixture
def agents(services: Services) -> tuple[Member, Member]:
    add = services.staff.add
    return (
        add("nina", "小娜", Role.AGENT, "passw0rd!", "小娜"),
        add("wang", "小王", Role.AGENT, "passw0rd!", "小王"),
    )


@pytest.fixture
def shop(services: Services, agents: tuple[Member, Member]) -> Services:
    """Of each of the last three days three talks; 小王 answers the third one late."""
    noon = day_bounds(today())[0] + 12 * 3_600_000
    with services.db.write() as session:
        for back in range(1, 4):
            for number in range(3):
                fill(session, natural(back, number), noon - back * DAY_MS, number, agents)
    return services


def fill(session: Any, key: bytes, at: int, number: int, agents: tuple[Member, Member]) -> None:
    wait = (20_000, 60_000, 10 * MINUTE - 1)[number]
    agent = agents[number == 2].id
    start = at + number * 20 * MINUTE
    session.execute(insert(Customer).values(id=key, nick=f"买家{key[0]}{number}", created_at=0))
    talk = {"id": key, "channel": "webchat", "customer_id": key, "status": "closed"}
    session.execute(insert(Conversation).values(**talk, opened_at=start))
    for author, staff, moment in (("customer", None, start), ("agent", agent, start + wait)):
        values = {"conversation_id": key, "author": author, "staff_id": staff, "text": "在"}
        session.execute(insert(Message).values(**values, at=moment))
    order = {"platform": "taobao", "number": f"88{key[0]}{number}", "status": "paid"}
    times = {"created_at": start + wait + 1_000, "paid_at": start + wait + 20 * MINUTE}
    session.execute(
        insert(Order).values(
            id=key, customer_id=key, **order, **times, paid_fen=10_000 * (number + 1), quantity=1
        )
    )


@pytest.fixture
def gone() -> Gone:
    return Gone()


@pytest.fixture
def context(services: Services, jobs: InlineJobs, store: StoreWatcher, gone: Gone) -> UiContext:
    services.db.subscribe(store.changed.emit)
    return UiContext(services, jobs, store, Notices(), Commands(), gone.go)


@pytest.fixture
def open_stats(qtbot: QtBot, context: UiContext, english: None) -> Callable[[], StatsView]:
    def make() -> StatsView:
        view = StatsView(context)
        qtbot.addWidget(view)
        view.resize(1290, 700)
        view.show()
        return view

    return make
