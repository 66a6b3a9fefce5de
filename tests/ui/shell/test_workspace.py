"""The workspace: views by rail, key and palette; notices; what a role may see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core.permissions import Permission
from app.services import Services
from db.clock import now_ms
from db.models import Role
from tests.ui.shell.conftest import Done
from ui.jobs import Jobs
from ui.shell import workspace as workspace_module
from ui.shell.notices import Notice, Notices
from ui.shell.palette import PaletteItem
from ui.shell.plugs import UiContext, ViewPlug
from ui.shell.status_line import Limits, Waiting
from ui.shell.workspace import Verbs, Workspace
from ui.store_watcher import StoreWatcher

pytestmark = pytest.mark.usefixtures("english")


class Place(QLabel):
    """A view that notes where it was sent."""

    def __init__(self, _context: UiContext) -> None:
        super().__init__("place")
        self.items: list[object] = []

    def open_item(self, item: object) -> None:
        self.items.append(item)

    def current_item(self) -> object | None:
        return self.items[-1] if self.items else None


def _broken(_context: UiContext) -> QWidget:
    raise ValueError("no")


@pytest.fixture(autouse=True)
def _plugs(monkeypatch: pytest.MonkeyPatch) -> None:
    plugs = [
        ViewPlug("place", "Place", "chat", Place, shortcut="Ctrl+1"),
        ViewPlug("broken", "Broken", "warning", _broken, shortcut="Ctrl+2"),
        ViewPlug("audit", "Audit", "history", Place, Permission.SEE_AUDIT),
    ]
    monkeypatch.setattr(workspace_module, "VIEWS", plugs)


def test_going_to_a_thing_shows_its_view_at_it(workspace: Workspace) -> None:
    workspace.go("place", b"id")
    assert workspace.current_key() == "place"
    assert workspace.current_item() == b"id"
    workspace.go("nowhere", b"id")
    assert workspace.current_key() == "place"


def test_a_view_opens_by_its_key_and_by_the_rail(workspace: Workspace, qtbot: QtBot) -> None:
    assert QTest.qWaitForWindowActive(workspace)
    workspace.show_view("audit")
    QTest.keyClick(workspace, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert workspace.current_key() == "place"
    button = workspace.findChild(QWidget, "rail-audit")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert workspace.current_key() == "audit"
    workspace.rail.show_count("audit", 120)
    assert not button.grab().isNull()


def test_a_view_that_fails_says_so_and_leaves_the_others_alone(
    workspace: Workspace, done: Done
) -> None:
    workspace.show_view("broken")
    assert done == ["report"]
    workspace.show_view("place")
    assert workspace.current_key() == "place"


def test_a_role_does_not_see_what_is_not_its(
    workspace: Workspace,
    services: Services,
    jobs: Jobs,
    store: StoreWatcher,
    notices: Notices,
    verbs: Verbs,
    qtbot: QtBot,
) -> None:
    assert "audit" in workspace.view_keys()
    services.staff.add("new", "新人", Role.TRAINEE, "passw0rd!")
    services.staff.sign_in("new", "passw0rd!")
    theirs = Workspace(services, jobs, store, notices, verbs)
    qtbot.addWidget(theirs)
    assert theirs.view_keys() == ["place", "broken"]


def test_the_palette_finds_views_commands_and_things(workspace: Workspace, qtbot: QtBot) -> None:
    workspace.show_view("audit")
    opened: list[str] = []
    thing = PaletteItem("Order 4711", lambda: opened.append("4711"), "order", "orders", 95)
    workspace.palette_box.add_provider(lambda query: [thing] if query in thing.title else [])
    workspace.palette_box.open()
    field = workspace.palette_box._field
    QTest.keyClicks(field, "pla")
    assert workspace.palette_box.titles()[0] == "Place"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert workspace.current_key() == "place"
    assert workspace.palette_box.isHidden()
    workspace.palette_box.open()
    QTest.keyClicks(field, "4711")
    qtbot.waitUntil(lambda: "Order 4711" in workspace.palette_box.titles())
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert opened == ["4711"]
    workspace.palette_box.open()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert workspace.palette_box.isHidden()


def test_the_palette_does_not_offer_itself(workspace: Workspace) -> None:
    workspace.palette_box.open()
    QTest.keyClicks(workspace.palette_box._field, "everything")
    assert "Search everything" not in [title for title in workspace.palette_box.titles() if title]
    assert "全局搜索" not in workspace.palette_box.titles()


def test_the_palette_finds_chinese_titles_by_their_initials(workspace: Workspace) -> None:
    workspace.palette_box.spell_with(lambda title: "zdq" if title == "Place" else "")
    workspace.palette_box.open()
    QTest.keyClicks(workspace.palette_box._field, "zdq")
    assert workspace.palette_box.titles() == ["Place"]


def test_searching_goes_to_the_view_or_else_to_the_palette(workspace: Workspace) -> None:
    workspace.show_view("place")
    workspace.commands.run("app.search")
    assert not workspace.palette_box.isHidden()


def test_notices_pile_up_to_four_and_can_be_acted_on(
    workspace: Workspace, notices: Notices, qtbot: QtBot
) -> None:
    acted: list[bool] = []
    for n in range(5):
        notices.info(f"note {n}")
    notices.error("no network", "Plug in the cable.", ("Again", lambda: acted.append(True)))
    assert workspace.toasts.texts() == ["note 2", "note 3", "note 4", "no network"]
    toast = workspace.toasts._toasts[-1]
    toast._act()
    assert acted == [True]
    assert workspace.toasts.texts() == ["note 2", "note 3", "note 4"]
    for left in list(workspace.toasts._toasts):
        left.leave()


def test_notices_hang_where_the_view_wants_them(
    workspace: Workspace, notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.show_view("place")
    notices.info("low")
    low = workspace.toasts._toasts[0]
    assert low.geometry().bottom() > workspace.height() - 100
    view = workspace.view("place")
    monkeypatch.setattr(view, "notice_place", lambda: view, raising=False)
    notices.info("high")
    high = workspace.toasts._toasts[1]
    assert high.y() < low.y() < workspace.height() // 2
    assert high.geometry().right() < workspace.width()
    monkeypatch.undo()
    for left in list(workspace.toasts._toasts):
        left.leave()


def test_the_same_notice_twice_shows_once(workspace: Workspace, notices: Notices) -> None:
    notices.success("saved")
    notices.success("saved")
    assert workspace.toasts.texts() == ["saved"]
    workspace.toasts._toasts[0].leave()


def test_the_status_line_counts_who_waits(workspace: Workspace) -> None:
    status = workspace.status
    limits = Limits(warn_s=60, late_s=180)
    waiting = Waiting(3, now_ms() - 200_000)
    status.set_waiting_provider(lambda: waiting, limits)
    assert status._wait.text().startswith("3 customers wait, longest 03:2")
    assert status._wait.property("state") == "late"
    status.set_waiting_provider(lambda: replace(waiting, count=0), limits)
    assert status._wait.text() == "Nobody is waiting"


def test_the_keyboard_is_where_it_was_once_the_palette_is_gone(
    workspace: Workspace, qtbot: QtBot
) -> None:
    first, field = QLineEdit(workspace), QLineEdit(workspace)
    for line in (first, field):
        line.show()
    field.setFocus()
    workspace.palette_box.open()
    QTest.keyClick(workspace.palette_box._field, Qt.Key.Key_Escape)
    assert field.hasFocus()


def test_the_palette_says_that_it_found_nothing(workspace: Workspace, qtbot: QtBot) -> None:
    box = workspace.palette_box
    box.open()
    QTest.keyClicks(box._field, "qqqzzz")
    qtbot.waitUntil(lambda: len(box.titles()) == 1)
    assert "qqqzzz" in box.titles()[0]
    QTest.keyClick(box._field, Qt.Key.Key_Return)
    assert not box.isHidden()


def test_without_a_password_the_lock_says_what_is_missing(
    workspace: Workspace, services: Services, notices: Notices, done: Done
) -> None:
    said: list[Notice] = []
    notices.posted.connect(said.append)
    workspace.commands.run("app.lock")
    assert ("lock" in done) is services.staff.has_password()
    assert bool(said) is not services.staff.has_password()
