"""The live board follows a message within a second, and opens what it names."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from app.conversations import CustomerHint, IncomingMessage
from app.services import Services
from app.staff import Member
from tests.ui.stats.conftest import Gone
from ui.stats.live_page import LivePage
from ui.stats.view import StatsView

Open = Callable[[], StatsView]


def write(services: Services, number: int, name: str = "甲") -> bytes:
    message = services.conversations.receive(
        IncomingMessage(
            "webchat", "shop", f"m{number}", f"v{number}", "在吗",
            customer=CustomerHint("webchat", "shop", name=name),
        )
    )  # fmt: skip
    return message.conversation_id


def live(view: StatsView) -> LivePage:
    page = view.page()
    assert isinstance(page, LivePage)
    return page


def test_a_quiet_shop_says_that_nobody_waits(open_stats: Open) -> None:
    page = live(open_stats())
    assert page.waiting.value() == "0"
    assert page.longest.note() == "nobody waits"
    assert page.waiters.row_count() == 0


def test_a_message_shows_within_a_second(
    qtbot: QtBot, open_stats: Open, services: Services
) -> None:
    page = live(open_stats())
    write(services, 1, "于小姐")
    qtbot.waitUntil(lambda: page.waiting.value() == "1", timeout=1000)
    assert page.longest.note() == "于小姐"
    assert page.open.value() == "1"
    qtbot.waitUntil(lambda: page.today["customers_served"].value() == "1", timeout=1000)
    qtbot.waitUntil(lambda: sum(value or 0 for value in page.hours.series().values) == 1)
    rows = {row.name: row for row in page.loads.rows()}
    assert (rows["Nobody yet"].open, rows["Nobody yet"].waiting) == (1, 1)


def test_enter_opens_who_waits_longest(
    qtbot: QtBot, open_stats: Open, services: Services, gone: Gone
) -> None:
    first = write(services, 1)
    write(services, 2, "乙")
    page = live(open_stats())
    page.longest.click()
    assert gone.places[-1] == ("desk", first)
    page.waiters.row_activated.emit(page.waiters.model.row_at(1))
    assert gone.places[-1][0] == "desk"
    assert gone.places[-1][1] != first
    page.today["answered_30s"].click()
    assert gone.places[2:] == [("stats", "today:answered_30s")]


def test_an_agent_sees_the_own_load_and_the_mean_of_the_team(
    shop: Services, agents: tuple[Member, Member], open_stats: Open
) -> None:
    shop.staff.sign_in_as(agents[0].id)
    view = open_stats()
    assert [row.name for row in live(view).loads.rows()] == ["小娜"]
    assert live(view).today["customers_served"].note().startswith("team")
    assert "staffing" not in view.keys
