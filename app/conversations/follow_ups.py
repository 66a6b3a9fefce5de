"""Calling conversations to mind at the time set for that: whose turn it is, and told once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.conversations.model import FollowUp
from app.conversations.read import AnyRow, display_name
from app.conversations.settings import FOLLOW_UPS_TOLD, Told
from app.core.settings import Settings
from app.staff import StaffService
from db.clock import now_ms
from db.database import Database
from db.models import Conversation, ConversationStatus, Customer, Message, MessageKind

_EVENTS_LOOKED_AT: Final = 100


class FollowUps:
    """The follow-ups of the person at this desk: of their conversations, and of those that nobody
    has where they set the time.

    What one was told of is kept with the person, not with the station. Who sits at two desks at
    once is told at the one whose claim holds when both know of both.
    """

    def __init__(
        self,
        db: Database,
        staff: StaffService,
        settings: Settings,
        desk: str,
        elsewhere: Callable[[], bool] = lambda: False,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        """`desk` tells this desk from others; `elsewhere`, whether one sits at another as well."""
        self._db, self._staff, self._settings = db, staff, settings
        self._desk, self._elsewhere, self._clock = desk, elsewhere, clock

    def look(self) -> tuple[list[FollowUp], int | None]:
        """What is due and was told nowhere, oldest first; the ms to the next one, None if none."""
        now, told = self._clock(), self._told()
        with self._db.read() as session:
            ahead = [row.follow_up_at for row in self._set(session) if row.follow_up_at > now]
            return self._news(session, told), min(ahead) - now if ahead else None

    def claim(self) -> tuple[list[FollowUp], bool]:
        """Take what is news for this desk to tell.

        True where another desk may claim the same: `held` says after a while what it may tell.
        """
        with self._db.write() as session:
            told = self._told()
            found = self._news(session, told)
            if found:
                due = {row.id.hex() for row in self._due(session)}
                kept = {key: one for key, one in told.items() if key in due}
                mine = {one.conversation_id.hex(): (one.at, self._desk) for one in found}
                self._settings.set(FOLLOW_UPS_TOLD, kept | mine)
        return found, self._elsewhere()

    def held(self, claimed: Sequence[FollowUp]) -> list[FollowUp]:
        """Those of the claimed ones that no other desk tells."""
        told = self._told()
        return [
            one
            for one in claimed
            if told.get(one.conversation_id.hex(), (0, "")) == (one.at, self._desk)
        ]

    def _told(self) -> dict[str, Told]:
        return self._settings.get(FOLLOW_UPS_TOLD)

    def _news(self, session: Session, told: dict[str, Told]) -> list[FollowUp]:
        return [
            FollowUp(
                row.id,
                display_name(row.salutation or "", row.name or "", row.nick or ""),
                row.follow_up_at,
            )
            for row in self._due(session)
            if told.get(row.id.hex(), (0, ""))[0] != row.follow_up_at
            and (row.assignee_id is not None or self._set_by_me(session, row.id))
        ]

    def _due(self, session: Session) -> list[AnyRow]:
        now = self._clock()
        return [row for row in self._set(session) if row.follow_up_at <= now]

    def _set(self, session: Session) -> Sequence[AnyRow]:
        """What waits for its time, of mine and of nobody's."""
        me = self._staff.current
        if me is None:
            return ()
        query = (
            select(
                Conversation.id,
                Conversation.follow_up_at,
                Conversation.assignee_id,
                Customer.salutation,
                Customer.name,
                Customer.nick,
            )
            .outerjoin(Customer, Customer.id == Conversation.customer_id)
            .where(
                Conversation.status == ConversationStatus.FOLLOW_UP,
                Conversation.follow_up_at > 0,
                Conversation.deleted.is_(False),
                or_(Conversation.assignee_id == me.id, Conversation.assignee_id.is_(None)),
            )
            .order_by(Conversation.follow_up_at)
        )
        return session.execute(query).all()

    def _set_by_me(self, session: Session, conversation_id: bytes) -> bool:
        me = self._staff.current
        events = session.execute(
            select(Message.staff_id, Message.payload)
            .where(
                Message.conversation_id == conversation_id,
                Message.kind == MessageKind.EVENT,
                Message.deleted.is_(False),
            )
            .order_by(Message.at.desc(), Message.id.desc())
            .limit(_EVENTS_LOOKED_AT)
        )
        for staff_id, facts in events:
            if isinstance(facts, dict) and facts.get("event") == "follow_up":
                return me is not None and staff_id == me.id
        return False
