"""A practice shop with trainees on their way, and the pages of exams and of the team with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from PySide6.QtWidgets import QWidget

from app.services import Services
from app.staff import Member
from app.training import Kind, PaperItem, Part, PracticeText, Wish, path_days
from app.training.scripted import Script
from db.clock import now_ms
from db.models import AssignmentKind, Role
from ui.shell.shots_training import talk
from ui.shell.workspace import Workspace
from ui.training.exams_page import ExamsPage
from ui.training.live_page import LivePage
from ui.training.results_page import ResultsPage
from ui.training.team_page import TeamPage
from ui.widgets.format import today

STATES: Final = ("exam", "exam-case", "exam-result", "book", "set", "clear", "questions", "exam-correct", "mark-correct", "live")  # fmt: skip
_TEXT: Final = "您好，您的订单今天下午发出，请您放心。"
_PASSWORD: Final = "practice-only"  # noqa: S105 - of invented people in a throw-away shop
_DAY_MS: Final = 24 * 3600 * 1000
_WRONG: Final = 5


def enrol(services: Services) -> bytes:
    """Two trainees: one is well on the path, the other stuck; returns the stuck one's id."""
    boss = services.staff.current
    if boss is None:
        raise RuntimeError("nobody is signed in")
    add = services.staff.add
    mei = add("mei", "陈小梅", Role.TRAINEE, _PASSWORD, "小梅")
    lan = add("lan", "林小兰", Role.TRAINEE, _PASSWORD, "小兰")
    services.path.begin([mei.id, lan.id, boss.id], first=today() - timedelta(days=3))
    wish = Wish(AssignmentKind.SCENARIO, "complaint", 2, 75, "先道歉，再解释", now_ms() + _DAY_MS)
    (task,) = services.path.assign([lan.id], wish)
    services.path.remark(task, "先看八个步骤，再练。")
    services.staff.sign_in_as(mei.id)
    _walk(services, mei)
    services.staff.sign_in_as(lan.id)
    for seed, script in enumerate((Script.RUDE, Script.SLOW, Script.RUDE)):
        talk(services, lan.id, "complaint", script, seed, now_ms())
    services.staff.sign_in_as(boss.id)
    _sit(services, "orders", wrong=_WRONG)
    return lan.id


def show_state(workspace: Workspace, stuck: bytes, name: str) -> QWidget:
    """Bring a state of the training to the screen."""
    if name == "live":
        return LivePage(workspace.context)
    if name in {"set", "clear", "questions"}:
        workspace.go("training", ("team", stuck))
        (team,) = workspace.findChildren(TeamPage)
        if name == "questions":
            team.show_part("questions")
        elif name == "set":
            team.set_button.click()
        else:
            team.clear_button.click()
        return workspace
    if name == "mark-correct":
        return _correct_part(workspace, stuck)
    workspace.go("training", "exams")
    (page,) = workspace.findChildren(ExamsPage)
    _show_exam(page, workspace.context.services, name)
    return workspace


def _correct_part(workspace: Workspace, person: bytes) -> Workspace:
    training = workspace.context.services.training
    rows = training.results.attempts(everybody=True)
    key = next(row.id for row in rows if row.staff_id == person and row.total is not None)
    training.corrections.correct_part(key, Part.STEPS, 80, "第 5 句说过物流，系统没听懂")
    workspace.go("training", "results")
    (page,) = workspace.findChildren(ResultsPage)
    page.view.show_attempt(training.results.attempt(key))
    page.view.correct.click()
    return workspace


def _correct_case(page: ExamsPage, services: Services) -> None:
    me = services.staff.current
    rows = services.exams.history(everybody=True)
    theirs = (services.exams.result(row.id) for row in rows if me and row.staff_id != me.id)
    result = next(theirs)
    marks = result.graded.marks
    place = next(n for n, one in enumerate(marks) if one.item.question.kind is Kind.CASE)
    question = marks[place].item.question
    correct = services.training.corrections.correct_answer
    correct(result.row.id, question.id, question.possible - 1, "意思到了，只差一句致歉")
    page.setCurrentWidget(page.result)
    page.result.show_result(services.exams.result(result.row.id), own=False)
    page.result.show_place(place)
    page.result.correct.click()


def _show_exam(page: ExamsPage, services: Services, name: str) -> None:
    exams = services.exams
    if name == "book":
        page.open_book()
    elif name == "exam-correct":
        _correct_case(page, services)
    elif name == "exam-result":
        page.open_result(next(row.id for row in exams.history() if row.ended_at is not None))
    else:
        page.go_on(exams.running() or exams.start(key="after-sales", seed=4))
        sitting = page.sitting.sitting
        if sitting is not None:
            page.sitting.show_place(len(sitting.items) - 1 if name == "exam-case" else 7)


def _walk(services: Services, member: Member) -> None:
    """The first two days of the path, all of it done."""
    for day in path_days()[:2]:
        for place, task in enumerate(day.tasks):
            if task.kind is AssignmentKind.SCENARIO:
                talk(services, member.id, task.item, Script.EXEMPLARY, 3 + place, now_ms())
            elif task.kind is AssignmentKind.EXAM:
                _sit(services, task.item, wrong=1)
            else:
                ms = round(60_000 * len(_TEXT) / (task.at_least + 6))
                for _time in range(task.count):
                    services.typing.keep(PracticeText("yz", _TEXT), _TEXT, ms)


def _sit(services: Services, key: str, *, wrong: int) -> None:
    exams = services.exams
    sitting = exams.start(key=key, seed=2)
    for place, item in enumerate(sitting.items):
        exams.answer(sitting.id, item.question.id, "" if place < wrong else _right(item))
    exams.hand_in(sitting.id)


def _right(item: PaperItem) -> str:
    if item.question.kind is Kind.CASE:
        return "，".join(point.words[0] for point in item.question.rubric)
    return item.answer
