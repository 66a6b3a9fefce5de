"""What was practised and how well: attempts with their scores, lines, comments and models."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import _, current_language
from app.core.permissions import Permission
from app.staff import StaffService
from app.training.attempts import TENTHS, kept_facts, kept_lines, kept_parts
from app.training.customer import Line
from app.training.intents import intents
from app.training.scenario import Scenario, filled, spoken
from app.training.score import Figures, Judged, figures_of
from db.clock import now_ms
from db.database import Database
from db.models import AttemptKind, Staff, TrainingAttempt, TrainingComment

LIST_LIMIT: Final = 500
MAX_COMMENT: Final = 500


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """A line of the list of results; `total` is 0 to 100, None without a score."""

    id: bytes
    kind: AttemptKind
    staff_id: bytes
    staff: str
    scenario: str
    title: str
    seed: int
    english: bool
    started_at: int
    ended_at: int | None
    outcome: str
    total: float | None
    conversation_id: bytes | None
    group_id: bytes | None
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody says about an attempt, pinned to a line or (None) about the whole."""

    id: bytes
    line: int | None
    staff_id: bytes
    staff: str
    text: str
    at: int
    own: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to look at; `model` is what a good agent writes, in the customer's language.

    `better` holds for each line which line of the model would have helped there, "" for none.
    """

    row: AttemptRow
    lines: tuple[Line, ...]
    parts: tuple[Judged, ...]
    figures: Figures
    not_understood: tuple[int, ...]
    model: tuple[str, ...]
    better: tuple[str, ...]
    goal: str
    comments: tuple[Comment, ...]

    @property
    def length_s(self) -> float:
        """Seconds from the first line to the last."""
        return self.lines[-1].at if self.lines else 0.0


class Results:
    """One sees one's own; the right to train sees everybody's."""

    def __init__(
        self,
        db: Database,
        staff: StaffService,
        known: Callable[[], Mapping[str, Scenario]],
        now: Callable[[], int] = now_ms,
    ) -> None:
        self._db, self._staff, self._known, self._now = db, staff, known, now

    def attempts(
        self, *, everybody: bool = False, scenario: str = "", limit: int = LIST_LIMIT
    ) -> list[AttemptRow]:
        """Attempts that have ended, the newest first; `everybody` needs the right to train."""
        me = self._staff.require(Permission.REPLY)
        if everybody:
            self._staff.require(Permission.TRAIN)
        query = (
            select(TrainingAttempt)
            .where(TrainingAttempt.deleted.is_(False), TrainingAttempt.ended_at.is_not(None))
            .order_by(TrainingAttempt.started_at.desc(), TrainingAttempt.rid.desc())
            .limit(limit)
        )
        if not everybody:
            query = query.where(TrainingAttempt.staff_id == me.id)
        if scenario:
            query = query.where(TrainingAttempt.scenario == scenario)
        with self._db.read() as session:
            rows = session.scalars(query).all()
            people, counts = _people(session), _comment_counts(session, [row.id for row in rows])
            known = self._known()
            return [_row(row, known, people, counts.get(row.id, 0)) for row in rows]

    def attempt(self, attempt_id: bytes) -> Attempt:
        """One attempt with everything; raises `NotFound`, or `PermissionDenied` for others'."""
        with self._db.read() as session:
            row = self._find(session, attempt_id)
            people = _people(session)
            comments = self._comments(session, attempt_id, people)
            return self._whole(row, people, comments)

    def bests(self) -> dict[str, float]:
        """One's own best points by scenario, 0 to 100."""
        me = self._staff.require(Permission.REPLY)
        query = (
            select(TrainingAttempt.scenario, func.max(TrainingAttempt.total))
            .where(
                TrainingAttempt.staff_id == me.id,
                TrainingAttempt.kind == AttemptKind.SCENARIO,
                TrainingAttempt.deleted.is_(False),
                TrainingAttempt.total.is_not(None),
            )
            .group_by(TrainingAttempt.scenario)
        )
        with self._db.read() as session:
            return {scenario: (total or 0) / TENTHS for scenario, total in session.execute(query)}

    def comment(self, attempt_id: bytes, text: str, line: int | None = None) -> Comment:
        """Say something about a line of an attempt, or about the whole."""
        me = self._staff.require(Permission.REPLY)
        text = text.strip()
        if not text:
            raise UserError(_("The comment is empty."), code="empty")
        if len(text) > MAX_COMMENT:
            message = _("A comment can have {n} characters at most.").format(n=MAX_COMMENT)
            raise UserError(message, code="too_long")
        with self._db.write() as session:
            self._find(session, attempt_id)
            row = TrainingComment(
                attempt_id=attempt_id, line=line, staff_id=me.id, text=text, at=self._now()
            )
            session.add(row)
            session.flush()
            return _comment(row, _people(session), me.id)

    def said_to_me(self, comment_ids: Collection[bytes]) -> list[tuple[AttemptRow, Comment]]:
        """Which of these comments others made on one's own attempts."""
        me = self._staff.require(Permission.REPLY)
        query = (
            select(TrainingComment, TrainingAttempt)
            .join(TrainingAttempt, TrainingAttempt.id == TrainingComment.attempt_id)
            .where(
                TrainingComment.id.in_(comment_ids),
                TrainingComment.deleted.is_(False),
                TrainingComment.staff_id != me.id,
                TrainingAttempt.staff_id == me.id,
                TrainingAttempt.deleted.is_(False),
            )
        )
        with self._db.read() as session:
            people, known = _people(session), self._known()
            return [
                (_row(attempt, known, people, 1), _comment(row, people, me.id))
                for row, attempt in session.execute(query)
            ]

    def take_back(self, comment_id: bytes) -> None:
        """Remove one's own comment."""
        me = self._staff.require(Permission.REPLY)
        with self._db.write() as session:
            row = session.scalar(select(TrainingComment).where(TrainingComment.id == comment_id))
            if row is None or row.deleted:
                raise NotFound(_("This comment is not there any more."))
            if row.staff_id != me.id:
                raise PermissionDenied
            row.deleted = True

    # --- inside ----------------------------------------------------------------------------

    def _find(self, session: Session, attempt_id: bytes) -> TrainingAttempt:
        me = self._staff.require(Permission.REPLY)
        row = session.scalar(
            select(TrainingAttempt).where(
                TrainingAttempt.id == attempt_id, TrainingAttempt.deleted.is_(False)
            )
        )
        if row is None:
            raise NotFound(_("This attempt does not exist."))
        if row.staff_id != me.id:
            self._staff.require(Permission.TRAIN)
        return row

    def _whole(
        self, row: TrainingAttempt, people: Mapping[bytes, str], comments: Sequence[Comment]
    ) -> Attempt:
        lines = kept_lines(row)
        known = self._known()
        scenario = known.get(row.scenario)
        facts = kept_facts(row)
        model = spoken(scenario.model, english=row.english) if scenario else []
        model = [filled(text, facts) for text in model]
        return Attempt(
            row=_row(row, known, people, len(comments)),
            lines=lines,
            parts=kept_parts(row),
            figures=figures_of(lines, row.outcome),
            not_understood=tuple(
                n for n, line in enumerate(lines) if line.agent and not line.understood
            ),
            model=tuple(model),
            better=_better(scenario, lines, model) if scenario else ("",) * len(lines),
            goal=scenario.goal[current_language() == "en"] if scenario else "",
            comments=tuple(comments),
        )

    def _comments(
        self, session: Session, attempt_id: bytes, people: Mapping[bytes, str]
    ) -> list[Comment]:
        me = self._staff.require(Permission.REPLY)
        rows = session.scalars(
            select(TrainingComment)
            .where(TrainingComment.attempt_id == attempt_id, TrainingComment.deleted.is_(False))
            .order_by(TrainingComment.at, TrainingComment.rid)
        )
        return [_comment(row, people, me.id) for row in rows]


