"""What was set for people and what they did, put together: progress, and who needs help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n import _, current_language
from app.staff import Member
from app.training.keystrokes import Typed
from app.training.marks import corrected_exams, corrected_totals
from app.training.papers import exam_forms
from app.training.scenario import Scenario
from app.training.sitting import BOOK
from app.training.tasks import DAY_MS, IDLE_DAYS, TENTHS, Task, Trainee, Try, item_title, measured
from app.training.typing import summed
from db.models import (
    AssignmentKind,
    AttemptKind,
    TrainingAssignment,
    TrainingAttempt,
    TrainingClearing,
    TrainingExam,
    TrainingReplay,
    TrainingTyping,
)

Known = Mapping[str, Scenario]
"""The scenarios one may practise, by their key."""


class Standing:
    """All that was set and done, read once for as many people as are asked for."""

    def __init__(self, session: Session, members: Mapping[bytes, Member], known: Known) -> None:
        self._members = members
        self.tries: dict[bytes, list[Try]] = {}
        self.typed: dict[bytes, list[Typed]] = {}
        self.passed: dict[bytes, int] = {}
        self._set: dict[bytes, list[TrainingAssignment]] = {}
        self.cleared: dict[bytes, int] = {}
        english = current_language() == "en"
        self._titles = {key: one.title[english] for key, one in known.items()} | _chats(session)
        self._read(session)

    def knows(self, person: bytes) -> bool:
        """Whether there is anything of a person."""
        return person in self.tries or person in self._set

    def tasks(self, person: bytes) -> list[Task]:
        """A person's tasks with their progress."""
        tries = self.tries.get(person, [])
        found = [measured(self._task(row), tries) for row in self._set.get(person, [])]
        found.sort(key=lambda task: (task.day or 99, task.due_at or 0, task.set_at))
        return _not_stuck_ahead(found)

    def _task(self, row: TrainingAssignment) -> Task:
        kind = _kind(row.kind)
        return Task(
            row.id, row.staff_id, kind, row.item, item_title(kind, row.item, self._titles), row.count,
            None if row.at_least is None else row.at_least / TENTHS, row.note, row.day, row.at,
            row.due_at, called(self._members, row.assigned_by), done_at=row.done_at,
        )  # fmt: skip

    def _read(self, session: Session) -> None:
        for row in _live(session, TrainingAssignment):
            self._set.setdefault(row.staff_id, []).append(row)
        for clearing in _live(session, TrainingClearing):
            before = self.cleared.get(clearing.staff_id, 0)
            self.cleared[clearing.staff_id] = max(before, clearing.issued_at)
        self._read_attempts(session)
        self._read_exams(session)
        self._read_typing(session)

    def _read_attempts(self, session: Session) -> None:
        # Their lines may be long and tell nothing here.
        totals = corrected_totals(session)
        columns = (
            TrainingAttempt.id,
            TrainingAttempt.staff_id,
            TrainingAttempt.kind,
            TrainingAttempt.scenario,
            TrainingAttempt.ended_at,
            TrainingAttempt.total,
        )
        ended = (TrainingAttempt.deleted.is_(False), TrainingAttempt.ended_at.is_not(None))
        for key, person, kind, item, at, kept in session.execute(select(*columns).where(*ended)):
            total = totals.get(key, kept)
            replay = kind == AttemptKind.REPLAY
            done = AssignmentKind.REPLAY if replay else AssignmentKind.SCENARIO
            self._note(person, Try(done, item, at or 0, (total or 0) / TENTHS))

    def _read_exams(self, session: Session) -> None:
        worth = corrected_exams(session)
        for exam in _live(session, TrainingExam):
            key = str(exam.paper.get("key", ""))
            if exam.ended_at is not None and key != BOOK:
                tenths, passed = worth.get(exam.id, (exam.points or 0, bool(exam.passed)))
                done = Try(AssignmentKind.EXAM, key, exam.ended_at, tenths / TENTHS)
                self._note(exam.staff_id, done)
                # Of a mix of one's own nobody knows how easy it was.
                counts = passed and key in exam_forms()
                self.passed[exam.staff_id] = self.passed.get(exam.staff_id, 0) + counts

    def _read_typing(self, session: Session) -> None:
        for row in _live(session, TrainingTyping):
            typed = Typed(row.chars, row.ms, row.errors)
            self.typed.setdefault(row.staff_id, []).append(typed)
            self._note(
                row.staff_id,
                Try(AssignmentKind.TYPING, "", row.at, typed.per_minute, typed.accuracy),
            )

    def _note(self, person: bytes, done: Try) -> None:
        self.tries.setdefault(person, []).append(done)


def trainee_of(book: Standing, member: Member, now: int) -> Trainee:
    """A person's line of the group view."""
    tasks, tries = book.tasks(member.id), book.tries.get(member.id, [])
    last = max((one.at for one in tries), default=None)
    open_ = [task for task in tasks if not task.finished]
    since = last or min((task.set_at for task in tasks), default=now)
    talks = [one.points for one in tries if one.kind is AssignmentKind.SCENARIO]
    return Trainee(
        staff_id=member.id,
        login=member.login,
        name=member.shown_name,
        role=str(member.role),
        tasks=tuple(tasks),
        late=sum(task.late(now) for task in tasks),
        stuck=tuple(task.title for task in open_ if task.stuck),
        last_at=last,
        idle=bool(open_) and now - since > IDLE_DAYS * DAY_MS,
        scenario_mean=sum(talks) / len(talks) if talks else None,
        exams_passed=book.passed.get(member.id, 0),
        speed=summed(book.typed.get(member.id, [])[::-1]).recent,
        cleared_at=book.cleared.get(member.id),
    )


def _not_stuck_ahead(tasks: Sequence[Task]) -> list[Task]:
    """Typing of a later day of the path is not stuck as long as an earlier day's is open."""
    shown, waiting = [], False
    for task in tasks:
        of_path = task.kind is AssignmentKind.TYPING and task.day > 0
        shown.append(replace(task, missed=0) if of_path and waiting else task)
        waiting = waiting or (of_path and not task.finished)
    return shown


def _kind(name: str) -> AssignmentKind:
    return next((kind for kind in AssignmentKind if kind == name), AssignmentKind.SCENARIO)


def _live(session: Session, model: Any) -> Iterable[Any]:
    order = model.at if hasattr(model, "at") else model.rid
    return session.scalars(select(model).where(model.deleted.is_(False)).order_by(order))


def _chats(session: Session) -> dict[str, str]:
    """Titles of the real chats there are to practise with, by their key."""
    return {row.id.hex(): row.title for row in _live(session, TrainingReplay)}


def choices_in(session: Session, known: Known) -> dict[AssignmentKind, list[tuple[str, str]]]:
    """What can be set as a task: key and title of each item, by kind."""
    english = current_language() == "en"
    return {
        AssignmentKind.SCENARIO: [(key, one.title[english]) for key, one in known.items()],
        AssignmentKind.EXAM: [(key, form.title[english]) for key, form in exam_forms().items()],
        AssignmentKind.TYPING: [("", _("Texts of the shop"))],
        AssignmentKind.REPLAY: list(_chats(session).items()),
    }


def called(members: Mapping[bytes, Member], staff_id: bytes | None) -> str:
    """A member's name; nothing where nobody is meant."""
    member = members.get(staff_id or b"")
    return member.shown_name if member else ""
