"""The import of chats as a supervisor uses it: from the palette, by keyboard, looked at first."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from app.conversations import InboxView
from app.services import Services
from db.models import Role
from ui.customers.view import CustomersView
from ui.records.commands import IMPORT, register_import
from ui.records.import_page import RecordImportPage
from ui.shell.plugs import UiContext

DATA = Path(__file__).parents[2] / "data" / "records"
QIANNIU = DATA / "chat_qianniu_copied_made.txt"


@pytest.fixture
def view(qtbot: QtBot, context: UiContext, english: None) -> CustomersView:
    view = CustomersView(context, partial(RecordImportPage, context))
    qtbot.addWidget(view)
    view.resize(1300, 760)
    view.show()
    return view


def opened(view: CustomersView) -> RecordImportPage:
    view.open_item(IMPORT)
    page = view.pages.currentWidget()
    assert isinstance(page, RecordImportPage)
    return page


def test_files_are_looked_at_then_taken_by_keyboard(
    view: CustomersView, services: Services
) -> None:
    page = opened(view)
    page.field.path.setText(f'"{QIANNIU}"')
    QTest.keyClick(page.field.path, Qt.Key.Key_Return)
    assert "客服小李" in page.result.text()
    assert page.tables.changes.row_count() == 1
    assert services.conversations.counts().closed == 0
    QTest.keyClick(page.take, Qt.Key.Key_Space)
    assert "done" in page.result.text()
    (row,) = services.conversations.inbox(InboxView.CLOSED, limit=9)
    assert (row.customer_name, row.unread, row.waiting_since) == ("tb样例一", 0, None)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert view.pages.currentIndex() == 0
    assert view.table.row_count() == 1


def test_bad_rows_are_listed_and_saved(view: CustomersView, tmp_path: Path) -> None:
    page = opened(view)
    path = tmp_path / "a.jsonl"
    path.write_text('{"conversation":"c","author":"me","text":"x"}\nnonsense\n', encoding="utf-8")
    page.add_files([path])
    assert page.tables.rejected.row_count() == 2
    assert not page.take.isEnabled()
    page.save_rejected(str(tmp_path / "bad.csv"))
    assert "author" in (tmp_path / "bad.csv").read_text(encoding="utf-8-sig")
    page.format.setCurrentIndex(page.format.findData("qianniu"))
    page.format.activated.emit(page.format.currentIndex())
    assert not page.take.isEnabled()


def test_the_agents_of_a_copied_text_can_be_named(view: CustomersView, tmp_path: Path) -> None:
    page = opened(view)
    path = tmp_path / "chat.txt"
    path.write_text("甲 2026-01-02 09:05:03\n在吗\n乙 2026-01-02 09:05:10\n在\n", encoding="utf-8")
    page.add_files([path])
    assert not page.take.isEnabled()
    QTest.keyClicks(page.agents, "B")
    page.agents.setText("")
    page.agents.insert("乙")
    page.agents.setModified(True)
    QTest.keyClick(page.agents, Qt.Key.Key_Return)
    assert page.take.isEnabled()


def test_every_control_has_a_name(view: CustomersView) -> None:
    page = opened(view)
    for kind in (QAbstractButton, QLineEdit):
        for control in page.findChildren(kind):
            if control.isVisibleTo(page):
                assert control.accessibleName() or getattr(control, "text", str)()


def test_only_who_may_is_offered_it(
    qtbot: QtBot, context: UiContext, services: Services, english: None
) -> None:
    register_import(context)
    command = context.commands.get("records.import")
    assert command is not None
    assert command.when()
    agent = services.staff.add("wang", "小王", Role.AGENT, "passw0rd!")
    services.staff.sign_in_as(agent.id)
    view = CustomersView(context, partial(RecordImportPage, context))
    qtbot.addWidget(view)
    view.open_item(IMPORT)
    assert not command.when()
    assert view.importing.isHidden()
    assert view.pages.count() == 1
