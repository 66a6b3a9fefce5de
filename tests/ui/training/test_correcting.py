"""A supervisor corrects marks by keyboard; the trainee reads the mark, the reason and whose it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from sqlalchemy import select

from app.training import ExamResult, Part
from db.models import TrainingCorrection
from tests.app.training.test_corrections import attempt, cases, failed_exam
from tests.school import School
from tests.ui.training.conftest import Window
from ui.training.correct_form import CorrectForm
from ui.training.ended import PracticeEnded
from ui.training.exams_page import ExamsPage
from ui.training.results_page import ResultsPage

pytestmark = pytest.mark.usefixtures("english")


def shown(widget: QWidget) -> str:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def fill(form: CorrectForm, points: float, reason: str) -> None:
    assert form.isVisible()
    form.points.setValue(points)
    form.reason.setFocus()
    QTest.keyClicks(form.reason, reason)
    QTest.keyClick(form.reason, Qt.Key.Key_Return)


def opened(school: School, window: Window) -> tuple[ExamsPage, ExamResult]:
    """A supervisor looks at the exam of 小梅, chosen from everybody's."""
    before = failed_exam(school)
    school.sit(school.boss)
    page = window(ExamsPage)
    for everybody, count in ((False, 0), (True, 1)):
        page.home.whose.set_value(everybody)
        page.home.whose.changed.emit(everybody)
        assert page.home.history.row_count() == count
    page.home.history.select_id(before.row.id)
    page.home.history.row_activated.emit(page.home.history.current_row())
    assert page.currentWidget() is page.result
    return page, before


def test_a_case_is_corrected_by_keyboard_and_taken_back(school: School, window: Window) -> None:
    page, before = opened(school, window)
    view = page.result
    question, possible = cases(before)[0]
    place = [mark.item.question.id for mark in before.graded.marks].index(question)
    view.show_place(place)
    assert view.correct.isVisible()
    QTest.keyClick(view, Qt.Key.Key_C)
    assert not view.form.keep.isEnabled()
    fill(view.form, possible, "means the same")
    assert not view.form.isVisible()
    assert view.place == place
    assert f"Corrected by hand: {possible} instead of 0" in shown(view.card)
    assert "means the same" in shown(view.card)
    assert "周小满" in shown(view.card)
    assert "Marks corrected by hand: 1" in view.words.text()
    QTest.keyClick(view, Qt.Key.Key_C)
    assert view.form.reason.text() == "means the same"
    view.form.take_back.click()
    assert "Corrected by hand" not in shown(view.card)
    assert school.services.exams.result(before.row.id).row == before.row
    QTest.keyClick(view, Qt.Key.Key_C)
    QTest.keyClick(view.form.reason, Qt.Key.Key_Escape)
    assert not view.form.isVisible()


def test_other_questions_and_ones_own_exams_offer_no_correction(
    school: School, window: Window
) -> None:
    page, before = opened(school, window)
    plain = {mark.item.question.id for mark in before.graded.marks} - dict(cases(before)).keys()
    for place, mark in enumerate(before.graded.marks):
        page.result.show_place(place)
        assert page.result.correct.isVisible() == (mark.item.question.id not in plain)
    school.sit(school.mei)
    own = window(ExamsPage)
    own.open_result(before.row.id)
    assert not own.home.whose.isVisible()
    for place in range(3):
        own.result.show_place(place)
        assert not own.result.correct.isVisible()
        QTest.keyClick(own.result, Qt.Key.Key_C)
        assert not own.result.form.isVisible()


def test_a_part_of_a_score_is_corrected_beside_it(school: School, window: Window) -> None:
    key = attempt(school)
    school.sit(school.boss)
    page = window(ResultsPage)
    page.whose.set_value(True)
    page.open_item(key)
    view = page.view
    view.correct.click()
    assert view.form.what.isVisible()
    view.form.what.setCurrentIndex(0)
    fill(view.form, 90, "said in line 3")
    assert view.points.text() == "93"
    assert "Corrected by hand: 90 instead of 60" in shown(view.score)
    view.correct.click()
    assert view.form.take_back.isVisible()
    view.form.take_back.click()
    assert view.points.text() == "71"


def test_the_trainee_is_told_at_once_and_sees_the_reason(school: School, window: Window) -> None:
    key = attempt(school)
    school.sit(school.boss).training.corrections.correct_part(key, Part.STEPS, 90, "said in 3")
    with school.services.db.read() as session:
        ids = list(session.scalars(select(TrainingCorrection.id)))
    school.sit(school.mei)
    page = window(ResultsPage)
    page.open_item(key)
    assert "said in 3" in shown(page.view.score)
    assert not page.view.correct.isVisible()
    told: list[str] = []
    window.notices.posted.connect(lambda notice: told.append(notice.text))
    watcher = PracticeEnded(window.context, page)
    for _time in range(2):
        watcher._tell_marks(school.services.training.corrections.told_to_me(ids))
    (text,) = told
    assert text.startswith("周小满 corrected a mark of")
    assert "said in 3" in text
