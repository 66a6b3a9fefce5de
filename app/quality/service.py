"""Plans, scores and talks over quality checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.quality.candidates import candidates
from app.quality.criteria import Criteria, criteria_in, criterion_of
from app.quality.model import (
    CheckFilter,
    CheckRow,
    CheckView,
    CommentView,
    PlanReport,
    ScoreView,
)
from app.quality.sampling import Candidate, draw
from app.quality.settings import PER_AGENT
from app.staff import StaffService
from app.stats import LocalTime, Stats
from db.bulk import insert_rows
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id
from db.models import (
    CheckReason,
    CheckState,
    Conversation,
    Customer,
    QualityCheck,
    QualityComment,
    QualityScore,
    Staff,
)

MAX_COMMENT: Final = 1_000
_LIMIT: Final = 1_000


class Quality(Criteria):
    """A supervisor plans and judges; an agent sees own finished checks and may answer."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings, stats: Stats) -> None:
        super().__init__(db, staff)
        self._settings, self._stats = settings, stats

    def plan(self, day: date, *, seed: int | None = None, per_agent: int = 0) -> PlanReport:
        """Draw the sample of the week `day` is in; again, it adds what is missing.

        The seed is by default the week's Monday as a number, so that a draw can be repeated.
        """
        self._staff.require(Permission.SEE_TEAM_STATS)
        monday = day - timedelta(days=day.weekday())
        seed = int(monday.strftime("%Y%m%d")) if seed is None else seed
        clock = LocalTime(self._stats.zone)
        start, end = clock.midnight(monday), clock.midnight(monday + timedelta(days=7))
        self._stats.facts.catch_up()
        with self._db.cursor() as run:
            known = candidates(run, start, end, self._settings)
        drawn = draw(known, per_agent or self._settings.get(PER_AGENT), seed)
        week = monday.isoformat()
        with self._db.write() as session:
            fresh = _fresh(session, [_planned(week, one) for one in drawn])
            insert_rows(session, QualityCheck, fresh)
            names = _names(session)
        counted = Counter(names.get(one["agent_id"], "") for one in fresh)
        return PlanReport(week, seed, len(fresh), len(known), dict(counted))

    def choose(self, conversation_id: bytes, agent_id: bytes) -> bytes:
        """Take a conversation into this week's checks by hand; returns the check's id."""
        self._staff.require(Permission.SEE_TEAM_STATS)
        today = self._stats.today()
        week = (today - timedelta(days=today.weekday())).isoformat()
        with self._db.write() as session:
            talk = session.scalar(select(Conversation).where(Conversation.id == conversation_id))
            if talk is None or talk.deleted:
                raise NotFound(_("This conversation does not exist (any more)."))
            one = Candidate(
                agent_id, conversation_id, talk.opened_at, talk.last_at, CheckReason.CHOSEN, 1
            )
            row = _planned(week, one)
            insert_rows(session, QualityCheck, _fresh(session, [row]))
            return bytes(row["id"])

    def checks(self, wanted: CheckFilter | None = None) -> list[CheckRow]:
        """The checks, open ones first, then the newest; an agent gets own finished ones."""
        with self._db.read() as session:
            query = self._visible(select(QualityCheck))
            wanted = wanted or CheckFilter()
            if wanted.week:
                query = query.where(QualityCheck.week == wanted.week)
            if wanted.agent_id is not None:
                query = query.where(QualityCheck.agent_id == wanted.agent_id)
            if wanted.state is not None:
                query = query.where(QualityCheck.state == wanted.state)
            done = QualityCheck.state.in_((CheckState.DONE, CheckState.SKIPPED))
            query = query.order_by(done, QualityCheck.week.desc(), QualityCheck.starts_at.desc())
            return _rows(session, session.scalars(query.limit(_LIMIT)).all())

    def check(self, check_id: bytes) -> CheckView:
        """One check with its sheet and comments; raises `NotFound`."""
        with self._db.read() as session:
            row = self._found(session, check_id)
            (shown,) = _rows(session, [row])
            scores = {
                score.criterion_id: score.points
                for score in session.scalars(
                    select(QualityScore).where(
                        QualityScore.check_id == check_id, QualityScore.deleted.is_(False)
                    )
                )
            }
            lines = [line for line in criteria_in(session) if line.active or line.id in scores]
            return CheckView(
                shown,
                tuple(ScoreView(line, scores.get(line.id), line.id in scores) for line in lines),
                _comments(session, check_id),
            )

    def score(self, check_id: bytes, criterion_id: bytes, points: int | None) -> None:
        """Give points for a line; None: it does not apply. Raises `UserError`."""
        me = self._staff.require(Permission.SEE_TEAM_STATS)
        with self._db.write() as session:
            check = self._found(session, check_id)
            line = criterion_of(session, criterion_id)
            if points is not None and not 0 <= points <= line.points:
                message = _("This line has 0 to {n} points.").format(n=line.points)
                raise UserError(message, code="bad_points")
            key = natural_id("quality_score", check_id.hex(), criterion_id.hex())
            row = session.scalar(select(QualityScore).where(QualityScore.id == key))
            if row is None:
                row = QualityScore(id=key, check_id=check_id, criterion_id=criterion_id)
                session.add(row)
            row.deleted, row.points = False, points
            if check.state in {CheckState.PLANNED, CheckState.SKIPPED}:
                check.state = CheckState.STARTED
            check.reviewer_id = me.id
            session.flush()
            if check.state == CheckState.DONE:
                _sum_up(session, check)

    def finish(self, check_id: bytes) -> CheckRow:
        """Close a check: the agent sees it from now on. Raises `UserError` while lines are open."""
        me = self._staff.require(Permission.SEE_TEAM_STATS)
        if missing := self.check(check_id).open_lines:
            message = _("Lines not judged yet: {n}").format(n=missing)
            raise UserError(message, hint=_("Mark what does not apply."), code="open_lines")
        with self._db.write() as session:
            check = self._found(session, check_id)
            check.state, check.reviewer_id, check.done_at = CheckState.DONE, me.id, now_ms()
            _sum_up(session, check)
            session.flush()
            return _rows(session, [check])[0]

    def skip(self, check_id: bytes) -> None:
        """Leave a check out, e.g. where nothing can be judged."""
        self._staff.require(Permission.SEE_TEAM_STATS)
        with self._db.write() as session:
            self._found(session, check_id).state = CheckState.SKIPPED

    def comment(self, check_id: bytes, text: str, message_id: bytes | None = None) -> None:
        """Say something about a check, or about one message of it; the agent may answer."""
        me = self._staff.require(Permission.REPLY)
        text = text.strip()
        if not text or len(text) > MAX_COMMENT:
            message = _("A comment has 1 to {n} characters.").format(n=MAX_COMMENT)
            raise UserError(message, code="bad_comment")
        with self._db.write() as session:
            check = self._found(session, check_id)
            session.add(
                QualityComment(
                    check_id=check_id,
                    conversation_id=check.conversation_id,
                    message_id=message_id,
                    staff_id=me.id,
                    text=text,
                    at=now_ms(),
                )
            )

    def mark_seen(self, check_id: bytes) -> None:
        """Note that the agent has looked at the finished check."""
        me = self._staff.require(Permission.REPLY)
        with self._db.write() as session:
            check = self._found(session, check_id)
            if check.agent_id == me.id and check.seen_at is None:
                check.seen_at = now_ms()

    def _found(self, session: Session, check_id: bytes) -> QualityCheck:
        query = self._visible(select(QualityCheck)).where(QualityCheck.id == check_id)
        row: QualityCheck | None = session.scalar(query)
        if row is None:
            raise NotFound(_("This check does not exist (any more)."))
        return row

    def _visible(self, query: Select[Any]) -> Select[Any]:
        me = self._staff.require(Permission.REPLY)
        query = query.where(QualityCheck.deleted.is_(False))
        if self._staff.may(Permission.SEE_TEAM_STATS):
            return query
        if me.id is None:
            raise PermissionDenied
        return query.where(QualityCheck.agent_id == me.id, QualityCheck.state == CheckState.DONE)


