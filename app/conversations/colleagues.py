"""Whether a colleague answered a customer first: two people must not say two things."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.models import Author, Message, MessageKind, Staff


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
