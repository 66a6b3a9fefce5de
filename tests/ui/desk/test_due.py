"""Being reminded of follow-ups whose time has come."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget

from app.conversations import InboxView
from db.clock import now_ms
from ui.desk import due
from ui.desk.due import DueFollowUps
from ui.shell.notices import Notice, Toast
from ui.shell.plugs import UiContext

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.desk.conftest import Desk, Say

HOUR = 3_600_000


@dataclass
class Agent:
    """Somebody at a desk whose time passes as told."""

    context: UiContext
    say: Say
    owner: QWidget
    hours: int = 0
    told: list[Notice] = field(default_factory=list)
    went: list[tuple[str, object]] = field(default_factory=list)
    called: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service = self.context.services.follow_ups
        self.service._clock = lambda: now_ms() + self.hours * HOUR
        self.context.notices.posted.connect(self.told.append)
        self.context = replace(self.context, go=lambda key, item: self.went.append((key, item)))

    def set_time(self, name: str, hours: int) -> bytes:
        here = self.say(visitor=name).conversation_id
        self.context.services.conversations.follow_up(here, now_ms() + hours * HOUR)
        return here

    def sit_down(self) -> DueFollowUps:
        """Sign in: what looks out for follow-ups begins."""
        watching = DueFollowUps(self.context, self.owner)
        watching.called.connect(self.called.append)
        watching.look()
        return watching

    def act(self) -> None:
        action = self.told[-1].action
        assert action is not None
        action[1]()


@pytest.fixture
def agent(context: UiContext, say: Say, qtbot: QtBot, english: None) -> Agent:
    owner = QWidget()
    qtbot.addWidget(owner)
    return Agent(context, say, owner)


def test_one_is_reminded_once_and_led_to_the_conversation(agent: Agent) -> None:
    here = agent.set_time("小鱼", 1)
    watching = agent.sit_down()
    assert agent.told == []
    agent.hours = 2
    watching.look()
    watching.look()
    (notice,) = agent.told
    assert notice.text == "Time to follow up with 小鱼"
    assert notice.hint.startswith("Set for ")
    assert agent.called == [notice.text]
    agent.act()
    assert agent.went == [("desk", here)]


def test_what_came_due_meanwhile_is_one_notice_that_leads_to_the_list(agent: Agent) -> None:
    for hour, name in enumerate(("小鱼", "大山", "阿梅", "小北")):
        agent.set_time(name, hour + 1)
    agent.hours = 5
    agent.sit_down()
    (notice,) = agent.told
    assert (notice.text, notice.hint) == ("4 follow-ups are due", "小鱼, 大山, 阿梅…")
    agent.act()
    assert agent.went == [("desk", InboxView.FOLLOW_UP)]
    agent.sit_down()
    assert len(agent.told) == 1


def test_a_time_set_just_now_is_waited_for(agent: Agent, qtbot: QtBot) -> None:
    watching = agent.sit_down()
    agent.service._clock = lambda: now_ms() + HOUR - 300
    agent.set_time("小鱼", 1)
    qtbot.waitUntil(lambda: bool(agent.told), timeout=5_000)
    assert watching.parent() is agent.owner


def test_at_two_desks_only_the_one_whose_claim_holds_tells(
    agent: Agent, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "_OTHER_DESK_MS", 50)
    agent.service._elsewhere = lambda: True
    agent.set_time("小鱼", 1)
    agent.set_time("大山", 3)
    agent.hours = 2
    watching = agent.sit_down()
    assert agent.told == []
    agent.service._desk = "the other one"  # its claim came over and holds
    qtbot.wait(120)
    assert agent.told == []
    agent.hours = 4
    watching.look()
    qtbot.waitUntil(lambda: bool(agent.told))
    assert "大山" in agent.told[0].text


def test_a_reminder_stays_until_it_is_put_away(context: UiContext, qtbot: QtBot) -> None:
    notices: list[Notice] = []
    context.notices.posted.connect(notices.append)
    context.notices.reminder("x", "y", ("Open", int))
    context.notices.info("x")
    owner = QWidget()
    qtbot.addWidget(owner)
    assert [Toast(one, owner)._timer.isActive() for one in notices] == [False, True]


def test_the_desk_opens_the_list_of_what_is_for_later(desk: Desk) -> None:
    desk.view.open_item(InboxView.FOLLOW_UP)
    assert desk.view.inbox.tabs.currentIndex() == list(InboxView).index(InboxView.FOLLOW_UP)
