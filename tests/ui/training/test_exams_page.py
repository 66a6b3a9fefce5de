"""Exams in the window, by keyboard: drawn, answered, kept, handed in, explained, practised."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.training import Kind, own_blueprint
from app.training.questions import bank
from tests.app.training.test_sitting import answer_all, right, wrong
from tests.school import School
from tests.ui.training.conftest import Window
from ui.training.exams_page import ExamsPage

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def page(qtbot: QtBot, school: School, window: Window) -> ExamsPage:
    school.sit(school.mei)
    return window(ExamsPage)


def begin(page: ExamsPage, key: str = "logistics") -> None:
    page.home.papers.select_id(key)
    page.home.begin_button.click()


def key_of(page: ExamsPage, letters: str) -> None:
    for letter in letters:
        QTest.keyClicks(page.sitting, letter.lower())


def test_the_clock_runs_from_the_first_question_on(page: ExamsPage) -> None:
    begin(page)
    assert page.sitting._tick.isActive()


def test_a_question_nobody_answered_says_so(page: ExamsPage) -> None:
    begin(page)
    page.sitting._hand_in()
    assert page.currentWidget() is page.result
    assert page.result.card.unanswered.isVisible()
    assert "not answered" in page.result.overview.buttons[0].accessibleName()


def test_true_and_false_are_chosen_by_the_letters_that_stand_there(page: ExamsPage) -> None:
    begin(page)
    sitting = page.sitting.sitting
    assert sitting is not None
    kinds = [item.question.kind for item in sitting.items]
    page.sitting.show_place(kinds.index(Kind.TRUE_FALSE))
    assert [row.key for row in page.sitting.card.rows] == ["A", "B"]
    assert page.sitting._keys.text() == "A–B"
    key_of(page, "B")
    assert page.sitting.card.answer() == "F"


def test_a_paper_is_sat_by_keyboard_from_the_first_to_the_last_question(
    page: ExamsPage, school: School
) -> None:
    begin(page)
    sitting = page.sitting.sitting
    assert sitting is not None
    for number, item in enumerate(sitting.items):
        assert page.sitting.place == number
        if item.question.kind is Kind.CASE:
            text = " ".join(point.words[0] for point in item.question.rubric)
            page.sitting.card.case.insertPlainText(text)
            QTest.keyClick(
                page.sitting.card.case, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
            )
        else:
            key_of(page, item.answer)
            QTest.keyClick(page.sitting, Qt.Key.Key_Return)
    assert page.currentWidget() is page.result
    assert page.result.score.text() == "100%"
    assert page.result.badge.text() == "Passed"
    assert not page.result.next_wrong.isVisible()
    (row,) = school.services.exams.history()
    assert row.passed


def test_numbers_choose_too_and_a_second_choice_takes_the_first_ones_place(page: ExamsPage) -> None:
    begin(page)
    sitting = page.sitting.sitting
    assert sitting is not None
    single = next(n for n, item in enumerate(sitting.items) if item.question.kind is Kind.SINGLE)
    page.sitting.show_place(single)
    QTest.keyClicks(page.sitting, "1")
    QTest.keyClicks(page.sitting, "3")
    assert page.sitting.card.answer() == "C"
    several = next(n for n, item in enumerate(sitting.items) if item.question.kind is Kind.MULTIPLE)
    page.sitting.show_place(several)
    for key in ("2", "d", "2", "a"):
        QTest.keyClicks(page.sitting, key)
    assert page.sitting.card.answer() == "AD"


def test_an_exam_goes_on_in_another_window_with_its_answers_and_marks(
    page: ExamsPage, school: School, window: Window
) -> None:
    begin(page)
    key_of(page, "T")
    QTest.keyClicks(page.sitting, "m")
    QTest.keyClick(page.sitting, Qt.Key.Key_Return)
    again = window(ExamsPage)
    assert again.home.notice.text().startswith("“Logistics” is still running")
    assert not again.home.begin_button.isEnabled()
    again.home.notice.action.emit()
    assert again.sitting.place == 1
    again.sitting.show_place(0)
    assert again.sitting.card.answer() == "T"
    assert again.sitting.flag.isChecked()
    assert "answered, marked" in again.sitting.overview.buttons[0].accessibleName()


def test_handing_in_says_first_what_is_open(page: ExamsPage) -> None:
    begin(page)
    key_of(page, "T")
    page.sitting.hand_in.click()
    assert page.sitting.notice.text().startswith("Without an answer: 2, 3, 4")
    assert page.currentWidget() is page.sitting
    page.sitting.notice.action.emit()
    assert page.currentWidget() is page.result
    assert page.result.badge.text() == "Not passed"


def test_when_the_time_is_up_the_window_hands_in(page: ExamsPage, school: School) -> None:
    begin(page)
    key_of(page, "T")
    sitting = page.sitting.sitting
    assert sitting is not None
    school.services.exams._now = lambda: sitting.ends_at + 5_000
    QTest.keyClick(page.sitting, Qt.Key.Key_Return)
    key_of(page, "F")
    assert page.currentWidget() is page.result
    (row,) = school.services.exams.history()
    assert row.ended_at == sitting.ends_at


def test_what_is_written_for_a_case_is_kept_when_one_goes_elsewhere(
    page: ExamsPage, school: School
) -> None:
    begin(page)
    sitting = page.sitting.sitting
    assert sitting is not None
    page.sitting.show_place(len(sitting.items) - 1)
    page.sitting.card.case.setPlainText("先核实轨迹")
    page.sitting.hide()
    running = school.services.exams.running()
    assert running is not None
    assert running.given[sitting.items[-1].question.id].answer == "先核实轨迹"


def test_a_case_takes_what_an_input_method_hands_over_not_what_it_composes(
    page: ExamsPage, school: School
) -> None:
    begin(page)
    sitting = page.sitting.sitting
    assert sitting is not None
    last = len(sitting.items) - 1
    page.sitting.show_place(last)
    case = page.sitting.card.case
    for letters in ("h", "he", "heshi"):
        QApplication.sendEvent(case, QInputMethodEvent(letters, []))
    page.sitting.flush()
    running = school.services.exams.running()
    assert running is not None
    assert running.given[sitting.items[-1].question.id].answer == ""
    chosen = QInputMethodEvent()
    chosen.setCommitString("核实")
    QApplication.sendEvent(case, chosen)
    for key in (Qt.Key.Key_1, Qt.Key.Key_M, Qt.Key.Key_Return):
        QTest.keyClick(case, key)
    assert page.sitting.place == last
    page.sitting.hide()
    running = school.services.exams.running()
    assert running is not None
    given = running.given[sitting.items[-1].question.id]
    assert (given.answer, given.flagged) == ("核实1m", False)


def test_a_result_shows_what_was_right_and_why(page: ExamsPage, school: School) -> None:
    exams = school.services.exams
    sitting = exams.start(own_blueprint(bank(), 8, ("orders",)), seed=3)
    answer_all(exams, sitting, false=2)
    result = exams.hand_in(sitting.id)
    page.open_item(result.row.id)
    first = next(n for n, mark in enumerate(result.graded.marks) if not mark.right)
    assert page.result.place == first
    verdicts = {row.letter: row.verdict() for row in page.result.card.rows}
    item = sitting.items[first]
    assert {verdicts[letter] for letter in item.answer} <= {"missed", "right"}
    assert page.result.card.after.isVisible()
    words = [label.text() for label in page.result.card.after.findChildren(type(page.result.when))]
    assert item.question.en.why in words
    QTest.keyClick(page.result, Qt.Key.Key_Escape)
    assert page.currentWidget() is page.home
    assert page.home.history.row_count() == 1


def test_wrong_answers_are_practised_until_right_twice(page: ExamsPage, school: School) -> None:
    exams = school.services.exams
    sitting = exams.start(own_blueprint(bank(), 6, ("orders",)), seed=3)
    answer_all(exams, sitting, false=1)
    exams.hand_in(sitting.id)
    page.reload()
    assert page.home.book.text() == "Wrong answers: 1"
    page.home.book.click()
    for answer, verdict in ((wrong, "Wrong"), (right, "Right"), (right, "Right")):
        current = page.book.current
        assert current is not None
        for letter in answer(current.item):
            QTest.keyClicks(page.book, letter.lower())
        QTest.keyClick(page.book, Qt.Key.Key_Return)
        assert page.book.verdict.text() == verdict
        QTest.keyClick(page.book, Qt.Key.Key_Return)
    assert page.book.current is None
    assert page.book.empty.isVisible()


def test_an_own_mix_has_the_topics_chosen_or_says_why_not(page: ExamsPage) -> None:
    mix = page.home.mix
    for area, chip in mix.topics.items():
        chip.setChecked(area == "complaints")
    mix.count.setValue(30)
    mix.begin.click()
    assert "5 to 12" in mix.notice.text()
    mix.count.setValue(6)
    mix.begin.click()
    sitting = page.sitting.sitting
    assert sitting is not None
    assert {item.question.area for item in sitting.items} == {"complaints"}
    assert len(sitting.items) == 6


def test_a_task_leads_to_its_paper_also_before_the_page_was_seen(page: ExamsPage) -> None:
    page.open_item("orders")
    page.reload()
    row = page.home.papers.current_row()
    assert row is not None
    assert row.id == "orders"