def _planned(week: str, one: Candidate) -> dict[str, Any]:
    return {
        "id": natural_id("quality_check", week, one.agent.hex(), one.conversation.hex()),
        "week": week,
        "agent_id": one.agent,
        "conversation_id": one.conversation,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "reason": one.reason,
        "planned_at": now_ms(),
    }


def _fresh(session: Session, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [row["id"] for row in rows]
    known = set(session.scalars(select(QualityCheck.id).where(QualityCheck.id.in_(ids))))
    return [row for row in rows if row["id"] not in known]


def _sum_up(session: Session, check: QualityCheck) -> None:
    """Points of the lines that apply."""
    given = session.scalars(
        select(QualityScore).where(
            QualityScore.check_id == check.id,
            QualityScore.deleted.is_(False),
            QualityScore.points.is_not(None),
        )
    ).all()
    worth = {line.id: line.points for line in criteria_in(session)}
    check.points = sum(score.points or 0 for score in given)
    check.possible = sum(worth.get(score.criterion_id, 0) for score in given)


def _rows(session: Session, checks: Iterable[QualityCheck]) -> list[CheckRow]:
    known = list(checks)
    names = _names(session)
    talks = {check.conversation_id for check in known}
    query = (
        select(Conversation.id, Customer.salutation, Customer.name, Customer.nick)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Conversation.id.in_(talks))
    )
    customers = {row[0]: row[1] or row[2] or row[3] for row in session.execute(query)}
    return [
        CheckRow(
            check.id,
            check.week,
            check.agent_id,
            names.get(check.agent_id, ""),
            check.conversation_id,
            customers.get(check.conversation_id, ""),
            check.starts_at,
            check.ends_at,
            CheckReason(check.reason),
            CheckState(check.state),
            check.points / check.possible
            if check.state == CheckState.DONE and check.possible
            else None,
            names.get(check.reviewer_id or b"", ""),
            check.done_at,
            check.seen_at,
        )
        for check in known
    ]


def _comments(session: Session, check_id: bytes) -> tuple[CommentView, ...]:
    names = _names(session)
    rows = session.scalars(
        select(QualityComment)
        .where(QualityComment.check_id == check_id, QualityComment.deleted.is_(False))
        .order_by(QualityComment.at, QualityComment.rid)
    )
    return tuple(
        CommentView(
            row.id,
            row.message_id,
            row.staff_id,
            names.get(row.staff_id or b"", ""),
            row.text,
            row.at,
        )
        for row in rows
    )


def _names(session: Session) -> dict[bytes, str]:
    rows = session.execute(select(Staff.id, Staff.reception_name, Staff.name, Staff.login))
    return {row[0]: row[1] or row[2] or row[3] for row in rows}
