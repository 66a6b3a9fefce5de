"""The sharing page: who asks is let in or declined, sheets are made void, losses accepted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.homes import create_home
from app.services import Services, build_services
from app.sync.refused import Refusal
from app.sync.sheet import RecoverySheet
from db.sync.store import Store
from tests.ui.conftest import InlineJobs
from ui.settings import sharing_acts
from ui.settings.sharing import SharingPage
from ui.settings.sharing_acts import SharingActs
from ui.shell.commands import Commands
from ui.shell.notices import Notices
from ui.shell.plugs import UiContext
from ui.store_watcher import StoreWatcher

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "share"
    made.mkdir()
    return made


@pytest.fixture
def shop(services: Services, folder: Path) -> Iterator[Services]:
    services.shop.create(folder, "前台1", "青禾生活馆")
    services.sync.stop()
    yield services
    services.sync.stop()


@pytest.fixture
def newcomers(shop: Services, folder: Path, tmp_path: Path) -> Iterator[list[Services]]:
    """Two stations that ask by one code."""
    code, made = shop.shop.invite().code, list[Services]()
    for name in ("仓库", "陌生电脑"):
        one = build_services(create_home(tmp_path / name, "live"))
        made.append(one)
        one.shop.join(folder, code, name)
        one.sync.stop()
    yield made
    for one in made:
        one.close()


@pytest.fixture
def page(qtbot: QtBot, shop: Services, jobs: InlineJobs, store: StoreWatcher) -> SharingPage:
    context = UiContext(shop, jobs, store, Notices(), Commands(), lambda *_: None)
    return shown(qtbot, context)


def shown(qtbot: QtBot, context: UiContext) -> SharingPage:
    made = SharingPage(context)
    qtbot.addWidget(made)
    made.resize(1000, 1500)
    made.show()
    made.refresh()
    return made


def button(parent: QWidget, name: str) -> QPushButton:
    return next(
        b for b in parent.findChildren(QPushButton) if name in (b.text(), b.accessibleName())
    )


def words(parent: QWidget) -> str:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return " ".join(label.text() for label in parent.findChildren(QLabel))


def test_of_two_that_ask_by_one_code_one_is_declined(
    newcomers: list[Services], page: SharingPage
) -> None:
    assert words(page.requests).count("two ask with one code") == 2
    no = button(page.requests, "Decline 陌生电脑")
    no.setFocus()
    QTest.keyClick(no, Qt.Key.Key_Space)
    assert "陌生电脑 is not let in." in words(page.told)
    assert "two ask" not in words(page.requests)
    warehouse, stranger = newcomers
    button(page.requests, "Let 仓库 in").click()
    for one in newcomers:
        one.sync.pass_now(full=True)
    assert warehouse.shop.joined
    assert stranger.shop.refusal is Refusal.DECLINED


def test_who_was_declined_reads_it_on_the_page(
    qtbot: QtBot, newcomers: list[Services], shop: Services, jobs: InlineJobs, store: StoreWatcher
) -> None:
    _, stranger = newcomers
    (request,) = (r for r in shop.shop.requests() if r.name == "陌生电脑")
    shop.shop.decline(request.station)
    stranger.sync.pass_now(full=True)
    context = UiContext(stranger, jobs, store, Notices(), Commands(), lambda *_: None)
    page = shown(qtbot, context)
    assert page.refused.isVisible()
    assert "turned down" in words(page.refused)
    button(page, "Take the request back").click()
    assert not stranger.sync.shared


def test_a_sheet_that_was_seen_is_replaced_by_one_that_voids_it(
    page: SharingPage, shop: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, made = list[str](), list[RecoverySheet]()

    def no(_parent: QWidget, title: str, *_: str) -> bool:
        asked.append(title)
        return False

    monkeypatch.setattr(sharing_acts, "confirm", no)
    monkeypatch.setattr(page.findChild(SharingActs), "_show_sheet", made.append)
    root = shop.sync.latest_membership().judgement.root
    button(page, "Somebody saw one…").click()
    assert asked == ["Make all older recovery sheets void?"]
    assert made == []
    monkeypatch.setattr(sharing_acts, "confirm", lambda *_: True)
    button(page, "Somebody saw one…").click()
    assert len(made) == 1
    assert shop.sync.latest_membership().judgement.root != root


def test_what_is_missing_is_given_up_after_a_question(
    page: SharingPage, shop: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev = 77
    with shop.db.write("system") as session:
        store = Store(session.connection())
        store.open_problem("missing", f"{dev:016x}/3", "{}", 1)
        store.open_problem("fork", f"{dev:016x}", "{}", 1)
    page.refresh()
    asked = list[str]()

    def yes(_parent: QWidget, *texts: str) -> bool:
        asked.extend(texts)
        return True

    monkeypatch.setattr(sharing_acts, "confirm", yes)
    accept = button(page.problems, "Accept the loss…")
    accept.click()
    assert "1 part of" in asked[1]
    page.refresh()
    assert [p.code for p in shop.sync.status().problems] == ["fork"]
    assert "missing" not in words(page.problems)


def test_what_only_tells_something_is_over_once_it_was_read(
    page: SharingPage, shop: Services
) -> None:
    with shop.db.write("system") as session:
        store = Store(session.connection())
        for code in ("put_back", "faulty"):
            store.open_problem(code, "", "{}", 1)
    page.refresh()
    assert "put back to an earlier state" in words(page.problems)
    button(page.problems, "Noted").click()
    assert [p.code for p in shop.sync.status().problems] == ["faulty"]
    page.refresh()
    assert "put back" not in words(page.problems)
