"""The reading half of the conversations: threads, the inbox, drafts, and what a guard finds."""

from __future__ import annotations

from collections.abc import Sequence

from app.conversations import colleagues, drafts, guard_facts, guards, inbox, read
from app.conversations.model import (
    ConversationContext,
    Cursor,
    DraftView,
    FoundMessage,
    HandOver,
    InboxCounts,
    InboxRow,
    InboxView,
    LateSummary,
    MessageView,
    OpenedThread,
    TagChoice,
)
from app.staff import StaffService
from db.clock import now_ms
from db.database import Database
from db.models import DraftKind


class ConversationReading:
    """What can be asked without changing anything; every page is bounded and runs on an index."""

    def __init__(self, db: Database, staff: StaffService) -> None:
        self._db, self._staff = db, staff

    def newest(self) -> int:
        """Where `handed_over` begins: behind every message that is here now."""
        with self._db.read() as session:
            return colleagues.newest_rid(session)

    def handed_over(self, since: int) -> tuple[int, list[HandOver]]:
        """Return what colleagues handed to this person since then, and where to go on."""
        me = self._me()
        with self._db.read() as session:
            now = colleagues.newest_rid(session)
            if me is None or now <= since:
                return now, []
            return now, colleagues.handed_over(session, since, me)

    def handed_while_away(self, seen: int) -> tuple[int, list[HandOver]]:
        """Return what colleagues handed to this person behind `seen` and it took up nowhere yet."""
        me = self._me()
        with self._db.read() as session:
            found = [] if me is None else colleagues.handed_while_away(session, seen, me)
            return colleagues.newest_rid(session), found

    # --- reading --------------------------------------------------------------------------

    def thread(
        self, conversation_id: bytes, *, before: Cursor | None = None, limit: int = 200
    ) -> list[MessageView]:
        """The newest page of a thread (or the one before `before`), oldest message first."""
        with self._db.cursor() as cursor:
            return read.page_before(cursor, conversation_id, before, limit)

    def open(self, conversation_id: bytes, limit: int) -> OpenedThread:
        """Everything the desk shows of a conversation at first, read in one go.

        Raises `UnknownConversation`.
        """
        me = self._me()
        with self._db.cursor() as cursor:
            context = read.context(cursor, conversation_id)
            messages = read.page_before(cursor, conversation_id, None, limit)
            draft = drafts.reply_text(cursor, conversation_id, me) if me is not None else ""
            return OpenedThread(context, messages, len(messages) == limit, draft)

    def after(self, conversation_id: bytes, cursor: Cursor, limit: int = 200) -> list[MessageView]:
        """What stands behind `cursor` in the thread, oldest first; (0, b"") is the beginning."""
        with self._db.cursor() as reading:
            return read.page_after(reading, conversation_id, cursor, limit)

    def messages(self, message_ids: Sequence[bytes]) -> list[MessageView]:
        """The named messages, in the order of the thread."""
        with self._db.cursor() as cursor:
            return read.messages_by_id(cursor, message_ids)

    def find(self, conversation_id: bytes, words: str, limit: int = 500) -> list[FoundMessage]:
        """Messages of one thread that hold all the words, newest first."""
        if not words.strip():
            return []
        with self._db.read() as session:
            return read.find_words(session, conversation_id, words, limit)

    def context(self, conversation_id: bytes) -> ConversationContext:
        """Who the conversation is with; raises `UnknownConversation`."""
        with self._db.cursor() as cursor:
            return read.context(cursor, conversation_id)

    def latest_of(self, customer_id: bytes) -> bytes | None:
        """The customer's newest conversation, or None."""
        with self._db.read() as session:
            return read.latest_of(session, customer_id)

    # --- the inbox ------------------------------------------------------------------------

    def inbox(
        self,
        view: InboxView,
        *,
        text: str = "",
        tags: Sequence[bytes] = (),
        limit: int = 100,
        before: inbox.Place | None = None,
    ) -> list[InboxRow]:
        """A page of a list, behind the row whose `place` is `before`.

        `text` looks at names, nicks, phones, order numbers and the last line; a row must have
        all of `tags` (tag ids). WAITING and FOLLOW_UP start with the oldest, others the newest.
        """
        with self._db.read() as session:
            return inbox.page(
                session, view, self._me(), text=text, tags=tags, limit=limit, before=before
            )

    def counts(self) -> InboxCounts:
        """How many conversations each list holds (up to `COUNT_CAP`)."""
        with self._db.read() as session:
            return inbox.counts(session, self._me())

    def late(self, longer_than_s: int) -> LateSummary:
        """Who has waited longer than so many seconds."""
        with self._db.read() as session:
            return inbox.late(session, now_ms() - longer_than_s * 1000)

    def tag_choices(self) -> list[TagChoice]:
        """The tags by which `inbox` can be narrowed."""
        with self._db.read() as session:
            return inbox.tag_choices(session)

    # --- drafts and guards ----------------------------------------------------------------

    def draft(self, conversation_id: bytes, kind: DraftKind) -> DraftView | None:
        """What the person at the desk left unsent here, or None."""
        me = self._me()
        if me is None:
            return None
        with self._db.read() as session:
            return drafts.find(session, drafts.draft_id(conversation_id, me, kind))

    def check(
        self, conversation_id: bytes, text: str, recent: Sequence[bytes] = ()
    ) -> list[guards.Finding]:
        """What holds this reply back: holes, and data of another customer.

        `recent` are conversations looked at lately, newest first. Indexed look-ups only.
        """
        with self._db.read() as session:
            facts = guard_facts.gather(session, text, conversation_id, recent)
        return guards.check(text, facts)

    def _me(self) -> bytes | None:
        member = self._staff.current
        return member.id if member else None
