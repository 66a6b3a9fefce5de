"""What a visitor may do, whichever way the request came: the rules of the chat in one place."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, Final

from app.channels.webchat.allowance import Allowance
from app.channels.webchat.desk import Desk
from app.channels.webchat.intake import Intake
from app.channels.webchat.pictures import picture_suffix
from app.channels.webchat.refusal import Refusal, checked_text
from app.channels.webchat.shown import Shown
from app.channels.webchat.store import CHANNEL, CatchUp, ChatMessage, ChatStore, Identity, Visitor
from app.channels.webchat.visitors import new_token, nickname, token_hash
from app.channels.webchat.wire import Cursor, Say, Seen
from app.channels.webchat.worker import Worker
from app.conversations import AttachmentView, MessageState, conversation_id
from db.ids import customer_id

PAGE: Final = 100
"""Messages of one answer."""


class Counter:
    """Serves visitors: knows who they are, takes what they say, shows what is theirs."""

    def __init__(
        self,
        desk: Desk,
        store: ChatStore,
        worker: Worker,
        identity: Identity,
        *,
        burst: float,
        per_second: float,
        report: Callable[[str, str], None],
        staffed: Callable[[], bool],
    ) -> None:
        """`report` is told the code of what was refused, and the address if that is known."""
        self._desk, self._store, self._worker = desk, store, worker
        self.identity = identity
        self.report = report
        self.allowance = Allowance(store, worker, report, burst=burst, per_second=per_second)
        self._intake = Intake(desk, store, worker)
        self._staffed, self._told_staffed = staffed, set[bool]()

    # --- who is there ---------------------------------------------------------------------

    async def visitor(self, token: str) -> Visitor | None:
        """Who holds a token; None for a forged or forgotten one."""
        key = token_hash(token)
        return await self._worker.read(self._store.visitor, key) if key else None

    async def welcome_newcomer(self, address: str, origin: str) -> tuple[str, Visitor]:
        """Give a newcomer a token; raises `Refusal` where one address asks for too many."""
        self.allowance.count_newcomer(address)
        token = new_token()
        key = token_hash(token)
        conversation = conversation_id(CHANNEL, self._desk.account, key)
        customer = customer_id(CHANNEL, self._desk.account, nickname(key))
        visitor = await self._worker.write(
            lambda: self._store.add_visitor(key, conversation, customer, origin)
        )
        return token, visitor

    def shown(self, visitor: Visitor) -> Shown:
        """How messages look to this visitor."""
        return Shown(self.identity.secret, visitor.key, visitor.conversation_id)

    def staffed(self) -> bool:
        """Whether somebody is at the desk; whoever asks will be told of a change."""
        now = self._staffed()
        self._told_staffed.add(now)
        return now

    def staffed_news(self) -> bool | None:
        """What those who were told otherwise must hear, None for nothing."""
        now = self._staffed()
        if not self._told_staffed - {now}:
            return None
        self._told_staffed = {now}
        return now

    # --- what they say --------------------------------------------------------------------

    async def say(self, visitor: Visitor, say: Say) -> dict[str, Any]:
        """Keep a message; returns the acknowledgement, raises `Refusal`."""
        try:
            text = checked_text(say)
            self.allowance.count_message(visitor, say.client_id)
        except Refusal as refusal:
            self.report(refusal.code, "")
            raise
        return await self._intake.keep_said(visitor, say, text)

    async def picture(
        self, visitor: Visitor, client_id: str, data: bytes, name: str = ""
    ) -> dict[str, Any]:
        """Keep a picture as a message; returns the acknowledgement, raises `Refusal`."""
        try:
            checked_text(Say(client_id, text="-"))
            suffix = picture_suffix(data, client_id)
            self.allowance.count_message(visitor, client_id)
            await self.allowance.count_picture(visitor, client_id, len(data))
        except Refusal as refusal:
            self.report(refusal.code, "")
            raise
        return await self._intake.keep_picture(visitor, client_id, data, suffix, name)

    # --- what they have and see -----------------------------------------------------------

    async def catch_up(self, visitor: Visitor, cursor: Cursor | None) -> CatchUp:
        """What a page lacks that has everything up to `cursor`; the newest page without one."""
        after = cursor.seq if cursor is not None and cursor.epoch == self.identity.epoch else None
        conversation = visitor.conversation_id
        return await self._worker.read(self._store.catch_up, conversation, after, PAGE)

    async def older(self, visitor: Visitor, before: int) -> list[ChatMessage]:
        """The page of messages before `before`."""
        return await self._worker.read(self._store.before, visitor.conversation_id, before, PAGE)

    async def seen(self, visitor: Visitor, seen: Seen) -> None:
        """Note that replies arrived, or were read."""
        conversation = visitor.conversation_id
        if seen.read:
            at = await self._worker.read(self._store.moment_of, conversation, seen.seq)
            if at:
                mark = self._desk.conversations.mark_read_by_customer
                await self._worker.write(lambda: mark(conversation, at))
            return
        ids = await self._worker.read(self._store.undelivered, conversation, seen.seq)
        if ids:
            set_state = self._desk.conversations.set_state
            await self._worker.write(lambda: set_state(ids, MessageState.DELIVERED))

    def typing(self, visitor: Visitor, on: bool) -> None:
        """Show at the desk that the customer types."""
        self._desk.presence.set_customer_typing(visitor.conversation_id, on)

    async def attachment(
        self, path: tuple[str, str, str, str]
    ) -> tuple[AttachmentView, bytes] | None:
        """A picture or file whose address we gave out, else None."""
        try:
            conversation, identity = bytes.fromhex(path[0]), bytes.fromhex(path[1])
        except ValueError:
            return None
        expected = Shown(self.identity.secret, path[2], conversation).mac(identity)
        if not hmac.compare_digest(expected.encode(), path[3].encode()):
            return None
        return await self._worker.read(self._load, conversation, identity)

    def _load(self, conversation: bytes, identity: bytes) -> tuple[AttachmentView, bytes] | None:
        if not self._store.holds(conversation, identity):
            return None
        view = self._desk.attachments.get(identity)
        return view, self._desk.attachments.data(identity)
