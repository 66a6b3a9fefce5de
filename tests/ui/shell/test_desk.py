"""The program from its first page to its end, with real jobs and a real home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.core.errors import UserError
from app.core.settings import LANGUAGE, SHOP_NAME, THEME
from app.homes import create_home, home_exists
from app.services import build_services
from db.models import Role
from tests.guards import MemoryKeyring
from ui.settings.choices import LAST_VIEW
from ui.shell.desk import Desk
from ui.shell.first_start import FirstStartPage, NewShop, PassphrasePage, SetupPage, WaitPage
from ui.shell.lock import LockPage
from ui.shell.sign_in import SignInPage
from ui.theme import current_tokens

SHOP = NewShop("青禾生活馆", "taobao", "李小丽", "xiaoli", "passw0rd!", None)


@pytest.fixture
def live(tmp_path: Path) -> Path:
    return tmp_path / "live"


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, live: Path) -> Iterator[Desk]:
    made = Desk(qapp, live)
    qtbot.addWidget(made.window)
    made.window.show()
    yield made
    made.close()


def make_shop(path: Path, passphrase: str | None = None) -> None:
    services = build_services(create_home(path, passphrase=passphrase))
    services.staff.add("xiaoli", "李小丽", Role.ADMIN, "passw0rd!", "小丽")
    services.settings.set(SHOP_NAME, "青禾生活馆")
    services.close()


def on(desk: Desk, kind: type) -> bool:
    return isinstance(desk.window.page(), kind)


def sign_in(qtbot: QtBot, desk: Desk, password: str) -> None:
    qtbot.waitUntil(lambda: on(desk, SignInPage))
    page = desk.window.page()
    assert isinstance(page, SignInPage)
    QTest.keyClicks(page._password.edit, password)
    QTest.keyClick(page._password.edit, Qt.Key.Key_Return)


def test_a_new_shop_is_set_up_and_opened(qtbot: QtBot, desk: Desk, live: Path) -> None:
    desk.begin()
    first = desk.window.page()
    assert isinstance(first, FirstStartPage)
    QTest.mouseClick(first.setup, Qt.MouseButton.LeftButton)
    setup = desk.window.page()
    assert isinstance(setup, SetupPage)
    setup._create.click()
    assert not home_exists(live)
    for field, text in (
        (setup.shop, SHOP.shop),
        (setup.name, SHOP.name),
        (setup.login, SHOP.login),
        (setup.password, SHOP.password),
        (setup.again, SHOP.password),
    ):
        assert isinstance(field.edit, QLineEdit)
        field.edit.setText(text)
    setup._create.click()
    qtbot.waitUntil(lambda: desk.workspace is not None, timeout=10_000)
    assert desk.services is not None
    assert desk.services.settings.get(SHOP_NAME) == "青禾生活馆"
    assert desk.window.windowTitle().startswith("青禾生活馆")
    assert "练习" not in desk.window.windowTitle()


def test_the_form_of_a_new_shop_is_filled_with_the_return_key(
    qtbot: QtBot, desk: Desk, live: Path
) -> None:
    desk.begin()
    first = desk.window.page()
    assert isinstance(first, FirstStartPage)
    assert first.practice.hasFocus()
    first.setup.click()
    setup = desk.window.page()
    assert isinstance(setup, SetupPage)
    setup._create.click()
    assert setup.name._hint.isVisible()
    for text in (SHOP.shop, SHOP.name, SHOP.login, SHOP.password, SHOP.password):
        line = desk.window.focusWidget()
        assert isinstance(line, QLineEdit)
        # As typed: what was wrong with the field is gone with the first letter.
        line.setText(text)
        line.textEdited.emit(text)
        assert line.property("state") != "error"
        QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.workspace is not None, timeout=10_000)
    assert home_exists(live)


def test_signing_in_refuses_a_wrong_password_and_takes_the_right_one(
    qtbot: QtBot, desk: Desk, live: Path
) -> None:
    make_shop(live)
    desk.begin()
    sign_in(qtbot, desk, "wrong one")
    page = desk.window.page()
    assert isinstance(page, SignInPage)
    qtbot.waitUntil(lambda: page._password.edit.property("state") == "error", timeout=10_000)
    sign_in(qtbot, desk, "passw0rd!")
    qtbot.waitUntil(lambda: desk.workspace is not None, timeout=10_000)


def test_the_lock_hides_the_desk_until_the_password_is_typed(
    qtbot: QtBot, desk: Desk, live: Path
) -> None:
    make_shop(live)
    desk.begin()
    sign_in(qtbot, desk, "passw0rd!")
    qtbot.waitUntil(lambda: desk.workspace is not None, timeout=10_000)
    before = desk.workspace
    desk.lock()
    page = desk.window.page()
    assert isinstance(page, LockPage)
    QTest.keyClicks(page._password, "wrong one")
    page._unlock.click()
    qtbot.waitUntil(lambda: not page._trouble.isHidden(), timeout=10_000)
    qtbot.waitUntil(page._unlock.isEnabled, timeout=5_000)
    QTest.keyClicks(page._password, "passw0rd!")
    page._unlock.click()
    qtbot.waitUntil(lambda: desk.window.page() is before, timeout=10_000)


def test_language_and_theme_change_at_run_time_at_the_same_place(
    qtbot: QtBot, desk: Desk, live: Path
) -> None:
    make_shop(live)
    desk.begin()
    sign_in(qtbot, desk, "passw0rd!")
    qtbot.waitUntil(lambda: desk.workspace is not None, timeout=10_000)
    assert desk.workspace is not None
    assert desk.services is not None
    old = desk.workspace
    old.go("settings", "keyboard")
    old.commands.run("app.other_language")
    assert desk.workspace is not old
    assert desk.workspace.current_key() == "settings"
    assert desk.services.settings.get(LANGUAGE) == "en"
    dark = current_tokens().is_dark
    desk.workspace.commands.run("app.theme")
    assert current_tokens().is_dark != dark
    assert desk.services.settings.get(THEME) == ("light" if dark else "dark")


def test_without_a_keyring_the_passphrase_is_asked_for(
    qtbot: QtBot, desk: Desk, live: Path
) -> None:
    make_shop(live, passphrase="correct horse")
    desk.begin()
    page = desk.window.page()
    assert isinstance(page, PassphrasePage)
    page.submitted.emit("wrong")
    qtbot.waitUntil(lambda: page._field.edit.property("state") == "error", timeout=10_000)
    page.submitted.emit("correct horse")
    qtbot.waitUntil(lambda: on(desk, SignInPage), timeout=10_000)


def test_a_home_that_does_not_open_says_why(
    qtbot: QtBot, desk: Desk, live: Path, memory_keyring: MemoryKeyring
) -> None:
    make_shop(live)
    memory_keyring.secrets.clear()
    desk.begin()
    qtbot.waitUntil(lambda: on(desk, WaitPage) and not desk.jobs.busy, timeout=10_000)
    assert desk.services is None


def test_practice_has_its_frame_and_leaves_the_live_home_alone(
    qtbot: QtBot, desk: Desk, live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.begin()
    page = desk.window.page()
    assert isinstance(page, FirstStartPage)
    page.practice.click()
    qtbot.waitUntil(lambda: desk.workspace is not None, timeout=20_000)
    assert desk.window.windowTitle().startswith("练习")
    assert desk.window._frame.property("practice") is True
    assert desk.services is not None
    assert desk.services.home.practice
    assert not home_exists(live)
    qtbot.waitUntil(lambda: not desk.jobs.busy, timeout=10_000)
    added, shown = desk.services.customers.add("新来的"), desk.workspace
    meant = [True, False]
    monkeypatch.setattr("ui.shell.desk.confirm", lambda *_: meant.pop())
    desk.window._reset.click()
    assert desk.workspace is shown
    assert not desk.window._reset.isHidden()
    desk.window._reset.click()
    qtbot.waitUntil(lambda: desk.workspace is not shown and not desk.jobs.busy, timeout=20_000)
    with pytest.raises(UserError):
        desk.services.customers.card(added)
    desk.leave_practice()
    assert on(desk, FirstStartPage)


def test_nobody_gets_past_the_lock_by_making_practice_as_new(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.shell.desk.confirm", lambda *_: True)
    desk.practise()
    qtbot.waitUntil(lambda: desk.workspace is not None and not desk.jobs.busy, timeout=20_000)
    services = desk.services
    assert services is not None
    assert services.staff.current is not None
    services.staff.set_password(services.staff.current.id, "passw0rd!")
    desk.lock()
    assert on(desk, LockPage)
    assert desk.window._reset.isHidden()
    desk.reset_practice()
    assert on(desk, LockPage)
    desk.unlock()
    assert not desk.window._reset.isHidden()
    desk.sign_out()
    assert desk.window._reset.isHidden()


def test_nobody_sits_down_as_administrator_of_a_practice_shop_that_has_one(
    qtbot: QtBot, desk: Desk
) -> None:
    desk.practise()
    qtbot.waitUntil(lambda: desk.workspace is not None and not desk.jobs.busy, timeout=20_000)
    assert desk.services is not None
    desk.services.staff.add("mei", "陈小梅", Role.TRAINEE, "passw0rd!")
    desk.practise()
    qtbot.waitUntil(lambda: desk.workspace is not None and not desk.jobs.busy, timeout=20_000)
    desk.services.staff.add("boss", "店长", Role.ADMIN, "passw0rd!")
    desk.practise()
    qtbot.waitUntil(lambda: on(desk, SignInPage) and not desk.jobs.busy, timeout=20_000)
    assert desk.services.staff.current is None


def test_the_end_takes_less_than_a_second_and_remembers_the_view(
    qtbot: QtBot, desk: Desk, live: Path
) -> None:
    make_shop(live)
    desk.begin()
    sign_in(qtbot, desk, "passw0rd!")
    qtbot.waitUntil(lambda: desk.workspace is not None, timeout=10_000)
    assert desk.workspace is not None
    desk.workspace.show_view("settings")
    qtbot.waitUntil(lambda: not desk.jobs.busy, timeout=10_000)
    begun = monotonic()
    desk.window.close()
    assert monotonic() - begun < 1.0
    assert desk.services is None
    from app.homes import open_home

    services = build_services(open_home(live))
    assert services.settings.get(LAST_VIEW) == "settings"
    services.close()
