"""A new station comes to a shop: from the first page to the sign-in, with real jobs and folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.core.settings import SHOP_NAME
from app.homes import home_exists
from app.services import Services
from app.sync import SyncState
from ui.shell.arrival_pages import FetchPage, LetInPage
from ui.shell.desk import Desk
from ui.shell.first_start import FirstStartPage
from ui.shell.join_pages import Coming, JoinPage, RecoverPage
from ui.shell.opening import recover_live
from ui.shell.sign_in import SignInPage

LONG = 20_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "share"
    made.mkdir()
    return made


@pytest.fixture
def first(services: Services, folder: Path) -> Iterator[Services]:
    """The station that founded the shop and lets others in."""
    services.settings.set(SHOP_NAME, "青禾生活馆")
    services.shop.create(folder, "前台一")
    yield services
    services.sync.stop()


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qapp, tmp_path / "second")
    qtbot.addWidget(made.window)
    made.window.show()
    yield made
    made.close()


def form(desk: Desk) -> JoinPage:
    desk.begin()
    page = desk.window.page()
    assert isinstance(page, FirstStartPage)
    page.join.click()
    page = desk.window.page()
    assert isinstance(page, JoinPage)
    return page


def fill(page: JoinPage, folder: Path, code: str) -> None:
    page.box.edit.setText(str(folder))
    assert isinstance(page.secret.edit, QLineEdit)
    page.secret.edit.setText(code)
    assert isinstance(page.station.edit, QLineEdit)
    page.station.edit.setText("前台二")


def on(desk: Desk, kind: type) -> bool:
    return isinstance(desk.window.page(), kind)


def ask(qtbot: QtBot, desk: Desk, first: Services, folder: Path) -> None:
    page = form(desk)
    fill(page, folder, first.shop.invite().code)
    qtbot.waitUntil(page.shop.isVisible, timeout=LONG)
    page.submit()
    qtbot.waitUntil(lambda: on(desk, LetInPage), timeout=LONG)


def test_a_station_is_let_in_and_the_shops_staff_sign_in(
    qtbot: QtBot, desk: Desk, first: Services, folder: Path
) -> None:
    ask(qtbot, desk, first, folder)
    page = desk.window.page()
    assert isinstance(page, LetInPage)
    assert "青禾生活馆" in page.what.text()
    assert "前台二" in page.what.text()
    (request,) = first.shop.requests()
    first.shop.approve(request.station)
    qtbot.waitUntil(lambda: on(desk, SignInPage), timeout=LONG)
    assert desk.services is not None
    assert [m.name for m in desk.services.staff.members()] == [
        m.name for m in first.staff.members()
    ]
    assert desk.services.settings.get(SHOP_NAME) == "青禾生活馆"


def test_the_shops_name_is_seen_before_anything_is_made(
    qtbot: QtBot, desk: Desk, first: Services, folder: Path, tmp_path: Path
) -> None:
    page = form(desk)
    fill(page, folder, first.shop.invite().code)
    page.submit()
    qtbot.waitUntil(lambda: "青禾生活馆" in page.shop._text.text(), timeout=LONG)
    assert not home_exists(tmp_path / "second")
    assert not first.shop.requests()


def test_a_wrong_code_leads_nowhere_and_says_so(
    qtbot: QtBot, desk: Desk, first: Services, folder: Path, tmp_path: Path
) -> None:
    page = form(desk)
    code = first.shop.invite().code
    fill(page, folder, code[:-1] + ("A" if code[-1] != "A" else "B"))
    page.submit()
    qtbot.waitUntil(lambda: bool(page.shop._text.text()), timeout=LONG)
    assert page.go.isEnabled()
    page.submit()
    assert not home_exists(tmp_path / "second")


def test_after_a_restart_one_waits_again_and_may_give_up(
    qtbot: QtBot, desk: Desk, first: Services, folder: Path
) -> None:
    ask(qtbot, desk, first, folder)
    desk._start_again()
    qtbot.waitUntil(lambda: on(desk, LetInPage), timeout=LONG)
    page = desk.window.page()
    assert isinstance(page, LetInPage)
    page.cancel.click()
    qtbot.waitUntil(lambda: on(desk, FirstStartPage), timeout=LONG)
    assert desk.services is not None
    assert desk.services.sync.status().state is SyncState.ALONE
    desk._start_again()
    qtbot.waitUntil(lambda: on(desk, FirstStartPage), timeout=LONG)


def test_who_is_turned_down_is_told_and_asks_with_another_code(
    qtbot: QtBot, desk: Desk, first: Services, folder: Path
) -> None:
    ask(qtbot, desk, first, folder)
    page = desk.window.page()
    assert isinstance(page, LetInPage)
    (request,) = first.shop.requests()
    first.shop.decline(request.station)
    qtbot.waitUntil(page.again.isVisible, timeout=LONG)
    assert page.told.isVisible()
    assert not page.bar.isVisible()
    page.again.click()
    qtbot.waitUntil(lambda: on(desk, JoinPage), timeout=LONG)
    form_again = desk.window.page()
    assert isinstance(form_again, JoinPage)
    assert form_again.box.edit.text() == str(folder)
    assert form_again.station.text() == "前台二"
    assert isinstance(form_again.secret.edit, QLineEdit)
    form_again.secret.edit.setText(first.shop.invite().code)
    qtbot.waitUntil(form_again.shop.isVisible, timeout=LONG)
    form_again.submit()
    qtbot.waitUntil(lambda: on(desk, LetInPage), timeout=LONG)
    assert len(first.shop.requests()) == 1
    page = desk.window.page()
    assert isinstance(page, LetInPage)
    page.cancel.click()
    qtbot.waitUntil(lambda: on(desk, FirstStartPage), timeout=LONG)


def test_a_shop_is_taken_back_by_its_words(
    qtbot: QtBot, desk: Desk, first: Services, folder: Path, tmp_path: Path
) -> None:
    words = first.shop.print_sheet().words
    first.sync.pass_now()
    desk.begin()
    page = desk.window.page()
    assert isinstance(page, FirstStartPage)
    page.recover.click()
    assert on(desk, RecoverPage)
    coming = Coming(folder, " ".join(words), "新前台", None)
    opened = recover_live(None, tmp_path / "second", coming)
    desk.home_opened(opened)
    qtbot.waitUntil(lambda: on(desk, (FetchPage, SignInPage)), timeout=LONG)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: on(desk, SignInPage), timeout=LONG)
