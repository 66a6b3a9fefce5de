"""What colleagues did: answered a customer first, or handed one over."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, select, text, true
from sqlalchemy.orm import Session, aliased

from app.conversations.model import HandOver
from db.clock import now_ms
from db.models import Author, Conversation, Customer, Message, MessageKind, Staff

NEWS_MS: Final = 12 * 3_600_000
"""An older hand-over is no news, though it may have come to this station just now."""
AWAY_MS: Final = 7 * 24 * 3_600_000
"""For who was away, one of a week ago is news as long as nothing came of it."""
_MOST_LOOKED_AT: Final = 20_000


def newest_rid(session: Session) -> int:
    """Return the row number of the newest message here; later ones came afterwards.

    Row numbers rise as messages arrive, whatever another station's clock says.
    """
    return int(session.scalar(text("SELECT max(rid) FROM messages")) or 0)


def answered_since(
    session: Session, conversation_id: bytes, rid: int, me: bytes | None
) -> str | None:
    """Return the name of the colleague whose reply arrived after `rid`; None where none did."""
    query = (
        select(Staff.name, Staff.reception_name)
        .join(Message, Message.staff_id == Staff.id)
        .where(
            Message.conversation_id == conversation_id,
            Message.rid > rid,
            Message.author == Author.AGENT,
            Message.automatic.is_(False),
            Message.deleted.is_(False),
            Message.kind.not_in([MessageKind.NOTE, MessageKind.EVENT]),
        )
        .order_by(Message.rid.desc())
        .limit(1)
    )
    if me is not None:
        query = query.where(Message.staff_id != me)
    found = session.execute(query).first()
    return None if found is None else found.reception_name or found.name


def handed_while_away(session: Session, rid: int, me: bytes) -> list[HandOver]:
    """As `handed_over`, of a longer time, without those in which `me` wrote since."""
    wrote = aliased(Message)
    since = (
        select(wrote.rid)
        .where(wrote.conversation_id == Message.conversation_id, wrote.staff_id == me)
        .where(wrote.rid > Message.rid)
    )
    return handed_over(session, rid, me, within=AWAY_MS, but=since.exists())


def handed_over(
    session: Session,
    rid: int,
    me: bytes,
    *,
    within: int = NEWS_MS,
    but: ColumnElement[bool] | None = None,
) -> list[HandOver]:
    """Return the conversations that others handed to `me` by messages behind `rid`, oldest first.

    Only those that are still with `me`, of the last ms (`within`), and none that `but` holds for.
    """
    events = session.execute(
        select(Message, Staff, Customer)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(Staff, Staff.id == Message.staff_id)
        .where(
            Message.rid > max(rid, newest_rid(session) - _MOST_LOOKED_AT),
            Message.kind == MessageKind.EVENT,
            Message.staff_id != me,
            Message.at > now_ms() - within,
            Conversation.assignee_id == me,
        )
        .where(true() if but is None else ~but)
        .order_by(Message.rid)
    )
    found: dict[bytes, HandOver] = {}
    for message, staff, customer in events:
        facts = message.payload if isinstance(message.payload, dict) else {}
        if facts.get("event") == "assigned" and facts.get("to_id") == me.hex():
            note = _note_of(session, message) if facts.get("noted") else ""
            found[message.conversation_id] = HandOver(
                message.conversation_id,
                staff.reception_name or staff.name,
                customer.salutation or customer.name or customer.nick,
                note,
            )
    return list(found.values())


def _note_of(session: Session, event: Message) -> str:
    """The note that went with a hand-over stands right before it."""
    return (
        session.scalar(
            select(Message.text)
            .where(
                Message.conversation_id == event.conversation_id,
                Message.staff_id == event.staff_id,
                Message.kind == MessageKind.NOTE,
                Message.at <= event.at,
                Message.deleted.is_(False),
            )
            .order_by(Message.at.desc())
            .limit(1)
        )
        or ""
    )
