"""Appeals against who gets a sale: an agent asks, a supervisor decides, all of it stays on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.staff import StaffService
from app.stats.service import Stats
from db.clock import now_ms
from db.database import Database
from db.models import Appeal, AppealState, Order, Staff

__all__ = ["AppealState", "AppealView", "Appeals"]

LEAST_REASON: Final = 2
"""Characters a reason has at least."""


@dataclass(frozen=True, slots=True)
class AppealView:
    """An appeal as it is shown; times are Unix ms. `agent` gets the sale where it was granted."""

    id: bytes
    order_id: bytes
    number: str
    who_id: bytes
    who: str
    reason: str
    at: int
    state: AppealState
    agent_id: bytes | None
    agent: str
    answer: str
    decided_by: str
    decided_at: int | None


class Appeals:
    """An agent files and sees own ones; who sees the team's numbers sees all and decides."""

    def __init__(self, db: Database, staff: StaffService, stats: Stats) -> None:
        self._db, self._staff, self._stats = db, staff, stats

    def may_decide(self) -> bool:
        """Whether the person at the desk decides."""
        return self._staff.may(Permission.SEE_TEAM_STATS)

    def file(self, number: str, reason: str) -> AppealView:
        """Say that the sale of an order is one's own.

        Raises `NotFound`; `PermissionDenied` where one never talked to the buyer; `UserError` for
        an empty reason or a second open appeal.
        """
        me = self._staff.require(Permission.REPLY)
        if len(reason.strip()) < LEAST_REASON:
            raise UserError(_("Say why, in a few words."), code="no_reason")
        self._stats.explain(number)  # whoever may not ask about it may not appeal either
        with self._db.write() as session:
            order = session.scalar(
                select(Order.id)
                .where(Order.number == number, Order.deleted.is_(False))
                .order_by(Order.rid.desc())
            )
            if order is None:
                raise NotFound(_("There is no order {number}.").format(number=number))
            mine = select(Appeal.id).where(
                Appeal.order_id == order,
                Appeal.staff_id == me.id,
                Appeal.state == AppealState.OPEN,
                Appeal.deleted.is_(False),
            )
            if session.scalar(mine) is not None:
                raise UserError(_("You have appealed already; it is not decided yet."))
            row = Appeal(order_id=order, staff_id=me.id, reason=reason.strip(), at=now_ms())
            session.add(row)
            session.flush()
            return _views(session, Appeal.id == row.id)[0]

    def withdraw(self, appeal_id: bytes) -> None:
        """Take one's own appeal back while it is open."""
        me = self._staff.require(Permission.REPLY)
        with self._db.write() as session:
            row = _open_one(session, appeal_id)
            if row.staff_id != me.id:
                raise PermissionDenied
            row.state, row.decided_by, row.decided_at = AppealState.WITHDRAWN, me.id, now_ms()

    def decide(
        self, appeal_id: bytes, *, grant: bool, agent_id: bytes | None = None, answer: str = ""
    ) -> None:
        """Grant (the sale goes to `agent_id`, else to who appealed) or refuse an open appeal."""
        me = self._staff.require(Permission.SEE_TEAM_STATS)
        with self._db.write() as session:
            row = _open_one(session, appeal_id)
            row.state = AppealState.GRANTED if grant else AppealState.REFUSED
            row.agent_id = (agent_id or row.staff_id) if grant else None
            row.answer, row.decided_by, row.decided_at = answer.strip(), me.id, now_ms()

    def log(self, *, number: str = "") -> list[AppealView]:
        """Open ones first, then the newest; of one order where its number is given."""
        me = self._staff.require(Permission.REPLY)
        wanted = [] if self.may_decide() else [Appeal.staff_id == me.id]
        if number:
            wanted.append(Order.number == number)
        with self._db.read() as session:
            found = _views(session, *wanted)
        return sorted(found, key=lambda view: (view.state is not AppealState.OPEN, -view.at))


def _open_one(session: Session, appeal_id: bytes) -> Appeal:
    row = session.scalar(select(Appeal).where(Appeal.id == appeal_id, Appeal.deleted.is_(False)))
    if row is None:
        raise NotFound(_("This appeal is no longer there."))
    if row.state != AppealState.OPEN:
        raise UserError(_("This appeal is decided already."), code="decided")
    return row


def _views(session: Session, *wanted: object) -> list[AppealView]:
    who, agent, judge = aliased(Staff), aliased(Staff), aliased(Staff)
    query = (
        select(Appeal, Order.number, who, agent, judge)
        .join(Order, Order.id == Appeal.order_id)
        .outerjoin(who, who.id == Appeal.staff_id)
        .outerjoin(agent, agent.id == Appeal.agent_id)
        .outerjoin(judge, judge.id == Appeal.decided_by)
        .where(Appeal.deleted.is_(False), *wanted)  # type: ignore[arg-type]
    )
    return [_view(*row) for row in session.execute(query)]


def _view(
    row: Appeal, number: str, who: Staff | None, agent: Staff | None, judge: Staff | None
) -> AppealView:
    return AppealView(
        row.id,
        row.order_id,
        number,
        row.staff_id,
        _name(who),
        row.reason,
        row.at,
        AppealState(row.state),
        row.agent_id,
        _name(agent),
        row.answer,
        _name(judge),
        row.decided_at,
    )


def _name(person: Staff | None) -> str:
    return "" if person is None else person.reception_name or person.name or person.login
