"""What a visitor may do, whichever way the request came: the rules of the chat in one place."""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from app.channels.presence import Presence
from app.channels.webchat.limits import (
    MARKS,
    MARKS_PER_SECOND,
    MAX_NAME,
    NEWCOMERS,
    NEWCOMERS_PER_SECOND,
    PICTURE_BYTES_A_DAY,
    PICTURES,
    PICTURES_PER_SECOND,
    READS,
    READS_PER_SECOND,
    STORED_A_DAY,
    RateLimit,
    is_loopback,
)
from app.channels.webchat.pictures import picture_suffix
from app.channels.webchat.refusal import Refusal, checked_text
from app.channels.webchat.shown import Shown, card, line
from app.channels.webchat.store import CHANNEL, CatchUp, ChatMessage, ChatStore, Identity, Visitor
from app.channels.webchat.visitors import new_token, token_hash
from app.channels.webchat.wire import Cursor, Say, Seen
from app.channels.webchat.worker import Worker
from app.conversations import (
    Attachments,
    AttachmentView,
    Conversations,
    CustomerHint,
    IncomingMessage,
    MessageKind,
    MessageState,
    MessageView,
    conversation_id,
    message_id,
)
from app.core.errors import NotFound, UserError
from app.core.i18n import _
from db.database import Database
from db.ids import customer_id

log = logging.getLogger(__name__)

SATISFACTION_ANSWER: Final = "satisfaction_answer"
PAGE: Final = 100
"""Messages of one answer."""


class Answers(Protocol):
    """Who takes the answers to confirmation cards: the orders."""

    def answer(self, confirmation_id: bytes, conversation_id: bytes, payload: Any) -> object:
        """Note the customer's answer on the order."""


class Ratings(Protocol):
    """Who takes the answers to the question how satisfied one is."""

    def answer(
        self, satisfaction_id: bytes, conversation_id: bytes, payload: Mapping[str, Any]
    ) -> Rating:
        """Keep the customer's answer."""


