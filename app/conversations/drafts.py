"""Unsent words: one draft per conversation, agent and kind, kept as one types."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from app.conversations.model import DraftView
from db.clock import now_ms
from db.ids import natural_id
from db.models import Draft, DraftKind


def draft_id(conversation_id: bytes, staff_id: bytes, kind: DraftKind) -> bytes:
    """The id of the one draft an agent has for a conversation."""
    return natural_id("draft", conversation_id.hex(), staff_id.hex(), kind.value)


def find(session: Session, identity: bytes) -> DraftView | None:
    """The draft, or None where nothing is left unsent."""
    row = session.execute(
        select(
            Draft.conversation_id, Draft.kind, Draft.text, Draft.began_at, Draft.updated_at
        ).where(Draft.id == identity, Draft.deleted.is_(False))
    ).one_or_none()
    if row is None:
        return None
    return DraftView(
        row.conversation_id, DraftKind(row.kind), row.text, row.began_at, row.updated_at
    )


def reply_text(cursor: DBAPICursor, conversation_id: bytes, staff_id: bytes) -> str:
    """The words of an agent's unsent reply, empty for none."""
    identity = draft_id(conversation_id, staff_id, DraftKind.REPLY)
    cursor.execute("SELECT text FROM drafts WHERE id = ? AND _del = 0", (identity,))
    row = cursor.fetchone()
    return str(row[0]) if row else ""


def save(
    session: Session, conversation_id: bytes, staff_id: bytes, kind: DraftKind, text: str
) -> None:
    """Keep the words as they stand; none at all discards the draft."""
    identity = draft_id(conversation_id, staff_id, kind)
    row = session.scalar(select(Draft).where(Draft.id == identity))
    if not text.strip():
        discard(session, identity)
    elif row is None:
        now = now_ms()
        session.add(
            Draft(
                id=identity,
                conversation_id=conversation_id,
                staff_id=staff_id,
                kind=kind,
                text=text,
                began_at=now,
                updated_at=now,
            )
        )
    elif row.deleted or row.text != text:
        row.began_at = now_ms() if row.deleted else row.began_at
        row.text, row.updated_at, row.deleted = text, now_ms(), False


def discard(session: Session, identity: bytes) -> None:
    """Drop the draft: it was sent, or emptied."""
    row = session.scalar(select(Draft).where(Draft.id == identity, Draft.deleted.is_(False)))
    if row is not None:
        row.deleted, row.text = True, ""
