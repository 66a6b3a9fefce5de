"""The session a conversation is in: what was said since the last long silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Author, Message, MessageKind

_NOT_SAID: Final = (MessageKind.NOTE, MessageKind.EVENT, MessageKind.SATISFACTION_CARD)
_MOST: Final = 2_000
"""So many messages are looked at; a session that is longer began before them."""


@dataclass(frozen=True, slots=True)
class SessionTalk:
    """A session: when it began, who of the shop answered last, and whether the customer wrote."""

    starts_at: int
    agent: bytes | None
    asked_by_customer: bool
    answered_by_person: bool

    @property
    def is_whole(self) -> bool:
        """Whether the customer wrote and a person answered: something to be satisfied with."""
        return self.asked_by_customer and self.answered_by_person


def talk_of(session: Session, conversation_id: bytes, gap_ms: int) -> SessionTalk | None:
    """The newest session of a conversation; None where nobody said anything."""
    rows = session.execute(
        select(Message.at, Message.author, Message.staff_id, Message.automatic)
        .where(
            Message.conversation_id == conversation_id,
            Message.deleted.is_(False),
            Message.kind.not_in(_NOT_SAID),
        )
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(_MOST)
    ).all()
    if not rows:
        return None
    starts_at, agent, asked, answered = rows[0].at, None, False, False
    for at, author, staff_id, automatic in rows:
        if starts_at - at >= gap_ms:
            break
        starts_at = at
        asked = asked or author == Author.CUSTOMER
        if author == Author.AGENT and not automatic:
            answered, agent = True, agent or staff_id
    return SessionTalk(starts_at, agent, asked, answered)
