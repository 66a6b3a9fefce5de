"""Choosing practice customers, and what is told while they are there and when they have gone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QProcess, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.training import Casting
from app.training.scripted import Script
from db.clock import now_ms
from db.models import AssignmentKind, TrainingAssignment
from tests.school import School
from tests.stock import Shop, stock
from tests.ui.training.conftest import Window
from ui.shell.notices import Notice
from ui.shell.shots_training import talk
from ui.training.ended import PracticeEnded
from ui.training.live_page import LivePage, practice_process
from ui.training.practice_page import PracticePage, _task

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def desk(school: School) -> School:
    """A trainee at the desk, with customers ready to come."""
    stock(school.services)
    school.sit(school.mei)
    school.services.training.stage.enter()
    return school


def test_a_scenario_tells_what_it_trains_and_starts_by_key(
    desk: School, window: Window, qtbot: QtBot
) -> None:
    page = window(PracticePage)
    page.open_item("missing-parcel")
    assert page.card.title.text() == "A lost parcel"
    assert "Rude" in page.card.manner.text()
    page.card.number.setValue(5)
    QTest.keyClick(page.table.view, Qt.Key.Key_Return)
    (running,) = desk.services.training.running()
    assert running.scenario == "missing-parcel"
    assert window.gone[-1][0] == "desk"
    assert page.under_way.isVisible()


def test_three_come_at_once_the_chosen_one_among_them(desk: School, window: Window) -> None:
    page = window(PracticePage)
    page.open_item("invoice")
    page.card.set_english(True)
    page.card.several.click()
    playing = desk.services.training.stage.playing()
    assert len(playing) == 3
    assert playing[0].customer.scenario.id == "invoice"
    assert all(one.customer.english for one in playing)


def test_practice_is_paused_and_stopped_from_its_bar(desk: School, window: Window) -> None:
    page = window(PracticePage)
    page.start()
    page.under_way.pause.click()
    paused = [desk.services.training.paused]
    assert page.under_way.pause.text() == "Go on"
    page.under_way.stop.click()
    paused.append(desk.services.training.paused)
    assert desk.services.training.running() == []
    assert paused == [True, False]
    assert page.under_way.isHidden()


def test_a_task_stands_first_and_is_marked(desk: School, window: Window) -> None:
    with desk.services.db.write() as session:
        session.add(
            TrainingAssignment(
                staff_id=desk.mei.id, kind=AssignmentKind.SCENARIO, item="price-protection",
                count=2, at_least=800, at=1,
            )
        )  # fmt: skip
    page = window(PracticePage)
    page.reload()
    first = page.table.model.index(0, 0).data()
    assert first == "Price protection"
    page.open_item("price-protection")
    assert page.card.task.text().startswith("Your task")


def test_a_task_that_is_done_stays_marked(desk: School, window: Window) -> None:
    desk.services.path.begin()
    talk(desk.services, desk.mei.id, "size-advice", Script.EXEMPLARY, 3, now_ms())
    page = window(PracticePage)
    page.open_item("size-advice")
    rows = {row.scenario.id: row for row in page._rows.values()}
    assert _task(rows["size-advice"]) == "✓ 1 of 1"
    assert page.card.task.isHidden()
    assert "100" in page.card.best.text()


def test_the_next_customer_is_not_the_one_just_answered(desk: School, window: Window) -> None:
    owner = QObject()
    watcher = PracticeEnded(window.context, owner)
    shop = Shop(desk.services)
    shop.training.start([Casting("size-advice", 3), Casting("invoice", 3)])
    shop.pass_time(90)
    first, second = (one.conversation_id for one in shop.training.stage.playing())
    desk.services.conversations.send(first, "您好，请问身高体重多少？")
    window.context.commands.run("practice.next")
    assert window.gone[-1] == ("desk", second)
    watcher.deleteLater()


def test_a_pause_is_said_as_long_as_it_lasts(desk: School, window: Window, qtbot: QtBot) -> None:
    owner = QObject()
    watcher = PracticeEnded(window.context, owner)
    said: list[str] = []
    watcher.paused.connect(said.append)
    shop = Shop(desk.services)
    shop.training.start([Casting("size-advice", 3)])
    window.context.commands.run("practice.pause")
    assert "paused" in said[-1]
    shop.training.stop()
    qtbot.waitUntil(lambda: said[-1] == "")
    watcher.deleteLater()


def test_the_end_is_told_with_the_way_to_its_result(
    desk: School, window: Window, qtbot: QtBot
) -> None:
    owner = QObject()
    told: list[Notice] = []
    window.notices.posted.connect(told.append)
    watcher = PracticeEnded(window.context, owner)
    shop = Shop(desk.services)
    (attempt,) = shop.training.start([Casting("size-advice", 3)])
    shop.pass_time(300)
    qtbot.waitUntil(lambda: bool(told))
    assert "Practice over" in told[-1].text
    action = told[-1].action
    assert action is not None
    action[1]()
    assert window.gone[-1] == ("training", ("results", attempt))
    watcher.deleteLater()


def test_the_practice_shop_opens_beside_the_live_one(desk: School) -> None:
    process = practice_process(desk.services.home.path)
    assert process.program() == sys.executable
    assert process.arguments()[-2:] == ["--home", str(desk.services.home.path)]
    assert "--practice" in process.arguments()


def test_the_button_of_a_live_shop_starts_it(
    desk: School, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_home: Path) -> QProcess:
        process = QProcess()
        process.setProgram(sys.executable)
        process.setArguments(["-c", "pass"])
        return process

    told: list[Notice] = []
    window.notices.posted.connect(told.append)
    monkeypatch.setattr("ui.training.live_page.practice_process", nothing)
    window(LivePage).open.click()
    assert told[-1].kind == "info"
