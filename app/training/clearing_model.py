"""What is told of clearings: made, offered by a file, and kept in the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.core.errors import UserError
from app.staff import Member
from app.training.clearing_file import fits
from app.training.tasks import Task, Trainee


class NotReady(UserError):
    """The trainee has not reached the path's bars, and no reason was given."""

    code = "not_ready"


class WrongCode(UserError):
    """The code compared is not the one of this file."""

    code = "wrong_code"


@dataclass(frozen=True, slots=True)
class Issued:
    """A clearing just made: its text to save, and what the other side compares."""

    text: str
    file_name: str
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What a file says, its signature sound. `member` is the live member it would raise: of the
    same login; None where one would be made. `known` tells that this issuer's key was taken before.

    The file's code is not shown with it: it has to come from the issuer's screen.
    """

    id: str
    login: str
    name: str
    issuer: str
    shop: str
    issued_at: int
    reason: str
    results: dict[str, Any]
    seal: bytes = field(repr=False)
    member: Member | None
    known: bool

    def fits(self, code: str) -> bool:
        """Whether this is the code, or the words, of this very file."""
        return fits(code, self.seal)


@dataclass(frozen=True, slots=True)
class ClearingRow:
    """A clearing of the record: issued here, or brought in here; `code` and `words` name it."""

    id: bytes
    name: str
    issuer: str
    issued_at: int
    imported_at: int | None
    imported_by: str
    reason: str
    code: str = ""
    words: str = ""


def results_of(trainee: Trainee) -> dict[str, Any]:
    """What a trainee reached, as a file or a report carries it."""
    return {
        "tasks": [_task_document(task) for task in trainee.tasks],
        "exams_passed": trainee.exams_passed,
        "scenario_mean": _rounded(trainee.scenario_mean),
        "typing": _rounded(trainee.speed),
    }


def _task_document(task: Task) -> dict[str, Any]:
    return {
        "day": task.day,
        "kind": str(task.kind),
        "item": task.item,
        "title": task.title,
        "count": task.count,
        "done": task.done,
        "at_least": task.at_least,
        "best": _rounded(task.best),
        "finished": task.finished,
        "waived": task.waived,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
