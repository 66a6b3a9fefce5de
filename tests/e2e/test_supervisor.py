"""A supervisor's story at the real window: a bad hour, the talk behind it, another rule."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert

from app.core.zones import shop_zone
from app.services import Services
from app.stats.settings import RULE
from db.models import Conversation, Customer, Message, Order, Role
from tests.e2e.person import Agent, wait_for
from tests.e2e.shops import new_shop, opened

ANGRY = "等了这么久都没有人回复"
FINE = "请问这款有蓝色吗"
MINUTE = 60_000


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Yesterday at ten 小芳 answered within half a minute, at two 小王 after nine."""
    home = tmp_path / "one" / "shop"
    with new_shop(home, monkeypatch, ("boss", "王主管", "王主管")) as services:
        fang = services.staff.add("fang", "张小芳", Role.AGENT, "passw0rd!", "小芳").id
        wang = services.staff.add("wang", "王小王", Role.AGENT, "passw0rd!", "小王").id
        talk(services, 1, 10, FINE, fang, 30_000)
        talk(services, 2, 14, ANGRY, wang, 9 * MINUTE)
        order(services, 1, 10)
    return home


def yesterday(services: Services, hour: int) -> int:
    day = datetime.now(shop_zone(services.settings)).replace(hour=hour, minute=0, second=0)
    return int((day - timedelta(1)).timestamp()) * 1000


def talk(services: Services, number: int, hour: int, text: str, agent: bytes, wait: int) -> None:
    key, at = bytes([number]) * 16, yesterday(services, hour)
    with services.db.write() as session:
        session.execute(insert(Customer).values(id=key, nick=f"买家{number}", created_at=at))
        values = {"channel": "webchat", "customer_id": key, "opened_at": at, "status": "closed"}
        session.execute(insert(Conversation).values(id=key, external_id=f"v{number}", **values))
        for author, staff, words, when in (
            ("customer", None, text, at),
            ("agent", agent, "您好，久等了", at + wait),
        ):
            said = {"author": author, "staff_id": staff, "text": words, "at": when}
            session.execute(insert(Message).values(conversation_id=key, state="read", **said))
    services.conversations.recompute([key])


def order(services: Services, number: int, hour: int) -> None:
    at = yesterday(services, hour)
    with services.db.write() as session:
        session.execute(
            insert(Order).values(
                platform="taobao", number="880001", customer_id=bytes([number]) * 16,
                status="paid", paid_fen=19_900, quantity=1,
                created_at=at + 10 * MINUTE, paid_at=at + 20 * MINUTE, buyer_nick="买家1",
            )
        )  # fmt: skip


@pytest.mark.timeout(300)
def test_a_supervisor_finds_what_went_wrong(shop: Path, screen: str, tmp_path: Path) -> None:
    agent = Agent(shop, screen)
    agent.sees("密码")
    agent.goes_to("您是哪位")
    agent.keys("Home", "Down", "Return")
    agent.types("passw0rd!")
    agent.keys("Return")
    agent.sees("接待台")
    sees_the_shop_at_this_moment(agent)
    finds_the_bad_hour(agent)
    reads_the_talk_behind_it(agent)
    comments_to_the_agent(agent)
    the_agent_can_see_it(shop)
    tries_and_keeps_another_rule(agent)
    with opened(shop) as services:
        assert services.settings.get(RULE) == "payment"
    takes_the_report_along(agent, tmp_path / "report.xlsx")
    agent.quits()


def sees_the_shop_at_this_moment(agent: Agent) -> None:
    agent.keys("Ctrl+6")
    agent.sees("等待中的客户")
    agent.sees("没有人在等")


def finds_the_bad_hour(agent: Agent) -> None:
    """Tables, by hour, down to two o'clock and right to what was answered in time."""
    agent.keys("Ctrl+PgDown")
    agent.sees("接待人数: 2")
    agent.keys("Ctrl+PgDown")
    agent.goes_to("按客服", most=200)
    agent.keys("Right")
    agent.sees("14:00")
    agent.goes_to("报表: 按小时", most=200)
    agent.keys("Home", "Down")

    def at_the_number() -> bool:
        agent.keys("Right")
        return any("14:00 · 3 分钟应答率" in text for text in agent.screen())

    wait_for("the number", at_the_number)
    agent.sees("0.0%")


def reads_the_talk_behind_it(agent: Agent) -> None:
    agent.keys("Return")
    agent.sees("明细")
    agent.goes_to("明细", most=200)
    agent.keys("Home", "Return")
    agent.sees(ANGRY)


def comments_to_the_agent(agent: Agent) -> None:
    """From the row to a check: words about the late answer, points, done."""
    agent.keys("Ctrl+6")
    agent.goes_to("明细", most=200)
    agent.keys("Home", "Ctrl+Shift+C")
    agent.sees("小王 接待 买家2")
    agent.keys("Ctrl+M", "Home", "Down", "Down", "Return")
    agent.sees("针对“您好，久等了”")
    agent.types("Nine minutes is too long")
    agent.keys("Return")
    agent.sees("1 条评语")
    agent.keys("F6", "F6")
    agent.types("2")
    agent.keys("Return")
    for _line in range(9):
        agent.keys("+")
    agent.sees("97 / 100")
    agent.keys("Ctrl+Return")
    agent.sees("已完成，客服现在可以看到")


def the_agent_can_see_it(shop: Path) -> None:
    with opened(shop) as services:
        wang = next(one for one in services.staff.members() if one.login == "wang")
        services.staff.sign_in_as(wang.id)
        (check,) = services.quality.news()
        found = services.quality.check(check.id)
        assert found.row.score == 0.97
        assert [comment.text for comment in found.comments] == ["Nine minutes is too long"]


def tries_and_keeps_another_rule(agent: Agent) -> None:
    agent.keys("Ctrl+6", "Escape")
    agent.keys("Ctrl+PgDown")
    agent.sees("880001")
    assert agent.focus() == "下单优先判定"
    agent.keys("Left")
    agent.sees("仅为试算")
    agent.goes_to("启用此规则", most=200)
    agent.keys("Space")
    agent.sees("“付款判定”已生效")


def takes_the_report_along(agent: Agent, file: Path) -> None:
    """The file holds what the window showed: the table by hour."""
    agent.keys("Ctrl+PgUp")
    agent.sees("14:00")
    agent.goes_to("导出", most=200)
    agent.keys("Space", "Down", "Return")
    agent.keys("Ctrl+A")
    agent.types(str(file))
    agent.keys("Return")
    wait_for("the report", file.exists)
    book = CalamineWorkbook.from_path(str(file))
    cells = {
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    }
    assert {"10", "14", 199} <= cells
