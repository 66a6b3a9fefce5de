"""The five days, tasks set by hand, and what the group view tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from app.core import i18n
from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.zones import shop_zone
from app.training import PracticeText, Wish, bar_words, exam_forms, path_days, scenarios
from db.models import AssignmentKind, TrainingAttempt, TrainingReplay
from tests.app.training.test_sitting import answer_all
from tests.school import START, School

DAY_S = 24 * 3600
TEXT = "您好，您的订单今天下午发出，请您放心，有问题随时联系我们。"


def attempt(school: School, scenario: str, points: float) -> None:
    """A practice conversation of whoever sits there, as the practice leaves it."""
    member = school.services.staff.current
    assert member is not None
    with school.services.db.write() as session:
        session.add(
            TrainingAttempt(
                staff_id=member.id, scenario=scenario, started_at=school.clock(),
                ended_at=school.clock(), total=round(10 * points),
            )
        )  # fmt: skip


def sit_exam(school: School, key: str, *, false: int = 0) -> None:
    exams = school.services.exams
    sitting = exams.start(key=key)
    answer_all(exams, sitting, false=false)
    exams.hand_in(sitting.id)


def type_texts(school: School, times: int, per_minute: float) -> None:
    for _time in range(times):
        ms = round(60_000 * len(TEXT) / per_minute)
        school.services.typing.keep(PracticeText("x", TEXT), TEXT, ms)


def walk(school: School) -> None:
    """Do everything the path asks for."""
    for day in path_days():
        for task in day.tasks:
            school.clock.add(60)
            if task.kind is AssignmentKind.SCENARIO:
                attempt(school, task.item, task.at_least + 5)
            elif task.kind is AssignmentKind.EXAM:
                sit_exam(school, task.item)
            else:
                type_texts(school, task.count, task.at_least + 5)


@pytest.fixture
def english() -> Iterator[None]:
    i18n.set_language("en")
    yield
    i18n.set_language(i18n.DEFAULT_LANGUAGE)


def test_the_plan_names_only_what_there_is() -> None:
    days = path_days()
    assert len(days) == 5
    for task in (task for day in days for task in day.tasks):
        known = scenarios() if task.kind is AssignmentKind.SCENARIO else exam_forms()
        assert task.kind is AssignmentKind.TYPING or task.item in known
        assert task.count >= 1
        assert 0 < task.at_least <= 100
    speeds = [t.at_least for d in days for t in d.tasks if t.kind is AssignmentKind.TYPING]
    assert speeds == sorted(speeds)
    assert speeds[-1] == 60


def test_a_trainee_begins_alone_and_each_day_is_due_on_a_working_day(school: School) -> None:
    path = school.sit(school.mei).path
    assert not path.begun()
    shown = path.days()
    assert [len(day.tasks) for day in shown] == [len(day.tasks) for day in path_days()]
    made = path.begin(first=date(2026, 9, 24))
    assert made == sum(len(day.tasks) for day in path_days())
    assert path.begin(first=date(2026, 9, 24)) == 0
    zone = shop_zone(school.services.settings)
    dues = [day.tasks[0].due_at for day in path.days()]
    days = [datetime.fromtimestamp((due or 0) / 1000, zone) for due in dues]
    assert [one.day for one in days] == [24, 25, 28, 29, 30]
    assert {(one.hour, one.minute) for one in days} == {(23, 59)}


def test_beginning_once_more_gives_a_trainee_no_more_time_nor_back_what_was_taken(
    school: School,
) -> None:
    path = school.sit(school.mei).path
    path.begin(first=date(2026, 9, 24))
    before = path.tasks()
    school.sit(school.boss).path.take_back([before[-1].id])
    assert school.sit(school.mei).path.begin(first=date(2026, 10, 12)) == 0
    assert path.tasks() == before[:-1]
    school.sit(school.boss).path.begin([school.mei.id], first=date(2026, 10, 12))
    renewed = path.tasks(school.mei.id)
    assert len(renewed) == len(before)
    assert all((a.due_at or 0) < (b.due_at or 0) for a, b in zip(before, renewed, strict=True))


def test_whoever_does_everything_is_ready(school: School) -> None:
    path = school.sit(school.mei).path
    path.begin()
    assert not path.trainee().ready
    walk(school)
    me = path.trainee()
    assert me.ready
    assert me.done == len(me.tasks)
    assert me.exams_passed == 6
    assert me.speed == pytest.approx(65, abs=0.5)


def test_what_was_done_before_or_below_the_bar_does_not_count(school: School) -> None:
    path = school.sit(school.mei).path
    attempt(school, "product-need", 90)
    school.clock.add(60)
    path.begin()
    task = path.days()[0].tasks[0]
    assert (task.item, task.done, task.best) == ("product-need", 0, None)
    attempt(school, "product-need", 59.9)
    task = path.days()[0].tasks[0]
    assert (task.done, task.best, task.finished) == (0, 59.9, False)
    attempt(school, "product-need", 60)
    task = path.days()[0].tasks[0]
    assert (task.done, task.finished) == (1, True)


def test_quick_typing_full_of_mistakes_does_not_count(school: School) -> None:
    path = school.sit(school.mei).path
    path.begin()
    school.services.typing.keep(PracticeText("x", TEXT), "错" * len(TEXT), 5_000)
    typing = path.days()[0].tasks[-1]
    assert (typing.kind, typing.done) == (AssignmentKind.TYPING, 0)


def test_a_supervisor_sets_a_task_for_several_and_takes_it_back(school: School) -> None:
    path = school.sit(school.boss).path
    wish = Wish(
        AssignmentKind.SCENARIO, "complaint", 2, 75, note="先道歉", due_at=START + 1000 * DAY_S
    )
    tasks = path.assign([school.mei.id, school.lan.id], wish)
    school.sit(school.mei)
    (task,) = path.tasks()
    assert (task.title, task.count, task.at_least) == ("八步投诉", 2, 75)
    assert (task.note, task.set_by, task.day) == ("先道歉", "周小满", 0)
    for points in (80, 70, 90):
        school.clock.add(5)
        attempt(school, "complaint", points)
    (task,) = path.tasks()
    assert (task.done, task.best, task.finished, task.done_at) == (2, 90, True, school.clock())
    with pytest.raises(PermissionDenied):
        path.take_back([task.id])
    school.sit(school.boss)
    path.take_back(tasks)
    assert path.tasks(school.lan.id) == []


@pytest.mark.parametrize(
    "wish",
    [
        Wish(AssignmentKind.EXAM, "full", 0),
        Wish(AssignmentKind.EXAM, "full", 99),
        Wish(AssignmentKind.EXAM, "full", 1, 101),
        Wish(AssignmentKind.EXAM, "full", 1, note="x" * 501),
    ],
)
def test_a_wish_nobody_can_meet_is_refused(school: School, wish: Wish) -> None:
    path = school.sit(school.boss).path
    with pytest.raises(UserError):
        path.assign([school.mei.id], wish)
    with pytest.raises(UserError):
        path.assign([], Wish(AssignmentKind.EXAM, "full"))


def test_trainees_set_and_see_nothing_of_others(school: School) -> None:
    path = school.sit(school.mei).path
    for forbidden in (
        path.team,
        lambda: path.tasks(school.lan.id),
        lambda: path.begin([school.lan.id]),
        lambda: path.assign([school.mei.id], Wish(AssignmentKind.EXAM, "full")),
        lambda: path.waive(b"x" * 16),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


def test_the_group_view_shows_who_is_late_stuck_or_idle(school: School) -> None:
    path = school.sit(school.boss).path
    path.begin([school.mei.id, school.lan.id])
    assert [(one.name, one.late, one.stuck) for one in path.team()] == [
        ("林小兰", 0, ()),
        ("陈小梅", 0, ()),
    ]
    school.sit(school.lan)
    for points in (20, 30, 40):
        school.clock.add(60)
        attempt(school, "size-advice", points)
    school.clock.add(3 * DAY_S)
    school.sit(school.mei)
    walk(school)
    school.sit(school.boss)
    first, second = path.team()
    assert (first.name, first.stuck, first.idle) == ("林小兰", ("尺码建议",), True)
    assert first.late > 0
    assert (second.name, second.late, second.idle, second.ready) == ("陈小梅", 0, False, True)
    assert first.scenario_mean == pytest.approx(30)


def test_a_task_taken_as_done_is_done_until_it_is_looked_at_again(school: School) -> None:
    path = school.sit(school.boss).path
    (task_id,) = path.assign([school.mei.id], Wish(AssignmentKind.TYPING, "", 3, 60))
    path.waive(task_id)
    (task,) = path.tasks(school.mei.id)
    assert task.finished
    assert task.waived
    path.waive(task_id, waived=False)
    (task,) = path.tasks(school.mei.id)
    assert not task.finished
    assert not task.waived


def test_trainee_and_supervisor_talk_about_a_task(school: School) -> None:
    path = school.sit(school.boss).path
    (task_id,) = path.assign([school.mei.id], Wish(AssignmentKind.TYPING, "", 3, 60))
    path.remark(task_id, " 每天十分钟 ")
    school.sit(school.mei)
    school.clock.add(5)
    path.remark(task_id, "好的")
    assert [(one.staff, one.text) for one in path.remarks(task_id)] == [
        ("周小满", "每天十分钟"),
        ("陈小梅", "好的"),
    ]
    with pytest.raises(UserError):
        path.remark(task_id, "  ")
    school.sit(school.lan)
    with pytest.raises(PermissionDenied):
        path.remark(task_id, "我也说")
    with pytest.raises(NotFound):
        path.remarks(b"x" * 16)


@pytest.mark.usefixtures("english")
def test_bars_read_as_a_person_says_them() -> None:
    assert bar_words(AssignmentKind.TYPING, 5, 60) == "5 texts at 60 a minute"
    assert bar_words(AssignmentKind.EXAM, 1, 80) == "from 80 points"
    assert bar_words(AssignmentKind.SCENARIO, 2, None) == "2 × done"


def test_the_shops_own_scenarios_and_real_chats_can_be_set_by_their_title(school: School) -> None:
    services = school.sit(school.boss)
    with services.db.write() as session:
        chat = TrainingReplay(title="穿什么码", source="taobao", turns=[], at=school.clock())
        session.add(chat)
        session.flush()
        key = chat.id.hex()
    document = services.scenarios.copy("complaint")
    document |= {"id": "late-complaint", "title": ["迟到投诉", "Late complaint"]}
    services.scenarios.save(document)
    choices = services.path.choices()
    assert ("late-complaint", "迟到投诉") in choices[AssignmentKind.SCENARIO]
    assert choices[AssignmentKind.REPLAY] == [(key, "穿什么码")]
    for kind, item in ((AssignmentKind.SCENARIO, "late-complaint"), (AssignmentKind.REPLAY, key)):
        services.path.assign([school.mei.id], Wish(kind, item))
    titles = {task.title for task in services.path.tasks(school.mei.id)}
    assert titles == {"迟到投诉", "穿什么码"}


def test_who_types_at_the_speed_of_the_first_day_is_not_stuck_on_the_last(school: School) -> None:
    path = school.sit(school.mei).path
    path.begin()
    type_texts(school, 25, 35)
    tasks = [task for task in path.tasks() if task.kind is AssignmentKind.TYPING]
    assert [task.finished for task in tasks] == [True, False, False, False, False]
    assert [task.stuck for task in tasks] == [False, True, False, False, False]