class Rating(Protocol):
    """An answered question."""

    @property
    def message_id(self) -> bytes:
        """The card it stands on."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The services behind the chat."""

    db: Database
    conversations: Conversations
    attachments: Attachments
    presence: Presence
    confirmations: Answers | None = None
    account: str = ""
    satisfaction: Ratings | None = None


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
        self._desk, self._store, self._worker = desk, store, worker
        self.identity = identity
        self.report = report
        self._staffed, self._told_staffed = staffed, set[bool]()
        self._writing: dict[tuple[str, str], asyncio.Future[MessageView]] = {}
        self._rate = RateLimit(burst, per_second)
        self._pictures = RateLimit(PICTURES, PICTURES_PER_SECOND)
        self._newcomers = RateLimit(NEWCOMERS, NEWCOMERS_PER_SECOND)
        self._marks = RateLimit(MARKS, MARKS_PER_SECOND)
        self._reads = RateLimit(READS, READS_PER_SECOND)

    # --- who is there ---------------------------------------------------------------------

    async def visitor(self, token: str) -> Visitor | None:
        """Who holds a token; None for a forged or forgotten one."""
        key = token_hash(token)
        return await self._worker.read(self._store.visitor, key) if key else None

    async def welcome_newcomer(self, address: str, origin: str) -> tuple[str, Visitor]:
        """Give a newcomer a token; raises `Refusal` where one address asks for too many."""
        wait = 0 if is_loopback(address) else self._newcomers.take(address)
        if wait:
            self.report("newcomers", address)
            raise Refusal("rate", retry_ms=wait)
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
            self.count(visitor, say.client_id)
        except Refusal as refusal:
            self._report(refusal)
            raise
        payload = card(say.kind, say.payload)
        if say.kind == SATISFACTION_ANSWER:
            return await self._keep(
                visitor, say.client_id, lambda: self._take_rating(visitor, payload or {})
            )
        kind = MessageKind(say.kind)
        if kind != MessageKind.TEXT and payload is None:
            raise Refusal("bad_message", say.client_id)
        incoming = self._incoming(visitor, say.client_id, kind, text, payload, say.name)
        answers = kind == MessageKind.CONFIRM_ANSWER
        receive = self._receive_answer if answers else self._receive
        return await self._keep(visitor, say.client_id, lambda: receive(visitor, incoming))

    async def picture(
        self, visitor: Visitor, client_id: str, data: bytes, name: str = ""
    ) -> dict[str, Any]:
        """Keep a picture as a message; returns the acknowledgement, raises `Refusal`."""
        try:
            checked_text(Say(client_id, text="-"))
            suffix = picture_suffix(data, client_id)
            self.count(visitor, client_id)
            await self._count_picture(visitor, client_id, len(data))
        except Refusal as refusal:
            self._report(refusal)
            raise

        def keep() -> MessageView:
            known = self._store.named([message_id(CHANNEL, external_id(visitor, client_id))])
            kept = known[0].attachment_id if known else None
            attachment = kept or self._desk.attachments.add(f"picture.{suffix}", data).id
            incoming = self._incoming(visitor, client_id, MessageKind.IMAGE, "", None, name)
            return self._receive(visitor, replace(incoming, attachment_id=attachment))

        return await self._keep(visitor, client_id, keep)

    def count(self, visitor: Visitor, client_id: str = "") -> None:
        """Count a message against the visitor's limit; raises `Refusal`."""
        if wait := self._rate.take(visitor.key):
            raise Refusal("rate", client_id, wait)

    def may_mark(self, visitor: Visitor) -> bool:
        """Whether one more mark (typing, read) of this visitor is listened to."""
        return not self._marks.take(visitor.key)

    def count_read(self, visitor_key: str) -> None:
        """Count a page of history or a picture that is asked for; raises `Refusal`."""
        if wait := self._reads.take(visitor_key):
            self.report("rate", "")
            raise Refusal("rate", retry_ms=wait)

    async def _count_picture(self, visitor: Visitor, client_id: str, size: int) -> None:
        if wait := self._pictures.take(visitor.key):
            raise Refusal("rate", client_id, wait)
        conversation = visitor.conversation_id
        theirs, everybodys = await self._worker.read(self._store.kept_today, conversation)
        if theirs + size > PICTURE_BYTES_A_DAY or everybodys + size > STORED_A_DAY:
            raise Refusal("quota", client_id)

    async def _keep(
        self, visitor: Visitor, client_id: str, work: Callable[[], MessageView]
    ) -> dict[str, Any]:
        # The same message again, over a new line, waits for the writing that is under way.
        key = (visitor.key, client_id)
        writing = self._writing.get(key)
        if writing is None:
            writing = self._writing[key] = asyncio.ensure_future(self._worker.write(work))
            writing.add_done_callback(lambda _done: self._writing.pop(key, None))
        try:
            view = await asyncio.shield(writing)
        except UserError as error:
            raise Refusal("declined", client_id, reason=error.code) from error
        except Exception as error:
            log.exception("a message could not be kept")
            raise Refusal("busy", client_id, 2_000) from error
        return {"t": "ack", "client_id": client_id, "id": view.id.hex(), "at": view.at}

    def _receive(self, visitor: Visitor, incoming: IncomingMessage) -> MessageView:
        return self._desk.conversations.receive(incoming)

    def _receive_answer(self, visitor: Visitor, incoming: IncomingMessage) -> MessageView:
        """The message and what the order says are one: neither without the other."""
        with self._desk.db.write("channel"):
            view = self._desk.conversations.receive(incoming)
            if self._desk.confirmations is not None:
                confirmation = _id_in(incoming.payload, "confirmation_id")
                conversation = visitor.conversation_id
                self._desk.confirmations.answer(confirmation, conversation, incoming.payload)
            return view

    def _take_rating(self, visitor: Visitor, payload: dict[str, Any]) -> MessageView:
        """Keep an answer; it is no message, what it stands on is the card."""
        if self._desk.satisfaction is None:
            raise NotFound(_("This card does not exist."))
        satisfaction = _id_in(payload, "satisfaction_id")
        rating = self._desk.satisfaction.answer(satisfaction, visitor.conversation_id, payload)
        return self._desk.conversations.messages([rating.message_id])[0]

    def _incoming(
        self,
        visitor: Visitor,
        client_id: str,
        kind: MessageKind,
        text: str,
        payload: dict[str, Any] | None,
        name: str,
    ) -> IncomingMessage:
        account, offline = self._desk.account, payload or {}
        hint = CustomerHint(
            platform=CHANNEL,
            shop=account,
            nick=nickname(visitor.key),
            name=((offline.get("name", "") if kind == MessageKind.TEXT else "") or line(name))[
                :MAX_NAME
            ],
        )
        return IncomingMessage(
            channel=CHANNEL,
            account=account,
            external_id=external_id(visitor, client_id),
            visitor=visitor.key,
            text=text,
            kind=kind,
            payload=payload,
            customer=hint,
        )

    def _report(self, refusal: Refusal) -> None:
        self.report(refusal.code, "")

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


def external_id(visitor: Visitor, client_id: str) -> str:
    """The channel's id of a message: two visitors may have made the same one."""
    return f"{visitor.key[:32]}:{client_id}"


def nickname(key: str) -> str:
    """A visitor's name until a better one is known, e.g. 访客K7Q2M9TX."""
    return "访客" + base64.b32encode(bytes.fromhex(key[:10])).decode()


def _id_in(payload: dict[str, Any], name: str) -> bytes:
    try:
        return bytes.fromhex(payload[name])
    except (KeyError, ValueError) as error:
        raise NotFound(_("This card does not exist.")) from error
