"""What the web chat reads and writes; every method blocks and belongs on a worker thread."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, String, and_, cast, func, select
from sqlalchemy.orm import Session

from db.clock import now_ms
from db.database import Database
from db.models import (
    Attachment,
    Author,
    Confirmation,
    Conversation,
    LocalSetting,
    Message,
    MessageKind,
    MessageState,
    Satisfaction,
    Staff,
    WebVisitor,
)

CHANNEL: Final = "webchat"
PUBLIC_KINDS: Final = tuple(
    k for k in MessageKind if k not in {MessageKind.NOTE, MessageKind.EVENT}
)
_ON_THE_WAY: Final = (MessageState.QUEUED, MessageState.SENDING, MessageState.SENT)
_MAX_RECALLED: Final = 100
_DAY_MS: Final = 86_400_000
_IDENTITY_KEY: Final = "webchat.identity"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser known by its token."""

    key: str
    conversation_id: bytes


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message as the visitor may see it. `seq` rises in the order of commits on this station."""

    seq: int
    id: bytes
    conversation_id: bytes
    author: str
    staff: str
    kind: str
    text: str
    payload: Any
    attachment_id: bytes | None
    file: str
    size: int
    width: int
    height: int
    external_id: str
    at: int
    state: str
    gone: bool
    answered: str

    @property
    def own(self) -> bool:
        """Whether the visitor wrote it."""
        return self.author == Author.CUSTOMER


@dataclass(frozen=True, slots=True)
class CatchUp:
    """The next messages, how far the shop has read, and which messages were taken back."""

    page: list[ChatMessage]
    read_at: int = 0
    recalled: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """What this station's numbering and picture addresses hang on, made at the first start."""

    epoch: str
    secret: bytes


class ChatStore:
    """The web chat's view of the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def identity(self) -> Identity:
        """The station's epoch and secret; a restored or copied station makes new ones."""
        with self._db.write("channel") as session:
            row = session.get(LocalSetting, _IDENTITY_KEY)
            value = row.value if row else None
            if value is None:
                value = {"epoch": secrets.token_hex(6), "secret": secrets.token_hex(32)}
                session.merge(LocalSetting(key=_IDENTITY_KEY, value=value))
            return Identity(value["epoch"], bytes.fromhex(value["secret"]))

    def visitor(self, key: str) -> Visitor | None:
        """Who holds the token with this hash."""
        with self._db.read() as session:
            row = session.get(WebVisitor, key)
            return Visitor(key, row.conversation_id) if row else None

    def add_visitor(
        self, key: str, conversation_id: bytes, customer: bytes, origin: str
    ) -> Visitor:
        """Remember a new visitor."""
        now = now_ms()
        with self._db.write("channel") as session:
            session.add(
                WebVisitor(
                    token_hash=key,
                    conversation_id=conversation_id,
                    customer_id=customer,
                    origin=origin[:200],
                    created_at=now,
                    last_seen_at=now,
                )
            )
        return Visitor(key, conversation_id)

    def head(self) -> int:
        """The `seq` of the newest message of all."""
        with self._db.read() as session:
            return session.scalar(select(func.max(Message.rid))) or 0

    def feed(self, after: int, limit: int = 500) -> tuple[list[ChatMessage], int]:
        """The next messages of all visitors behind `after`, and how far was looked."""
        with self._db.read() as session:
            head = session.scalar(select(func.max(Message.rid))) or 0
            query = _messages().where(Message.rid > after).order_by(Message.rid).limit(limit)
            found = [_message(row) for row in session.execute(query)]
            return found, (found[-1].seq if len(found) == limit else max(head, after))

    def catch_up(self, conversation_id: bytes, after: int | None, limit: int) -> CatchUp:
        """What a page that has everything up to `after` lacks; None for a page without anything."""
        with self._db.read() as session:
            read_at = session.scalar(
                select(Conversation.agent_read_at).where(Conversation.id == conversation_id)
            )
            if after is None:
                return CatchUp(_newest(session, conversation_id, None, limit), read_at or 0)
            query = _messages(conversation_id).where(Message.rid > after).order_by(Message.rid)
            page = [_message(row) for row in session.execute(query.limit(limit))]
            return CatchUp(page, read_at or 0, _recalled(session, conversation_id, after))

    def before(self, conversation_id: bytes, before: int | None, limit: int) -> list[ChatMessage]:
        """The newest messages of one conversation before `before`, oldest first; none recalled."""
        with self._db.read() as session:
            return _newest(session, conversation_id, before, limit)

    def named(self, ids: Iterable[bytes]) -> list[ChatMessage]:
        """The messages with these ids, as far as they are the web chat's."""
        with self._db.read() as session:
            query = _messages().where(Message.id.in_(list(ids))).order_by(Message.rid)
            return [_message(row) for row in session.execute(query)]

    def agent_read_at(self, conversation_ids: Sequence[bytes]) -> dict[bytes, int]:
        """Up to which moment the shop has read each conversation."""
        query = select(Conversation.id, Conversation.agent_read_at)
        with self._db.read() as session:
            rows = session.execute(query.where(Conversation.id.in_(conversation_ids)))
            return {row.id: row.agent_read_at for row in rows}

    def confirmations(self, ids: Iterable[bytes]) -> list[tuple[bytes, bytes, str]]:
        """(conversation id, confirmation id, state) of confirmation cards."""
        query = select(Confirmation.conversation_id, Confirmation.id, Confirmation.state)
        with self._db.read() as session:
            rows = session.execute(query.where(Confirmation.id.in_(list(ids))))
            return [(row.conversation_id, row.id, row.state) for row in rows]

    def ratings(self, ids: Iterable[bytes]) -> list[tuple[bytes, bytes, int]]:
        """(conversation id, satisfaction id, level) of questions that were answered."""
        query = select(Satisfaction.conversation_id, Satisfaction.id, Satisfaction.level)
        query = query.where(Satisfaction.id.in_(list(ids)), Satisfaction.level.is_not(None))
        with self._db.read() as session:
            return [(row.conversation_id, row.id, row.level or 0) for row in session.execute(query)]

    def undelivered(self, conversation_id: bytes, up_to: int) -> list[bytes]:
        """Replies up to `up_to` of which the visitor's browser had not told that they arrived."""
        query = _replies(conversation_id, up_to).where(Message.state.in_(_ON_THE_WAY))
        with self._db.read() as session:
            return list(session.scalars(query))

    def moment_of(self, conversation_id: bytes, up_to: int) -> int:
        """When the newest reply up to `up_to` was written, 0 for none."""
        query = _replies(conversation_id, up_to).with_only_columns(func.max(Message.at))
        with self._db.read() as session:
            return session.scalar(query) or 0

    def kept_today(self, conversation_id: bytes) -> tuple[int, int]:
        """Bytes of files kept in the last 24 hours: those of one visitor, and all."""
        since = now_ms() - _DAY_MS
        size = func.coalesce(func.sum(Attachment.size), 0)
        theirs = (
            select(size)
            .join(Message, Message.attachment_id == Attachment.id)
            .where(
                Message.conversation_id == conversation_id,
                Message.author == Author.CUSTOMER,
                Message.at >= since,
            )
        )
        with self._db.read() as session:
            everybodys = session.scalar(select(size).where(Attachment.created_at >= since))
            return int(session.scalar(theirs) or 0), int(everybodys or 0)

    def holds(self, conversation_id: bytes, attachment_id: bytes) -> bool:
        """Whether a picture stands in the conversation and was not taken back."""
        query = select(Message.rid).where(
            Message.conversation_id == conversation_id,
            Message.attachment_id == attachment_id,
            Message.deleted.is_(False),
        )
        with self._db.read() as session:
            return session.scalar(query.limit(1)) is not None


