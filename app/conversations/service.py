"""Conversations: the one service through which channels, panels and the desk talk to customers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.conversations import colleagues, drafts, outgoing, read, receive
from app.conversations.derived import recompute
from app.conversations.model import (
    IncomingMessage,
    MessageView,
    NewerMessage,
)
from app.conversations.reading import ConversationReading
from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.undo import Undo, fields_of, put_back, undo_of
from db.clock import now_ms
from db.models import (
    Author,
    Conversation,
    ConversationStatus,
    DraftKind,
    Message,
    MessageKind,
    MessageState,
)

MAX_TEXT: Final = 10_000
"""Longest message in characters."""
_STANDING: Final = ("status", "assignee_id", "follow_up_at", "closed_at", "waiting_since", "unread")
"""What closing, handing over and following up change, and taking that back restores."""


class Conversations(ConversationReading):
    """What one can do with conversations and their messages. Thread-safe as the database is."""

    closing: Callable[[bytes], object] | None = None
    """Is told of a conversation that is about to be closed, in the same transaction."""

    # --- what customers write -------------------------------------------------------------

    def receive(self, incoming: IncomingMessage) -> MessageView:
        """Keep a customer's message, once however often it is delivered, and return it.

        It opens the conversation, or opens a closed one again, and starts the waiting clock.
        """
        with self._db.write("channel") as session:
            identity = receive.store(session, incoming)
            session.flush()
            return _one(read.message(session, identity))

    def mark_read_by_customer(self, conversation_id: bytes, up_to_at: int) -> None:
        """Note that the customer has seen the messages up to `up_to_at` (Unix ms)."""
        with self._db.write("channel") as session:
            outgoing.read_by_customer(
                session, outgoing.conversation(session, conversation_id), up_to_at
            )

    # --- what the desk writes -------------------------------------------------------------

    def send(
        self,
        conversation_id: bytes,
        text: str,
        *,
        kind: MessageKind = MessageKind.TEXT,
        payload: Any = None,
        attachment_id: bytes | None = None,
        seen_until: int | None = None,
        automatic: bool = False,
        from_draft: bool = False,
    ) -> MessageView:
        """Queue a message to the customer and return it.

        Raises `NewerMessage` where the customer wrote after `seen_until` (Unix ms). A person's
        message stops the waiting clock and takes an unassigned conversation; an `automatic` one
        needs nobody signed in and leaves the clock. `from_draft` discards the reply's draft in
        the same transaction.
        """
        member = self._staff.current if automatic else self._staff.require(Permission.REPLY)
        me = member.id if member else None
        _check_text(text, kind, attachment_id)
        with self._db.write() as session:
            to = outgoing.living(session, conversation_id)
            if seen_until is not None and to.last_customer_at > seen_until:
                raise NewerMessage(to.last_customer_at)
            author = Author.ROBOT if member is None else Author.AGENT
            if not automatic:
                _take(to, me)
            message = outgoing.append(
                session,
                to,
                author=author,
                kind=kind,
                text=text,
                payload=payload,
                staff_id=me,
                attachment_id=attachment_id,
                automatic=automatic,
            )
            if from_draft and me is not None:
                drafts.discard(session, drafts.draft_id(conversation_id, me, DraftKind.REPLY))
            session.flush()
            return _one(read.message(session, message.id))

    def arrival(self) -> int:
        """Return a mark of now for `answered_since`."""
        with self._db.read() as session:
            return colleagues.newest_rid(session)

    def answered_since(self, conversation_id: bytes, arrival: int) -> str | None:
        """Return the name of the colleague who answered after a mark, if one did."""
        me = self._staff.current
        with self._db.read() as session:
            return colleagues.answered_since(
                session, conversation_id, arrival, me.id if me else None
            )

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one transaction of several calls on this thread: all of them or none."""
        with self._db.write():
            yield

    def add_note(
        self, conversation_id: bytes, text: str, *, from_draft: bool = False
    ) -> MessageView:
        """Leave a note in the thread that only colleagues see."""
        me = self._staff.require(Permission.REPLY).id
        _check_text(text, MessageKind.NOTE, None)
        with self._db.write() as session:
            to = outgoing.conversation(session, conversation_id)
            message = _append_note(session, to, me, text)
            if from_draft:
                drafts.discard(session, drafts.draft_id(conversation_id, me, DraftKind.NOTE))
            session.flush()
            return _one(read.message(session, message.id))

    def add_event(
        self, conversation_id: bytes, event: str, *, text: str = "", **facts: Any
    ) -> None:
        """Put a line into the thread for colleagues, e.g. that the customer corrected an order.

        `text` is shown where the desk has no words of its own for `event`.
        """
        with self._db.write() as session:
            thread = outgoing.conversation(session, conversation_id)
            outgoing.add_event(session, thread, None, text=text, event=event, **facts)

    def wait_less(self, conversation_ids: Sequence[bytes], ms: int) -> None:
        """Let customers have waited so many milliseconds less: the clocks stood still meanwhile."""
        with self._db.write("channel") as session:
            session.execute(
                update(Conversation)
                .where(
                    Conversation.id.in_(conversation_ids), Conversation.waiting_since.is_not(None)
                )
                .values(waiting_since=Conversation.waiting_since + ms)
            )

    def set_state(self, message_ids: Sequence[bytes], state: MessageState, error: str = "") -> None:
        """Note what became of messages; a state never moves backwards."""
        with self._db.write("channel") as session:
            outgoing.raise_states(session, message_ids, state, error)

    def retry(self, message_id: bytes) -> None:
        """Queue a failed message again; a person decided so."""
        self._staff.require(Permission.REPLY)
        with self._db.write() as session:
            outgoing.retry(session, message_id)

    def recallable(self, message: MessageView) -> bool:
        """Whether the person at the desk could take this message back now."""
        return outgoing.recallable(message.staff_id, message.kind, message.at, self._me())

    def recall(self, message_id: bytes) -> None:
        """Take back one's own message of the last two minutes; raises `NotRecallable`."""
        member = self._staff.require(Permission.REPLY)
        with self._db.write() as session:
            outgoing.recall(session, message_id, member.id)

    # --- the life of a conversation -------------------------------------------------------

    def mark_read_by_agent(self, conversation_id: bytes) -> None:
        """Note that the desk has seen the thread."""
        with self._db.write() as session:
            seen = outgoing.conversation(session, conversation_id)
            if seen.unread or seen.agent_read_at < seen.last_customer_at:
                seen.agent_read_at = max(seen.agent_read_at, seen.last_customer_at)
                seen.unread = 0

    def assign(self, conversation_id: bytes, staff_id: bytes | None, note: str = "") -> Undo | None:
        """Hand the conversation to a colleague, or to nobody; a `note` for them goes with it."""
        me = self._staff.require(Permission.REPLY).id
        name = self._staff.get(staff_id).shown_name if staff_id else ""
        if note := note.strip():
            _check_text(note, MessageKind.NOTE, None)
        with self._db.write() as session:
            found = outgoing.conversation(session, conversation_id)
            if found.assignee_id == staff_id and not note:
                return None
            before = fields_of(found, _STANDING)
            if note:
                _append_note(session, found, me, note)
            found.assignee_id = staff_id
            to_id = staff_id.hex() if staff_id else ""
            outgoing.add_event(
                session, found, me, event="assigned", to=name, to_id=to_id, noted=bool(note)
            )
            return undo_of(found, before)

    def follow_up(self, conversation_id: bytes, at: int | None) -> Undo | None:
        """Call the conversation to mind again at `at` (Unix ms); None ends the follow-up."""
        me = self._staff.require(Permission.REPLY).id
        if at is not None and at <= now_ms():
            raise UserError(_("This time has passed already."), code="past_time")
        with self._db.write() as session:
            found = outgoing.living(session, conversation_id)
            before = fields_of(found, _STANDING)
            found.follow_up_at, found.closed_at = at, None
            found.status = ConversationStatus.OPEN if at is None else ConversationStatus.FOLLOW_UP
            if at is None:
                outgoing.add_event(session, found, me, event="follow_up_done")
            else:
                outgoing.add_event(session, found, me, event="follow_up", at=at)
            return undo_of(found, before)

    def close(self, conversation_id: bytes) -> Undo | None:
        """Close the conversation; the next message of the customer opens it again."""
        me = self._staff.require(Permission.REPLY).id
        with self._db.write() as session:
            found = outgoing.conversation(session, conversation_id)
            if found.status == ConversationStatus.CLOSED:
                return None
            before = fields_of(found, _STANDING)
            if self.closing is not None:
                self.closing(conversation_id)
            outgoing.add_event(session, found, me, event="closed")
            found.status, found.follow_up_at = ConversationStatus.CLOSED, None
            found.closed_at = max(now_ms(), found.last_at)
            found.waiting_since, found.unread = None, 0
            found.agent_read_at = max(found.agent_read_at, found.last_customer_at)
            return undo_of(found, before)

    def reopen(self, conversation_id: bytes) -> Undo | None:
        """Open a closed conversation again."""
        me = self._staff.require(Permission.REPLY).id
        with self._db.write() as session:
            found = outgoing.living(session, conversation_id)
            if found.status != ConversationStatus.CLOSED:
                return None
            before = fields_of(found, _STANDING)
            found.status, found.closed_at = ConversationStatus.OPEN, None
            outgoing.add_event(session, found, me, event="reopened")
            return undo_of(found, before)

    def take_back(self, undo: Undo) -> None:
        """Let a conversation stand as before one of these steps.

        Raises `UserError` where it stands otherwise by now. The thread keeps the line of the step,
        and gets one that says it was taken back.
        """
        me = self._staff.require(Permission.REPLY).id
        with self._db.write() as session:
            found = put_back(outgoing.conversation(session, undo.row_id), undo)
            outgoing.add_event(session, found, me, event="taken_back")

    def recompute(self, conversation_ids: Sequence[bytes]) -> int:
        """Derive list columns anew from the messages, e.g. after an import; returns how many."""
        with self._db.write("system") as session:
            return recompute(session, conversation_ids)

    # --- drafts --------------------------------------------------------------------------

    def save_draft(
        self, conversation_id: bytes, kind: DraftKind, text: str, *, by: bytes | None = None
    ) -> None:
        """Keep what the person at the desk has typed; blank text discards it.

        `by` is who typed it, where that person may have signed out meanwhile.
        """
        me = by or self._staff.require(Permission.REPLY).id
        with self._db.write() as session:
            drafts.save(session, conversation_id, me, kind, text)

    def discard_draft(self, conversation_id: bytes, kind: DraftKind) -> None:
        """Drop an unsent text."""
        self.save_draft(conversation_id, kind, "")


def _one(message: MessageView | None) -> MessageView:
    if message is None:
        raise NotFound(_("This message does not exist."))
    return message


def _append_note(session: Session, to: Conversation, me: bytes, text: str) -> Message:
    return outgoing.append(
        session,
        to,
        author=Author.AGENT,
        kind=MessageKind.NOTE,
        text=text,
        staff_id=me,
        state=MessageState.DELIVERED,
    )


def _check_text(text: str, kind: MessageKind, attachment_id: bytes | None) -> None:
    needs_text = kind in {MessageKind.TEXT, MessageKind.NOTE} and attachment_id is None
    if needs_text and not text.strip():
        raise UserError(_("There is nothing to send."), code="empty_message")
    if len(text) > MAX_TEXT:
        message = _("A message can have {n} characters at most.").format(n=MAX_TEXT)
        raise UserError(message, code="message_too_long")


def _take(to: Conversation, me: bytes | None) -> None:
    """Whoever answers has it; an answered conversation is open and read."""
    if to.assignee_id is None:
        to.assignee_id = me
    if to.status == ConversationStatus.CLOSED:
        to.status, to.closed_at = ConversationStatus.OPEN, None
    to.unread = 0
    to.agent_read_at = max(to.agent_read_at, to.last_customer_at)
