"""Reads checks with the names, counts and comments that go with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from app.quality.criteria import criteria_in
from app.quality.model import AgentChecks, Answerer, CheckRow, CommentView, ScoreView, WeekChecks
from db.models import (
    Author,
    CheckReason,
    CheckState,
    Conversation,
    Customer,
    Message,
    MessageKind,
    QualityCheck,
    QualityComment,
    QualityScore,
    Staff,
)

OPEN = (CheckState.PLANNED, CheckState.STARTED)


def names_of(session: Session) -> dict[bytes, str]:
    """What colleagues are called."""
    rows = session.execute(select(Staff.id, Staff.reception_name, Staff.name, Staff.login))
    return {row[0]: row[1] or row[2] or row[3] for row in rows}


def answerers_of(session: Session, conversation_id: bytes) -> list[Answerer]:
    """Who answered in a conversation by hand, the last one first."""
    last = func.max(Message.at)
    query = (
        select(Message.staff_id, last)
        .where(
            Message.conversation_id == conversation_id,
            Message.author == Author.AGENT,
            Message.kind.not_in((MessageKind.NOTE, MessageKind.EVENT)),
            Message.staff_id.is_not(None),
            Message.automatic.is_(False),
            Message.deleted.is_(False),
        )
        .group_by(Message.staff_id)
        .order_by(last.desc())
    )
    names = names_of(session)
    return [
        Answerer(who, names.get(who, ""), at)
        for who, at in session.execute(query)
        if who is not None
    ]


def rows_of(session: Session, checks: Iterable[QualityCheck], me: bytes | None) -> list[CheckRow]:
    """Checks as `me` sees them."""
    known = list(checks)
    names, customers = names_of(session), _customers(session, known)
    comments = _counted(session, known, me)
    return [_row(check, names, customers, comments, me) for check in known]


def _row(
    check: QualityCheck,
    names: dict[bytes, str],
    customers: dict[bytes, str],
    comments: dict[bytes, tuple[int, int]],
    me: bytes | None,
) -> CheckRow:
    done = check.state == CheckState.DONE
    written, unread = comments.get(check.id, (0, 0))
    return CheckRow(
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
        check.points / check.possible if done and check.possible else None,
        names.get(check.reviewer_id or b"", ""),
        check.done_at,
        check.seen_at,
        check.points,
        check.possible,
        written,
        done and (unread > 0 or (check.agent_id == me and check.seen_at is None)),
    )


def _customers(session: Session, checks: list[QualityCheck]) -> dict[bytes, str]:
    query = (
        select(Conversation.id, Customer.salutation, Customer.name, Customer.nick)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Conversation.id.in_({check.conversation_id for check in checks}))
    )
    return {row[0]: row[1] or row[2] or row[3] for row in session.execute(query)}


def _counted(
    session: Session, checks: list[QualityCheck], me: bytes | None
) -> dict[bytes, tuple[int, int]]:
    """Of each check, how many comments it has and how many `me` has not read."""
    mine = case((_unread_by(me), 1), else_=0)
    query = (
        select(QualityComment.check_id, func.count(), func.sum(mine))
        .join(QualityCheck, QualityCheck.id == QualityComment.check_id)
        .where(
            QualityComment.check_id.in_([check.id for check in checks]),
            QualityComment.deleted.is_(False),
        )
        .group_by(QualityComment.check_id)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def _unread_by(me: bytes | None) -> ColumnElement[bool]:
    """Written for `me`: an agent reads what others wrote, the others what the agent wrote."""
    own = QualityCheck.agent_id == me
    by_agent = QualityComment.staff_id == QualityCheck.agent_id
    return and_(
        QualityComment.seen_at.is_(None),
        or_(and_(own, ~by_agent), and_(~own, by_agent)),
    )


def fresh_for(me: bytes | None) -> ColumnElement[bool]:
    """Finished checks with something `me` has not looked at."""
    unread = exists().where(
        QualityComment.check_id == QualityCheck.id,
        QualityComment.deleted.is_(False),
        _unread_by(me),
    )
    unseen = and_(QualityCheck.agent_id == me, QualityCheck.seen_at.is_(None))
    return and_(QualityCheck.state == CheckState.DONE, or_(unseen, unread))


def unread_comments(
    session: Session, check: QualityCheck, me: bytes | None
) -> list[QualityComment]:
    """The comments of a check that `me` has not read."""
    query = (
        select(QualityComment)
        .join(QualityCheck, QualityCheck.id == QualityComment.check_id)
        .where(QualityComment.check_id == check.id, QualityComment.deleted.is_(False))
    )
    return list(session.scalars(query.where(_unread_by(me))))


def scores_of(session: Session, check_id: bytes) -> tuple[ScoreView, ...]:
    """The sheet with what was given; lines taken out of it stay where they were judged."""
    given = {
        score.criterion_id: score
        for score in session.scalars(
            select(QualityScore).where(
                QualityScore.check_id == check_id, QualityScore.deleted.is_(False)
            )
        )
    }
    found = []
    for line in criteria_in(session):
        score = given.get(line.id)
        if score is not None:
            found.append(ScoreView(line, score.points, True, score.possible or line.points))
        elif line.active:
            found.append(ScoreView(line, None, False, line.points))
    return tuple(found)


def comments_of(session: Session, check_id: bytes) -> tuple[CommentView, ...]:
    """What was said, oldest first."""
    names = names_of(session)
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
            row.seen_at,
        )
        for row in rows
    )


def weeks_of(session: Session, visible: Select[Any]) -> list[WeekChecks]:
    """The weeks of these checks, newest first."""
    to_do = case((QualityCheck.state.in_(OPEN), 1), else_=0)
    query = visible.with_only_columns(QualityCheck.week, func.count(), func.sum(to_do))
    query = query.group_by(QualityCheck.week).order_by(QualityCheck.week.desc())
    return [WeekChecks(*row) for row in session.execute(query)]


def agents_of(session: Session, visible: Select[Any]) -> list[AgentChecks]:
    """How far these checks are by agent, by name."""
    names = names_of(session)
    done = QualityCheck.state == CheckState.DONE
    share = QualityCheck.points * 1.0 / func.nullif(QualityCheck.possible, 0)
    query = (
        visible.where(QualityCheck.state != CheckState.SKIPPED)
        .with_only_columns(
            QualityCheck.agent_id,
            func.count(),
            func.sum(case((done, 1), else_=0)),
            func.avg(case((done, share))),
        )
        .group_by(QualityCheck.agent_id)
    )
    found = [
        AgentChecks(agent, names.get(agent, ""), total, finished, score)
        for agent, total, finished, score in session.execute(query)
    ]
    return sorted(found, key=lambda line: (line.agent, line.agent_id))
