"""A trainee's first hour at the real window: a practice customer, the score, the replay, an exam."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.paths import practice_dir
from app.practice import DEMO_AGENT, open_practice_home
from app.services import Services, build_services
from app.training import HASTE, Attempt, Outcome, Part
from tests.e2e.person import Agent, wait_for

SCENARIO = "换开发票"
HURRY = 5.0
COMPANY = "青山科技有限公司"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A practice shop whose customers read and type faster than people do."""
    live = tmp_path / "one" / "shop"
    look(live, lambda services: services.settings.set(HASTE, HURRY))
    return live


def look(live: Path, at: Callable[[Services], object]) -> object:
    """Look into the practice shop beside a live home, or change something there."""
    services = build_services(open_practice_home(practice_dir(live)))
    try:
        services.staff.sign_in_as(DEMO_AGENT)
        return at(services)
    finally:
        services.close()


@pytest.mark.timeout(300)
def test_a_first_hour(shop: Path, screen: str) -> None:
    agent = Agent(shop, screen, practice=True)
    agent.sees("练习模式")
    starts_a_scenario(agent)
    serves_the_customer(agent)
    reads_the_score(agent)
    replays_and_comments(agent)
    sits_an_exam(agent)
    is_seen_by_the_supervisor(agent)
    agent.quits()
    holds_what_was_done(shop)


def starts_a_scenario(agent: Agent) -> None:
    """From the list, by key; the window goes to the desk."""
    agent.sees("接待台")
    agent.keys("Ctrl+8")
    agent.sees("让客户来")
    agent.keys("Ctrl+F")
    agent.keys("Home")
    title = f"{SCENARIO}, "

    def chosen() -> bool:
        if any(text == "诉求：拿到抬头正确的发票" for text in agent.screen()):
            return True
        agent.keys("Down")
        return False

    wait_for(title, chosen)
    agent.keys("Return")
    agent.sees("1 位练习客户即将到来")


def serves_the_customer(agent: Agent) -> None:
    """Answer with an input method, and write the remark where it belongs."""

    def open_it() -> bool:
        agent.keys("Ctrl+Shift+J")
        return agent.focus() == "回复"

    wait_for("the conversation of the practice customer", open_it)
    for letter in "hello ":
        agent.types(letter)
        time.sleep(0.6)  # a person's pace, which is measured
    says(agent, "请问发票抬头和税号？")
    agent.sees(COMPANY)
    says(agent, "请问是哪个订单号呢？")
    agent.keys("Alt+2")
    agent.goes_to("加备注", most=200)
    agent.keys("Space")
    agent.composes("换开发票，抬头已登记")
    agent.keys("Return")
    agent.keys("Ctrl+R")
    says(agent, "已为您登记，可以重新开电子发票。")
    says(agent, "3个工作日内发到您邮箱。")
    agent.sees("练习结束")


def says(agent: Agent, text: str) -> None:
    agent.keys("Ctrl+R")
    agent.composes(text)
    agent.keys("Return")
    wait_for("an empty reply", lambda: text in "".join(agent.screen()))


def reads_the_score(agent: Agent) -> None:
    agent.keys("Ctrl+Shift+E")
    agent.sees("客户满意")
    for part in ("响应速度", "步骤", "工作台操作", "事实", "服务用语"):
        agent.sees(part)


def replays_and_comments(agent: Agent) -> None:
    """From the first line on, eight times as fast, and a word about one of them."""
    agent.goes_to("对话", most=200)
    agent.keys("Home", "Space", "+", "+", "+")
    agent.sees("优秀客服在这里会怎么写")
    agent.keys("Right", "Right", "Space")
    agent.goes_to("评语", most=200)
    agent.composes("下次先问候再问抬头")
    agent.keys("Return")
    agent.sees("下次先问候再问抬头")


def sits_an_exam(agent: Agent) -> None:
    """The first paper: some answers by number, handed in before all are given."""
    agent.keys("Ctrl+8")
    comes_to(agent, "考过的试卷")
    agent.keys("Ctrl+F", "Home", "Return")
    agent.sees("交卷")
    for _n in range(4):
        agent.keys("1", "Return")
    agent.goes_to("交卷", most=200)
    agent.keys("Space")
    agent.goes_to("仍要交卷", most=200)
    agent.keys("Space")
    agent.sees("未通过")


def is_seen_by_the_supervisor(agent: Agent) -> None:
    """The demo agent trains others too: the group view and everybody's results."""
    comes_to(agent, "安排五天计划")
    agent.goes_to("实习客服", most=200)
    wait_for("the trainee's line: no task yet, 100 points", lambda: line_of_the_team(agent))


def line_of_the_team(agent: Agent) -> bool:
    screen = agent.screen()
    places = [n for n, text in enumerate(screen) if text == "小丽"]
    return any(screen[n + 1 : n + 3] == ["0/0", "100"] for n in places)


def comes_to(agent: Agent, text: str) -> None:
    """Page on through the training until a text is there."""

    def there() -> bool:
        if any(text in shown for shown in agent.screen()):
            return True
        agent.keys("Ctrl+Shift+PgDown")
        return False

    wait_for(text, there)


def holds_what_was_done(shop: Path) -> None:
    def newest(services: Services) -> Attempt:
        results = services.training.results
        return results.attempt(results.attempts()[0].id)

    attempt = look(shop, newest)
    assert isinstance(attempt, Attempt)
    assert attempt.row.outcome == Outcome.SATISFIED
    points = {judged.part: judged.points for judged in attempt.parts}
    assert points[Part.ACTIONS] == 100
    assert [one.text for one in attempt.comments] == ["下次先问候再问抬头"]
    assert any(line.action == "remark" for line in attempt.lines)
    assert attempt.figures.chars_per_minute is not None
