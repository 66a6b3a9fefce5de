"""The way of a new agent: five days, what supervisors set besides, and who needs help."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _, current_language
from app.core.permissions import Permission
from app.core.settings import Settings
from app.core.zones import shop_zone
from app.staff import Member, StaffService
from app.training.scenario import Scenario, scenarios
from app.training.standing import Standing, called, choices_in, trainee_of
from app.training.tasks import TENTHS, Task, Trainee, item_title, path_days
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id, new_id
from db.models import AssignmentKind, Role, TrainingAssignment, TrainingComment

MAX_NOTE: Final = 500
MAX_COUNT: Final = 50
_WORK_DAYS: Final = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What a supervisor sets: `at_least` points of 100 (typing: characters a minute)."""

    kind: AssignmentKind
    item: str = ""
    count: int = 1
    at_least: float | None = None
    note: str = ""
    due_at: int | None = None


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of the path; its tasks are what the plan holds as long as nobody began it."""

    day: int
    title: str
    goal: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said about a task."""

    id: bytes
    staff_id: bytes
    staff: str
    text: str
    at: int


class Path:
    """One sees own tasks and may begin the path; the right to train sees and sets for everybody."""

    def __init__(
        self,
        db: Database,
        staff: StaffService,
        settings: Settings,
        known: Callable[[], Mapping[str, Scenario]] = scenarios,
        now: Callable[[], int] = now_ms,
    ) -> None:
        self._db, self._staff, self._settings, self._now = db, staff, settings, now
        self._known = known

    def begin(self, staff_ids: Sequence[bytes] = (), *, first: date | None = None) -> int:
        """Set the five days for people, by default for oneself; returns how many tasks are new.

        Each day is due at the end of a working day (Monday to Friday) from `first` or today on.
        Who is under way gets new days, and tasks that were taken back, from a supervisor only.
        """
        me = self._staff.require(Permission.REPLY)
        people = list(staff_ids) or [me.id]
        if people != [me.id]:
            self._staff.require(Permission.TRAIN)
        dues, made = self._dues(first), 0
        with self._db.write() as session:
            if not self._staff.may(Permission.TRAIN) and _under_way(session, me.id):
                return 0
            for person in people:
                made += self._begin_for(session, person, me.id, dues)
        return made

    def assign(self, staff_ids: Sequence[bytes], wish: Wish) -> list[bytes]:
        """Set a task for one or several people; returns the tasks' ids."""
        me = self._staff.require(Permission.TRAIN)
        _check(wish)
        if not staff_ids:
            raise UserError(_("Choose who is to do it."), code="nobody")
        with self._db.write() as session:
            rows = [
                TrainingAssignment(
                    id=new_id(),
                    staff_id=person,
                    kind=wish.kind,
                    item=wish.item,
                    count=wish.count,
                    at_least=None if wish.at_least is None else round(TENTHS * wish.at_least),
                    note=wish.note.strip(),
                    due_at=wish.due_at,
                    assigned_by=me.id,
                    at=self._now(),
                )
                for person in staff_ids
            ]
            session.add_all(rows)
            session.flush()
            return [row.id for row in rows]

    def choices(self) -> dict[AssignmentKind, list[tuple[str, str]]]:
        """What may be set, by kind: the key and the title of each item."""
        self._staff.require(Permission.TRAIN)
        with self._db.read() as session:
            return choices_in(session, self._known())

    def take_back(self, task_ids: Sequence[bytes]) -> None:
        """Take tasks away again."""
        self._staff.require(Permission.TRAIN)
        with self._db.write() as session:
            for key in task_ids:
                _row(session, key).deleted = True

    def waive(self, task_id: bytes, *, waived: bool = True) -> None:
        """Take a task as done whatever was reached, or look at what was reached again."""
        self._staff.require(Permission.TRAIN)
        with self._db.write() as session:
            _row(session, task_id).done_at = self._now() if waived else None

    def tasks(self, staff_id: bytes | None = None) -> list[Task]:
        """Everything set for a person, by day, then by due date; by default for oneself."""
        person = self._person(staff_id)
        with self._db.read() as session:
            return Standing(session, self._members(), self._known()).tasks(person)

    def days(self, staff_id: bytes | None = None) -> list[DayView]:
        """The five days with a person's progress."""
        english = current_language() == "en"
        tasks = self.tasks(staff_id)
        person = staff_id or self._staff.require(Permission.REPLY).id
        views = []
        for number, day in enumerate(path_days(), 1):
            mine = [task for task in tasks if task.day == number]
            shown = mine or [_planned(one, number, person) for one in day.tasks]
            views.append(DayView(number, day.title[english], day.goal[english], tuple(shown)))
        return views

    def begun(self, staff_id: bytes | None = None) -> bool:
        """Whether a person is on the path."""
        return any(task.day for task in self.tasks(staff_id))

    def trainee(self, staff_id: bytes | None = None) -> Trainee:
        """One person's line of the group view; by default one's own."""
        person = self._person(staff_id)
        member = self._staff.get(person)
        with self._db.read() as session:
            return trainee_of(
                Standing(session, self._members(), self._known()), member, self._now()
            )

    def team(self) -> list[Trainee]:
        """Trainees and everybody who has tasks or practised, who needs help first."""
        self._staff.require(Permission.TRAIN)
        members = self._members()
        with self._db.read() as session:
            book = Standing(session, members, self._known())
            found = [
                trainee_of(book, member, self._now())
                for member in members.values()
                if member.role == Role.TRAINEE or book.knows(member.id)
            ]
        return sorted(found, key=lambda one: (-one.late, -len(one.stuck), one.name))

    def remark(self, task_id: bytes, text: str) -> None:
        """Say something about a task: its trainee and supervisors may."""
        me = self._staff.require(Permission.REPLY)
        text = text.strip()[:MAX_NOTE]
        if not text:
            raise UserError(_("The comment is empty."), code="empty")
        with self._db.write() as session:
            self._person(_row(session, task_id).staff_id)
            session.add(
                TrainingComment(attempt_id=task_id, staff_id=me.id, text=text, at=self._now())
            )

    def remarks(self, task_id: bytes) -> list[Remark]:
        """What was said about a task, the oldest first."""
        members = self._members()
        with self._db.read() as session:
            self._person(_row(session, task_id).staff_id)
            rows = session.scalars(
                select(TrainingComment)
                .where(TrainingComment.attempt_id == task_id, TrainingComment.deleted.is_(False))
                .order_by(TrainingComment.at)
            )
            return [
                Remark(row.id, row.staff_id, called(members, row.staff_id), row.text, row.at)
                for row in rows
            ]

    # --- inside ----------------------------------------------------------------------------

    def _person(self, staff_id: bytes | None) -> bytes:
        me = self._staff.require(Permission.REPLY)
        if staff_id not in {None, me.id}:
            self._staff.require(Permission.TRAIN)
        return staff_id or me.id

    def _members(self) -> dict[bytes, Member]:
        return {member.id: member for member in self._staff.members(with_inactive=True)}

    def _dues(self, first: date | None) -> list[int]:
        zone = shop_zone(self._settings)
        day = first or datetime.fromtimestamp(self._now() / 1000, zone).date()
        dues: list[int] = []
        while len(dues) < len(path_days()):
            if day.weekday() < _WORK_DAYS:
                end = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
                dues.append(round(end.timestamp() * 1000) - 1)
            day += timedelta(days=1)
        return dues

    def _begin_for(self, session: Session, person: bytes, by: bytes, dues: Sequence[int]) -> int:
        made = 0
        for number, (day, due) in enumerate(zip(path_days(), dues, strict=True), 1):
            for one in day.tasks:
                key = natural_id("training_path", person.hex(), str(number), one.kind, one.item)
                row = session.scalar(select(TrainingAssignment).where(TrainingAssignment.id == key))
                if row is None:
                    row = TrainingAssignment(
                        id=key, staff_id=person, kind=one.kind, item=one.item, day=number,
                        at=self._now(),
                    )  # fmt: skip
                    session.add(row)
                    made += 1
                row.count, row.at_least = one.count, TENTHS * one.at_least
                row.due_at, row.assigned_by, row.deleted = due, by, False
        return made


