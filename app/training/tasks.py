"""Tasks of a trainee: what the path holds, what was set by hand, and how far one is with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

import msgspec

from app.core.i18n import N_, _, current_language, ngettext
from app.core.paths import resource
from app.training.papers import exam_forms
from app.training.scenario import scenarios
from app.training.typing import BAR_ACCURACY
from db.models import AssignmentKind

TENTHS: Final = 10
DAY_MS: Final = 24 * 3600 * 1000
STUCK_TRIES: Final = 3
"""So many times the tries asked for below the bar, and somebody should help."""
IDLE_DAYS: Final = 2
KIND_NAMES: Final = {
    AssignmentKind.SCENARIO: N_("Practice customer"),
    AssignmentKind.EXAM: N_("Exam"),
    AssignmentKind.TYPING: N_("Typing"),
    AssignmentKind.REPLAY: N_("Real conversation"),
}


class PathTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing of a day: `at_least` are points of 100, for typing characters a minute."""

    kind: AssignmentKind
    item: str
    count: int
    at_least: int


class PathDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day of the path."""

    title: tuple[str, str]
    goal: tuple[str, str]
    tasks: tuple[PathTask, ...]


class _Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    days: tuple[PathDay, ...]


@cache
def path_days() -> tuple[PathDay, ...]:
    """The path of a new agent, `resources/training/path.json`, day by day."""
    data = resource("training", "path.json").read_bytes()
    return msgspec.json.decode(data, type=_Plan).days


@dataclass(frozen=True, slots=True)
class Try:
    """Something done: `points` of 100, or characters a minute with `accuracy` for typing."""

    kind: AssignmentKind
    item: str
    at: int
    points: float
    accuracy: float = 1.0

    def meets(self, at_least: float | None) -> bool:
        """Whether it reaches a bar."""
        if self.kind is AssignmentKind.TYPING and self.accuracy < BAR_ACCURACY:
            return False
        return at_least is None or self.points >= at_least


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, and how far it is; `at_least` as in `PathTask`, times in Unix ms.

    `done` of `count` reach the bar, the best had `best`; `waived` says that a supervisor took it
    as done. `missed` counts the tries in a row since the last that reached the bar.
    """

    id: bytes
    staff_id: bytes
    kind: AssignmentKind
    item: str
    title: str
    count: int
    at_least: float | None
    note: str
    day: int
    set_at: int
    due_at: int | None
    set_by: str
    done: int = 0
    best: float | None = None
    missed: int = 0
    last_at: int | None = None
    done_at: int | None = None
    waived: bool = False

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.done_at is not None

    def late(self, now: int) -> bool:
        """Whether it should have been done by now."""
        return not self.finished and self.due_at is not None and self.due_at < now

    @property
    def stuck(self) -> bool:
        """Whether it was tried in vain too often."""
        return not self.finished and self.missed >= STUCK_TRIES * self.count


@dataclass(frozen=True, slots=True)
class Trainee:
    """One line of the group view; `speed` is characters a minute, None where nobody typed."""

    staff_id: bytes
    login: str
    name: str
    role: str
    tasks: tuple[Task, ...] = field(repr=False)
    late: int
    stuck: tuple[str, ...]
    last_at: int | None
    idle: bool
    scenario_mean: float | None
    exams_passed: int
    speed: float | None
    cleared_at: int | None

    @property
    def done(self) -> int:
        """How many tasks are finished."""
        return sum(task.finished for task in self.tasks)

    @property
    def on_path(self) -> bool:
        """Whether the path of five days was begun."""
        return any(task.day for task in self.tasks)

    @property
    def ready(self) -> bool:
        """Whether the path's bars are reached: each of its tasks is finished."""
        return self.on_path and all(task.finished for task in self.tasks if task.day)


def fitting_tries(task: Task, tries: Iterable[Try]) -> list[Try]:
    """The tries for a task since it was set, oldest first; an empty item takes any of its kind."""
    found = (
        one
        for one in tries
        if one.kind is task.kind and task.item in {"", one.item} and one.at >= task.set_at
    )
    return sorted(found, key=lambda one: one.at)


def measured(task: Task, tries: Sequence[Try]) -> Task:
    """The task with what was done for it."""
    fitting = fitting_tries(task, tries)
    good = [one for one in fitting if one.meets(task.at_least)]
    missed = 0
    for one in fitting:
        missed = 0 if one.meets(task.at_least) else missed + 1
    done_at = task.done_at
    if done_at is None and len(good) >= task.count:
        done_at = good[task.count - 1].at
    return replace(
        task,
        done=min(task.count, len(good)),
        best=max((one.points for one in fitting), default=None),
        missed=missed,
        last_at=fitting[-1].at if fitting else None,
        done_at=done_at,
        waived=task.done_at is not None,
    )


def item_title(kind: AssignmentKind, item: str, own: Mapping[str, str]) -> str:
    """What a task is called in the language in use; `own` are titles of the shop's own items."""
    english = current_language() == "en"
    if kind is AssignmentKind.TYPING:
        return _("Type texts")
    if not item:
        return _(KIND_NAMES[kind])
    if item in own:
        return own[item]
    if kind is AssignmentKind.SCENARIO and item in scenarios():
        return scenarios()[item].title[english]
    if kind is AssignmentKind.EXAM and item in exam_forms():
        return exam_forms()[item].title[english]
    return item


def bar_words(kind: AssignmentKind, count: int, at_least: float | None) -> str:
    """What must be reached: “5 texts at 60 a minute”, “1 × from 80 points”."""
    if kind is AssignmentKind.TYPING:
        texts = ngettext("{n} text", "{n} texts", count).format(n=count)
        if at_least is None:
            return texts
        return _("{texts} at {n} a minute").format(texts=texts, n=round(at_least))
    times = "" if count == 1 else f"{count} × "
    if at_least is None:
        return times + _("done")
    return times + _("from {n} points").format(n=round(at_least))
