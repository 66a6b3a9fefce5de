"""Two desks of one shop in two homes that meet in one folder, started as people start them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.conversations import CustomerHint, IncomingMessage
from app.services import Services
from db.models import Customer, Role
from tests.e2e.person import Agent, wait_for
from tests.e2e.shops import new_shop, opened

NOTE = "needs an invoice"
PHONES = ("13811111111", "13822222222")
SOON_S = 2.0
"""A change on one desk is on the other within this time."""


@dataclass
class TwoDesks:
    """The two windows, and a look into either home from outside."""

    first: Agent
    second: Agent
    homes: tuple[Path, Path]
    folder: Path


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop of one computer with two people, a customer and their conversation."""
    home = tmp_path / "one" / "shop"
    with new_shop(home, monkeypatch, ("xiaoli", "李小丽", "小丽")) as services:
        services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳")
        services.tags.load_defaults()
        services.conversations.receive(
            IncomingMessage(
                "webchat", "shop", "m1", "v1", "请问什么时候发货",
                customer=CustomerHint("webchat", "shop", name="于小姐"),
            )
        )  # fmt: skip
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "share" / "kefu"
    made.mkdir(parents=True)
    return made


@pytest.mark.timeout(400)
def test_two_desks_of_one_shop(
    shop: Path, folder: Path, tmp_path: Path, screen: str, other_screen: str
) -> None:
    first = Agent(shop, screen)
    signs_in(first, "Down")
    code = shares_the_shop(first, folder)
    second = Agent(tmp_path / "two" / "shop", other_screen)
    joins(second, folder, code)
    lets_in(first)
    second.sees("小芳")
    signs_in(second)
    desks = TwoDesks(first, second, (shop, tmp_path / "two" / "shop"), folder)
    a_change_is_soon_there(desks)
    edits_made_apart_merge(desks)
    a_mistake_is_taken_back(desks)
    a_hand_over_arrives(desks)
    first.quits()
    second.quits()


def signs_in(agent: Agent, *steps: str) -> None:
    """The list of people begins with 小芳; the next one is 小丽."""
    agent.sees("密码")
    if steps:
        agent.goes_to("您是哪位")
        agent.keys(*steps, "Return")
    agent.types("passw0rd!")
    agent.keys("Return")
    agent.sees("接待台")


def shares_the_shop(agent: Agent, folder: Path) -> str:
    """Found the shop in the folder and make a code for another computer."""
    agent.goes_to("本机", most=200)
    agent.keys("Space")
    agent.sees("共享本店")
    agent.goes_to("共享文件夹", most=200)
    agent.types(str(folder))
    agent.goes_to("本工作站名称")
    agent.types("qiantai 1")
    agent.keys("Return")
    agent.sees("已同步")
    agent.goes_to("生成加入码", most=200)
    agent.keys("Space")
    return str(wait_for("the code", lambda: code_on(agent)))


def code_on(agent: Agent) -> str:
    return next((t for t in agent.screen() if len(t) == 19 and t.count("-") == 3), "")


def joins(agent: Agent, folder: Path, code: str) -> None:
    """From the first page: folder, code, name, and which shop it is before one asks."""
    agent.sees("加入我的店铺")
    agent.goes_to("加入我的店铺")
    agent.keys("Space")
    agent.goes_to("共享文件夹")
    agent.types(str(folder))
    agent.keys("Return")
    agent.types(code)
    agent.keys("Return")
    agent.types("qiantai 2")
    agent.sees("样例店")
    agent.keys("Return")
    agent.sees("等待批准加入")


def lets_in(agent: Agent) -> None:
    agent.sees("qiantai 2")
    agent.goes_to("批准", most=200)
    agent.keys("Space")


def opens_the_customer(agent: Agent) -> None:
    agent.keys("Ctrl+1", "Ctrl+J", "Alt+1")
    agent.sees("请问什么时候发货")


def writes(agent: Agent, field: str, text: str) -> None:
    """Into a field of the customer beside the open conversation."""
    agent.keys("Alt+1")
    agent.goes_to(field, most=200)
    agent.keys("Ctrl+A")
    agent.types(text)
    agent.keys("Return")


def tags(agent: Agent, *steps: str) -> None:
    agent.keys("Ctrl+T", *steps, "Return", "Escape")


def a_change_is_soon_there(desks: TwoDesks) -> None:
    for agent in (desks.first, desks.second):
        opens_the_customer(agent)
    writes(desks.first, "称呼", "Miss Yu")
    began = time.monotonic()
    desks.second.sees("Miss Yu")
    took = time.monotonic() - began
    assert took < SOON_S, f"it took {took:.1f} s"


def edits_made_apart_merge(desks: TwoDesks) -> None:
    """The folder goes away, both write, the folder comes back."""
    away = desks.folder.with_name("away")
    desks.folder.rename(away)
    for agent in (desks.first, desks.second):
        agent.sees("离线")
    writes(desks.first, "邮箱", "yu@example.com")
    writes(desks.second, "区县", "Xihu")
    writes(desks.first, "电话", PHONES[0])
    writes(desks.second, "电话", PHONES[1])
    tags(desks.first)
    tags(desks.second, "Down")
    away.rename(desks.folder)
    for agent in (desks.first, desks.second):
        agent.sees("yu@example.com")
        agent.sees("Xihu")
    # Both desks show the number that lost beside the one that stands.
    for agent in (desks.first, desks.second):
        agent.sees("改用此值")
    for home in desks.homes:
        with opened(home) as services:
            both_are_told(services)


def both_are_told(services: Services) -> None:
    with services.db.read() as session:
        customer = session.query(Customer).one().id
    assert len(services.tags.of(customer)) == 2
    steps = services.history.of("customers", customer, "phone")
    assert {step.value for step in steps} >= set(PHONES)
    assert [step.value for step in steps if step.lost] != []
    assert {step.station for step in steps} >= {"qiantai 1", "qiantai 2"}


def a_mistake_is_taken_back(desks: TwoDesks) -> None:
    """A tag is taken off and, from where one types, put on again, at both desks."""

    def has_tags(count: int) -> bool:
        with opened(desks.homes[1]) as services, services.db.read() as session:
            return len(services.tags.of(session.query(Customer).one().id)) == count

    tags(desks.first)
    wait_for("one tag less", lambda: has_tags(1))
    desks.first.keys("Ctrl+R", "Ctrl+Z")
    desks.first.sees("已撤销：Miss Yu的标签")
    wait_for("the tag again", lambda: has_tags(2))


def a_hand_over_arrives(desks: TwoDesks) -> None:
    desks.first.keys("Alt+T", "Down", "Return")
    desks.first.sees("给小芳的备注")
    desks.first.types(NOTE)
    desks.first.keys("Return")
    desks.second.sees("把Miss Yu转接给了您")
    desks.second.sees(NOTE)