def _check(wish: Wish) -> None:
    if not 1 <= wish.count <= MAX_COUNT:
        raise UserError(_("A task is done 1 to {n} times.").format(n=MAX_COUNT), code="bad_count")
    if wish.at_least is not None and not 0 <= wish.at_least <= 100:
        raise UserError(_("The bar lies between 0 and 100."), code="bad_bar")
    if len(wish.note) > MAX_NOTE:
        raise UserError(_("A note has at most {n} characters.").format(n=MAX_NOTE), code="too_long")


def _planned(one: Any, day: int, person: bytes) -> Task:
    title = item_title(one.kind, one.item, {})
    bar = float(one.at_least)
    return Task(b"", person, one.kind, one.item, title, one.count, bar, "", day, 0, None, "")


def _under_way(session: Session, person: bytes) -> bool:
    """Whether a person has tasks of the path."""
    query = select(TrainingAssignment.id).where(
        TrainingAssignment.staff_id == person,
        TrainingAssignment.day > 0,
        TrainingAssignment.deleted.is_(False),
    )
    return session.scalar(query.limit(1)) is not None


def _row(session: Session, task_id: bytes) -> TrainingAssignment:
    row = session.scalar(select(TrainingAssignment).where(TrainingAssignment.id == task_id))
    if row is None or row.deleted:
        raise NotFound(_("This task does not exist (any more)."))
    return row
