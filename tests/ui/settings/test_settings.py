"""Settings are kept and take effect; keys never collide."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.conversations.settings import ENTER_SENDS
from app.core.settings import SHOP_ZONE, THEME
from app.services import Services
from db.models import Role
from ui.jobs import Jobs
from ui.settings.about import AboutPage
from ui.settings.general import GeneralPage
from ui.settings.keyboard import KeyboardPage
from ui.settings.view import SettingsView
from ui.settings.zone_box import ZoneBox
from ui.shell.areas import SETTINGS_PAGES
from ui.shell.commands import KEYS, Command, Commands
from ui.shell.notices import Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def context(services: Services, jobs: Jobs, store: StoreWatcher, asked: list[str]) -> UiContext:
    commands = Commands()
    commands.register(Command("app.look", "look", run=lambda: asked.append("look"), hidden=True))
    commands.register(Command("a", "Open the manual", "F1"))
    commands.register(Command("b", "Quit", "Ctrl+Q"))
    return UiContext(services, jobs, store, Notices(), commands, lambda _key, _item: None)


def box_named(page: GeneralPage, name: str) -> QComboBox:
    return next(b for b in page.findChildren(QComboBox) if b.accessibleName() == name)


def test_a_choice_is_kept_and_takes_effect_at_once(
    qtbot: QtBot, context: UiContext, asked: list[str]
) -> None:
    page = GeneralPage(context)
    qtbot.addWidget(page)
    theme = box_named(page, "Theme")
    theme.setCurrentIndex(theme.findText("Dark"))
    assert context.services.settings.get(THEME) == "dark"
    assert asked == ["look"]
    keys = box_named(page, "Send with")
    keys.setCurrentIndex(1)
    assert context.services.settings.get(ENTER_SENDS) is False


def test_only_a_supervisor_sets_the_idle_lock(qtbot: QtBot, context: UiContext) -> None:
    context.services.staff.add("agent", "客服", Role.AGENT, "passw0rd!")
    context.services.staff.sign_in("agent", "passw0rd!")
    page = GeneralPage(context)
    qtbot.addWidget(page)
    assert not box_named(page, "Lock when nobody is at the desk for").isEnabled()


def test_a_free_key_is_taken_and_kept(qtbot: QtBot, context: UiContext) -> None:
    page = KeyboardPage(context)
    qtbot.addWidget(page)
    page.row_of("a").wanted.emit("a", "F2")
    assert context.commands.keys_of("a") == "F2"
    assert context.services.settings.get(KEYS) == {"a": "F2"}
    page.row_of("a")._reset.click()
    assert context.services.settings.get(KEYS) == {}


def test_a_key_in_use_is_refused_with_its_holder(qtbot: QtBot, context: UiContext) -> None:
    page = KeyboardPage(context)
    qtbot.addWidget(page)
    row = page.row_of("a")
    row.wanted.emit("a", "Ctrl+Q")
    assert "Quit" in row._trouble.text()
    assert not row._trouble.isHidden()
    assert row.field.keySequence().toString() == "F1"
    assert context.commands.keys_of("a") == "F1"


def test_every_page_opens(qtbot: QtBot, context: UiContext) -> None:
    view = SettingsView(context, SETTINGS_PAGES)
    qtbot.addWidget(view)
    for key in view.page_keys():
        view.open_item(key)
        current = view._stack.currentWidget()
        assert current is view._built[key]


def test_about_names_the_folder_of_this_shop(qtbot: QtBot, context: UiContext) -> None:
    page = AboutPage(context)
    qtbot.addWidget(page)
    assert page.accessibleName() == "About"


def test_the_shops_zone_is_found_by_typing_and_shown_at_once(
    qtbot: QtBot, context: UiContext, asked: list[str]
) -> None:
    context.commands.register(
        Command("app.language", "language", run=lambda: asked.append("rebuild"), hidden=True)
    )
    page = GeneralPage(context)
    qtbot.addWidget(page)
    box = page.findChild(ZoneBox)
    assert box is not None
    assert box.currentData() == "Asia/Shanghai"
    finder, line = box.completer(), box.lineEdit()
    assert finder is not None
    assert line is not None
    finder.setCompletionPrefix("berlin")
    assert "Europe/Berlin" in finder.currentCompletion()
    line.setText("nowhere")
    line.editingFinished.emit()
    assert "Asia/Shanghai" in box.currentText()
    box.setCurrentIndex(box.findData("Europe/Berlin"))
    assert context.services.settings.get(SHOP_ZONE) == "Europe/Berlin"
    assert asked == ["rebuild"]