def _row(
    row: TrainingAttempt,
    known: Mapping[str, Scenario],
    people: Mapping[bytes, str],
    comments: int,
) -> AttemptRow:
    scenario = known.get(row.scenario)
    return AttemptRow(
        id=row.id,
        kind=AttemptKind(row.kind),
        staff_id=row.staff_id,
        staff=people.get(row.staff_id, ""),
        scenario=row.scenario,
        title=scenario.title[current_language() == "en"] if scenario else row.title,
        seed=row.seed,
        english=row.english,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        total=None if row.total is None else row.total / TENTHS,
        conversation_id=row.conversation_id,
        group_id=row.group_id,
        comments=comments,
    )


def _better(scenario: Scenario, lines: Sequence[Line], model: Sequence[str]) -> tuple[str, ...]:
    """The line of the model that meets a need open at each line, before it was said."""
    meant = [(text, intents().found(text)) for text in model]
    met: set[str] = set()
    found = []
    for line in lines:
        still = [n for n in scenario.needs if n.id not in met and set(n.after) <= met and n.when]
        fitting = (text for need in still for text, said in meant if said & set(need.when))
        found.append(next(fitting, ""))
        met |= set(line.met)
    return tuple(found)


def _comment(row: TrainingComment, people: Mapping[bytes, str], me: bytes) -> Comment:
    name = people.get(row.staff_id, "")
    return Comment(row.id, row.line, row.staff_id, name, row.text, row.at, row.staff_id == me)


def _people(session: Session) -> dict[bytes, str]:
    rows = session.execute(select(Staff.id, Staff.reception_name, Staff.name, Staff.login))
    return {key: reception or name or login for key, reception, name, login in rows}


def _comment_counts(session: Session, attempt_ids: Sequence[bytes]) -> dict[bytes, int]:
    query: Any = (
        select(TrainingComment.attempt_id, func.count())
        .where(TrainingComment.attempt_id.in_(attempt_ids), TrainingComment.deleted.is_(False))
        .group_by(TrainingComment.attempt_id)
    )
    return dict(session.execute(query).all())
