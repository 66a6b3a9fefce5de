"""From the reception desk a conversation is taken into the week's checks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.services import Services
from app.staff import Member
from db.models import Message
from tests.ui.stats.conftest import DAY_MS, Gone, natural
from ui.desk.view import DeskView
from ui.quality.taking import Taking
from ui.shell.areas import VIEWS
from ui.shell.plugs import UiContext
from ui.widgets.format import day_bounds, today

Open = Callable[[int], tuple[DeskView, Taking]]


@pytest.fixture
def open_desk(qtbot: QtBot, context: UiContext, shop: Services, english: None) -> Open:
    def make(number: int) -> tuple[DeskView, Taking]:
        desk = VIEWS[0].build(context)
        assert isinstance(desk, DeskView)
        qtbot.addWidget(desk)
        desk.show()
        desk.open_conversation(natural(1, number))
        taking = desk.findChild(Taking)
        assert taking is not None
        return desk, taking

    return make


def test_the_only_one_who_answered_is_taken_at_once(
    open_desk: Open, context: UiContext, shop: Services, agents: tuple[Member, Member], gone: Gone
) -> None:
    open_desk(2)
    assert context.commands.run("desk.check")
    (row,) = shop.quality.checks()
    assert (row.conversation_id, row.agent_id) == (natural(1, 2), agents[1].id)
    assert gone.places[-1] == ("quality", row.id)


def test_where_two_answered_it_asks_whose_answers(
    open_desk: Open, context: UiContext, shop: Services, agents: tuple[Member, Member]
) -> None:
    shop.conversations.send(natural(1, 0), "还在吗")
    shop.conversations.add_note(natural(1, 0), "老客户")
    _desk, taking = open_desk(0)
    context.commands.run("desk.check")
    assert shop.quality.checks() == []
    words = [action.text() for action in taking.menu.actions()[1:]]
    assert len(words) == 2
    assert words[1].startswith("小娜, last ")
    taking.menu.actions()[2].trigger()
    assert [row.agent_id for row in shop.quality.checks()] == [agents[0].id]


def test_the_reception_of_one_answer_is_taken(
    open_desk: Open, shop: Services, agents: tuple[Member, Member]
) -> None:
    desk, _taking = open_desk(1)
    answer = shop.conversations.thread(natural(1, 1))[-1]
    desk.thread_view.check_wanted.emit(answer)
    (row,) = shop.quality.checks()
    noon = day_bounds(today())[0] + 12 * 3_600_000 - DAY_MS
    assert row.starts_at == noon + 20 * 60_000
    assert row.agent_id == agents[0].id


def test_nobody_has_answered(
    open_desk: Open, context: UiContext, shop: Services, gone: Gone
) -> None:
    message = shop.conversations.thread(natural(1, 1))[-1]
    with shop.db.write() as session:
        session.execute(update(Message).where(Message.id == message.id).values(deleted=True))
    open_desk(1)
    context.commands.run("desk.check")
    assert shop.quality.checks() == []
    assert gone.places == []


def test_agents_are_not_offered_it(
    open_desk: Open, context: UiContext, shop: Services, agents: tuple[Member, Member]
) -> None:
    open_desk(0)
    shop.staff.sign_in_as(agents[0].id)
    command = context.commands.get("desk.check")
    assert command is not None
    assert not command.when()