def _newest(
    session: Session, conversation_id: bytes, before: int | None, limit: int
) -> list[ChatMessage]:
    query = _messages(conversation_id).where(Message.deleted.is_(False))
    if before is not None:
        query = query.where(Message.rid < before)
    rows = session.execute(query.order_by(Message.rid.desc()).limit(limit)).all()
    return [_message(row) for row in reversed(rows)]


def _recalled(session: Session, conversation_id: bytes, up_to: int) -> tuple[bytes, ...]:
    query = (
        select(Message.id)
        .where(Message.conversation_id == conversation_id, Message.rid <= up_to)
        .where(Message.deleted.is_(True), Message.kind.in_(PUBLIC_KINDS))
        .order_by(Message.rid.desc())
        .limit(_MAX_RECALLED)
    )
    return tuple(session.scalars(query))


def _messages(conversation_id: bytes | None = None) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = (
        select(
            Message.rid,
            Message.id,
            Message.conversation_id,
            Message.author,
            Message.kind,
            Message.text,
            Message.payload,
            Message.attachment_id,
            Message.external_id,
            Message.at,
            Message.state,
            Message.deleted,
            Staff.reception_name,
            Staff.name,
            Attachment.name.label("file"),
            Attachment.size,
            Attachment.width,
            Attachment.height,
            func.coalesce(Confirmation.state, cast(Satisfaction.level, String)).label("answered"),
        )
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .outerjoin(Attachment, Attachment.id == Message.attachment_id)
        .outerjoin(Confirmation, Confirmation.message_id == Message.id)
        .outerjoin(
            Satisfaction,
            and_(
                # By the conversation, of which there is an index.
                Satisfaction.conversation_id == Message.conversation_id,
                Satisfaction.message_id == Message.id,
            ),
        )
        .where(Message.kind.in_(PUBLIC_KINDS))
    )
    if conversation_id is not None:
        return query.where(Message.conversation_id == conversation_id)
    return query.join(Conversation, Conversation.id == Message.conversation_id).where(
        Conversation.channel == CHANNEL
    )


def _replies(conversation_id: bytes, up_to: int) -> Select[bytes]:
    return select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.rid <= up_to,
        Message.author != Author.CUSTOMER,
        Message.kind.in_(PUBLIC_KINDS),
    )


def _message(row: Row[Any]) -> ChatMessage:
    gone = bool(row.deleted)
    return ChatMessage(
        seq=row.rid,
        id=row.id,
        conversation_id=row.conversation_id,
        author=row.author,
        staff=row.reception_name or row.name or "",
        kind=row.kind,
        text="" if gone else row.text,
        payload=None if gone else row.payload,
        attachment_id=None if gone else row.attachment_id,
        file=row.file or "",
        size=row.size or 0,
        width=row.width or 0,
        height=row.height or 0,
        external_id=row.external_id,
        at=row.at,
        state=row.state,
        gone=gone,
        answered=row.answered or "",
    )
