"""My path and the team in the window: begun, gone to, set, talked over, and who needs help."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.training import Wish, own_blueprint
from app.training.questions import bank
from db.models import AssignmentKind
from tests.app.training.test_path import attempt
from tests.app.training.test_sitting import answer_all
from tests.school import School
from tests.ui.training.conftest import Window
from ui.training.path_page import PathPage
from ui.training.team_page import TeamPage

pytestmark = pytest.mark.usefixtures("english")


def test_the_plan_shows_before_it_is_begun_and_counts_from_then_on(
    qtbot: QtBot, school: School, window: Window
) -> None:
    school.sit(school.mei)
    page = window(PathPage)
    assert page.table.row_count() == 26
    assert page.begin.isVisible()
    page.begin.click()
    assert not page.begin.isVisible()
    assert page.strip.day == 1
    assert [task.title for task in page.shown()][:2] == [
        "Advice before the sale",
        "Advice on a size",
    ]
    page.table.view.choose(1)
    QTest.keyClick(page.table.view, Qt.Key.Key_Return)
    assert window.gone[-1] == ("training", ("practice", "size-advice"))


def test_a_team_of_nobody_offers_nothing_that_is_dead(
    qtbot: QtBot, school: School, window: Window
) -> None:
    school.sit(school.boss)
    page = window(TeamPage)
    page._show_team([])
    assert not page.set_button.isEnabled()
    assert not page.clear_button.isEnabled()
    assert page.begin.isHidden()


def test_escape_leaves_a_form(qtbot: QtBot, school: School, window: Window) -> None:
    school.sit(school.boss)
    page = window(TeamPage)
    page.set_button.click()
    assert page.side.currentWidget() is page.assign
    QTest.keyClick(page.assign, Qt.Key.Key_Escape)
    assert page.side.currentIndex() == 0


def test_a_day_fills_as_its_tasks_are_done(qtbot: QtBot, school: School, window: Window) -> None:
    school.sit(school.mei).path.begin()
    page = window(PathPage)
    school.clock.ms = school.services.path._now()
    attempt(school, "product-need", 80)
    page.reload()
    assert page.strip.tiles[0].accessibleName().startswith("Day 1: Welcoming, 1/4")
    page.strip.tiles[3].click()
    assert {task.day for task in page.shown()} == {4}
    page.strip.tiles[3].click()
    assert len(page.shown()) == 26


def test_tasks_set_by_hand_come_first_with_note_and_comments(
    qtbot: QtBot, school: School, window: Window
) -> None:
    school.sit(school.boss)
    wish = Wish(AssignmentKind.EXAM, "full", 1, 85, "复习第三章")
    (task,) = school.services.path.assign([school.mei.id], wish)
    school.services.path.remark(task, "加油")
    school.sit(school.mei)
    page = window(PathPage)
    assert page.shown()[0].id == task
    assert page.detail.title.text() == "Final exam"
    assert page.detail.note.text() == "复习第三章"
    page.detail.comment.setText("好的")
    QTest.keyClick(page.detail.comment, Qt.Key.Key_Return)
    assert [one.text for one in school.services.path.remarks(task)] == ["加油", "好的"]
    page.detail.start.click()
    assert window.gone[-1] == ("training", ("exams", "full"))
    assert not page.detail.waive.isVisible()


def test_a_supervisor_sets_the_five_days_and_a_task_for_two(
    qtbot: QtBot, school: School, window: Window
) -> None:
    school.sit(school.boss)
    page = window(TeamPage)
    assert [row.name for row in page._team] == ["林小兰", "陈小梅"]
    page.open_item(school.mei.id)
    page.begin.click()
    assert page.chosen is not None
    assert page.chosen.on_path
    assert not page.begin.isVisible()
    page.set_button.click()
    form = page.assign
    assert form.chosen() == [school.mei.id]
    form.people[school.lan.id].setChecked(True)
    form.kind.setCurrentIndex(form.kind.findData(AssignmentKind.TYPING))
    assert (form.bar.value(), form.count.value()) == (60, 5)
    form.note.setText("每天十分钟")
    page.reload()
    assert form.kind.currentData() == AssignmentKind.TYPING
    QTest.keyClick(form.note, Qt.Key.Key_Return)
    for person in (school.mei, school.lan):
        task = school.services.path.tasks(person.id)[-1]
        assert (task.kind, task.count, task.note) == (AssignmentKind.TYPING, 5, "每天十分钟")
    assert page.side.currentIndex() == 0


def team_with_a_task(school: School, window: Window) -> TeamPage:
    """The team before a supervisor, open at somebody who has a task."""
    school.sit(school.boss)
    school.services.path.assign([school.lan.id], Wish(AssignmentKind.TYPING, "", 3, 60))
    page = window(TeamPage)
    page.open_item(school.lan.id)
    return page


def test_a_supervisor_takes_a_task_as_done_or_away(
    qtbot: QtBot, school: School, window: Window
) -> None:
    page = team_with_a_task(school, window)
    page.detail.waive.click()
    assert page.detail.badge.text() == "taken as done"
    page.detail.waive.click()
    assert page.detail.badge.text() == "open"
    page.detail.take_back.click()
    assert page.detail.empty.isVisible()
    assert school.services.path.tasks(school.lan.id) == []


def test_who_is_stuck_is_told_with_what(qtbot: QtBot, school: School, window: Window) -> None:
    path = school.sit(school.boss).path
    path.assign([school.lan.id], Wish(AssignmentKind.SCENARIO, "complaint", 1, 75))
    school.sit(school.lan)
    school.clock.ms = path._now()
    for points in (20, 30, 40):
        attempt(school, "complaint", points)
    school.sit(school.boss)
    page = window(TeamPage)
    page.open_item(school.lan.id)
    assert page.tasks_card.remark.text() == "Stuck at: A complaint in eight steps"
    assert page.people_card.remark.text() == "1 need help"


def test_how_questions_fare_is_told_with_their_number(
    qtbot: QtBot, school: School, window: Window
) -> None:
    exams = school.sit(school.mei).exams
    sitting = exams.start(own_blueprint(bank(), 6, ("orders",)), seed=3)
    answer_all(exams, sitting, false=2)
    exams.hand_in(sitting.id)
    school.sit(school.boss)
    page = window(TeamPage)
    page.show_part("questions")
    assert page.items.table.row_count() == 6
    assert page.items.remark.text() == "6 answers"


def test_clearing_from_the_window_takes_a_reason_and_tells_the_code(
    qtbot: QtBot, school: School, window: Window
) -> None:
    school.sit(school.boss)
    page = window(TeamPage)
    page.open_item(school.mei.id)
    page.clear_button.click()
    form = page.clearing
    assert form.open_tasks.text() == "The path was not begun."
    assert page.window().focusWidget() is form.reason
    assert not form.save.isEnabled()
    assert form.code.text() == "—"
    form.reason.setText("师傅带班")
    assert form.save.isEnabled()
    file = school.services.home.path / "clearing.json"
    form.write(str(file))
    assert file.exists()
    assert form.code.text() == school.services.clearings.record()[0].code
    assert str(file) in form.notice.text()
    assert not form.save.isEnabled()
    page.show_part("clearings")
    assert page.cleared.row_count() == 1
    assert page.chosen is not None
    assert page.chosen.cleared_at is not None


def test_enter_on_a_person_leads_to_their_tasks(
    qtbot: QtBot, school: School, window: Window
) -> None:
    page = team_with_a_task(school, window)
    page.people.row_activated.emit(page.people.current_row())
    assert page.window().focusWidget() is page.tasks.view
