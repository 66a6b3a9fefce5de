"""Asks customers how satisfied they are, and keeps what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations import Conversations, MessageKind
from app.core.errors import NotFound, UserError
from app.core.i18n import N_, _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.satisfaction.sessions import SessionTalk, talk_of
from app.satisfaction.settings import ASK_ON_CLOSE
from app.staff import StaffService
from db.clock import now_ms
from db.database import Database
from db.ids import new_id
from db.models import Conversation, Satisfaction

CHANNEL: Final = "webchat"
"""Where the question can be shown and answered."""

MAX_TEXT: Final = 500
LEVEL_NAMES: Final[Mapping[int, str]] = {
    5: N_("Very satisfied"),
    4: N_("Satisfied"),
    3: N_("So-so"),
    2: N_("Dissatisfied"),
    1: N_("Very dissatisfied"),
}
LEVELS: Final = tuple(LEVEL_NAMES)
SATISFIED: Final = 4
"""From this level on a customer is satisfied."""


@dataclass(frozen=True, slots=True)
class Rating:
    """An invitation and what came of it; `level` 5 (very satisfied) to 1, None unanswered."""

    id: bytes
    conversation_id: bytes
    message_id: bytes
    staff_id: bytes | None
    automatic: bool
    invited_at: int
    answered_at: int | None
    level: int | None
    text: str


class SatisfactionService:
    """Asks once a session, by hand or when a conversation is closed."""

    def __init__(
        self,
        db: Database,
        staff: StaffService,
        settings: Settings,
        conversations: Conversations,
    ) -> None:
        self._db, self._staff, self._settings = db, staff, settings
        self._conversations = conversations

    def invite(self, conversation_id: bytes) -> Rating:
        """Ask now; raises `UserError` where it can't be asked, or was asked in this session."""
        self._staff.require(Permission.REPLY)
        with self._db.write() as session:
            _check_channel(session, conversation_id)
            talk = self._talk(session, conversation_id)
            if talk is None or not talk.asked_by_customer:
                raise UserError(_("This customer has not written yet."), code="not_written")
            if _asked_since(session, conversation_id, talk.starts_at):
                raise UserError(
                    _("This customer was asked in this session already."), code="asked_already"
                )
            return self._ask(session, conversation_id, talk, automatic=False)

    def ask_on_close(self, conversation_id: bytes) -> Rating | None:
        """Ask because the conversation is being closed; nothing where it would be out of place."""
        if not self._settings.get(ASK_ON_CLOSE):
            return None
        with self._db.write() as session:
            channel = session.scalar(_channel(conversation_id))
            talk = self._talk(session, conversation_id) if channel == CHANNEL else None
            if talk is None or not talk.is_whole:
                return None
            if _asked_since(session, conversation_id, talk.starts_at):
                return None
            return self._ask(session, conversation_id, talk, automatic=True)

    def answer(
        self, satisfaction_id: bytes, conversation_id: bytes, payload: Mapping[str, Any]
    ) -> Rating:
        """Take the customer's answer: {"level": 1 to 5, "text"}; the same twice is one.

        Raises `UserError` with a code the page has words for.
        """
        level, text = _cleaned(payload)
        with self._db.write("channel") as session:
            row = _find(session, satisfaction_id, conversation_id)
            if row.answered_at is not None:
                if (row.level, row.text) == (level, text):
                    return _view(row)  # delivered twice
                raise UserError(_("You have answered this card already."), code="answered")
            row.level, row.text, row.answered_at = level, text, now_ms()
            self._tell(row)
            return _view(row)

    def of_conversation(self, conversation_id: bytes) -> list[Rating]:
        """All invitations of a conversation, newest first."""
        with self._db.read() as session:
            rows = session.scalars(
                select(Satisfaction)
                .where(
                    Satisfaction.conversation_id == conversation_id,
                    Satisfaction.deleted.is_(False),
                )
                .order_by(Satisfaction.invited_at.desc(), Satisfaction.rid.desc())
            )
            return [_view(row) for row in rows]

    # --- parts -----------------------------------------------------------------------------

    def _talk(self, session: Session, conversation_id: bytes) -> SessionTalk | None:
        # The numbers are loaded here only: the desk shows answers without them.
        from app.stats import SESSION_GAP_MIN

        gap_ms = max(1, self._settings.get(SESSION_GAP_MIN)) * 60_000
        return talk_of(session, conversation_id, gap_ms)

    def _ask(
        self, session: Session, conversation_id: bytes, talk: SessionTalk, *, automatic: bool
    ) -> Rating:
        me = self._staff.current
        row = Satisfaction(id=new_id(), conversation_id=conversation_id, automatic=automatic)
        message = self._conversations.send(
            conversation_id,
            _("How satisfied are you with our service?"),
            kind=MessageKind.SATISFACTION_CARD,
            payload={"satisfaction_id": row.id.hex()},
            automatic=True,  # a question about the talk is no part of it: no clock stops
        )
        row.message_id, row.invited_at = message.id, message.at
        row.staff_id = talk.agent or (me.id if me is not None else None)
        row.customer_id = session.scalar(
            select(Conversation.customer_id).where(Conversation.id == conversation_id)
        )
        session.add(row)
        session.flush()
        return _view(row)

    def _tell(self, row: Satisfaction) -> None:
        words = _("The customer's rating: {level}").format(level=_(LEVEL_NAMES[row.level or 3]))
        self._conversations.add_event(
            row.conversation_id,
            "rated",
            text=words,
            satisfaction_id=row.id.hex(),
            level=row.level,
            said=row.text,
        )


def _channel(conversation_id: bytes) -> Any:
    return select(Conversation.channel).where(
        Conversation.id == conversation_id, Conversation.deleted.is_(False)
    )


def _check_channel(session: Session, conversation_id: bytes) -> None:
    if session.scalar(_channel(conversation_id)) != CHANNEL:
        raise UserError(
            _("Only customers in the web chat can be asked."),
            hint=_("Elsewhere the platform asks itself."),
            code="no_question",
        )


def _asked_since(session: Session, conversation_id: bytes, since: int) -> bool:
    query = select(Satisfaction.rid).where(
        Satisfaction.conversation_id == conversation_id,
        Satisfaction.invited_at >= since,
        Satisfaction.deleted.is_(False),
    )
    return session.scalar(query.limit(1)) is not None


def _find(session: Session, satisfaction_id: bytes, conversation_id: bytes) -> Satisfaction:
    row = session.scalar(
        select(Satisfaction).where(
            Satisfaction.id == satisfaction_id,
            Satisfaction.conversation_id == conversation_id,
            Satisfaction.deleted.is_(False),
        )
    )
    if row is None:
        raise NotFound(_("This card does not exist."))
    return row


def _cleaned(payload: Mapping[str, Any]) -> tuple[int, str]:
    level, text = payload.get("level"), payload.get("text", "")
    if not isinstance(level, int) or isinstance(level, bool) or level not in LEVEL_NAMES:
        raise UserError(_("This answer can't be understood."), code="bad_answer")
    if not isinstance(text, str) or len(text.strip()) > MAX_TEXT:
        raise UserError(
            _("This is longer than {n} characters.").format(n=MAX_TEXT), code="too_long"
        )
    return level, text.strip()


def _view(row: Satisfaction) -> Rating:
    return Rating(
        row.id,
        row.conversation_id,
        row.message_id,
        row.staff_id,
        row.automatic,
        row.invited_at,
        row.answered_at,
        row.level,
        row.text,
    )
