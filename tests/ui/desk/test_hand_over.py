"""Handing over with a note, hearing of it, and colleagues' faces in the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.conversations import InboxView, MessageKind
from app.services import Services
from db.models import Role
from ui.desk.colleagues import Colleague
from ui.desk.hand_over import HandedOver, HandOverDialog
from ui.shell.notices import Notice
from ui.shell.plugs import UiContext

if TYPE_CHECKING:
    from tests.ui.desk.conftest import Desk, Say


def test_a_note_goes_with_the_conversation(desk: Desk, say: Say, services: Services) -> None:
    services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳")
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.view.header._fill_assign()
    menu = desk.view.header._assign_menu
    next(a for a in menu.actions() if a.text() == "小芳").trigger()
    asking = desk.view.findChild(HandOverDialog)
    assert asking is not None
    assert "小芳" in asking.windowTitle()
    asking.note.setPlainText("要开发票")
    QTest.keyClick(asking.note, Qt.Key.Key_Return)
    desk.settle()
    assert "小芳" in desk.view.header.place.text()
    notes = [m.text for m in services.conversations.thread(here) if m.kind is MessageKind.NOTE]
    assert notes == ["要开发票"]


def test_escape_keeps_the_conversation(desk: Desk, say: Say, services: Services) -> None:
    services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳")
    here = say().conversation_id
    desk.view.open_conversation(here)
    desk.view.header._fill_assign()
    next(a for a in desk.view.header._assign_menu.actions() if a.text() == "小芳").trigger()
    asking = desk.view.findChild(HandOverDialog)
    assert asking is not None
    QTest.keyClick(asking.note, Qt.Key.Key_Escape)
    assert services.conversations.context(here).assignee_id is None


def test_one_hears_of_a_conversation_handed_over(
    desk: Desk, say: Say, services: Services, context: UiContext
) -> None:
    here = say("在吗", visitor="小鱼").conversation_id
    me = services.staff.current
    assert me is not None
    colleague = services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳")
    owner = QWidget()
    desk.qtbot.addWidget(owner)
    told: list[Notice] = []
    context.notices.posted.connect(told.append)
    services.staff.sign_in_as(colleague.id)
    watching = HandedOver(context, owner)
    services.staff.sign_in_as(me.id)
    services.conversations.assign(here, colleague.id, "要开发票")
    services.staff.sign_in_as(colleague.id)
    services.conversations.add_note(here, "x")
    desk.qtbot.waitUntil(lambda: bool(told))
    assert "小鱼" in told[0].text
    assert told[0].hint == "要开发票"
    assert told[0].action is not None
    assert watching.parent() is owner


def test_who_was_signed_out_hears_of_it_at_sign_in_and_once(
    desk: Desk, say: Say, services: Services, context: UiContext
) -> None:
    here = say("在吗", visitor="小鱼").conversation_id
    colleague = services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳")
    services.conversations.assign(here, colleague.id, "要开发票")
    owner = QWidget()
    desk.qtbot.addWidget(owner)
    told: list[Notice] = []
    context.notices.posted.connect(told.append)
    services.staff.sign_in_as(colleague.id)
    HandedOver(context, owner)
    desk.qtbot.waitUntil(lambda: bool(told))
    desk.settle()
    assert [(one.hint, "小鱼" in one.text) for one in told] == [("要开发票", True)]
    told.clear()
    HandedOver(context, owner)
    desk.settle()
    assert told == []


def test_faces_of_colleagues_are_told_and_painted(desk: Desk, say: Say) -> None:
    here = say().conversation_id
    desk.view.inbox.show_view(InboxView.ALL)
    desk.settle()
    before = desk.view.inbox.list.viewport().grab().toImage()
    desk.view.inbox.show_colleagues({here: [Colleague("小芳", "ab", types=True)]})
    index = desk.view.inbox.model.index(0)
    assert "小芳" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "小芳" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert desk.view.inbox.list.viewport().grab().toImage() != before
    desk.view.inbox.show_colleagues({})
    assert desk.view.inbox.list.viewport().grab().toImage() == before
