"""What was practised and how well: attempts with their scores, lines, comments and models."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import _, current_language
from app.core.permissions import Permission
from app.staff import StaffService
from app.training.attempts import TENTHS, kept_facts, kept_lines, kept_parts
from app.training.customer import Line
from app.training.intents import intents
from app.training.marks import (
    Rows,
    by_hand,
    corrected_parts,
    corrected_total,
    corrected_totals,
    may_correct,
    rows_of,
)
from app.training.result_model import (
    Attempt,
    AttemptRow,
    Comment,
    attempt_row,
    comment_counts,
    comment_of,
    people_of,
)
from app.training.scenario import Scenario, filled, spoken
from app.training.score import figures_of
from db.clock import now_ms
from db.database import Database
from db.models import AttemptKind, TrainingAttempt, TrainingComment

LIST_LIMIT: Final = 500
MAX_COMMENT: Final = 500


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
            people, counts = people_of(session), comment_counts(session, [row.id for row in rows])
            known = self._known()
            totals = corrected_totals(session)
            return [
                attempt_row(row, known, people, counts.get(row.id, 0), totals.get(row.id))
                for row in rows
            ]

    def attempt(self, attempt_id: bytes) -> Attempt:
        """One attempt with everything; raises `NotFound`, or `PermissionDenied` for others'."""
        with self._db.read() as session:
            row = self._find(session, attempt_id)
            people = people_of(session)
            comments = self._comments(session, attempt_id, people)
            return self._whole(row, people, comments, rows_of(session, attempt_id))

    def bests(self) -> dict[str, float]:
        """One's own best points by scenario, 0 to 100."""
        me = self._staff.require(Permission.REPLY)
        query = select(TrainingAttempt.id, TrainingAttempt.scenario, TrainingAttempt.total).where(
            TrainingAttempt.staff_id == me.id,
            TrainingAttempt.kind == AttemptKind.SCENARIO,
            TrainingAttempt.deleted.is_(False),
            TrainingAttempt.total.is_not(None),
        )
        best: dict[str, float] = {}
        with self._db.read() as session:
            totals = corrected_totals(session)
            for key, scenario, total in session.execute(query):
                points = totals.get(key, total or 0) / TENTHS
                best[scenario] = max(points, best.get(scenario, 0.0))
        return best

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
            return comment_of(row, people_of(session), me.id)

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
            people, known = people_of(session), self._known()
            return [
                (attempt_row(attempt, known, people, 1), comment_of(row, people, me.id))
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
        self,
        row: TrainingAttempt,
        people: Mapping[bytes, str],
        comments: Sequence[Comment],
        marks: Rows,
    ) -> Attempt:
        lines = kept_lines(row)
        known = self._known()
        scenario = known.get(row.scenario)
        facts = kept_facts(row)
        model = spoken(scenario.model, english=row.english) if scenario else []
        model = [filled(text, facts) for text in model]
        parts = kept_parts(row)
        return Attempt(
            row=attempt_row(row, known, people, len(comments), corrected_total(row, marks)),
            lines=lines,
            parts=corrected_parts(parts, marks),
            figures=figures_of(lines, row.outcome),
            not_understood=tuple(
                n for n, line in enumerate(lines) if line.agent and not line.understood
            ),
            model=tuple(model),
            better=_better(scenario, lines, model) if scenario else ("",) * len(lines),
            goal=scenario.goal[current_language() == "en"] if scenario else "",
            comments=tuple(comments),
            by_hand=by_hand(marks, {one.part: one.points for one in parts}, people),
            may_correct=bool(parts) and may_correct(self._staff, row.staff_id),
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
        return [comment_of(row, people, me.id) for row in rows]


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
