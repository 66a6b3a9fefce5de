"""Marks corrected by hand: said why and by whom, counted everywhere, taken back without a trace."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import select

from app.cli import main
from app.core.errors import NotFound, PermissionDenied, UserError
from app.training import ExamResult, Judged, Kind, Part, Wish
from app.training.paper import Blueprint
from db.models import AssignmentKind, AuditEntry, TrainingAttempt, TrainingCorrection
from tests.app.training.test_sitting import right
from tests.school import START, School

CASES = Blueprint({Kind.CASE: 2, Kind.SINGLE: 1}, pass_share=0.8)


def failed_exam(school: School, *, key: str = "") -> ExamResult:
    """小梅 answered the cases in words the rubric does not know."""
    exams = school.sit(school.mei).exams
    sitting = exams.start(key=key) if key else exams.start(CASES, seed=4)
    for item in sitting.items:
        case = item.question.kind is Kind.CASE
        exams.answer(sitting.id, item.question.id, "…" if case else right(item))
    return exams.hand_in(sitting.id)


def cases(result: ExamResult) -> list[tuple[str, int]]:
    marks = [mark.item.question for mark in result.graded.marks]
    return [(one.id, one.possible) for one in marks if one.kind is Kind.CASE]


def attempt(school: School, *, staff_id: bytes | None = None) -> bytes:
    """A conversation worth 60 for its steps and 100 for its wording."""
    parts = [Judged(Part.STEPS, 60), Judged(Part.LANGUAGE, 100)]
    with school.services.db.write() as session:
        row = TrainingAttempt(
            staff_id=staff_id or school.mei.id, scenario="complaint", started_at=START,
            ended_at=START + 1, total=714, lines=[],
            parts={"parts": msgspec.to_builtins(parts), "facts": {}},
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def test_a_case_corrected_counts_in_total_pass_path_and_difficulty(school: School) -> None:
    school.sit(school.boss).path.assign(
        [school.mei.id], Wish(AssignmentKind.EXAM, "welcome", 1, 90)
    )
    before = failed_exam(school, key="welcome")
    assert not school.services.path.tasks()[0].finished
    boss = school.sit(school.boss)
    assert boss.exams.result(before.row.id).may_correct
    for question, possible in cases(before):
        boss.training.corrections.correct_answer(
            before.row.id, question, possible, "意思都对，只是用词不同"
        )
    after = boss.exams.result(before.row.id)
    assert after.graded.points == after.graded.paper.possible
    assert (after.row.percent, after.row.passed, after.row.corrected) == (100, True, True)
    (task,) = boss.path.tasks(school.mei.id)
    assert (task.best, task.finished) == (100, True)
    assert boss.path.trainee(school.mei.id).exams_passed == 1
    assert [row.percent for row in boss.exams.history(everybody=True)] == [100]


def test_the_trainee_sees_mark_reason_who_and_what_was_graded(school: School) -> None:
    before = failed_exam(school)
    question, possible = cases(before)[0]
    boss = school.sit(school.boss)
    school.clock.add(60)
    boss.training.corrections._now = school.clock
    boss.training.corrections.correct_answer(
        before.row.id, question, possible - 0.5, " 补发说到了 "
    )
    seen = school.sit(school.mei).exams.result(before.row.id)
    hand = seen.by_hand[question]
    assert (hand.points, hand.graded) == (possible - 0.5, 0)
    assert (hand.reason, hand.staff, hand.at) == ("补发说到了", "周小满", school.clock())
    assert not seen.may_correct
    with school.services.db.read() as session:
        ids = list(session.scalars(select(TrainingCorrection.id)))
    (told,) = school.services.training.corrections.told_to_me(ids)
    assert (told.page, told.target_id, told.reason) == ("exams", before.row.id, "补发说到了")
    assert school.sit(school.lan).training.corrections.told_to_me(ids) == []


def test_a_correction_taken_back_leaves_everything_as_it_was_graded(school: School) -> None:
    before = failed_exam(school)
    (first, possible), (second, _most) = cases(before)
    boss = school.sit(school.boss)
    boss.training.corrections.correct_answer(before.row.id, first, possible, "对")
    boss.training.corrections.correct_answer(before.row.id, first, 1, "再看一遍，只对一点")
    assert boss.exams.result(before.row.id).by_hand[first].points == 1
    boss.training.corrections.take_back(before.row.id, first)
    again = school.sit(school.mei).exams.result(before.row.id)
    assert (again.row, again.graded, again.by_hand) == (before.row, before.graded, {})
    boss = school.sit(school.boss)
    for item in (first, second):
        with pytest.raises(NotFound):
            boss.training.corrections.take_back(before.row.id, item)
    with school.services.db.read() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.area == "training_corrections")
        ).all()
    assert len(entries) == 3


def test_a_case_made_right_by_hand_leaves_the_wrong_answer_book(school: School) -> None:
    before = failed_exam(school)
    wrong = {one.item.question.id for one in school.services.exams.book.questions()}
    (first, possible), (second, _most) = cases(before)
    assert wrong == {first, second}
    school.sit(school.boss).training.corrections.correct_answer(
        before.row.id, first, possible, "对"
    )
    left = school.sit(school.mei).exams.book.questions()
    assert {one.item.question.id for one in left} == {second}


def test_the_difficulty_of_a_question_follows(school: School) -> None:
    results = [failed_exam(school) for _time in range(10)]
    question, possible = cases(results[0])[0]
    boss = school.sit(school.boss)
    assert {one.question.id: one.solved for one in boss.exams.items()}[question] == 0
    for one in results[:5]:
        boss.training.corrections.correct_answer(one.row.id, question, possible, "对")
    assert {one.question.id: one.solved for one in boss.exams.items()}[question] == 0.5


def test_a_part_of_a_score_corrected_moves_the_total_the_best_and_the_task(school: School) -> None:
    key = attempt(school)
    boss = school.sit(school.boss)
    boss.path.assign([school.mei.id], Wish(AssignmentKind.SCENARIO, "complaint", 1, 80))
    with school.services.db.write() as session:
        row = session.scalar(select(TrainingAttempt))
        assert row is not None
        row.ended_at = school.clock()
    assert not boss.path.tasks(school.mei.id)[0].finished
    boss.training.corrections.correct_part(key, Part.STEPS, 90, "第三步说过了，系统没听懂")
    seen = boss.training.results.attempt(key)
    assert [one.points for one in seen.parts] == [90, 100]
    assert seen.by_hand[Part.STEPS].graded == 60
    assert seen.row.total == pytest.approx(92.9)
    assert (seen.may_correct, seen.row.corrected) == (True, True)
    (row,) = boss.training.results.attempts(everybody=True)
    assert row.total == seen.row.total
    assert boss.path.tasks(school.mei.id)[0].finished
    mei = school.sit(school.mei)
    assert mei.training.results.bests() == {"complaint": seen.row.total}
    school.sit(school.boss).training.corrections.take_back(key, Part.STEPS)
    seen = school.services.training.results.attempt(key)
    assert (seen.row.total, seen.by_hand) == (71.4, {})


@pytest.mark.parametrize("points", [-1, 100.5, float("nan"), float("inf")])
def test_points_there_are_not_are_refused(school: School, points: float) -> None:
    key = attempt(school)
    with pytest.raises(UserError, match="100"):
        school.sit(school.boss).training.corrections.correct_part(key, Part.STEPS, points, "对")


def test_what_can_not_be_corrected_is_refused(school: School) -> None:
    before, key = failed_exam(school), attempt(school)
    boss = school.sit(school.boss)
    plain = next(m for m in before.graded.marks if m.item.question.kind is not Kind.CASE)
    question, _possible = cases(before)[0]
    corrections = boss.training.corrections
    refusals: tuple[Callable[[], None], ...] = (
        lambda: corrections.correct_answer(before.row.id, plain.item.question.id, 1, "对"),
        lambda: corrections.correct_answer(before.row.id, "none", 1, "对"),
        lambda: corrections.correct_answer(before.row.id, question, 1, "  "),
        lambda: corrections.correct_answer(before.row.id, question, 1, "长" * 501),
        lambda: corrections.correct_answer(bytes(16), question, 1, "对"),
        lambda: corrections.correct_part(key, Part.TYPING, 1, "对"),
        lambda: corrections.correct_part(bytes(16), Part.STEPS, 1, "对"),
        lambda: corrections.take_back(bytes(16), "steps"),
    )
    for refused in refusals:
        with pytest.raises(UserError):
            refused()


def test_only_who_trains_corrects_and_nobody_their_own(school: School) -> None:
    before, key = failed_exam(school), attempt(school)
    question, _possible = cases(before)[0]
    for person in (school.mei, school.lan):
        corrections = school.sit(person).training.corrections
        with pytest.raises(PermissionDenied):
            corrections.correct_answer(before.row.id, question, 1, "对")
        with pytest.raises(PermissionDenied):
            corrections.correct_part(key, Part.STEPS, 99, "对")
        with pytest.raises(PermissionDenied):
            corrections.take_back(key, Part.STEPS)
    own = attempt(school, staff_id=school.boss.id)
    with pytest.raises(PermissionDenied, match="自己"):
        school.sit(school.boss).training.corrections.correct_part(own, Part.STEPS, 99, "对")
    assert not school.services.training.results.attempt(own).may_correct


def test_points_of_a_foreign_program_stay_within_what_there_is(school: School) -> None:
    key = attempt(school)
    school.sit(school.boss).training.corrections.correct_part(key, Part.STEPS, 90, "对")
    with school.services.db.write() as session:
        row = session.scalar(select(TrainingCorrection))
        assert row is not None
        row.points = 10**9
    assert school.services.training.results.attempt(key).parts[0].points == 100


def test_marks_are_listed_and_corrected_on_the_command_line(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    before, key = failed_exam(school), attempt(school)
    question, possible = cases(before)[0]
    home = ["--home", str(school.services.home.path), "--json"]

    def told(code: int, *words: str) -> dict[str, object]:
        capsys.readouterr()
        assert main(["training", *words, *home]) == code
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    listed = told(0, "marks", "mei")["results"]
    assert isinstance(listed, list)
    assert [one["id"] for one in listed] == [before.row.id.hex(), key.hex()]
    by = ("--by", "zhou", "--reason", "说法对")
    done = told(0, "correct", before.row.id.hex(), question, "2", *by)
    assert {"item": question, "points": 2, "of": possible, "graded": 0, "reason": "说法对",
            "by": "周小满"} in done["marks"]  # type: ignore[operator]  # fmt: skip
    assert told(0, "correct", key.hex(), "steps", "90", *by)["points"] == 92.9
    assert told(0, "correct", key.hex(), "steps", "--by", "zhou", "--take-back")["points"] == 71.4
    for words in ((key.hex(), "steps"), ("xyz", "steps", "3"), ("00", "steps", "3")):
        assert told(2, "correct", *words, *by)["error"]
    assert told(2, "correct", key.hex(), "steps", "3", "--by", "mei")["error"]
    main(["training", "marks", "mei", *home[:2]])
    assert "人工改为此分" in capsys.readouterr().out
