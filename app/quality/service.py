"""Plans, scores and talks over quality checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.quality.candidates import candidates, reception
from app.quality.criteria import Criteria, criterion_of
from app.quality.model import (
    AgentChecks,
    Answerer,
    CheckFilter,
    CheckRow,
    CheckView,
    Criterion,
    PlanReport,
    WeekChecks,
)
from app.quality.planning import planned, taken
from app.quality.reading import (
    OPEN,
    agents_of,
    answerers_of,
    comments_of,
    fresh_for,
    names_of,
    rows_of,
    scores_of,
    unread_comments,
    weeks_of,
)
from app.quality.sampling import Candidate, draw
from app.quality.settings import PER_AGENT
from app.staff import Member, StaffService
from app.stats import LocalTime, Stats
from db.bulk import insert_rows
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id
from db.models import (
    CheckReason,
    CheckState,
    Conversation,
    QualityCheck,
    QualityComment,
    QualityScore,
)

MAX_COMMENT: Final = 1_000
MOST: Final = 1_000
"""So many checks are listed."""


class Quality(Criteria):
    """A supervisor plans and judges; an agent sees own finished checks and may answer."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings, stats: Stats) -> None:
        super().__init__(db, staff)
        self._settings, self._stats = settings, stats

    # --- the sample ------------------------------------------------------------------------

    def plan(self, day: date, *, seed: int | None = None, per_agent: int = 0) -> PlanReport:
        """Draw the sample of the week `day` is in; again, it adds what is missing.

        Checks left out are replaced, those chosen by hand come on top. The seed is by default
        the week's Monday as a number, so that a draw can be repeated.
        """
        self._staff.require(Permission.SEE_TEAM_STATS)
        monday = day - timedelta(days=day.weekday())
        seed = int(monday.strftime("%Y%m%d")) if seed is None else seed
        clock = LocalTime(self._stats.zone)
        start, end = clock.midnight(monday), clock.midnight(monday + timedelta(days=7))
        self._stats.facts.catch_up()
        with self._db.cursor() as run:
            known = candidates(run, start, end, self._settings)
        week, count = monday.isoformat(), per_agent or self._settings.get(PER_AGENT)
        with self._db.write() as session:
            drawn = draw(known, count, seed, taken(session, week))
            insert_rows(session, QualityCheck, [planned(week, one) for one in drawn])
            names = names_of(session)
        counted = Counter(names.get(one.agent, "") for one in drawn)
        return PlanReport(week, seed, len(drawn), len(known), dict(counted))

    def choose(self, conversation_id: bytes, agent_id: bytes, at: int | None = None) -> bytes:
        """Take a conversation into this week's checks by hand; returns the check's id.

        `at` (Unix ms) names the reception where the agent had several in it, None the last.
        """
        self._staff.require(Permission.SEE_TEAM_STATS)
        today = self._stats.today()
        week = (today - timedelta(days=today.weekday())).isoformat()
        with self._db.read() as session:
            talk = session.scalar(select(Conversation).where(Conversation.id == conversation_id))
            if talk is None or talk.deleted:
                raise NotFound(_("This conversation does not exist (any more)."))
            whole = talk.opened_at, talk.last_at
        self._stats.facts.catch_up()
        with self._db.cursor() as run:
            times = reception(run, conversation_id, agent_id, whole[1] if at is None else at)
        one = Candidate(agent_id, conversation_id, *(times or whole), CheckReason.CHOSEN, 1)
        row = planned(week, one)
        with self._db.write() as session:
            known = select(QualityCheck.id).where(QualityCheck.id == row["id"])
            if session.scalar(known) is None:
                insert_rows(session, QualityCheck, [row])
        return bytes(row["id"])

    def answerers(self, conversation_id: bytes) -> list[Answerer]:
        """Who can be checked in a conversation: those who answered there, the last one first."""
        self._staff.require(Permission.SEE_TEAM_STATS)
        with self._db.read() as session:
            return answerers_of(session, conversation_id)

    # --- reading ---------------------------------------------------------------------------

    def checks(self, wanted: CheckFilter | None = None) -> list[CheckRow]:
        """The checks, open ones first, then the newest, at most `MOST`.

        An agent gets own finished ones.
        """
        wanted = wanted or CheckFilter()
        query = self._visible(select(QualityCheck))
        if wanted.week:
            query = query.where(QualityCheck.week == wanted.week)
        if wanted.agent_id is not None:
            query = query.where(QualityCheck.agent_id == wanted.agent_id)
        if wanted.states:
            query = query.where(QualityCheck.state.in_(wanted.states))
        return self._listed(query)

    def news(self) -> list[CheckRow]:
        """Finished checks with something one has not looked at."""
        return self._listed(self._visible(select(QualityCheck)).where(fresh_for(self._me)))

    def first_open(self, among: Sequence[bytes]) -> bytes | None:
        """The first of these checks that still has to be judged."""
        query = self._visible(select(QualityCheck.id)).where(QualityCheck.id.in_(among))
        query = query.where(QualityCheck.state.in_(OPEN))
        with self._db.read() as session:
            found = set(session.scalars(query))
        return next((check_id for check_id in among if check_id in found), None)

    def weeks(self) -> list[WeekChecks]:
        """The weeks that have checks, newest first."""
        with self._db.read() as session:
            return weeks_of(session, self._visible(select(QualityCheck)))

    def agents(self, week: str = "") -> list[AgentChecks]:
        """How far the checks are by agent, of a week or (empty) of all."""
        query = self._visible(select(QualityCheck))
        if week:
            query = query.where(QualityCheck.week == week)
        with self._db.read() as session:
            return agents_of(session, query)

    def check(self, check_id: bytes) -> CheckView:
        """One check with its sheet and comments; raises `NotFound`."""
        with self._db.read() as session:
            (shown,) = rows_of(session, [self._found(session, check_id)], self._me)
            return CheckView(shown, scores_of(session, check_id), comments_of(session, check_id))

    # --- judging ---------------------------------------------------------------------------

    def score(self, check_id: bytes, criterion_id: bytes, points: int | None) -> None:
        """Give points for a line; None: it does not apply. Raises `UserError`."""
        me = self._staff.require(Permission.SEE_TEAM_STATS)
        with self._db.write() as session:
            check = self._found(session, check_id)
            line = criterion_of(session, criterion_id)
            if points is not None and not 0 <= points <= line.points:
                message = _("This line has 0 to {n} points.").format(n=line.points)
                raise UserError(message, code="bad_points")
            _give(session, check, line, points)
            _judged_by(session, check, me)

    def leave_rest(self, check_id: bytes) -> None:
        """Say of every line nobody judged yet that it does not apply."""
        me = self._staff.require(Permission.SEE_TEAM_STATS)
        with self._db.write() as session:
            check = self._found(session, check_id)
            for score in scores_of(session, check_id):
                if not score.judged:
                    _give(session, check, score.criterion, None)
            _judged_by(session, check, me)

    def finish(self, check_id: bytes) -> CheckRow:
        """Close a check: the agent sees it from now on. Raises `UserError` while lines are open."""
        me = self._staff.require(Permission.SEE_TEAM_STATS)
        if missing := self.check(check_id).open_lines:
            message = _("Lines not judged yet: {n}").format(n=missing)
            raise UserError(message, hint=_("Mark what does not apply."), code="open_lines")
        with self._db.write() as session:
            check = self._found(session, check_id)
            check.done_at = check.done_at or now_ms()
            check.state, check.reviewer_id = CheckState.DONE, me.id
            if check.agent_id == me.id:
                check.seen_at = check.done_at
            _sum_up(session, check)
            session.flush()
            return rows_of(session, [check], me.id)[0]

    def skip(self, check_id: bytes) -> None:
        """Leave a check out, e.g. where nothing can be judged; points bring it back."""
        self._staff.require(Permission.SEE_TEAM_STATS)
        with self._db.write() as session:
            self._found(session, check_id).state = CheckState.SKIPPED

    # --- talking ---------------------------------------------------------------------------

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
        """Note that one has looked: the agent at the finished check, all at what was written."""
        me = self._staff.require(Permission.REPLY)
        with self._db.write() as session:
            check = self._found(session, check_id)
            if check.agent_id == me.id and check.seen_at is None:
                check.seen_at = now_ms()
            for comment in unread_comments(session, check, me.id):
                comment.seen_at = now_ms()

    # --- who may see what ------------------------------------------------------------------

    @property
    def _me(self) -> bytes | None:
        me = self._staff.current
        return me.id if me else None

    def _listed(self, query: Select[Any]) -> list[CheckRow]:
        done = QualityCheck.state.in_((CheckState.DONE, CheckState.SKIPPED))
        query = query.order_by(done, QualityCheck.week.desc(), QualityCheck.starts_at.desc())
        with self._db.read() as session:
            return rows_of(session, session.scalars(query.limit(MOST)).all(), self._me)

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


def _give(session: Session, check: QualityCheck, line: Criterion, points: int | None) -> None:
    key = natural_id("quality_score", check.id.hex(), line.id.hex())
    row = session.scalar(select(QualityScore).where(QualityScore.id == key))
    if row is None:
        row = QualityScore(id=key, check_id=check.id, criterion_id=line.id)
        session.add(row)
    row.deleted, row.points, row.possible = False, points, line.points


def _judged_by(session: Session, check: QualityCheck, me: Member) -> None:
    if check.state in {CheckState.PLANNED, CheckState.SKIPPED}:
        check.state = CheckState.STARTED
    check.reviewer_id = me.id
    session.flush()
    if check.state == CheckState.DONE:
        if check.agent_id != me.id:
            check.seen_at = None  # The agent should hear of the change.
        _sum_up(session, check)


def _sum_up(session: Session, check: QualityCheck) -> None:
    """Points of the lines that apply."""
    given = [score for score in scores_of(session, check.id) if score.points is not None]
    check.points = sum(score.points or 0 for score in given)
    check.possible = sum(score.possible for score in given)
