"""Sitting an exam: kept as one goes, ended by the clock, judged, learned from."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import PermissionDenied, UserError
from app.services import build_services
from app.training import Kind, Sitting, TimeUp, bank, exam_forms, make_paper, own_blueprint
from app.training.exams import Exams
from app.training.item_stats import correlation, item_stats
from app.training.paper import AREAS, Blueprint, PaperItem
from tests.school import School

AreaSets = st.sets(st.sampled_from(AREAS), min_size=1)


def right(item: PaperItem) -> str:
    return item.answer or " ".join(point.words[0] for point in item.question.rubric)


def wrong(item: PaperItem) -> str:
    kind = item.question.kind
    if kind is Kind.CASE:
        return "…"
    if kind is Kind.TRUE_FALSE:
        return "F" if item.answer == "T" else "T"
    return (
        next(letter for letter in "ABCD" if letter not in item.answer)
        if (set(item.answer) != set("ABCD"))
        else ""
    )


def answer_all(exams: Exams, sitting: Sitting, *, false: int = 0) -> None:
    for number, item in enumerate(sitting.items):
        text = wrong(item) if number < false else right(item)
        exams.answer(sitting.id, item.question.id, text)


@pytest.mark.parametrize("key", list(exam_forms()))
def test_every_named_paper_can_be_drawn_and_goes_over_its_areas(key: str) -> None:
    form = exam_forms()[key]
    paper = make_paper(bank(), form.blueprint, seed=3)
    assert len(paper.items) == form.questions
    assert {item.question.area for item in paper.items} == set(form.areas or AREAS)


@settings(max_examples=40)
@given(AreaSets, st.integers(5, 150), st.integers(1, 1000))
def test_an_own_mix_has_as_many_questions_as_asked_for_or_says_what_there_is(
    areas: set[str], count: int, seed: int
) -> None:
    there = sum(question.area in areas for question in bank())
    if count > there:
        with pytest.raises(UserError, match=str(there)):
            own_blueprint(bank(), count, tuple(areas))
        return
    paper = make_paper(bank(), own_blueprint(bank(), count, tuple(areas)), seed=seed)
    assert len(paper.items) == count
    assert {item.question.area for item in paper.items} <= areas


def test_answers_survive_a_restart_and_the_time_goes_on(school: School) -> None:
    exams = school.sit(school.mei).exams
    sitting = exams.start(key="orders", seed=5)
    first, second = sitting.items[:2]
    exams.answer(sitting.id, first.question.id, right(first), flagged=True)
    exams.answer(sitting.id, second.question.id, right(second))
    exams.answer(sitting.id, second.question.id, "")
    school.clock.add(300)
    home = school.services.home
    again = build_services(home, fill=False)
    again.exams._now = school.clock
    again.staff.sign_in_as(school.mei.id)
    found = again.exams.running()
    again.close()
    assert found is not None
    assert found.items == sitting.items
    assert found.given[first.question.id].answer == right(first)
    assert found.given[first.question.id].flagged
    assert found.answered == 1
    assert found.left_s(school.clock()) == 20 * 60 - 300


def test_all_right_passes_and_is_kept_in_the_history(school: School) -> None:
    exams = school.sit(school.mei).exams
    sitting = exams.start(key="logistics")
    answer_all(exams, sitting)
    result = exams.hand_in(sitting.id)
    assert (result.row.percent, result.row.passed) == (100.0, True)
    assert result == exams.hand_in(sitting.id)
    assert exams.history() == [result.row]
    assert exams.running() is None
    assert exams.history()[0].title == "物流跟踪"


def test_when_the_time_is_up_what_was_answered_counts(school: School) -> None:
    exams = school.sit(school.mei).exams
    sitting = exams.start(key="logistics")
    for item in sitting.items[:4]:
        exams.answer(sitting.id, item.question.id, right(item))
    school.clock.add(15 * 60 + 3)
    late = sitting.items[5]
    with pytest.raises(TimeUp):
        exams.answer(sitting.id, late.question.id, right(late))
    result = exams.result(sitting.id)
    assert result.row.ended_at == sitting.ends_at
    assert sum(mark.right for mark in result.graded.marks) == 4
    assert result.row.passed is False


def test_an_exam_left_alone_is_handed_in_by_the_clock(school: School) -> None:
    exams = school.sit(school.mei).exams
    sitting = exams.start(key="orders")
    school.clock.add(24 * 3600)
    assert exams.running() is None
    assert exams.result(sitting.id).row.percent == 0


def test_an_own_mix_passes_for_no_paper_of_the_path(school: School) -> None:
    easy = Blueprint({Kind.TRUE_FALSE: 1}, pass_share=0)
    with pytest.raises(UserError):
        school.sit(school.mei).exams.start(easy, key="full")
    sitting = school.services.exams.start(easy)
    assert school.services.exams.hand_in(sitting.id).row.passed is True
    assert school.services.path.trainee(school.mei.id).exams_passed == 0


def test_one_exam_at_a_time_and_nobody_elses(school: School) -> None:
    exams = school.sit(school.mei).exams
    sitting = exams.start(key="orders")
    with pytest.raises(UserError, match="还在进行"):
        exams.start(key="full")
    with pytest.raises(UserError):
        exams.result(sitting.id)
    school.sit(school.lan)
    with pytest.raises(UserError):
        exams.answer(sitting.id, sitting.items[0].question.id, "A")
    with pytest.raises(PermissionDenied):
        exams.history(school.mei.id)
    with pytest.raises(PermissionDenied):
        exams.items()


@pytest.mark.parametrize("answer", ["E", "X", "AB", "1"])
def test_what_is_no_answer_is_refused(school: School, answer: str) -> None:
    exams = school.sit(school.mei).exams
    sitting = exams.start(key="orders")
    single = next(item for item in sitting.items if item.question.kind is Kind.SINGLE)
    with pytest.raises(UserError):
        exams.answer(sitting.id, single.question.id, answer)


def test_a_question_leaves_the_book_when_it_was_right_twice_in_a_row(school: School) -> None:
    exams = school.sit(school.mei).exams
    sitting = exams.start(key="orders")
    answer_all(exams, sitting, false=2)
    exams.hand_in(sitting.id)
    book = exams.book.questions()
    assert {one.item.question.id for one in book} == {
        item.question.id for item in sitting.items[:2]
    }
    name = book[0].item.question.id
    for text, left in ((right, True), (wrong, True), (right, True), (right, False)):
        school.clock.add(5)
        item = next(o.item for o in exams.book.questions() if o.item.question.id == name)
        exams.book.answer(item, text(item))
        assert (name in {o.item.question.id for o in exams.book.questions()}) is left
    assert len(exams.history()) == 1


def test_the_book_is_ones_own_and_rounds_are_no_exams(school: School) -> None:
    exams = school.sit(school.mei).exams
    sitting = exams.start(key="orders")
    answer_all(exams, sitting, false=3)
    exams.hand_in(sitting.id)
    exams.book.answer(exams.book.questions()[0].item, "")
    school.sit(school.lan)
    assert exams.book.questions() == []
    school.sit(school.boss)
    assert len(exams.history(school.mei.id)) == 1
    assert all(one.n == 1 for one in exams.items())


def test_no_number_is_told_from_a_few_answers_then_it_is(school: School) -> None:
    exams = school.sit(school.mei).exams
    form = own_blueprint(bank(), 6, ("logistics",))
    for number in range(9):
        sitting = exams.start(form, seed=1)
        answer_all(exams, sitting, false=number % 5)
        exams.hand_in(sitting.id)
    school.sit(school.boss)
    assert all(one.solved is None and one.discrimination is None for one in exams.items())
    school.sit(school.mei)
    for number in range(12):
        sitting = exams.start(form, seed=1)
        answer_all(exams, sitting, false=number % 5)
        exams.hand_in(sitting.id)
    school.sit(school.boss)
    items = exams.items()
    assert {one.n for one in items} == {21}
    assert items[0].solved == min(one.solved for one in items if one.solved is not None)
    never_wrong = next(one for one in items if one.solved == 1)
    assert never_wrong.discrimination is None


def test_difficulty_and_discrimination_are_those_of_the_textbook() -> None:
    questions = bank()[:3]
    chance = random.Random(4)
    rows, columns = [], []
    for exam in range(40):
        able = exam / 40
        got = [10 * (chance.random() < able) for _question in questions]
        columns.append(got)
        rows += [
            (exam.to_bytes(16, "big"), question.id, points, 10)
            for question, points in zip(questions, got, strict=True)
        ]
    found = {one.question.id: one for one in item_stats(rows, questions)}
    for place, question in enumerate(questions):
        one = found[question.id]
        assert one.solved == pytest.approx(sum(got[place] for got in columns) / 400)
        rest = [(got[place] / 10, (sum(got) - got[place]) / 20) for got in columns]
        assert one.discrimination == pytest.approx(correlation(rest))
        assert one.discrimination is not None
        assert one.discrimination > 0.2


def test_a_question_the_able_get_wrong_is_doubted() -> None:
    questions = bank()[:4]
    rows = []
    for exam in range(30):
        able = exam % 2
        for place, question in enumerate(questions):
            points = 10 * (1 - able if place == 0 else able)
            rows.append((exam.to_bytes(16, "big"), question.id, points, 10))
    doubtful = {one.question.id: one.doubtful for one in item_stats(rows, questions)}
    assert doubtful[questions[0].id] == "dull"
    assert doubtful[questions[1].id] == ""
