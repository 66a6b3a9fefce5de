"""`kefu training marks|correct`: marks a supervisor may correct, and correcting one."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.outcome import Outcome, Subparsers, verb
from app.training.corrections import FULL
from app.training.marks import ByHand
from app.training.path_verbs import member_of
from app.training.questions import Kind
from app.training.score import Part

if TYPE_CHECKING:
    from app.services import Services
    from app.training.result_model import Attempt
    from app.training.sitting import ExamResult

_MOST = 50


def register(group: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs to those of training."""
    marks = verb(group, "marks", run_marks, about=_("list marks that can be corrected"))
    marks.set_defaults(in_practice=True)
    marks.add_argument("login", metavar="LOGIN")
    correct = verb(group, "correct", run_correct, about=_("correct a mark, or take it back"))
    correct.set_defaults(in_practice=True)
    correct.add_argument("id", metavar="ID", help=_("of the exam or attempt, as “marks” lists it"))
    correct.add_argument("item", metavar="ITEM", help=_("the question, or the part of the score"))
    correct.add_argument("points", metavar="POINTS", type=float, nargs="?")
    correct.add_argument("--by", metavar="LOGIN", required=True, help=_("the supervisor"))
    correct.add_argument("--reason", default="", help=_("why, as the trainee reads it"))
    correct.add_argument("--take-back", action="store_true", help=_("let the graded mark count"))


def run_marks(services: Services, args: argparse.Namespace) -> Outcome:
    """A person's marks, the newest first: cases of exams, parts of scores."""
    person = member_of(services, args.login)
    exams = [row.id for row in services.exams.history(person.id) if row.ended_at is not None]
    rows = services.training.results.attempts(everybody=True)
    attempts = [row.id for row in rows if row.staff_id == person.id and row.total is not None]
    shown = [_exam(services.exams.result(key)) for key in exams[:_MOST]]
    shown += [_attempt(services.training.results.attempt(key)) for key in attempts[:_MOST]]
    return Outcome({"results": shown}, [line for one in shown for line in _lines(one)])


def run_correct(services: Services, args: argparse.Namespace) -> Outcome:
    """Set a mark, or let the graded one count again."""
    services.staff.sign_in_as(member_of(services, args.by).id)
    target = _target(args.id)
    if args.take_back:
        services.training.corrections.take_back(target, args.item)
    elif args.points is None:
        raise UserError(_("Say how many points."), code="usage")
    elif args.item in set(Part):
        part = Part(args.item)
        services.training.corrections.correct_part(target, part, args.points, args.reason)
    else:
        services.training.corrections.correct_answer(target, args.item, args.points, args.reason)
    shown = _shown(services, target)
    return Outcome(shown, _lines(shown))


def _shown(services: Services, target: bytes) -> dict[str, Any]:
    try:
        return _exam(services.exams.result(target))
    except NotFound:
        return _attempt(services.training.results.attempt(target))


def _target(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise NotFound(_("There is no such exam or attempt.")) from error


def _exam(result: ExamResult) -> dict[str, Any]:
    cases = [mark for mark in result.graded.marks if mark.item.question.kind is Kind.CASE]
    marks = [
        _mark(one.item.question.id, one.points, one.item.question.possible, result.by_hand)
        for one in cases
    ]
    row = result.row
    head = {"id": row.id.hex(), "kind": "exam", "title": row.title, "points": row.percent}
    return head | {"passed": row.passed, "marks": marks}


def _attempt(attempt: Attempt) -> dict[str, Any]:
    row = attempt.row
    marks = [_mark(str(one.part), one.points, FULL, attempt.by_hand) for one in attempt.parts]
    head = {"id": row.id.hex(), "kind": str(row.kind), "title": row.title, "points": row.total}
    return head | {"marks": marks}


def _mark(item: str, points: float, most: int, by_hand: Mapping[str, ByHand]) -> dict[str, Any]:
    told: dict[str, Any] = {"item": item, "points": round(points, 1), "of": most}
    if (hand := by_hand.get(item)) is not None:
        told |= {"graded": round(hand.graded, 1), "reason": hand.reason, "by": hand.staff}
    return told


def _lines(shown: dict[str, Any]) -> list[str]:
    lines = [f"{shown['id']}  {shown['title']}  {shown['points']:g}"]
    for mark in shown["marks"]:
        line = f"  {mark['item']:14} {mark['points']:g}/{mark['of']}"
        if "reason" in mark:
            line += "  " + _("by hand, graded {n}: {reason} ({name})").format(
                n=f"{mark['graded']:g}", reason=mark["reason"], name=mark["by"]
            )
        lines.append(line)
    return lines
